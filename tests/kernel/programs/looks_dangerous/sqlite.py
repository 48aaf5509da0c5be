# %% a database in a file
import sqlite3
con = sqlite3.connect("shop.db"); con.execute("CREATE TABLE t (a INTEGER, b TEXT)"); con.executemany("INSERT INTO t VALUES (?, ?)", [(i, str(i % 7)) for i in range(5000)]); con.commit()
assert con.execute("SELECT count(*) FROM t").fetchone() == (5000,)

# %% a temporary table on disk
con.execute("PRAGMA temp_store = FILE"); con.execute("CREATE TEMP TABLE tt AS SELECT * FROM t"); assert con.execute("SELECT count(*) FROM tt").fetchone() == (5000,)

# %% a sort that spills
con.execute("PRAGMA cache_size = 10"); rows = con.execute("SELECT a.a, b.a FROM t a JOIN t b ON a.b = b.b WHERE a.a < 200 ORDER BY b.a DESC, a.a LIMIT 5").fetchall(); assert len(rows) == 5

# %% an index is made, which sorts on disk
con.execute("CREATE INDEX i ON t (b, a)"); con.commit()

# %% vacuum
con.execute("VACUUM")

# %% vacuum into another file
con.execute("VACUUM INTO 'copy.db'"); copy = sqlite3.connect("copy.db"); assert copy.execute("SELECT count(*) FROM t").fetchall() == [(5000,)]; copy.close()

# %% write-ahead log
assert con.execute("PRAGMA journal_mode = WAL").fetchall() == [("wal",)]; con.execute("INSERT INTO t VALUES (1, 'x')"); con.commit(); con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

# %% back from the log
assert con.execute("PRAGMA journal_mode = DELETE").fetchall() == [("delete",)]

# %% another journal
con.execute("PRAGMA journal_mode = PERSIST").fetchall(); con.execute("UPDATE t SET a = a + 1"); con.rollback()

# %% an anonymous database on disk
tmp = sqlite3.connect(""); tmp.execute("CREATE TABLE x (a)"); tmp.execute("PRAGMA cache_size = 5"); tmp.executemany("INSERT INTO x VALUES (?)", [("y" * 500,) for _ in range(5000)]); assert tmp.execute("SELECT count(*) FROM x").fetchone() == (5000,); tmp.close()

# %% attaches a second database
con.commit(); con.execute("ATTACH 'copy.db' AS other"); assert con.execute("SELECT count(*) FROM other.t").fetchall()[0][0] == 5000; con.execute("DETACH other")

# %% savepoints
con.execute("SAVEPOINT s"); con.execute("DELETE FROM t"); con.execute("ROLLBACK TO s"); con.execute("RELEASE s"); assert con.execute("SELECT count(*) FROM t").fetchone()[0] > 0

# %% a large statement is undone
try:
    with con:
        con.execute("UPDATE t SET b = b || 'x'"); raise ValueError
except ValueError: pass
assert con.execute("SELECT count(*) FROM t WHERE b LIKE '%xx'").fetchone() == (0,)

# %% functions and aggregates of one's own
con.create_function("twice", 1, lambda x: 2 * x); assert con.execute("SELECT twice(21)").fetchone() == (42,)

# %% a backup
target = sqlite3.connect("backup.db"); con.backup(target); target.close()

# %% rows by name
con.row_factory = sqlite3.Row; assert con.execute("SELECT 1 AS one").fetchone()["one"] == 1

# %% full text search
con.execute("CREATE VIRTUAL TABLE docs USING fts5(body)"); con.execute("INSERT INTO docs VALUES ('hello world')"); assert con.execute("SELECT count(*) FROM docs WHERE docs MATCH 'hello'").fetchone()[0] == 1

# %% JSON in SQL
assert con.execute("SELECT json_extract('{\"a\": 3}', '$.a')").fetchone()[0] == 3

# %% windows in SQL
assert con.execute("SELECT sum(x) OVER (ORDER BY x) FROM (SELECT 1 x UNION SELECT 2)").fetchall()[1][0] == 3

# %% pandas reads and writes it
import pandas as pd
con.row_factory = None
pd.DataFrame({"k": range(10)}).to_sql("frame", con, index=False, if_exists="replace"); assert len(pd.read_sql("SELECT * FROM frame", con)) == 10

# %% SQLAlchemy with a file
import sqlalchemy as sa
con.commit(); engine = sa.create_engine("sqlite:///alchemy.db")
pd.DataFrame({"k": range(1000)}).to_sql("big", engine, index=False, chunksize=100); assert pd.read_sql("big", engine).k.sum() == 499500

# %% SQLAlchemy's objects
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
class Base(DeclarativeBase): pass
class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
Base.metadata.create_all(engine)
with Session(engine) as s: s.add(User(name="Ada")); s.commit(); assert s.scalars(sa.select(User)).one().name == "Ada"

# %% read-only by address
ro = sqlite3.connect("file:shop.db?mode=ro", uri=True)
try: ro.execute("DELETE FROM t"); refused = False
except sqlite3.OperationalError: refused = True
assert refused

# %% a shared database in memory
a = sqlite3.connect("file:m?mode=memory&cache=shared", uri=True); b = sqlite3.connect("file:m?mode=memory&cache=shared", uri=True); a.execute("CREATE TABLE z (a)"); a.commit(); assert b.execute("SELECT count(*) FROM z").fetchone() == (0,)

# %% in a thread
import threading
found = []
t = threading.Thread(target=lambda: found.append(sqlite3.connect("shop.db").execute("SELECT count(*) FROM t").fetchone())); t.start(); t.join(); assert found

# %% two writers take turns
w = sqlite3.connect("shop.db", timeout=5); w.execute("INSERT INTO t VALUES (9, 'w')"); w.commit(); w.close()

# %% dump as text
assert any("CREATE TABLE" in line for line in con.iterdump())

# %% blobs
con.execute("CREATE TABLE bl (b BLOB)"); con.execute("INSERT INTO bl VALUES (zeroblob(100000))"); con.commit()
with con.blobopen("bl", "b", 1) as blob: blob.write(b"abc")

# %% temporary folder in SQLite's own words
con.execute("CREATE TEMP TABLE filler AS SELECT a, hex(randomblob(200)) h FROM t"); con.execute("CREATE INDEX temp.fi ON filler (h)"); con.close()
