# %% csv there and back
import numpy as np, pandas as pd
df = pd.DataFrame({"a": range(1000), "b": np.linspace(0, 1, 1000), "c": ["x", "y"] * 500, "d": pd.date_range("2020", periods=1000)})
df.to_csv("d.csv", index=False); r = pd.read_csv("d.csv", parse_dates=["d"]); pd.testing.assert_frame_equal(df, r, check_dtype=False)

# %% csv with options
df.head(3).to_csv("semi.csv", sep=";", decimal=",", index=False); assert pd.read_csv("semi.csv", sep=";", decimal=",").b[0] == 0.0

# %% csv in pieces
assert sum(len(c) for c in pd.read_csv("d.csv", chunksize=300)) == 1000

# %% csv, compressed
for kind in ("gz", "bz2", "xz", "zip"): df.to_csv(f"d.csv.{kind}"); assert len(pd.read_csv(f"d.csv.{kind}")) == 1000

# %% csv with the pyarrow engine
assert len(pd.read_csv("d.csv", engine="pyarrow")) == 1000

# %% csv with the python engine
assert len(pd.read_csv("d.csv", engine="python", sep=None)) == 1000

# %% csv with bad lines
open("bad.csv", "w").write("a,b\n1,2\n3,4,5\n"); assert len(pd.read_csv("bad.csv", on_bad_lines="skip")) == 1

# %% csv in Latin-1
open("latin.csv", "w", encoding="latin-1").write("ort\nKöln\n"); assert pd.read_csv("latin.csv", encoding="latin-1").ort[0] == "Köln"

# %% csv memory-mapped
assert len(pd.read_csv("d.csv", memory_map=True)) == 1000

# %% fixed width
open("f.txt", "w").write("ab  12\ncd  34\n"); assert pd.read_fwf("f.txt", header=None, widths=[4, 2])[1].sum() == 46

# %% parquet
df.to_parquet("d.parquet"); pd.testing.assert_frame_equal(pd.read_parquet("d.parquet"), df)

# %% parquet with columns and filters
assert pd.read_parquet("d.parquet", columns=["a"], filters=[("a", "<", 10)]).shape == (10, 1)

# %% parquet in parts
df.to_parquet("parts", partition_cols=["c"]); assert len(pd.read_parquet("parts")) == 1000

# %% feather
df.to_feather("d.feather"); pd.testing.assert_frame_equal(pd.read_feather("d.feather"), df)

# %% orc
df[["a", "b"]].to_orc("d.orc"); assert pd.read_orc("d.orc").a.sum() == 499500

# %% json in several shapes
for orient in ("records", "columns", "split", "table"): df.head(5).to_json("d.json", orient=orient); assert len(pd.read_json("d.json", orient=orient)) == 5

# %% json lines
df.to_json("d.jsonl", orient="records", lines=True); assert len(pd.read_json("d.jsonl", lines=True)) == 1000

# %% excel
df.head(10).to_excel("d.xlsx", index=False, sheet_name="S"); assert pd.read_excel("d.xlsx", sheet_name="S").a.sum() == 45

# %% excel with several sheets
with pd.ExcelWriter("two.xlsx") as w: df.head(2).to_excel(w, sheet_name="one"); df.tail(2).to_excel(w, sheet_name="two")
assert set(pd.read_excel("two.xlsx", sheet_name=None)) == {"one", "two"} and pd.ExcelFile("two.xlsx").sheet_names == ["one", "two"]

# %% excel is added to
with pd.ExcelWriter("two.xlsx", mode="a", engine="openpyxl") as w: df.head(1).to_excel(w, sheet_name="three")
assert "three" in pd.ExcelFile("two.xlsx").sheet_names

# %% openpyxl with formulas, formats and a chart
import openpyxl
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Font
wb = openpyxl.Workbook(); ws = wb.active; ws.append(["x", "y"]); [ws.append([i, i * i]) for i in range(5)]; ws["C1"] = "=SUM(B2:B6)"; ws["A1"].font = Font(bold=True)
c = BarChart(); c.add_data(Reference(ws, min_col=2, min_row=1, max_row=6), titles_from_data=True); ws.add_chart(c, "E2"); wb.save("chart.xlsx")
assert openpyxl.load_workbook("chart.xlsx").active["C1"].value.startswith("=SUM")

# %% pickle of a table
df.to_pickle("d.pkl"); pd.testing.assert_frame_equal(pd.read_pickle("d.pkl"), df)

# %% stata
df[["a", "b"]].to_stata("d.dta", write_index=False); assert pd.read_stata("d.dta").a.sum() == 499500

# %% html tables without a parser
assert df.head(1).to_html("t.html") is None and "<td>0</td>" in open("t.html").read()

# %% xml text by the standard library's parser
df.head(2)[["a", "c"]].to_xml("d.xml", parser="etree", index=False); assert len(pd.read_xml("d.xml", parser="etree")) == 2

# %% latex and markdown-like text
print(df.head(2).to_string(index=False))

# %% sql by sqlite
import sqlite3
with sqlite3.connect("d.db") as db: df.to_sql("t", db, index=False, if_exists="replace"); assert pd.read_sql("select avg(a) m from t", db).m[0] == 499.5

# %% sql by SQLAlchemy
import sqlalchemy
e = sqlalchemy.create_engine("sqlite:///alchemy.db"); df.head(5).to_sql("t", e, if_exists="replace"); assert len(pd.read_sql_table("t", e)) == 5; e.dispose()

# %% several csv files become one table
import glob
for k in range(3): df.iloc[k * 10 : k * 10 + 10].to_csv(f"chunk_{k}.csv", index=False)
assert len(pd.concat((pd.read_csv(f) for f in sorted(glob.glob("chunk_*.csv"))), ignore_index=True)) == 30

# %% numpy's files
np.save("a.npy", np.eye(3)); np.savez_compressed("a.npz", x=np.arange(3)); np.savetxt("a.txt", np.eye(2), delimiter=",")
assert np.load("a.npy").trace() == 3 and np.load("a.npz")["x"].sum() == 3 and np.loadtxt("a.txt", delimiter=",").shape == (2, 2)

# %% memory-mapped numpy file
m = np.load("a.npy", mmap_mode="r"); assert m[0, 0] == 1; del m

# %% genfromtxt
open("g.csv", "w").write("a,b\n1,2\n3,\n"); assert np.isnan(np.genfromtxt("g.csv", delimiter=",", skip_header=1)[1, 1])

# %% raw arrays
np.arange(5, dtype="i4").tofile("raw.bin"); assert np.fromfile("raw.bin", dtype="i4").sum() == 10

# %% clipboard-free text
import io
assert pd.read_csv(io.StringIO("a\tb\n1\t2"), sep="\t").b[0] == 2

# %% a missing file is caught
try: pd.read_csv("missing.csv")
except FileNotFoundError as e: print(e)

# %% yaml-free configuration
import json, pathlib
pathlib.Path("conf.json").write_text(json.dumps({"files": ["d.csv"]})); assert len(pd.read_csv(json.loads(pathlib.Path("conf.json").read_text())["files"][0])) == 1000

# %% results written for the user
out = pathlib.Path("output"); out.mkdir(exist_ok=True); df.groupby("c").b.mean().to_csv(out / "result.csv"); assert (out / "result.csv").exists()
