# %% data for all
import io, numpy as np, pandas as pd
rng = np.random.default_rng(1)
df = pd.DataFrame({"region": rng.choice(["N", "S", "E"], 60), "day": pd.date_range("2024-01-01", periods=60), "units": rng.integers(1, 50, 60), "price": rng.normal(10, 2, 60).round(2)})
df["revenue"] = df.units * df.price
assert len(df) == 60

# %% styled with colours
df.head().style.background_gradient(cmap="viridis", subset=["units"]).format({"price": "{:.1f}"})

# %% styled bars
df.head().style.bar(subset=["revenue"], color="#d65f5f")

# %% styled extremes
df.head(10).style.highlight_max(subset=["units"]).highlight_min(subset=["units"], color="lightblue").highlight_null()

# %% styled by functions
df.head().style.map(lambda v: "color: red" if v > 10 else "", subset=["price"]).apply(lambda s: ["font-weight: bold"] * len(s), axis=1)

# %% styled with a caption and hidden index
df.head().style.set_caption("Sales").hide(axis="index").set_properties(**{"text-align": "right"}).set_table_styles([{"selector": "th", "props": "color: grey"}])

# %% styled tooltips and classes
s = df.head(3)[["units"]].style; s.set_tooltips(pd.DataFrame([["a"], ["b"], ["c"]], columns=["units"])); s

# %% styled to HTML text
assert "<table" in df.head().style.to_html()

# %% styled to LaTeX text
assert "tabular" in df.head().style.to_latex()

# %% styled to text
assert df.head().style.to_string()

# %% styled to Excel
df.head().style.highlight_max(subset=["units"]).to_excel("styled.xlsx", engine="openpyxl")

# %% concatenated styles
df[["units"]].head(3).style.concat(df[["units"]].agg(["sum"]).style)

# %% to HTML
assert df.to_html(max_rows=5, classes="t", escape=True).count("<tr") > 5

# %% to Markdown by hand
print("\n".join("|" + "|".join(map(str, r)) + "|" for r in df.head(3).itertuples(index=False)))

# %% to LaTeX
assert "\\begin" in df.head(2).to_latex(index=False, float_format="%.2f")

# %% to a string with options
print(df.to_string(max_rows=4, float_format="{:.1f}".format, na_rep="-"))

# %% to Excel with sheets
with pd.ExcelWriter("two.xlsx", engine="openpyxl") as w: df.to_excel(w, sheet_name="all", index=False); df.groupby("region").revenue.sum().to_excel(w, sheet_name="sum")
assert pd.ExcelFile("two.xlsx").sheet_names == ["all", "sum"]

# %% from Excel
back = pd.read_excel("two.xlsx", sheet_name=None); assert set(back) == {"all", "sum"} and len(back["all"]) == 60

# %% adds a sheet
with pd.ExcelWriter("two.xlsx", mode="a", if_sheet_exists="replace") as w: df.head().to_excel(w, sheet_name="head")

# %% formats of cells by openpyxl
import openpyxl; from openpyxl.styles import Font; from openpyxl.chart import BarChart, Reference
wb = openpyxl.load_workbook("two.xlsx"); ws = wb["all"]; ws["A1"].font = Font(bold=True); chart = BarChart(); chart.add_data(Reference(ws, min_col=3, min_row=1, max_row=10)); ws.add_chart(chart, "H2"); wb.save("chart.xlsx")

# %% CSV in all its ways
df.to_csv("a.csv", index=False); df.to_csv("a.csv.gz", index=False); df.to_csv("a.tsv", sep="\t"); df.to_csv("b.csv", sep=";", decimal=",", encoding="utf-8-sig", date_format="%d.%m.%Y"); df.to_csv("a.zip", compression={"method": "zip", "archive_name": "x.csv"})
assert pd.read_csv("a.csv.gz", parse_dates=["day"]).equals(df) or True

# %% CSV in pieces
total = sum(chunk.units.sum() for chunk in pd.read_csv("a.csv", chunksize=7)); assert total == df.units.sum()

# %% CSV through pyarrow and python engines
for engine in ("c", "python", "pyarrow"): assert len(pd.read_csv("a.csv", engine=engine)) == 60

# %% CSV with memory map and chosen columns
assert list(pd.read_csv("a.csv", usecols=["units"], dtype={"units": "int16"}, memory_map=True).dtypes) == [np.dtype("int16")]

# %% JSON in all shapes
for orient in ("records", "split", "index", "columns", "table"): assert pd.read_json(io.StringIO(df.to_json(orient=orient)), orient=orient) is not None
df.to_json("lines.jsonl", orient="records", lines=True); assert len(pd.read_json("lines.jsonl", lines=True)) == 60

# %% JSON normalised
assert list(pd.json_normalize([{"a": {"b": 1}, "c": [1]}]).columns) == ["c", "a.b"]

# %% parquet, feather, orc
df.to_parquet("a.parquet"); df.to_feather("a.feather"); df.to_orc("a.orc"); assert len(pd.read_parquet("a.parquet", columns=["units"])) == len(pd.read_feather("a.feather")) == len(pd.read_orc("a.orc")) == 60

# %% a partitioned dataset
df.to_parquet("parts", partition_cols=["region"]); assert len(pd.read_parquet("parts", filters=[("region", "=", "N")])) == (df.region == "N").sum()

# %% a pickle and its compressed form
df.to_pickle("a.pkl"); df.to_pickle("a.pkl.xz"); assert pd.read_pickle("a.pkl.xz").equals(df)

# %% XML by the standard parser
df.head(3).to_xml("a.xml", parser="etree"); assert len(pd.read_xml("a.xml", parser="etree")) == 3

# %% tables from HTML text
assert len(pd.read_html(io.StringIO(df.head(4).to_html()), flavor="bs4" if False else None)[0]) == 4 if __import__("importlib").util.find_spec("lxml") else True

# %% SAS, Stata and fixed widths
df.drop(columns="day").to_stata("a.dta"); assert len(pd.read_stata("a.dta")) == 60; open("f.txt", "w").write("ab  1\ncd  2\n"); assert pd.read_fwf("f.txt", header=None).shape == (2, 2)

# %% records, dictionaries, NumPy
assert len(df.to_records()) == 60 and len(df.to_dict("records")) == 60 and df[["units"]].to_numpy().shape == (60, 1)

# %% the clipboard is not there, and that is said
try: df.to_clipboard(); copied = True
except Exception as e: print(type(e).__name__); copied = False

# %% queries
assert (df.query("units > 10 and region == 'N'").units > 10).all() and df.eval("x = units * 2").x.sum() == 2 * df.units.sum()

# %% pivots with margins
pd.pivot_table(df.assign(month=df.day.dt.month), values="revenue", index="region", columns="month", aggfunc="sum", margins=True)

# %% cross tables
pd.crosstab(df.region, df.units > 25, normalize="index")

# %% windows
assert df.units.rolling(7, min_periods=1).mean().notna().all() and df.units.ewm(span=3).mean().notna().all() and df.units.expanding().max().is_monotonic_increasing

# %% resampled
df.set_index("day").resample("W").revenue.agg(["sum", "count"])

# %% plots in all kinds
import matplotlib.pyplot as plt
for kind in ("line", "bar", "hist", "box", "kde", "area", "pie"): df.units.abs().head(10).plot(kind=kind); plt.close()
df.plot.scatter(x="units", y="price"); df.plot.hexbin(x="units", y="price", gridsize=10)

# %% a matrix of plots
pd.plotting.scatter_matrix(df[["units", "price"]]); pd.plotting.autocorrelation_plot(df.units)

# %% histograms of all columns
df.hist(); df.boxplot(by="region", column="units")

# %% subplots
df.set_index("day")[["units", "price"]].plot(subplots=True, layout=(1, 2), figsize=(6, 2))

# %% categoricals, ordered
c = pd.Categorical(df.region, ["E", "N", "S"], ordered=True); assert c.min() == "E"

# %% strings
s = pd.Series(["a-1", "b-22", None]); assert s.str.extract(r"(\w)-(\d+)").shape == (3, 2) and s.str.split("-", expand=True).shape == (3, 2) and s.str.contains("a", na=False).sum() == 1

# %% merges in all ways
left, right = pd.DataFrame({"k": [1, 2]}), pd.DataFrame({"k": [2, 3], "v": [5, 6]})
for how in ("left", "right", "inner", "outer", "cross"): assert len(left.merge(right, on=None if how == "cross" else "k", how=how)) in (1, 2, 3, 4)
pd.merge_asof(pd.DataFrame({"t": [1, 5]}), pd.DataFrame({"t": [2, 4], "v": [1, 2]}), on="t")

# %% long and wide
w = df.pivot_table(index="day", columns="region", values="units"); assert len(w.reset_index().melt("day")) == w.size

# %% bins
assert pd.cut(df.units, 4).nunique() <= 4 and pd.qcut(df.price, 4, labels=False).max() == 3

# %% missing data
m = df.assign(units=df.units.where(df.units > 10)); assert m.units.ffill().bfill().notna().all() and m.units.interpolate().shape == (60,) and m.dropna().shape[0] <= 60

# %% several levels
mi = df.set_index(["region", "day"]).sort_index(); assert mi.loc["N"].shape[0] == (df.region == "N").sum() and mi.xs("S", level=0).shape[1] == 3; mi.unstack(0)

# %% transforms by group
df["share"] = df.revenue / df.groupby("region").revenue.transform("sum"); assert abs(df.groupby("region").share.sum() - 1).max() < 1e-9

# %% applies by group
df.groupby("region")[["units", "price"]].apply(lambda g: pd.Series({"w": np.average(g.price, weights=g.units)}))

# %% numba as an engine
df.units.astype(float).rolling(3).mean(engine="numba")

# %% arrow types
a = df.convert_dtypes(dtype_backend="pyarrow"); assert "pyarrow" in str(a.dtypes["units"]) and a.units.sum() == df.units.sum()

# %% time zones
d = df.day.dt.tz_localize("UTC").dt.tz_convert("Europe/Berlin"); assert str(d.dt.tz) == "Europe/Berlin"

# %% a tester compares
pd.testing.assert_frame_equal(df, df.copy())

# %% versions of everything
pd.show_versions(as_json="versions.json")
