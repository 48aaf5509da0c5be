# %% true: a line of a selection that is empty
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv", parse_dates=["day"], dayfirst=True)
part = df[df["region"] == "north"]
plt.plot(part["day"], part["price"])
plt.xlabel("day")
plt.ylabel("price")
plt.show()

# %% true: a scatter of values that are all missing
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("survey.csv")
df["amount"] = pd.to_numeric(df["spent"], errors="coerce")
plt.scatter(df["age"], df["amount"])
plt.title("age and amount")
plt.show()

# %% true: a histogram of nothing
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv")
plt.hist(df[df["price"] > 1000]["price"], bins=20)
plt.xlabel("price")
plt.show()

# %% true: a figure that nothing is drawn in
import matplotlib.pyplot as plt
fig, ax = plt.subplots()
ax.set_title("Revenue")
ax.set_xlabel("month")
plt.show()

# %% true: drawn in one figure, shown another
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv")
totals = df.groupby("region")["quantity"].sum()
fig, ax = plt.subplots()
ax.set_ylabel("pieces")
fig.savefig("totals.png")
ax.bar(totals.index, totals.values)
print("saved")

# %% true: one of two panels has no data
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv")
fig, axes = plt.subplots(1, 2)
for ax, region in zip(axes, ["North", "south"]):
    part = df[df["region"] == region]
    ax.plot(part["order_id"], part["price"])
    ax.set_title(region)
plt.tight_layout()
plt.show()

# %% true: bars that are all missing
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv")
totals = df.groupby("region")["price"].mean().reindex(["NORTH", "SOUTH"])
totals.plot(kind="bar")
plt.ylabel("mean price")
plt.show()

# %% true: only the line of the mean is there
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv")
late = df[df["order_id"] > 100]
plt.plot(late["order_id"], late["quantity"], marker="o")
plt.axhline(df["quantity"].mean(), color="red")
plt.legend(["quantity", "mean"])
plt.show()

# %% true: a rolling mean that is too long
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv")
df["price"].rolling(30).mean().plot()
plt.title("30 orders' mean")
plt.show()

# %% true: shown before it is drawn
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv")
fig = plt.figure(figsize=(6, 4))
ax = fig.add_subplot(111)
ax.set_title("Quantities")
plt.show()
ax.plot(df["quantity"])

# %% true: bars for no category
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv")
counts = df[df["product"] == "lamp"]["region"].value_counts()
plt.bar(counts.index, counts.values)
plt.title("Lamps by region")
plt.show()

# %% true: an image of missing values
import numpy as np
import matplotlib.pyplot as plt
grid = np.full((5, 5), np.nan)
plt.imshow(grid)
plt.colorbar()
plt.show()

# %% true: a line by groups that are all empty
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv")
fig, ax = plt.subplots(figsize=(8, 4))
for region in ["north", "south"]:
    part = df[df["region"] == region]
    ax.plot(part["order_id"], part["quantity"], label=region)
ax.legend()
plt.show()

# %% true: an area between missing values
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv")
mean, spread = df["price"].rolling(50).mean(), df["price"].rolling(50).std()
plt.fill_between(df.index, mean - spread, mean + spread, alpha=0.3)
plt.plot(df.index, mean)
plt.show()

# %% harmless: a grid with one place to spare
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv")
fig, axes = plt.subplots(2, 2)
for ax, (region, part) in zip(axes.flat, df.groupby("region")):
    ax.hist(part["price"])
    ax.set_title(region)
plt.tight_layout()
plt.show()

# %% harmless: the place to spare is switched off
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv")
fig, axes = plt.subplots(1, 4)
for ax, (region, part) in zip(axes, df.groupby("region")):
    ax.scatter(part["quantity"], part["price"])
axes[-1].axis("off")
plt.show()

# %% harmless: a panel that says there is no data
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv")
fig, axes = plt.subplots(1, 2)
for ax, region in zip(axes, ["North", "East"]):
    part = df[df["region"] == region]
    if part.empty:
        ax.text(0.5, 0.5, "no orders", ha="center")
    else:
        ax.plot(part["order_id"], part["price"])
plt.show()

# %% harmless: some values are missing
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv")
df["price"].rolling(3).mean().plot(label="mean of 3")
plt.axvline(6, linestyle="--")
plt.legend()
plt.show()

# %% harmless: bars, some of them zero
import matplotlib.pyplot as plt
plt.bar(["a", "b", "c"], [0, 3, 0])
plt.show()

# %% harmless: a pie
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv")
df["region"].value_counts().plot.pie()
plt.ylabel("")
plt.show()

# %% harmless: a heat map with its colours
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv")[["quantity", "price", "order_id"]]
plt.imshow(df.corr(), cmap="coolwarm")
plt.colorbar()
plt.show()

# %% harmless: a box plot by group
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv")
df.boxplot(column="price", by="region")
plt.suptitle("")
plt.show()

# %% harmless: an empty proxy for the legend
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv")
colors = {"North": "red", "South": "blue", "West": "green"}
plt.scatter(df["quantity"], df["price"], c=df["region"].map(colors))
for name, color in colors.items():
    plt.scatter([], [], c=color, label=name)
plt.legend()
plt.show()

# %% harmless: two scales in one panel
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv")
fig, ax = plt.subplots()
ax.bar(df["order_id"], df["quantity"])
other = ax.twinx()
other.plot(df["order_id"], df["price"], color="red")
fig.savefig("both.png")
plt.show()

# %% harmless: a table as a figure
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("products.csv")
fig, ax = plt.subplots()
ax.axis("off")
ax.table(cellText=df.values.tolist(), colLabels=list(df.columns))
plt.show()

# %% harmless: a matrix of scatters
import pandas as pd
import matplotlib.pyplot as plt
from pandas.plotting import scatter_matrix
scatter_matrix(pd.read_csv("orders.csv")[["quantity", "price"]])
plt.show()

# %% harmless: a single constant value
import matplotlib.pyplot as plt
plt.hist([3, 3, 3, 3])
plt.show()

# %% harmless: a tree of a hierarchy as lines
import numpy as np
import matplotlib.pyplot as plt
from scipy.cluster.hierarchy import dendrogram, linkage
points = np.array([[0, 0], [0, 1], [5, 5], [5, 6]])
dendrogram(linkage(points))
plt.show()

# %% harmless: an inset
import matplotlib.pyplot as plt
fig, ax = plt.subplots()
ax.plot([1, 2, 3], [1, 4, 9])
inset = ax.inset_axes([0.1, 0.6, 0.3, 0.3])
inset.plot([1, 2], [1, 4])
plt.show()

# %% harmless: a surface
import numpy as np
import matplotlib.pyplot as plt
x, y = np.meshgrid(np.arange(5), np.arange(5))
fig = plt.figure()
ax = fig.add_subplot(projection="3d")
ax.plot_surface(x, y, x * y)
plt.show()

# %% harmless: error bars and a band
import pandas as pd
import matplotlib.pyplot as plt
df = pd.read_csv("orders.csv")
stats = df.groupby("region")["price"].agg(["mean", "std"])
plt.errorbar(stats.index, stats["mean"], yerr=stats["std"], fmt="o")
plt.show()

# %% unnoticed: outside of the limits
import matplotlib.pyplot as plt
plt.plot([1, 2, 3], [1, 4, 9])
plt.xlim(100, 200)
plt.show()

# %% unnoticed: no panel of a grid is drawn but one
import matplotlib.pyplot as plt
fig, axes = plt.subplots(1, 2)
axes[0].plot([1, 2], [1, 2])
axes[1].set_title("Costs")
plt.show()
