# %% imports and a table
import numpy as np
import pandas as pd
rng = np.random.default_rng(0)
df = pd.DataFrame({"region": rng.choice(["North", "South", "East", "West"], 200), "units": rng.integers(1, 50, 200), "price": rng.uniform(5, 20, 200).round(2)})
df.head()

# %% shape and types
assert df.shape == (200, 3)
df.dtypes

# %% info
df.info()

# %% describe
d = df.describe()
assert d.loc["count", "units"] == 200
d

# %% describe all columns
df.describe(include="all")

# %% a new column
df["revenue"] = df["units"] * df["price"]
assert np.isclose(df.revenue.sum(), (df.units * df.price).sum())

# %% a selection
big = df[(df.units > 20) & df.region.isin(["North", "East"])]
assert (big.units > 20).all()

# %% query
assert len(df.query("units > 20 and region == 'North'")) == ((df.units > 20) & (df.region == "North")).sum()

# %% eval
assert np.allclose(df.eval("units * price"), df.revenue)

# %% sorting
assert df.sort_values(["region", "revenue"], ascending=[True, False]).revenue.iloc[0] == df[df.region == df.region.min()].revenue.max()

# %% nlargest
assert df.nlargest(3, "revenue").revenue.is_monotonic_decreasing

# %% value counts
vc = df.region.value_counts()
assert vc.sum() == 200
vc

# %% value counts, normalized
assert abs(df.region.value_counts(normalize=True).sum() - 1) < 1e-9

# %% missing values
m = df.copy(); m.loc[::10, "price"] = np.nan
assert m.price.isna().sum() == 20
m.isna().mean()

# %% filling
assert m.price.fillna(m.price.median()).notna().all() and m.ffill().price.isna().sum() == 1

# %% dropping
assert len(m.dropna()) == 180 and "price" not in m.drop(columns="price")

# %% interpolation
assert m.price.interpolate().isna().sum() <= 1

# %% duplicates
dup = pd.concat([df, df.head(5)])
assert dup.duplicated().sum() == 5 and len(dup.drop_duplicates()) == 200

# %% cut and qcut
assert pd.cut(df.units, [0, 10, 20, 50]).cat.categories.size == 3
assert pd.qcut(df.units, 4, labels=False, duplicates="drop").max() <= 3

# %% map and replace
assert set(df.region.map({"North": "N"}).dropna()) == {"N"}
assert "N" in df.region.replace("North", "N").values

# %% apply over rows
assert (df.apply(lambda r: r["units"] > 10, axis=1) == (df.units > 10)).all()

# %% assign in a chain
r = df.assign(tax=lambda d: d.revenue * 0.2).rename(columns=str.upper).filter(["REGION", "TAX"]).set_index("REGION")
assert list(r.columns) == ["TAX"]

# %% where and mask
assert df.units.where(df.units > 10, 0).min() == 0 and df.units.mask(df.units > 10, 0).max() <= 10

# %% clip, rank, diff, cumsum
assert df.units.clip(5, 10).max() == 10 and df.units.rank().max() <= 200 and df.units.cumsum().iloc[-1] == df.units.sum()

# %% correlation
c = df.corr(numeric_only=True)
assert np.allclose(np.diag(c), 1)
c

# %% spearman
assert -1 <= df.units.corr(df.price, method="spearman") <= 1

# %% quantiles
df[["units", "price"]].quantile([0.1, 0.5, 0.9])

# %% sampling
assert len(df.sample(frac=0.1, random_state=1)) == 20

# %% iteration
assert sum(row.units for row in df.itertuples()) == df.units.sum() == sum(r["units"] for _, r in df.iterrows())

# %% categories
cat = df.region.astype("category")
assert cat.cat.codes.max() == 3 and cat.memory_usage() < df.region.astype(object).memory_usage(deep=True)

# %% converting types
assert df.astype({"units": "float32"}).units.dtype == "float32" and pd.to_numeric(pd.Series(["1", "x"]), errors="coerce").isna().sum() == 1

# %% nullable types
s = pd.Series([1, None, 3], dtype="Int64"); assert s.sum() == 4 and s.isna().sum() == 1

# %% copy on write leaves the first alone
a = df[["units"]]; b = a.copy(); b.iloc[0, 0] = -1; assert a.iloc[0, 0] != -1

# %% memory
assert df.memory_usage(deep=True).sum() > 1000

# %% styles
df.head().style.format({"price": "{:.1f}"}).highlight_max(subset=["units"])

# %% display options
with pd.option_context("display.max_rows", 6, "display.precision", 1): print(df)

# %% a table as text, markdown-free
assert "region" in df.head(2).to_string() and df.head(2).to_html().startswith("<table")

# %% a table as dictionaries and JSON
assert df.head(1).to_dict("records")[0]["units"] == df.units[0] and pd.read_json(__import__("io").StringIO(df.to_json())).shape == df.shape

# %% equality checks
pd.testing.assert_frame_equal(df, df.copy())

# %% an empty table
e = df[df.units > 1000]; assert e.empty
e
