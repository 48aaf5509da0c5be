# %% data
import numpy as np, pandas as pd
rng = np.random.default_rng(1)
sales = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=366), "shop": rng.choice(list("ABC"), 366), "item": rng.choice(["tea", "coffee"], 366), "n": rng.integers(0, 9, 366)})
sales.tail(3)

# %% sum by group
by = sales.groupby("shop").n.sum(); assert by.sum() == sales.n.sum()
by

# %% several aggregates
g = sales.groupby("shop").n.agg(["mean", "std", "min", "max"]); assert g.shape == (3, 4)
g

# %% named aggregates
sales.groupby(["shop", "item"]).agg(total=("n", "sum"), days=("day", "nunique")).reset_index()

# %% aggregates by dictionary
sales.groupby("item").agg({"n": ["sum", "median"], "day": "max"})

# %% own aggregate
assert (sales.groupby("shop").n.agg(lambda s: s.max() - s.min()) >= 0).all()

# %% transform
sales["share"] = sales.n / sales.groupby("shop").n.transform("sum"); assert np.allclose(sales.groupby("shop").share.sum(), 1)

# %% filter
assert set(sales.groupby("shop").filter(lambda d: len(d) > 10).shop) <= set("ABC")

# %% apply
top = sales.groupby("shop")[["day", "n"]].apply(lambda d: d.nlargest(2, "n")); assert len(top) == 6
top

# %% first, last, nth
sales.groupby("shop").first(); assert len(sales.groupby("shop").nth(0)) == 3

# %% cumulative by group
assert (sales.groupby("shop").n.cumsum() >= 0).all() and sales.groupby("shop").cumcount().min() == 0

# %% rank in group
sales.groupby("shop").n.rank(method="dense").max()

# %% groups by month
m = sales.groupby(sales.day.dt.to_period("M")).n.sum(); assert len(m) == 12
m

# %% Grouper
assert len(sales.groupby(pd.Grouper(key="day", freq="QE")).n.sum()) == 4

# %% pivot table
p = sales.pivot_table(index="shop", columns="item", values="n", aggfunc="sum", margins=True); assert p.loc["All", "All"] == sales.n.sum()
p

# %% crosstab
pd.crosstab(sales.shop, sales.item, normalize="index")

# %% pivot and melt
wide = sales.pivot(index="day", columns="shop", values="n"); long = wide.reset_index().melt("day").dropna(); assert len(long) == 366

# %% stack and unstack
u = sales.groupby(["shop", "item"]).n.sum().unstack(); assert u.stack().sum() == sales.n.sum()

# %% merge
shops = pd.DataFrame({"shop": list("ABD"), "city": ["Bonn", "Ulm", "Jena"]})
j = sales.merge(shops, on="shop", how="left", indicator=True, validate="m:1"); assert (j._merge == "left_only").sum() == (sales.shop == "C").sum()

# %% outer merge
assert set(sales.merge(shops, how="outer").shop) == set("ABCD")

# %% join on the index
by.to_frame().join(shops.set_index("shop"))

# %% merge_asof
a = pd.DataFrame({"t": [1, 5, 10], "a": [1, 2, 3]}); b = pd.DataFrame({"t": [1, 2, 6], "b": [9, 8, 7]}); assert pd.merge_asof(a, b, on="t").b.tolist() == [9, 8, 7]

# %% concat with keys
c = pd.concat({"x": sales.head(2), "y": sales.tail(2)}); assert c.index.nlevels == 2
c

# %% a MultiIndex
mi = sales.set_index(["shop", "item"]).sort_index(); assert len(mi.loc[("A", "tea")]) == ((sales.shop == "A") & (sales.item == "tea")).sum()

# %% xs and swaplevel
assert mi.xs("tea", level="item").index.name == "shop"; mi.swaplevel().sort_index().head(2)

# %% explode
assert pd.DataFrame({"a": [[1, 2], [3]]}).explode("a").a.tolist() == [1, 2, 3]

# %% dummies
assert pd.get_dummies(sales.item).sum().sum() == 366

# %% factorize
codes, values = pd.factorize(sales.shop); assert len(values) == 3

# %% wide to long
w = pd.DataFrame({"id": [1, 2], "x1": [3, 4], "x2": [5, 6]}); assert len(pd.wide_to_long(w, "x", "id", "n")) == 4

# %% json_normalize
n = pd.json_normalize([{"a": {"b": 1}, "c": [1]}, {"a": {"b": 2}}]); assert n["a.b"].tolist() == [1, 2]
n

# %% compare two tables
x = sales.head(3).copy(); y = x.copy(); y.loc[1, "n"] = 99; assert x.compare(y).shape[0] == 1

# %% corr by group
sales.groupby("shop")[["n", "share"]].corr()

# %% rolling by group
assert len(sales.groupby("shop").n.rolling(3).mean()) == 366

# %% window functions
assert sales.n.expanding().sum().iloc[-1] == sales.n.sum() and sales.n.ewm(span=5).mean().notna().all()
