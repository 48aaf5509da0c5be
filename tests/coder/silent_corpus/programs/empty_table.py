# %% true: a value with other capitals
import pandas as pd
orders = pd.read_csv("orders.csv")
north = orders[orders["region"] == "north"]
print("Revenue in the north:", (north["quantity"] * north["price"]).sum())

# %% true: a value with a blank at its end
import pandas as pd
orders = pd.read_csv("orders.csv")
lamps = orders[orders["product"] == "Lamp "]
print(lamps["price"].mean())

# %% true: text compared with a number
import pandas as pd
orders = pd.read_csv("orders.csv")
orders["customer"] = orders["customer_id"].str[1:]
first = orders.loc[orders["customer"] == 1]
total = first["quantity"].sum()
print(f"Customer 1 bought {total} pieces")

# %% true: two conditions that no row meets
import pandas as pd
df = pd.read_csv("orders.csv")
selected = df[(df["region"] == "North") & (df["region"] == "South")]
print("average price", selected["price"].mean())

# %% true: a query for a year that is not there
import pandas as pd
df = pd.read_csv("orders.csv", parse_dates=["day"], dayfirst=True)
recent = df.query("day >= '2025-01-01'")
print("orders since 2025, total quantity:", recent["quantity"].sum())

# %% true: every row has a missing value somewhere
import pandas as pd
df = pd.read_csv("orders.csv")
df = df.dropna()
print("mean quantity:", df["quantity"].mean())

# %% true: a list of values with a typo
import pandas as pd
df = pd.read_csv("orders.csv")
furniture = df[df["product"].isin(["Chairs", "Desks"])]
print(furniture.groupby("product")["quantity"].sum().to_dict())

# %% true: a group that does not exist is plotted and summed
import pandas as pd
df = pd.read_csv("orders.csv")
east = df[df["region"] == "East"].sort_values("price", ascending=False)
top = east.head(3)
print("Most expensive in the east:", top["product"].tolist())

# %% true: a text that occurs nowhere
import pandas as pd
customers = pd.read_csv("customers.csv")
private = customers[customers["segment"].str.contains("Private")]
print("cities:", private["city"].nunique())

# %% true: a filter inside a function
import pandas as pd

def revenue(df, region):
    part = df[df["region"] == region]
    return (part["quantity"] * part["price"]).sum()

orders = pd.read_csv("orders.csv")
selected = orders[orders["price"] > 10_000]
print("large orders:", selected["price"].sum(), "north:", revenue(orders, "North"))

# %% true: a series that is filtered to nothing
import pandas as pd
df = pd.read_csv("orders.csv")
totals = df.groupby("customer_id")["quantity"].sum()
heavy = totals[totals > 1000]
print("average of the heavy buyers:", heavy.mean())

# %% true: the wrong label of an index
import pandas as pd
df = pd.read_csv("orders.csv").set_index("region")
west = df[df.index == "west"]
result = {"quantity": int(west["quantity"].sum()), "price": float(west["price"].max())}
print(result)

# %% true: a join that finds nothing feeds a table
import pandas as pd
orders = pd.read_csv("orders.csv")
customers = pd.read_csv("customers.csv")
customers["customer_id"] = customers["customer_id"].str.lower()
both = orders.merge(customers, on="customer_id")
print("Cities with orders:", both["city"].nunique())

# %% true: with polars
import polars as pl
df = pl.read_csv("orders.csv")
south = df.filter(pl.col("region") == "SOUTH")
print(south["quantity"].sum())

# %% harmless: counts what is missing
import pandas as pd
df = pd.read_csv("orders.csv")
missing = df[df["price"].isna()]
print("orders without a price:", len(missing))

# %% harmless: looks for duplicates
import pandas as pd
df = pd.read_csv("orders.csv")
duplicates = df[df.duplicated(subset="order_id")]
if duplicates.empty:
    print("no duplicates")
else:
    print(duplicates)

# %% harmless: an accumulator that is filled
import pandas as pd
result = pd.DataFrame()
df = pd.read_csv("orders.csv")
for region, part in df.groupby("region"):
    result = pd.concat([result, part.nlargest(1, "price")])
print(result[["region", "product", "price"]])

# %% harmless: the rows with problems are shown, there are none
import pandas as pd
df = pd.read_csv("orders.csv")
negative = df[df["quantity"] < 0]
print(f"{len(negative)} orders have a negative quantity")
print("total:", df["quantity"].sum())

# %% harmless: a check of outliers by shape
import pandas as pd
df = pd.read_csv("orders.csv")
z = (df["price"] - df["price"].mean()) / df["price"].std()
outliers = df[z.abs() > 4]
print("outliers:", outliers.shape[0], "of", df.shape[0])

# %% harmless: an empty template for later
import pandas as pd
log = pd.DataFrame(columns=["step", "rows"])
df = pd.read_csv("orders.csv")
print(len(df))

# %% harmless: customers that are not known are listed
import pandas as pd
orders = pd.read_csv("orders.csv")
products = pd.read_csv("products.csv")
unknown = orders[~orders["product"].isin(products["product"])]
print("Unknown products:", unknown["product"].unique())

# %% harmless: what a validation has found
import pandas as pd
df = pd.read_csv("orders.csv")
wrong = df.query("quantity <= 0 or price <= 0")
assert len(wrong) == 0, "some orders are wrong"
print(df["quantity"].sum())

# %% harmless: a number for each region, one of them without orders
import pandas as pd
df = pd.read_csv("orders.csv")
for region in ["North", "South", "East"]:
    part = df[df["region"] == region]
    print(region, len(part), part["quantity"].sum())

# %% harmless: an if for an empty selection
import pandas as pd
df = pd.read_csv("orders.csv")
late = df[df["day"] > "31/12/2030"]
mean = late["price"].mean() if len(late) else 0
print("late:", mean)

# %% harmless: columns with missing values are listed
import pandas as pd
df = pd.read_csv("products.csv")
counts = df.isna().sum()
with_missing = counts[counts > 0]
print("columns with missing values:", with_missing.index.tolist() or "none")

# %% harmless: rows without a partner, counted
import pandas as pd
orders = pd.read_csv("orders.csv")
products = pd.read_csv("products.csv")
joined = orders.merge(products, on="product", how="left", indicator=True)
unmatched = joined[joined["_merge"] == "left_only"]
print(unmatched["product"].tolist(), len(joined))

# %% harmless: an empty list and an empty dictionary
import pandas as pd
df = pd.read_csv("orders.csv")
errors = []
seen = {}
for row in df.itertuples():
    if row.quantity > 100:
        errors.append(row.order_id)
print("too large:", errors, seen)

# %% harmless: the result is shown whole and asked for
import pandas as pd
df = pd.read_csv("customers.csv")
same = df[df["name"].duplicated(keep=False)]
print(same)

# %% harmless: an any() before it is used
import pandas as pd
df = pd.read_csv("orders.csv")
returned = df[df["quantity"] == -1]
if not returned.empty:
    df = df.drop(returned.index)
print(df["price"].max())

# %% unnoticed: a filter that is never assigned
import pandas as pd
df = pd.read_csv("orders.csv")
print(df[df["region"] == "north"]["quantity"].sum())

# %% unnoticed: the empty table is local to a function
import pandas as pd

def revenue(region):
    part = orders[orders["region"] == region]
    return (part["quantity"] * part["price"]).sum()

orders = pd.read_csv("orders.csv")
print(revenue("north"))
