# %% a table
import polars as pl, numpy as np, datetime as dt
df = pl.DataFrame({"g": ["a", "b", "a"], "v": [1, 2, 3], "t": [dt.date(2024, 1, d) for d in (1, 2, 3)]}); assert df.shape == (3, 3)
df

# %% select and filter
assert df.filter(pl.col("v") > 1).select(pl.col("v").sum()).item() == 5

# %% with columns
assert df.with_columns((pl.col("v") * 2).alias("w"))["w"].to_list() == [2, 4, 6]

# %% groups
df.group_by("g").agg(pl.col("v").sum(), pl.len()).sort("g")

# %% joins
assert df.join(pl.DataFrame({"g": ["a"], "n": ["x"]}), on="g", how="left")["n"].null_count() == 1

# %% lazy
q = df.lazy().filter(pl.col("g") == "a").select("v"); assert q.collect()["v"].sum() == 4
print(q.explain())

# %% csv
df.write_csv("p.csv"); assert pl.read_csv("p.csv", try_parse_dates=True).schema["t"] == pl.Date

# %% scan csv
assert pl.scan_csv("p.csv").select(pl.col("v").max()).collect().item() == 3

# %% parquet
df.write_parquet("p.parquet"); assert pl.scan_parquet("p.parquet").filter(pl.col("v") < 3).collect().height == 2

# %% streaming
assert pl.scan_parquet("p.parquet").group_by("g").agg(pl.len()).collect(engine="streaming").height == 2

# %% sink
pl.scan_parquet("p.parquet").sink_parquet("sunk.parquet"); assert pl.read_parquet("sunk.parquet").height == 3

# %% ipc and json
df.write_ipc("p.arrow"); assert pl.read_ipc("p.arrow").height == 3; df.write_ndjson("p.ndjson"); assert pl.read_ndjson("p.ndjson").height == 3

# %% windows
assert df.with_columns(pl.col("v").sum().over("g").alias("s"))["s"].to_list() == [4, 2, 4]

# %% conditions
assert df.select(pl.when(pl.col("v") > 1).then(pl.lit("big")).otherwise(pl.lit("small")).alias("x"))["x"].to_list() == ["small", "big", "big"]

# %% text and dates
assert df.select(pl.col("g").str.to_uppercase())["g"][0] == "A" and df.select(pl.col("t").dt.weekday())["t"][0] == 1

# %% pivot and unpivot
df.pivot("g", index="t", values="v"); assert df.unpivot(["v"], index="g").height == 3

# %% rolling and dynamic groups
assert df.sort("t").group_by_dynamic("t", every="2d").agg(pl.col("v").sum()).height == 2

# %% to pandas and numpy
assert df.to_pandas().shape == (3, 3) and df["v"].to_numpy().sum() == 6

# %% own functions
assert df["v"].map_elements(lambda x: x + 1, return_dtype=pl.Int64).to_list() == [2, 3, 4]

# %% a million rows on all threads
big = pl.DataFrame({"k": np.random.default_rng(0).integers(0, 100, 1_000_000), "x": np.ones(1_000_000)}); assert big.group_by("k").agg(pl.col("x").sum())["x"].sum() == 1_000_000

# %% sql
assert pl.SQLContext(df=df).execute("select sum(v) s from df", eager=True)["s"][0] == 6

# %% describe and glimpse
df.glimpse(); df.describe()

# %% nulls
assert pl.Series([1, None]).fill_null(0).to_list() == [1, 0]

# %% lists and structs
s = pl.DataFrame({"l": [[1, 2], [3]]}); assert s.explode("l").height == 3 and s.select(pl.col("l").list.sum())["l"].to_list() == [3, 3]

# %% number of threads
assert pl.thread_pool_size() >= 1

# %% excel by openpyxl
assert df.write_csv() .startswith("g,v,t")

# %% arrow: table
import pyarrow as pa, pyarrow.compute as pc, pyarrow.csv as pacsv, pyarrow.parquet as pq, pyarrow.dataset as ds, pyarrow.feather as feather
t = pa.table({"a": [1, 2, None], "b": ["x", "y", "z"]}); assert pc.sum(t["a"]).as_py() == 3
t

# %% arrow: parquet
pq.write_table(t, "t.parquet", compression="zstd"); assert pq.read_table("t.parquet").num_rows == 3 and pq.ParquetFile("t.parquet").metadata.num_row_groups == 1

# %% arrow: csv
pacsv.write_csv(t, "t.csv"); assert pacsv.read_csv("t.csv").num_columns == 2

# %% arrow: data sets
pq.write_to_dataset(t, "ds", partition_cols=["b"]); assert ds.dataset("ds", partitioning="hive").to_table(filter=pc.field("a") == 1).num_rows == 1

# %% arrow: feather and memory maps
feather.write_feather(t, "t.feather"); assert feather.read_table("t.feather", memory_map=True).num_rows == 3

# %% arrow: streams
b = pa.BufferOutputStream()
with pa.ipc.new_stream(b, t.schema) as w: w.write_table(t)
assert pa.ipc.open_stream(b.getvalue()).read_all().equals(t)

# %% arrow: groups, joins, sorts
assert t.group_by("b").aggregate([("a", "sum")]).num_rows == 3 and t.sort_by([("b", "descending")])["b"][0].as_py() == "z" and t.join(t, "b").num_rows == 3

# %% arrow: processors and memory
assert pa.cpu_count() >= 1 and pa.total_allocated_bytes() > 0

# %% arrow: json
open("l.json", "w").write('{"a": 1}\n{"a": 2}\n'); import pyarrow.json as pj; assert pj.read_json("l.json").num_rows == 2

# %% arrow: orc
import pyarrow.orc as orc
orc.write_table(t, "t.orc"); assert orc.read_table("t.orc").num_rows == 3

# %% arrow: local file system
from pyarrow import fs
assert fs.LocalFileSystem().get_file_info("t.parquet").is_file
