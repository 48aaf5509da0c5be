# %% true: unknown customers are dropped by the default
import pandas as pd
orders = pd.read_csv("orders.csv")
customers = pd.read_csv("customers.csv")
joined = orders.merge(customers, on="customer_id")
joined["revenue"] = joined["quantity"] * joined["price"]
print(joined.groupby("city")["revenue"].sum())

# %% true: contacts are there twice, and revenue counts twice
import pandas as pd
orders = pd.read_csv("orders.csv")
contacts = pd.read_csv("contacts.csv")
joined = orders.merge(contacts, on="customer_id", how="left")
print("Revenue:", (joined["quantity"] * joined["price"]).sum())

# %% true: targets by region, without the month
import pandas as pd
orders = pd.read_csv("orders.csv")
targets = pd.read_csv("targets.csv")
both = pd.merge(orders, targets, on="region")
print(both.groupby("region")[["quantity", "target"]].sum())

# %% true: keys that differ in case lose everything
import pandas as pd
orders = pd.read_csv("orders.csv")
products = pd.read_csv("products.csv")
products["product"] = products["product"].str.upper()
merged = pd.merge(orders, products, on="product", how="inner")
profit = ((merged["price"] - merged["cost"]) * merged["quantity"]).sum()
print(f"profit: {profit:.2f}")

# %% true: the table is assigned to its own name
import pandas as pd
df = pd.read_csv("orders.csv")
df = df.merge(pd.read_csv("customers.csv"), on="customer_id")
df = df.merge(pd.read_csv("products.csv"), on="product")
print("total quantity:", df["quantity"].sum())

# %% true: in one expression, nothing is assigned
import pandas as pd
orders = pd.read_csv("orders.csv")
contacts = pd.read_csv("contacts.csv")
print(orders.merge(contacts, on="customer_id", how="left").groupby("region")["quantity"].sum())

# %% true: a join by the index drops rows
import pandas as pd
orders = pd.read_csv("orders.csv").set_index("customer_id")
customers = pd.read_csv("customers.csv").set_index("customer_id")
joined = orders.join(customers, how="inner")
print(joined.groupby("segment")["price"].mean())

# %% true: a join by the index multiplies
import pandas as pd
orders = pd.read_csv("orders.csv").set_index("customer_id")
contacts = pd.read_csv("contacts.csv").set_index("customer_id")
joined = orders.join(contacts)
print(joined["quantity"].sum())

# %% true: two tables with totals that are joined by a column that repeats
import pandas as pd
orders = pd.read_csv("orders.csv")
by_customer = orders.groupby(["region", "customer_id"])["quantity"].sum().reset_index()
by_product = orders.groupby(["region", "product"])["price"].mean().reset_index()
table = by_customer.merge(by_product, on="region")
print(table["quantity"].sum())

# %% true: a right join on the many side's behalf
import pandas as pd
orders = pd.read_csv("orders.csv")
contacts = pd.read_csv("contacts.csv")
table = contacts.merge(orders, on="customer_id", how="right")
print("orders:", len(table))

# %% true: in a function
import pandas as pd

def with_city(orders, customers):
    return pd.merge(orders, customers[["customer_id", "city"]], on="customer_id")

data = with_city(pd.read_csv("orders.csv"), pd.read_csv("customers.csv"))
print(data["city"].value_counts())

# %% true: keys under two names
import pandas as pd
orders = pd.read_csv("orders.csv")
customers = pd.read_csv("customers.csv").rename(columns={"customer_id": "id"})
merged = orders.merge(customers, left_on="customer_id", right_on="id", how="inner")
print("average quantity per city:", merged.groupby("city")["quantity"].mean().to_dict())

# %% true: an outer join of tables that both repeat
import pandas as pd
orders = pd.read_csv("orders.csv")
targets = pd.read_csv("targets.csv")
everything = orders.merge(targets, on="region", how="outer")
print(everything["quantity"].sum())

# %% true: a left join with keys of another case
import pandas as pd
orders = pd.read_csv("orders.csv")
customers = pd.read_csv("customers.csv")
customers["customer_id"] = customers["customer_id"].str.lower()
joined = orders.merge(customers, on="customer_id", how="left")
print(joined.groupby("region")["city"].count())

# %% true: keys with blanks and other capitals, and some that are not there at all
import pandas as pd
orders = pd.read_csv("orders.csv")
orders["customer_id"] = [" c1", "C1", "c2 ", "C2", "C3", "c3", "C4", "C4", "C5", "C6", "C9", "C9"]
joined = orders.merge(pd.read_csv("customers.csv"), on="customer_id")
print(joined.groupby("city")["quantity"].sum())

# %% true: a left join that finds half of the partners
import pandas as pd
orders = pd.read_csv("orders.csv")
customers = pd.read_csv("customers.csv")
customers.loc[::2, "customer_id"] = customers.loc[::2, "customer_id"].str.lower()
joined = orders.merge(customers, on="customer_id", how="left")
print(joined.groupby("city")["quantity"].sum())

# %% true: a selection that is written otherwise
import pandas as pd
orders = pd.read_csv("orders.csv")
wanted = pd.DataFrame({"product": ["lamp ", "Desk"]})
print(orders.merge(wanted, on="product")["quantity"].sum())

# %% true: numbers and texts in one column
import pandas as pd
sales = pd.DataFrame({"shop": [1, "2", 3, "4"], "n": [5, 6, 7, 8]})
shops = pd.DataFrame({"shop": ["1", "2", "3", "4"], "city": ["Bern", "Oslo", "Rome", "Bern"]}, dtype=object)
print(sales.merge(shops, on="shop", how="left").groupby("city")["n"].sum())

# %% true: two joins in one line, and the first drops rows
import pandas as pd
orders, customers = pd.read_csv("orders.csv"), pd.read_csv("customers.csv")
products = pd.read_csv("products.csv")
lights = products[products["category"] == "Light"]
table = orders.merge(customers, on="customer_id").merge(lights, on="product")
print(table.groupby("city")["quantity"].sum())

# %% true: two joins in one line, and the second drops rows
import pandas as pd
orders, customers = pd.read_csv("orders.csv"), pd.read_csv("customers.csv")
products = pd.read_csv("products.csv")
table = orders.merge(products, on="product").merge(customers[["customer_id", "city"]], on="customer_id")
print(table.groupby("city")["cost"].sum())

# %% true: one join in another, and the inner one drops rows
import pandas as pd
orders, customers = pd.read_csv("orders.csv"), pd.read_csv("customers.csv")
products = pd.read_csv("products.csv")
lights = products[products["category"] == "Light"]
print(pd.merge(pd.merge(orders, customers, on="customer_id"), lights, on="product")["cost"].sum())

# %% true: by the columns that both have
import pandas as pd
orders, customers = pd.read_csv("orders.csv"), pd.read_csv("customers.csv")
print(orders.merge(customers).groupby("city")["quantity"].sum())

# %% true: some columns by their list's name
import pandas as pd
columns = ["customer_id", "city"]
orders, customers = pd.read_csv("orders.csv"), pd.read_csv("customers.csv")
print(orders.merge(customers[columns], on="customer_id").groupby("city")["quantity"].sum())

# %% true: some columns of two lists
import pandas as pd
keys = ["customer_id"]
orders, customers = pd.read_csv("orders.csv"), pd.read_csv("customers.csv")
print(orders.merge(customers[keys + ["city"]], on=keys).groupby("city")["quantity"].sum())

# %% true: all rows of some columns
import pandas as pd
orders, customers = pd.read_csv("orders.csv"), pd.read_csv("customers.csv")
print(orders.merge(customers.loc[:, ["customer_id", "city"]], on="customer_id")["city"].value_counts())

# %% true: rows without a key, and those that come twice, are dropped first
import pandas as pd
orders, customers = pd.read_csv("orders.csv"), pd.read_csv("customers.csv")
customers = customers.dropna(subset=["customer_id"]).drop_duplicates("customer_id")
print(orders.merge(customers, on="customer_id").groupby("city")["quantity"].sum())

# %% true: all rows of a database's table
import sqlite3
import pandas as pd
con = sqlite3.connect(":memory:")
pd.read_csv("customers.csv").to_sql("customers", con, index=False)
orders = pd.read_csv("orders.csv")
customers = pd.read_sql("SELECT customer_id, city FROM customers", con)
print(orders.merge(customers, on="customer_id").groupby("city")["quantity"].sum())

# %% true: a selection is made, and all are joined
import pandas as pd
o, c = pd.read_csv("orders.csv"), pd.read_csv("customers.csv")
bern = c[c["city"] == "Bern"]
print(len(bern))
j = o.merge(c[["customer_id", "segment"]], on="customer_id")
print(j.groupby("segment")["price"].sum())

# %% true: joins in a chain over several lines, and the second drops rows
import pandas as pd
o, c, p = pd.read_csv("orders.csv"), pd.read_csv("customers.csv"), pd.read_csv("products.csv")
r = (
    o
    .merge(p, on="product", how="left")
    .merge(c, on="customer_id")
)
print(r["cost"].sum())

# %% harmless: all orders are kept
import pandas as pd
orders = pd.read_csv("orders.csv")
customers = pd.read_csv("customers.csv")
joined = orders.merge(customers, on="customer_id", how="left")
print(joined.groupby("city", dropna=False)["quantity"].sum())

# %% harmless: every product is known
import pandas as pd
orders = pd.read_csv("orders.csv")
products = pd.read_csv("products.csv")
merged = pd.merge(orders, products, on="product")
print(((merged["price"] - merged["cost"]) * merged["quantity"]).sum())

# %% harmless: customers with their orders, one to many
import pandas as pd
customers = pd.read_csv("customers.csv")
orders = pd.read_csv("orders.csv")
known = orders[orders["customer_id"].isin(customers["customer_id"])]
table = customers.merge(known, on="customer_id", how="left")
print(table.groupby("name")["quantity"].sum())

# %% harmless: customers without orders fall away
import pandas as pd
customers = pd.read_csv("customers.csv")
orders = pd.read_csv("orders.csv")
totals = orders.groupby("customer_id", as_index=False)["quantity"].sum()
known = totals[totals["customer_id"] != "C9"]
print(known.merge(customers, on="customer_id")[["name", "quantity"]])

# %% harmless: only the rows of the best products
import pandas as pd
orders = pd.read_csv("orders.csv")
top = orders.groupby("product", as_index=False)["quantity"].sum().nlargest(2, "quantity")
best = orders.merge(top[["product"]], on="product")
print(best.groupby("product")["price"].mean())

# %% harmless: totals of the best products beside each order
import pandas as pd
orders = pd.read_csv("orders.csv")
top = orders.groupby("product", as_index=False)["quantity"].sum().nlargest(2, "quantity")
best = orders.merge(top, on="product", suffixes=("", "_total"))
print(best["quantity"].sum())

# %% harmless: a cross join
import pandas as pd
regions = pd.DataFrame({"region": ["North", "South"]})
months = pd.DataFrame({"month": [1, 2, 3]})
grid = regions.merge(months, how="cross")
print(len(grid))

# %% harmless: pairs of orders within a customer
import pandas as pd
orders = pd.read_csv("orders.csv")[["customer_id", "product"]].drop_duplicates()
pairs = orders.merge(orders, on="customer_id")
pairs = pairs[pairs["product_x"] < pairs["product_y"]]
print(pairs.groupby(["product_x", "product_y"]).size())

# %% harmless: many to many on purpose
import pandas as pd
orders = pd.read_csv("orders.csv")
contacts = pd.read_csv("contacts.csv")
mails = orders.merge(contacts, on="customer_id", how="left", validate="many_to_many")
print("mails to send:", len(mails))

# %% harmless: duplicates are dropped afterwards
import pandas as pd
orders = pd.read_csv("orders.csv")
contacts = pd.read_csv("contacts.csv")
joined = orders.merge(contacts, on="customer_id", how="left").drop_duplicates("order_id")
print(joined["quantity"].sum())

# %% harmless: duplicates are dropped in the next line
import pandas as pd
orders = pd.read_csv("orders.csv")
contacts = pd.read_csv("contacts.csv")
joined = orders.merge(contacts, on="customer_id", how="left")
joined = joined.drop_duplicates(subset=["order_id"])
print(len(joined), joined["quantity"].sum())

# %% harmless: the losses are counted
import pandas as pd
orders = pd.read_csv("orders.csv")
customers = pd.read_csv("customers.csv")
joined = orders.merge(customers, on="customer_id")
print(f"{len(orders) - len(joined)} of {len(orders)} orders have no known customer")
print(joined.groupby("segment")["quantity"].sum())

# %% harmless: what is common to two lists
import pandas as pd
orders = pd.read_csv("orders.csv")
customers = pd.read_csv("customers.csv")
active = orders[["customer_id"]].drop_duplicates()
common = active.merge(customers[["customer_id"]], on="customer_id")
print("customers with orders:", len(common))

# %% harmless: an indicator shows what does not fit
import pandas as pd
orders = pd.read_csv("orders.csv")
customers = pd.read_csv("customers.csv")
both = orders.merge(customers, on="customer_id", how="outer", indicator=True)
print(both["_merge"].value_counts())

# %% harmless: rates that hold in an interval
import pandas as pd
orders = pd.read_csv("orders.csv", parse_dates=["day"], dayfirst=True)
targets = pd.read_csv("targets.csv")
both = orders.merge(targets, on="region")
both = both[both["day"].dt.month == both["month"]]
print(both.groupby("region")["target"].mean())

# %% harmless: the nearest earlier value
import pandas as pd
orders = pd.read_csv("orders.csv", parse_dates=["day"], dayfirst=True).sort_values("day")
rates = pd.DataFrame({"day": pd.to_datetime(["2024-01-01", "2024-02-01"]), "rate": [1.1, 1.2]})
print(pd.merge_asof(orders, rates, on="day")["rate"].mean())

# %% harmless: a table beside its own sums
import pandas as pd
orders = pd.read_csv("orders.csv")
sums = orders.groupby("region")["quantity"].sum().rename("in_region").reset_index()
orders = orders.merge(sums, on="region")
print((orders["quantity"] / orders["in_region"]).round(2).tolist())

# %% harmless: only business customers are asked for
import pandas as pd
orders = pd.read_csv("orders.csv")
customers = pd.read_csv("customers.csv")
business = customers[customers["segment"] == "Business"]
joined = orders.merge(business, on="customer_id")
print(joined["quantity"].sum())

# %% harmless: columns of two tables with the same rows
import pandas as pd
orders = pd.read_csv("orders.csv")
prices = orders[["order_id", "price"]].copy()
prices["price"] *= 1.2
print(orders.join(prices.set_index("order_id"), on="order_id", rsuffix="_gross")["price_gross"].sum())

# %% harmless: most customers have ordered once, some twice
import pandas as pd
people = pd.DataFrame({"id": range(40), "age": range(20, 60)})
orders = pd.DataFrame({"id": [*range(40), 3, 7], "amount": [1000 + n for n in range(42)]})
sales = people.merge(orders, on="id")
print("orders:", len(sales), "mean amount:", sales["amount"].mean())

# %% harmless: a left join with unknown customers that are not there in any spelling
import pandas as pd
orders = pd.read_csv("orders.csv")
customers = pd.read_csv("customers.csv")
customers["city"] = customers["city"].str.upper()
print(orders.merge(customers, on="customer_id", how="left")["city"].fillna("unknown").value_counts())

# %% harmless: an indicator tells of keys that are written otherwise
import pandas as pd
orders = pd.read_csv("orders.csv")
customers = pd.read_csv("customers.csv")
customers["customer_id"] = customers["customer_id"].str.lower().where(customers.index > 1, "C1")
both = orders.merge(customers.drop_duplicates("customer_id"), on="customer_id", how="left", indicator=True)
print(both["_merge"].value_counts())

# %% harmless: two joins in one line, the first with a selection
import pandas as pd
orders, customers = pd.read_csv("orders.csv"), pd.read_csv("customers.csv")
products = pd.read_csv("products.csv")
bern = customers[customers["city"] == "Bern"]
table = orders.merge(bern, on="customer_id").merge(products, on="product")
print((table["quantity"] * (table["price"] - table["cost"])).sum())

# %% harmless: joins in a chain over several lines, the first with a selection
import pandas as pd
orders, customers = pd.read_csv("orders.csv"), pd.read_csv("customers.csv")
table = (
    orders.merge(
        customers.query("city == 'Bern'"),
        on="customer_id",
    )
    .merge(pd.read_csv("products.csv"), on="product")
    .groupby("category")["quantity"]
    .sum()
)
print(", ".join(f"{name}: {count}" for name, count in table.items()))

# %% harmless: one join in another, and a selection in the inner one
import pandas as pd
orders, customers = pd.read_csv("orders.csv"), pd.read_csv("customers.csv")
products = pd.read_csv("products.csv")
bern = customers[customers["city"] == "Bern"]
print(pd.merge(pd.merge(orders, bern, on="customer_id"), products, on="product")["cost"].sum())

# %% harmless: rows by a mask
import pandas as pd
orders, customers = pd.read_csv("orders.csv"), pd.read_csv("customers.csv")
mask = orders["quantity"] > 1
big = customers.merge(orders[mask], on="customer_id")
print(big["name"].unique())

# %% harmless: rows by a mask of two conditions
import pandas as pd
orders, customers = pd.read_csv("orders.csv"), pd.read_csv("customers.csv")
in_bern = customers["city"].eq("Bern")
business = customers["segment"].str.contains("Busi")
wanted = in_bern & ~business
print(orders.merge(customers[wanted], on="customer_id")["quantity"].sum())

# %% harmless: rows by a column of truth values
import pandas as pd
orders, customers = pd.read_csv("orders.csv"), pd.read_csv("customers.csv")
customers["local"] = customers["city"] == "Bern"
print(orders.merge(customers[customers["local"]], on="customer_id")["quantity"].sum())

# %% harmless: rows by a mask with loc
import pandas as pd
orders, customers = pd.read_csv("orders.csv"), pd.read_csv("customers.csv")
cities = ["Bern", "Rome"]
mask = customers["city"].isin(cities)
chosen = customers.loc[mask, ["customer_id", "city"]]
print(orders.merge(chosen, on="customer_id").groupby("city")["quantity"].sum())

# %% harmless: the first rows
import pandas as pd
orders, customers = pd.read_csv("orders.csv"), pd.read_csv("customers.csv")
first = customers.sort_values("name").head(3)
print(orders.merge(first, on="customer_id")["quantity"].sum())

# %% harmless: rows that a database selects
import sqlite3
import pandas as pd
con = sqlite3.connect(":memory:")
pd.read_csv("customers.csv").to_sql("customers", con, index=False)
orders = pd.read_csv("orders.csv")
query = """
SELECT customer_id, city
FROM customers
WHERE city = 'Bern'
"""
customers = pd.read_sql_query(query, con)
print(orders.merge(customers, on="customer_id")["quantity"].sum())

# %% harmless: rows that a database selects by a value
import sqlite3
import pandas as pd
con = sqlite3.connect(":memory:")
pd.read_csv("customers.csv").to_sql("customers", con, index=False)
orders, table = pd.read_csv("orders.csv"), "customers"
customers = pd.read_sql(f"select * from {table} where city = ?", con, params=["Bern"])
print(orders.merge(customers, on="customer_id")["quantity"].sum())

# %% harmless: only rows that have a value
import pandas as pd
orders = pd.read_csv("orders.csv")
customers = pd.read_csv("customers.csv")
customers["since"] = [2020, None, 2021, None, 2022, None, 2020, None]
known = customers.dropna(subset=["since"])
print(orders.merge(known, on="customer_id").groupby("since")["quantity"].sum())

# %% harmless: one customer of each city
import pandas as pd
orders, customers = pd.read_csv("orders.csv"), pd.read_csv("customers.csv")
firsts = customers.drop_duplicates(subset="city")
print(orders.merge(firsts, on="customer_id").groupby("city")["quantity"].sum())

# %% harmless: rows by a mask of an array
import numpy as np
import pandas as pd
o, c = pd.read_csv("orders.csv"), pd.read_csv("customers.csv")
keep = np.array(c["city"] == "Bern")
print(o.merge(c[keep], on="customer_id")["price"].sum())

# %% harmless: rows by a mask that grows
import pandas as pd
o, c = pd.read_csv("orders.csv"), pd.read_csv("customers.csv")
keep = c["city"] == "Bern"
keep &= c["segment"] == "Retail"
print(o.merge(c[keep], on="customer_id")["price"].sum())

# %% harmless: rows that duckdb selects
import duckdb
import pandas as pd
c = pd.read_csv("customers.csv")
o = pd.read_csv("orders.csv")
x = duckdb.sql("SELECT customer_id FROM c WHERE city = 'Oslo'").df()
print(o.merge(x, on="customer_id").price.sum())

# %% harmless: a selection with some columns, in a chain
import pandas as pd
o, c, p = pd.read_csv("orders.csv"), pd.read_csv("customers.csv"), pd.read_csv("products.csv")
furn = p[p["category"].eq("Furniture")][["product", "cost"]]
r = o.merge(furn, on="product").merge(c, on="customer_id", how="left")
print(r.groupby("city")["cost"].sum())

# %% unnoticed: one to many, and the sum of the one side is taken
import pandas as pd
customers = pd.read_csv("customers.csv").assign(limit=100)
orders = pd.read_csv("orders.csv")
table = customers.merge(orders[orders["customer_id"] != "C9"], on="customer_id")
print(table["limit"].sum())

# %% unnoticed: with polars
import polars as pl
orders = pl.read_csv("orders.csv")
contacts = pl.read_csv("contacts.csv")
print(orders.join(contacts, on="customer_id", how="left")["quantity"].sum())

# %% unnoticed: a few duplicates in what should be one to one
import pandas as pd
people = pd.DataFrame({"id": range(40), "age": range(20, 60)})
salaries = pd.DataFrame({"id": [*range(40), 3, 7], "salary": [1000 + n for n in range(42)]})
staff = people.merge(salaries, on="id")
print("people:", len(staff), "mean salary:", staff["salary"].mean())
