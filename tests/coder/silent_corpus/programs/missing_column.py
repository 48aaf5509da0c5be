# %% true: a date format that fits nowhere
import pandas as pd
df = pd.read_csv("orders.csv")
df["date"] = pd.to_datetime(df["day"], format="%Y-%m-%d", errors="coerce")
print(df.groupby(df["date"].dt.month)["quantity"].sum())

# %% true: a mapping with other keys
import pandas as pd
df = pd.read_csv("orders.csv")
df["area"] = df["region"].map({"north": "N", "south": "S", "west": "W"})
print(df["area"].value_counts())

# %% true: numbers with a currency sign
import pandas as pd
df = pd.read_csv("survey.csv")
df["amount"] = pd.to_numeric(df["spent"], errors="coerce")
print("average:", df["amount"].mean())

# %% true: a pattern that matches nothing
import pandas as pd
df = pd.read_csv("orders.csv")
df["year"] = df["day"].str.extract(r"(\d{4})-\d{2}")
print(df["year"].nunique())

# %% true: reindexed with other labels
import pandas as pd
df = pd.read_csv("orders.csv")
totals = df.groupby("region")["quantity"].sum()
ordered = totals.reindex(["NORTH", "SOUTH", "WEST"])
print(ordered.sum())

# %% true: an assignment by an index that does not fit
import pandas as pd
orders = pd.read_csv("orders.csv")
customers = pd.read_csv("customers.csv").set_index("customer_id")
orders["city"] = customers["city"]
print(orders["city"].nunique())

# %% true: a window that is longer than the data
import pandas as pd
df = pd.read_csv("orders.csv")
df["trend"] = df["price"].rolling(30).mean()
print("last value of the trend:", df["trend"].iloc[-1])

# %% true: shifted too far
import pandas as pd
df = pd.read_csv("orders.csv").sort_values("order_id")
df["year_before"] = df["quantity"].shift(365)
df["growth"] = df["quantity"] / df["year_before"] - 1
print("mean growth:", df["growth"].mean())

# %% true: bins that hold no value
import pandas as pd
df = pd.read_csv("survey.csv")
df["group"] = pd.cut(df["age"], bins=[0, 5, 10], labels=["small", "big"])
print(df.groupby("group", observed=False)["score"].mean())

# %% true: columns that are asked for by a wrong name
import pandas as pd
df = pd.read_csv("orders.csv").rename(columns=str.lower)
table = df.reindex(columns=["Region", "Quantity"])
print(table.describe())

# %% true: with assign
import pandas as pd
df = pd.read_csv("orders.csv").assign(
    when=lambda d: pd.to_datetime(d["day"], format="%B %d", errors="coerce"),
)
print(df["when"].min(), df["when"].max())

# %% true: split at a sign that is not there
import pandas as pd
df = pd.read_csv("customers.csv")
df["street"] = df["city"].str.split(",").str[1]
print(df["street"].value_counts().to_dict())

# %% true: only in one part of the rows, with loc
import pandas as pd
import numpy as np
df = pd.read_csv("orders.csv")
df.loc[df["region"] == "north", "bonus"] = df["price"] * 0.1
print("bonus in all:", df["bonus"].sum())

# %% true: means by product in a table that goes by number
import pandas as pd
df = pd.read_csv("orders.csv").set_index("order_id")
df["usual_price"] = df.groupby("product")["price"].mean()
print("above the usual price:", (df["price"] > df["usual_price"]).sum())

# %% harmless: a column that is empty in the file
import pandas as pd
df = pd.read_csv("orders.csv")
print(df.groupby("region")["quantity"].sum())

# %% harmless: an empty column goes through a join
import pandas as pd
orders = pd.read_csv("orders.csv")
products = pd.read_csv("products.csv")
joined = orders.merge(products, on="product", how="left")
joined["revenue"] = joined["quantity"] * joined["price"]
print(joined.groupby("category")["revenue"].sum())

# %% harmless: a column to be filled in later
import pandas as pd
import numpy as np
df = pd.read_csv("orders.csv")
df["checked"] = np.nan
df["remark"] = None
print(len(df))

# %% harmless: some values cannot be converted
import pandas as pd
df = pd.read_csv("survey.csv")
df["age"] = pd.to_numeric(df["age"], errors="coerce")
df["city"] = df["city"].map({"Bern": "BE", "Oslo": "OS"})
print(df["age"].mean(), df["city"].value_counts(dropna=False).to_dict())

# %% harmless: a trend whose beginning is missing
import pandas as pd
df = pd.read_csv("orders.csv")
df["trend"] = df["price"].rolling(3).mean()
df["before"] = df["price"].shift(1)
print(df[["trend", "before"]].tail(3))

# %% harmless: the empty column is dropped
import pandas as pd
df = pd.read_csv("orders.csv").dropna(axis=1, how="all")
print(df.shape, df.isna().sum().sum())

# %% harmless: only a part of the customers has a match
import pandas as pd
orders = pd.read_csv("orders.csv")
customers = pd.read_csv("customers.csv")
joined = orders.merge(customers, on="customer_id", how="left")
print("orders without a known customer:", joined["name"].isna().sum())

# %% harmless: missing values of the file are counted
import pandas as pd
df = pd.read_csv("survey.csv")
share = df.isna().mean().sort_values(ascending=False)
print(share)

# %% harmless: a pivot with holes
import pandas as pd
df = pd.read_csv("orders.csv")
table = df.pivot_table(index="region", columns="product", values="quantity", aggfunc="sum")
print(table)

# %% harmless: a copy of an empty column under another name
import pandas as pd
df = pd.read_csv("survey.csv").rename(columns={"comment": "text"})
print(df["score"].describe())

# %% harmless: months of the year, not all of them there
import pandas as pd
df = pd.read_csv("orders.csv")
df["month"] = pd.to_datetime(df["day"], dayfirst=True).dt.month
monthly = df.groupby("month")["quantity"].sum().reindex(range(1, 13))
print(monthly.fillna(0).astype(int).to_dict())

# %% harmless: a table made by hand with an open column
import pandas as pd
plan = pd.DataFrame({"task": ["clean", "model", "report"], "done": [True, False, False], "grade": [None] * 3})
print(plan["done"].sum())

# %% harmless: a text is cleaned before it becomes a number
import pandas as pd
df = pd.read_csv("survey.csv")
df["spent"] = pd.to_numeric(df["spent"].str.replace("EUR", "").str.strip(), errors="coerce")
print(df["spent"].mean())

# %% harmless: the empty column is filled
import pandas as pd
df = pd.read_csv("orders.csv")
df["note"] = df["note"].fillna("-")
print(df["note"].unique())

# %% harmless: two tables under each other, one without the column
import pandas as pd
orders = pd.read_csv("orders.csv")
first, second = orders.head(6).copy(), orders.tail(6).copy()
first["discount"] = 0.1
both = pd.concat([first, second], ignore_index=True)
print(both["discount"].fillna(0).sum())

# %% unnoticed: the column is never assigned
import pandas as pd
df = pd.read_csv("orders.csv")
print(pd.to_datetime(df["day"], format="%Y-%m-%d", errors="coerce").dt.year.nunique())
