# %% a query
import duckdb, numpy as np, pandas as pd
assert duckdb.sql("select 6 * 7 as answer").fetchall()[0] == (42,)
duckdb.sql("select 6 * 7 as answer")

# %% a table of pandas by its name
df = pd.DataFrame({"g": list("aabbb"), "v": range(5)}); r = duckdb.sql("select g, sum(v) s from df group by g order by g").df(); assert r.s.tolist() == [1, 9]
r

# %% a csv
df.to_csv("d.csv", index=False); assert duckdb.sql("select count(*) from 'd.csv'").fetchall()[0] == (5,)

# %% csv with options
assert duckdb.read_csv("d.csv", header=True).shape == (5, 2)

# %% parquet there and back
duckdb.execute("copy (select * from range(1000) t(i)) to 'r.parquet' (format parquet)"); assert duckdb.sql("select sum(i) from 'r.parquet'").fetchall()[0][0] == 499500

# %% several parquet files
for i in range(3): pd.DataFrame({"i": [i]}).to_parquet(f"many_{i}.parquet")
assert duckdb.sql("select sum(i), count(distinct filename) from read_parquet('many_*.parquet', filename=true)").fetchall()[0] == (3, 3)

# %% a database file
con = duckdb.connect("my.duckdb"); con.execute("create or replace table t as select range i, i % 3 k from range(100)"); assert con.execute("select count(*) from t where k = ?", [0]).fetchall()[0] == (34,); con.close()

# %% read only
con = duckdb.connect("my.duckdb", read_only=True); assert con.sql("select max(i) from t").fetchall()[0] == (99,); con.close()

# %% in memory, with several cursors
con = duckdb.connect(); con.execute("create table x (a int)"); con.executemany("insert into x values (?)", [[1], [2]]); assert con.cursor().execute("select sum(a) from x").fetchall()[0][0] == 3

# %% windows
con.sql("select a, sum(a) over (order by a) run from x").df()

# %% joins
assert con.sql("select count(*) from x join df on x.a = df.v").fetchall()[0] == (2,)

# %% arrow
import pyarrow as pa
t = con.sql("select * from x").arrow(); t = t.read_all() if hasattr(t, "read_all") else t; assert t.num_rows == 2

# %% polars
import polars as pl
assert duckdb.sql("select * from df").pl().height == 5

# %% numpy
assert con.sql("select a from x").fetchnumpy()["a"].sum() == 3

# %% pivot and unpivot
con.sql("pivot df on g using sum(v)")

# %% many rows on several threads
con.execute("set threads = 2"); assert con.sql("select sum(i) from range(2_000_000) t(i)").fetchall()[0][0] == 1999999000000

# %% sorting that spills
con.execute("set memory_limit = '200MB'"); assert con.sql("select i from range(500_000) t(i) order by hash(i) limit 1").fetchall()

# %% json
open("j.json", "w").write('[{"a": 1, "b": {"c": 2}}, {"a": 3}]'); assert con.sql("select sum(a) from read_json_auto('j.json')").fetchall()[0][0] == 4

# %% dates
con.sql("select date '2024-02-28' + interval 2 day as d, date_trunc('month', date '2024-02-28') m")

# %% explain and describe
print(con.sql("explain select * from x").fetchall()[0][1][:50]); con.sql("describe x").df()

# %% summarize
con.sql("summarize df").df()

# %% a function of Python's
con.create_function("plus_one", lambda x: x + 1, ["BIGINT"], "BIGINT"); assert con.sql("select plus_one(41)").fetchall()[0] == (42,)

# %% regular expressions and lists
assert con.sql("select regexp_extract('ab12', '\\d+'), list_sum([1, 2])").fetchall()[0] == ("12", 3)

# %% an error is caught
try: con.sql("select * from no_such_table").df()
except duckdb.CatalogException as e: print(str(e).splitlines()[0])

# %% exported
con.execute("export database 'exported' (format csv)"); import os; assert os.path.exists("exported/schema.sql")

# %% settings
assert int(con.sql("select current_setting('threads')").fetchall()[0][0]) == 2; con.close()
