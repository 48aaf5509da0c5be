# %% true: missing values are not dropped
import pandas as pd
df = pd.read_csv("survey.csv")
df.dropna(subset=["age"])
print(len(df))

# %% true: zeros are not filled in
import pandas as pd
df = pd.read_csv("survey.csv")
df["age"].fillna(0)
print(df["age"].mean())

# %% true: the columns keep their names
import pandas as pd
df = pd.read_csv("orders.csv")
df.rename(columns={"quantity": "pieces"})
print(df.columns.tolist())

# %% true: the column stays
import pandas as pd
df = pd.read_csv("orders.csv")
df.drop(columns=["note"])
df.drop_duplicates()
print(df.shape)

# %% true: not sorted
import pandas as pd
df = pd.read_csv("orders.csv")
df.sort_values("price", ascending=False)
print(df.head(3)["product"].tolist())

# %% true: text that is not cleaned
import pandas as pd
customers = pd.read_csv("customers.csv")
customers["name"].str.strip().str.title()
print(customers["name"].tolist())

# %% true: the type stays what it was
import pandas as pd
df = pd.read_csv("survey.csv")
df["spent"] = df["spent"].str.replace(" EUR", "")
df["spent"].astype(float)
print(df["spent"].sum())

# %% true: dates that are converted for nobody
import pandas as pd
df = pd.read_csv("orders.csv")
pd.to_datetime(df["day"], dayfirst=True)
print(df["day"].max())

# %% true: rows of an iteration are copies
import pandas as pd
df = pd.read_csv("orders.csv")
for index, row in df.iterrows():
    row["price"] = row["price"] * 1.2
print(df["price"].sum())

# %% true: a loop that gives its own name a value
values = ["a ", " b", "c"]
for value in values:
    value = value.strip()
print(values)

# %% true: a text that stays the same
title = "total revenue"
title.upper()
title.replace("total", "Total")
print(title)

# %% true: a replacement in a function
import pandas as pd

def clean(df):
    df.replace({"region": {"North": "N"}})
    df.reset_index(drop=True)
    return df

orders = pd.read_csv("orders.csv")
result = clean(orders)
print(result["region"].unique())

# %% true: two tables under each other for nobody
import pandas as pd
first = pd.read_csv("orders.csv").head(3)
second = pd.read_csv("orders.csv").tail(3)
pd.concat([first, second])
print(len(first))

# %% true: a join that is thrown away
import pandas as pd
orders = pd.read_csv("orders.csv")
products = pd.read_csv("products.csv")
orders.merge(products, on="product", how="left")
print(orders.columns.tolist())

# %% true: in an if, with a selection
import pandas as pd
df = pd.read_csv("survey.csv")
if df["age"].isna().any():
    df[["age", "score"]].fillna(df["score"].mean())
print(df["age"].isna().sum())

# %% true: an index that is not set
import pandas as pd
df = pd.read_csv("products.csv")
df.set_index("product")
print(df.index.tolist())

# %% true: a sorted list that is thrown away
names = ["c", "a", "b"]
sorted(names)
print(names[0])

# %% harmless: information about a table
import pandas as pd
df = pd.read_csv("orders.csv")
df.info()
df.describe()
df.head()
print(df["price"].sum())

# %% harmless: in place
import pandas as pd
df = pd.read_csv("survey.csv")
df.dropna(subset=["age"], inplace=True)
df.sort_values("age", inplace=True)
print(len(df))

# %% harmless: shown as the last value
import pandas as pd
df = pd.read_csv("orders.csv")
print("rows:", len(df))
df.sort_values("price").head()

# %% harmless: the last value is a table without missing values
import pandas as pd
df = pd.read_csv("survey.csv")
df.dropna(subset=["age"])

# %% harmless: a file gets another name
from pathlib import Path
path = Path("draft.txt")
path.write_text("x")
path.rename("final.txt")
Path("final.txt").replace("final.md")
print(Path("final.md").exists())

# %% harmless: lists that are sorted in place
names = ["b", "a"]
names.sort()
names.reverse()
names.append("c")
print(names)

# %% harmless: columns that are put in and taken out
import pandas as pd
df = pd.read_csv("orders.csv")
df.insert(0, "number", range(len(df)))
df.pop("note")
df.update(pd.DataFrame({"price": [99.0]}, index=[0]))
print(df.shape)

# %% harmless: a conversion is tried
import pandas as pd
df = pd.read_csv("survey.csv")
try:
    df["spent"].astype(float)
    print("all are numbers")
except ValueError:
    print("some are not numbers")

# %% harmless: rows are changed and collected
import pandas as pd
df = pd.read_csv("orders.csv")
rows = []
for _, row in df.iterrows():
    row["price"] = row["price"] * 1.2
    rows.append(row)
print(pd.DataFrame(rows)["price"].sum())

# %% harmless: rows are changed where they are
import pandas as pd
df = pd.read_csv("orders.csv")
for index, row in df.iterrows():
    row["price"] = round(row["price"])
    df.at[index, "price"] = row["price"]
print(df["price"].sum())

# %% harmless: a loop that cleans and uses its name
cleaned = []
for value in ["a ", " b"]:
    value = value.strip()
    cleaned.append(value)
print(cleaned)

# %% harmless: an object of the program's own
class Pipeline:
    def __init__(self):
        self.steps = []

    def drop(self, name):
        self.steps.append(("drop", name))

    def rename(self, name):
        self.steps.append(("rename", name))

pipeline = Pipeline()
pipeline.drop("a")
pipeline.rename("b")
print(pipeline.steps)

# %% harmless: each group is printed by a function
import pandas as pd
df = pd.read_csv("orders.csv")
df.groupby("region").apply(lambda part: print(len(part)))
df["price"].apply(print)
print("done")

# %% harmless: written and drawn
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv")
df.to_csv("copy.csv", index=False)
df["price"].plot()
df.plot.scatter(x="quantity", y="price")
plt.show()

# %% harmless: assigned to itself
import pandas as pd
df = pd.read_csv("survey.csv")
df = df.dropna(subset=["age"])
df["city"] = df["city"].str.upper().replace("BERN", "Bern")
df = df.rename(columns={"score": "points"})
print(df["points"].mean())

# %% harmless: a loop that counts
total = 0
for number in range(5):
    if number % 2:
        number = number * 10
    total += number
print(total)

# %% harmless: a dictionary and a set
counts = {"a": 1}
counts.update(b=2)
counts.setdefault("c", 3)
counts.pop("a")
seen = {1}
seen.update([2])
print(counts, seen)

# %% harmless: displayed
import pandas as pd
from IPython.display import display
df = pd.read_csv("orders.csv")
display(df.sort_values("price").head(3))
_ = df.dropna()
print(df.drop(columns="note").shape)

# %% harmless: cleaning that finds nothing to clean
import pandas as pd
df = pd.read_csv("products.csv")
df = df.drop_duplicates()
df["cost"] = df["cost"].fillna(0)
df = df.reset_index(drop=True)
print(df["cost"].sum())

# %% harmless: a list in a cell sorts itself
import pandas as pd
df = pd.DataFrame({"name": ["a", "b"], "values": [[3, 1, 2], [5, 4]]})
df["values"].iloc[0].sort()
print(df["values"].tolist())

# %% harmless: database statements
import sqlite3
import pandas as pd
connection = sqlite3.connect(":memory:")
pd.read_csv("products.csv").to_sql("products", connection, index=False)
connection.execute("update products set cost = 0")
print(connection.execute("select sum(cost) from products").fetchone())

# %% unnoticed: a new name for a column that is not there
import pandas as pd
df = pd.read_csv("orders.csv")
df = df.rename(columns={"Quantity": "pieces"})
print(df.columns.tolist())
