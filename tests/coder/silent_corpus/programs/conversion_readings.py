# %% true: a rate that is not in the dictionary
import pandas as pd
orders = pd.DataFrame({"amount": [10, 20, 30, 40, 50], "currency": ["USD", "GBP", "EUR", "USD", "EUR"]})
rates = {"USD": 0.9, "GBP": 1.2}
orders["euro"] = orders["amount"] * orders["currency"].map(rates)
print(orders["euro"].sum())

# %% true: a rate that is not in the dictionary, in one expression
import pandas as pd
orders = pd.DataFrame({"amount": [10, 20, 30, 40, 50], "currency": ["USD", "GBP", "EUR", "USD", "EUR"]})
print((orders["amount"] * orders["currency"].map({"USD": 0.9, "GBP": 1.2})).sum())

# %% true: names for codes that leave out one
import pandas as pd
stops = pd.DataFrame({"kind": [1, 2, 3, 1, 2, 3], "n": range(6)})
names = {1: "bus", 2: "tram"}
stops["name"] = stops["kind"].map(names)
print(stops.groupby("name")["n"].sum())

# %% true: groups by a dictionary that knows few of them
import pandas as pd
df = pd.read_csv("customers.csv")
countries = {"Bern": "Switzerland", "Oslo": "Norway"}
print(df.groupby(df["city"].map(countries))["customer_id"].count())

# %% true: capitals that the dictionary does not have
import pandas as pd
answers = pd.DataFrame({"answer": ["yes", "No", "no", "yes", "Yes", "no"]})
answers["said"] = answers["answer"].map({"yes": 1, "no": 0})
print(answers["said"].mean())

# %% true: looked up with get
import pandas as pd
orders = pd.DataFrame({"amount": [10, 20, 30, 40, 50], "currency": ["USD", "GBP", "EUR", "USD", "EUR"]})
rates = {"USD": 0.9, "GBP": 1.2}
orders["rate"] = orders["currency"].map(rates.get)
print((orders["rate"] * orders["amount"]).sum())

# %% true: a dictionary in a function
import pandas as pd
orders = pd.DataFrame({"amount": [10, 20, 30, 40, 50], "currency": ["USD", "GBP", "EUR", "USD", "EUR"]})


def in_euro(table):
    rates = {"USD": 0.9, "GBP": 1.2}
    table["euro"] = table["amount"] * table["currency"].map(rates)
    return table


print(in_euro(orders)["euro"].sum())

# %% true: a function that reads some of the texts
import pandas as pd
df = pd.read_csv("visits.csv")


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


df["amount"] = df["amount"].apply(number)
print(df["amount"].sum())

# %% true: a function with map, in a chain of methods
import numpy as np
import pandas as pd
films = pd.DataFrame({"title": list("abcdef"), "length": ["90 min", "2 h", "105 min", "88 min", "1 h 30 min", "n/a"]})
print(films["length"].map(lambda text: int(text[:-4]) if text.endswith(" min") and "h" not in text else np.nan).mean())

# %% true: a function that reads dates
from datetime import datetime
import pandas as pd
df = pd.read_csv("visits.csv")


def day(text):
    try:
        return datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        return pd.NaT


df["day"] = df["date"].apply(day)
print(df["day"].dt.month.value_counts())

# %% true: each value by itself
import pandas as pd
df = pd.read_csv("visits.csv")
df["amount"] = df["amount"].apply(lambda text: pd.to_numeric(text, errors="coerce"))
print(df["amount"].sum())

# %% true: a pattern for minutes, and there are hours
import pandas as pd
films = pd.DataFrame({"title": list("abcdef"), "length": ["90 min", "2 h", "105 min", "88 min", "1 h 30 min", "n/a"]})
films["minutes"] = films["length"].str.extract(r"^(\d+) min").astype(float)
print(films["minutes"].mean())

# %% true: a pattern for minutes, and zeros for the others
import pandas as pd
films = pd.DataFrame({"title": list("abcdef"), "length": ["90 min", "2 h", "105 min", "88 min", "1 h 30 min", "n/a"]})
films["minutes"] = films["length"].str.extract(r"^(\d+) min", expand=False).fillna(0).astype(int)
print(films["minutes"].sum())

# %% true: a pattern with two parts
import pandas as pd
price = pd.Series(["12.50", "8.00", "9", "7.25", "ca. 11"], name="price")
parts = price.str.extract(r"(?P<whole>\d+)\.(?P<cents>\d+)").astype(float)
print((parts["whole"] + parts["cents"] / 100).sum())

# %% true: a dictionary in a chain of methods
import pandas as pd
o = pd.DataFrame({"cur": ["USD", "EUR", "USD"], "v": [1, 2, 3]})
R = {"USD": 0.9}
print(o.assign(e=lambda t: t["v"] * t["cur"].map(R)).groupby("cur")["e"].sum())

# %% true: a pattern for thousands, and there are millions
import pandas as pd
s = pd.DataFrame({"followers": ["12K", "3M", "15K", "900"]})
s["f"] = s["followers"].str.extract(r"(\d+)K").astype(float) * 1000
print(s["f"].sum())

# %% true: blanks that the dictionary does not have
import pandas as pd
s = pd.DataFrame({"a": ["Yes", "yes ", "No", "Yes"]})
s["a"] = s["a"].map({"Yes": 1, "No": 0})
print(s["a"].mean())

# %% harmless: every code has a name
import pandas as pd
orders = pd.DataFrame({"amount": [10, 20, 30, 40, 50], "currency": ["USD", "GBP", "EUR", "USD", "EUR"]})
rates = {"USD": 0.9, "GBP": 1.2, "EUR": 1.0}
print((orders["amount"] * orders["currency"].map(rates)).sum())

# %% harmless: a dictionary that selects
import pandas as pd
orders = pd.DataFrame({"amount": [10, 20, 30, 40, 50], "currency": ["USD", "GBP", "EUR", "USD", "EUR"]})
rates = {"USD": 0.9, "GBP": 1.2}
known = orders[orders["currency"].map(rates).notna()]
print(known["amount"].sum())

# %% harmless: a dictionary that selects, and its result is compared
import pandas as pd
df = pd.read_csv("customers.csv")
print(df[df["city"].map({"Bern": "CH", "Oslo": "NO"}) == "CH"]["name"].tolist())

# %% harmless: the others have the rate one
import pandas as pd
orders = pd.DataFrame({"amount": [10, 20, 30, 40, 50], "currency": ["USD", "GBP", "EUR", "USD", "EUR"]})
rates = {"USD": 0.9, "GBP": 1.2}
orders["rate"] = orders["currency"].map(rates).fillna(1.0)
print((orders["rate"] * orders["amount"]).sum())

# %% harmless: the others are filled in a line of their own
import pandas as pd
df = pd.read_csv("customers.csv")
df["country"] = df["city"].map({"Bern": "Switzerland", "Oslo": "Norway"})
df["country"] = df["country"].fillna("Other")
print(df["country"].value_counts())

# %% harmless: the others keep their name
import pandas as pd
df = pd.read_csv("customers.csv")
df["city"] = df["city"].map({"Bern": "Berne"}).combine_first(df["city"])
print(df["city"].value_counts())

# %% harmless: the others are dropped on purpose
import pandas as pd
df = pd.read_csv("customers.csv")
df["country"] = df["city"].map({"Bern": "Switzerland", "Oslo": "Norway"})
df = df.dropna(subset=["country"])
print(df["country"].value_counts())

# %% harmless: the others are counted, too
import pandas as pd
df = pd.read_csv("customers.csv")
df["country"] = df["city"].map({"Bern": "Switzerland", "Oslo": "Norway"})
print(df["country"].value_counts(dropna=False))

# %% harmless: a dictionary without the words for nothing
import pandas as pd
answers = pd.DataFrame({"answer": ["yes", "no", "unknown", "yes", "", "n/a", "-", "?", "none"]})
answers["said"] = answers["answer"].map({"yes": 1, "no": 0})
print(answers["said"].mean())

# %% harmless: a dictionary that says what is nothing
import pandas as pd
answers = pd.DataFrame({"answer": ["yes", "no", "refused", "yes"]})
answers["said"] = answers["answer"].map({"yes": 1, "no": 0, "refused": None})
print(answers["said"].mean())

# %% harmless: a dictionary for an order
import pandas as pd
sizes = pd.DataFrame({"size": ["L", "S", "M", "XL"], "n": [1, 2, 3, 4]})
print(sizes.sort_values("size", key=lambda column: column.map({"S": 0, "M": 1, "L": 2})))

# %% harmless: the city of each order, as a left join would find it
import pandas as pd
orders, customers = pd.read_csv("orders.csv"), pd.read_csv("customers.csv")
orders["city"] = orders["customer_id"].map(customers.set_index("customer_id")["city"])
cities = dict(zip(customers["customer_id"], customers["city"]))
print((orders["customer_id"].map(cities) == orders["city"]).sum())

# %% harmless: a function reads all but what says that there is none
import numpy as np
import pandas as pd
rated = pd.read_csv("visits.csv", keep_default_na=False)


def rating(text):
    return int(text) if text.isdigit() else np.nan


rated["rating"] = rated["rating"].apply(rating)
print(rated["rating"].mean())

# %% harmless: a function that reads only a few words less
import pandas as pd
prices = pd.Series(["12.50", "on request", "8", "sold out", "9.90"], name="price")


def number(text):
    try:
        return float(text)
    except ValueError:
        return float("nan")


print(prices.map(number).mean())

# %% harmless: numbers that are left out on purpose
import numpy as np
import pandas as pd
orders = pd.read_csv("orders.csv")
orders["price"] = orders["price"].apply(lambda price: np.nan if price > 300 else price)
print(orders["price"].mean())

# %% harmless: a part of each text that some do not have
import pandas as pd
names = pd.Series(["Ada (Bern)", "Ben", "Cleo (Oslo)"], name="name")
print(names.apply(lambda name: name.split("(")[1].strip(")") if "(" in name else None))

# %% harmless: a value within a structure that some do not have
import json
import pandas as pd
events = pd.Series(['{"id": 1, "price": 5}', '{"id": 2}', '{"id": 3, "price": 8}'], name="event")
print(events.apply(lambda text: json.loads(text).get("price")).mean())

# %% harmless: a function, and what it cannot read is counted
import pandas as pd
df = pd.read_csv("visits.csv")
df["number"] = df["amount"].map(lambda text: float(text) if str(text).replace(".", "").isdigit() else None)
print(df["number"].isna().sum(), "cannot be read")
print(df["number"].sum())

# %% harmless: a pattern that tells which have it
import pandas as pd
films = pd.DataFrame({"title": list("abcdef"), "length": ["90 min", "2 h", "105 min", "88 min", "1 h 30 min", "n/a"]})
films["in_minutes"] = films["length"].str.extract(r"^(\d+) min", expand=False).notna()
print(films["in_minutes"].sum())

# %% harmless: a pattern that tells which have it, by a column
import pandas as pd
films = pd.DataFrame({"title": list("abcdef"), "length": ["90 min", "2 h", "105 min", "88 min", "1 h 30 min", "n/a"]})
films["minutes"] = films["length"].str.extract(r"^(\d+) min", expand=False)
films["in_minutes"] = films["minutes"].notna()
print(films["in_minutes"].sum())

# %% harmless: hours are read afterwards
import pandas as pd
films = pd.DataFrame({"title": list("abcdef"), "length": ["90 min", "2 h", "105 min", "88 min", "1 h 30 min", "n/a"]})
minutes = films["length"].str.extract(r"^(\d+) min", expand=False).astype(float)
hours = films["length"].str.extract(r"(\d+) h", expand=False).astype(float)
print(minutes.fillna(hours * 60).mean())

# %% harmless: hours and minutes make the whole
import pandas as pd
films = pd.DataFrame({"title": list("abcdef"), "length": ["90 min", "2 h", "105 min", "88 min", "1 h 30 min", "n/a"]})
hours = films["length"].str.extract(r"(\d+) h", expand=False).astype(float).fillna(0)
minutes = films["length"].str.extract(r"(\d+) min", expand=False).astype(float).fillna(0)
print((hours * 60 + minutes).mean())

# %% harmless: the rest is read by a function
import pandas as pd
films = pd.DataFrame({"title": list("abcdef"), "length": ["90 min", "2 h", "105 min", "88 min", "1 h 30 min", "n/a"]})
minutes = films["length"].str.extract(r"^(\d+) min$", expand=False).astype(float)


def in_hours(text):
    hours, _, rest = str(text).partition(" h")
    return int(hours) * 60 + int(rest.strip(" min") or 0)


minutes = minutes.fillna(films.loc[minutes.isna() & (films["length"] != "n/a"), "length"].map(in_hours))
print(minutes.mean())

# %% harmless: sizes that stand in some names
import pandas as pd
names = pd.Series(["Phone 128GB", "Phone 64GB", "iPhone 12", "Cable", "Case 13 inch", "Disk 512GB"], name="name")
print(names.str.extract(r"(\d+)GB", expand=False).astype(float).max())

# %% harmless: years that stand in some titles
import pandas as pd
titles = pd.Series(["Alien (1979)", "Heat (1995)", "12 Monkeys", "Seven", "Up (2009)"], name="title")
year = titles.str.extract(r"\((\d{4})\)", expand=False)
print(year.value_counts(dropna=False))

# %% harmless: each unit is read by itself
import pandas as pd
s = pd.DataFrame({"w": ["5 kg", "300 g", "2 kg"]})
kg = s["w"].str.extract(r"([\d.]+) kg")[0].astype(float)
g = s["w"].str.extract(r"([\d.]+) g")[0].astype(float) / 1000
s["kg"] = kg.fillna(g)
print(s["kg"].sum())

# %% harmless: numbers and units
import pandas as pd
s = pd.Series(["5 kg", "300 g", "2 kg"], name="w")
num = s.str.extract(r"([\d.]+)")[0].astype(float)
unit = s.str.extract(r"([a-z]+)$")[0]
print((num * unit.map({"kg": 1, "g": 0.001})).sum())

# %% harmless: how many answers count is told
import pandas as pd
s = pd.DataFrame({"q": ["agree", "disagree", "don't know", "agree"]})
s["v"] = s["q"].map({"agree": 1, "disagree": -1})
print(s["v"].mean(), "from", s["v"].notna().sum(), "answers")

# %% harmless: a dictionary for those that are in it
import numpy as np
import pandas as pd
df = pd.read_csv("customers.csv")
m = {"Bern": 1}
df["k"] = np.where(df["city"].isin(list(m)), df["city"].map(m), 0)
print(df["k"].sum())

# %% harmless: a function that reads all forms of date
import pandas as pd
from datetime import datetime
df = pd.read_csv("visits.csv")
def day(t):
    for f in ("%Y-%m-%d", "%d/%m/%Y", "%B %d, %Y", "%B %d %Y"):
        try:
            return datetime.strptime(t, f)
        except ValueError:
            pass
    return None
df["day"] = df["date"].apply(day)
print(df["day"].max())

# %% unnoticed: a dictionary in a function of its own
import pandas as pd
rates = {"USD": 0.9}
currency = pd.Series(["USD", "EUR", "USD"], name="currency")
print(currency.map(lambda code: rates.get(code)).sum())
