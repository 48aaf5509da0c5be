# %% true: dates of several forms
import pandas as pd
df = pd.read_csv("visits.csv")
df["date"] = pd.to_datetime(df["date"], errors="coerce")
print(df.groupby(df["date"].dt.month)["visit_id"].count())

# %% true: thousands are written with a comma
import pandas as pd
df = pd.read_csv("visits.csv")
df["amount"] = pd.to_numeric(df["amount"], errors="coerce")
print("total:", df["amount"].sum())

# %% true: in one expression
import pandas as pd
df = pd.read_csv("visits.csv")
print(pd.to_numeric(df["amount"], errors="coerce").sum())

# %% true: one column after the other
import pandas as pd
df = pd.read_csv("visits.csv")
for column in ["amount", "rating"]:
    df[column] = pd.to_numeric(df[column], errors="coerce")
print(df[["amount", "rating"]].mean())

# %% true: several columns at once
import pandas as pd
df = pd.read_csv("visits.csv")
numbers = df[["amount", "rating"]].apply(pd.to_numeric, errors="coerce")
print(numbers.sum())

# %% true: all columns, and with them the texts
import pandas as pd
df = pd.read_csv("visits.csv")
df = df.apply(lambda column: pd.to_numeric(column, errors="coerce"))
print(df.describe())

# %% true: in a chain of methods
import pandas as pd
df = pd.read_csv("visits.csv")
monthly = (
    df.assign(day=lambda table: pd.to_datetime(table["date"], errors="coerce"))
    .groupby(lambda n: n % 2)["day"]
    .max()
)
print(monthly)

# %% true: and the rows are dropped
import pandas as pd
df = pd.read_csv("visits.csv")
df["date"] = pd.to_datetime(df["date"], errors="coerce")
df = df.dropna(subset=["date"])
print("visits:", len(df))

# %% true: and zeros are put in their place
import pandas as pd
df = pd.read_csv("visits.csv")
df["amount"] = pd.to_numeric(df["amount"], errors="coerce").fillna(0)
print(df["amount"].mean())

# %% true: and the mean is put in their place
import pandas as pd
df = pd.read_csv("visits.csv")
df["amount"] = pd.to_numeric(df["amount"], errors="coerce")
df["amount"] = df["amount"].fillna(df["amount"].mean())
print(df["amount"].sum())

# %% true: two formats of three
import pandas as pd
df = pd.read_csv("visits.csv")
day = pd.to_datetime(df["date"], format="%Y-%m-%d", errors="coerce")
day = day.fillna(pd.to_datetime(df["date"], format="%d/%m/%Y", errors="coerce"))
print(day.dt.month.value_counts())

# %% true: in a function
import pandas as pd
df = pd.read_csv("visits.csv")


def with_days(table):
    table["date"] = pd.to_datetime(table["date"], errors="coerce")
    return table


print(with_days(df).groupby("city")["date"].max())

# %% true: a format that few have
import pandas as pd
df = pd.read_csv("visits.csv")
df["day"] = pd.to_datetime(df["date"], format="%d/%m/%Y", errors="coerce")
print(df["day"].min(), df["day"].max())

# %% true: decimals with a comma
import pandas as pd
price = pd.Series(["1,5", "2,25", "3", "4"], name="price")
print(pd.to_numeric(price, errors="coerce").sum())

# %% true: without the name of the argument
import pandas as pd
df = pd.read_csv("visits.csv")
df["amount"] = pd.to_numeric(df["amount"], "coerce")
print(df["amount"].max())

# %% true: what is missing is counted in another column
import pandas as pd
df = pd.read_csv("visits.csv")
df["date"] = pd.to_datetime(df["date"], errors="coerce")
print("without a rating:", df["rating"].isna().sum())
print(df["date"].dt.year.value_counts())

# %% true: what is missing is counted before
import pandas as pd
df = pd.read_csv("visits.csv")
print(df.isna().sum())
df["date"] = pd.to_datetime(df["date"], errors="coerce")
print(df["date"].dt.year.value_counts())

# %% true: only rows with a date, and nobody says how many
import pandas as pd
df = pd.read_csv("visits.csv")
df["date"] = pd.to_datetime(df["date"], errors="coerce")
df = df[df["date"].notna()]
print(df["date"].dt.month.value_counts())

# %% true: the function under its own name
import pandas as pd
df = pd.read_csv("visits.csv")
from pandas import to_numeric

df["amount"] = to_numeric(df["amount"], errors="coerce")
print(df["amount"].sum())

# %% true: durations
import pandas as pd
spent = pd.Series(["01:30:00", "00:45:00", "2 to 3 hours", "90"], name="spent")
print(pd.to_timedelta(spent, errors="coerce").sum())

# %% true: a list
import pandas as pd
print(pd.to_numeric(["1", "2", "3 kg", "4 kg"], errors="coerce").sum())

# %% true: all forms at once, the day first even where the year is
import pandas as pd
df = pd.read_csv("visits.csv")
df["date"] = pd.to_datetime(df["date"], format="mixed", dayfirst=True, errors="coerce")
print(df.groupby(df["date"].dt.month)["visit_id"].count())

# %% true: the day first, and an error for what cannot be read
import pandas as pd
df = pd.read_csv("visits.csv")
df["date"] = pd.to_datetime(df["date"], format="mixed", dayfirst=True)
print(df["date"].min(), df["date"].max())

# %% true: the day first in a column that begins with the year
import pandas as pd
table = pd.DataFrame({"day": ["2024-01-05", "2024-02-03", "2024-11-12", "2024-03-10"], "sold": [1, 2, 3, 4]})
table["day"] = pd.to_datetime(table["day"], dayfirst=True)
print(table.groupby(table["day"].dt.month)["sold"].sum())

# %% true: the day first in a list of times
import pandas as pd
times = ["2024-01-05 10:00", "23/04/2024 11:30", "2024-02-03 12:00"]
print(pd.to_datetime(times, format="mixed", dayfirst=True).month.tolist())

# %% true: the day first in an index
import pandas as pd
sold = pd.Series([1, 2, 3], index=["2024-01-05", "17.03.2024", "2024-02-03"])
sold.index = pd.to_datetime(sold.index, format="mixed", dayfirst=True)
print(sold.resample("MS").sum())

# %% true: the day first in several columns at once
import pandas as pd
table = pd.DataFrame({"first": ["2024-01-05", "17.03.2024"], "last": ["2024-02-03", "18.03.2024"]})
table = table.apply(pd.to_datetime, format="mixed", dayfirst=True)
print((table["last"] - table["first"]).dt.days.tolist())

# %% true: the day first in a function
import pandas as pd
df = pd.read_csv("visits.csv")


def monthly(table):
    day = pd.to_datetime(table["date"], format="mixed", dayfirst=True)
    return table.groupby(day.dt.month)["visit_id"].count()


print(monthly(df))

# %% true: the day first in a chain of methods
import pandas as pd
df = pd.read_csv("visits.csv")
df = df.assign(day=lambda table: pd.to_datetime(table["date"], format="mixed", dayfirst=True)).sort_values("day")
print(df[["day", "city"]])

# %% true: the day first, and the losses are counted
import pandas as pd
df = pd.read_csv("visits.csv")
df["date"] = pd.to_datetime(df["date"], format="mixed", dayfirst=True, errors="coerce")
print("without a date:", df["date"].isna().sum())
print(df["date"].dt.month.value_counts())

# %% true: one form, and then all others with the day first
import pandas as pd
df = pd.read_csv("visits.csv")
day = pd.to_datetime(df["date"], format="%d/%m/%Y", errors="coerce")
day = day.fillna(pd.to_datetime(df["date"], format="mixed", dayfirst=True))
print(day.dt.month.value_counts())

# %% true: a format that takes the month for the day
import pandas as pd
day = pd.Series(["2024-01-05", "2024-02-03", "2024-11-12"], name="day")
print(pd.to_datetime(day, format="%Y-%d-%m").dt.month.tolist())

# %% true: the day first where the year stands before slashes
import pandas as pd
day = pd.Series(["2024/01/05", "2024/02/03", "17.03.2024"], name="day")
print(pd.to_datetime(day, format="mixed", dayfirst=True).max())

# %% true: the day first where no form is found
import pandas as pd
day = pd.Series(["on 17 March 2024", "2024-01-05", "2024-02-03"], name="day")
print(pd.to_datetime(day, dayfirst=True, errors="coerce").max())

# %% harmless: only what says that there is none
import pandas as pd
df = pd.read_csv("visits.csv")
df["rating"] = pd.to_numeric(df["rating"], errors="coerce")
print("mean rating:", df["rating"].mean())

# %% harmless: the losses are counted
import pandas as pd
df = pd.read_csv("visits.csv")
df["date"] = pd.to_datetime(df["date"], errors="coerce")
print(df["date"].isna().sum(), "dates could not be read")
print(df["date"].dt.year.value_counts())

# %% harmless: the share that is read is told
import pandas as pd
df = pd.read_csv("visits.csv")
amount = pd.to_numeric(df["amount"], errors="coerce")
print(f"read: {amount.notna().mean():.0%}, sum {amount.sum()}")

# %% harmless: the rows that cannot be read are shown
import pandas as pd
df = pd.read_csv("visits.csv")
df["day"] = pd.to_datetime(df["date"], errors="coerce")
print(df[df["day"].isna()])
print(df["day"].max())

# %% harmless: what is left is read with another format
import pandas as pd
dates = pd.Series(["2024-01-05", "13/02/2024", "2024-03-01", "17/03/2024"], name="date")
day = pd.to_datetime(dates, format="%Y-%m-%d", errors="coerce")
day = day.fillna(pd.to_datetime(dates, format="%d/%m/%Y", errors="coerce"))
print(day.dt.month.tolist())

# %% harmless: two formats are combined
import pandas as pd
dates = pd.Series(["2024-01-05", "13/02/2024", "2024-03-01", "17/03/2024"], name="date")
iso = pd.to_datetime(dates, format="%Y-%m-%d", errors="coerce")
local = pd.to_datetime(dates, format="%d/%m/%Y", errors="coerce")
print(iso.combine_first(local).dt.month.tolist())

# %% harmless: the last format has to fit
import pandas as pd
dates = pd.Series(["2024-01-05", "13/02/2024", "2024-03-01", "17/03/2024"], name="date")
iso = pd.to_datetime(dates, format="%Y-%m-%d", errors="coerce")
print(iso.fillna(pd.to_datetime(dates, format="mixed", dayfirst=True)).max())

# %% harmless: what is left is read by a function
import pandas as pd
df = pd.read_csv("visits.csv")
from dateutil import parser

day = pd.to_datetime(df["date"], errors="coerce")
day = day.fillna(df["date"].apply(lambda text: parser.parse(text, dayfirst=True)))
print(day.dt.month.value_counts())

# %% harmless: it is asked which columns hold numbers
import pandas as pd
df = pd.read_csv("visits.csv")
for column in df.columns:
    if pd.to_numeric(df[column], errors="coerce").notna().mean() > 0.9:
        print(column, "holds numbers")

# %% harmless: only rows that hold a number
import pandas as pd
df = pd.read_csv("visits.csv")
rated = df[pd.to_numeric(df["rating"], errors="coerce").notna()]
print(rated[["city", "rating"]])

# %% harmless: which rows hold no number
import pandas as pd
df = pd.read_csv("visits.csv")
wrong = pd.isna(pd.to_numeric(df["amount"], errors="coerce"))
print(df.loc[wrong, "amount"].unique())

# %% harmless: everything can be read
import pandas as pd
df = pd.read_csv("visits.csv")
df["visit_id"] = pd.to_numeric(df["visit_id"], errors="coerce")
print(df["visit_id"].sum())

# %% harmless: signs are taken away first
import pandas as pd
df = pd.read_csv("visits.csv")
plain = df["amount"].str.replace(r"[$,]", "", regex=True)
print(pd.to_numeric(plain, errors="coerce").sum())

# %% harmless: a line with totals
import pandas as pd
sales = pd.Series(["10", "20", "Sum", "30", "40", "Sum"], name="sales")
print(pd.to_numeric(sales, errors="coerce").mean())

# %% harmless: blanks and dashes
import pandas as pd
table = pd.DataFrame({"a": ["1", "", "  ", "-", "--", "2", "?", "...", "3"]})
table["a"] = pd.to_numeric(table["a"], errors="coerce")
print(table["a"].sum())

# %% harmless: zeros for no date
import pandas as pd
day = pd.Series(["2024-01-05", "0000-00-00", "2024-02-03", "00/00/0000"], name="day")
print(pd.to_datetime(day, errors="coerce").max())

# %% harmless: rows before and after
import pandas as pd
df = pd.read_csv("visits.csv")
df["date"] = pd.to_datetime(df["date"], errors="coerce")
clean = df.dropna(subset=["date"])
print(f"{len(clean)} of {len(df)} rows have a date that can be read")
print(clean["date"].max())

# %% harmless: an error would be raised
import pandas as pd
df = pd.read_csv("visits.csv")
df["visit_id"] = pd.to_numeric(df["visit_id"])
print(df["visit_id"].sum())

# %% harmless: the caller counts
import pandas as pd
df = pd.read_csv("visits.csv")


def numbers(column):
    return pd.to_numeric(column, errors="coerce")


amount = numbers(df["amount"])
print(amount.isna().sum(), "lost;", amount.sum())

# %% harmless: the counts are printed with the rest
import pandas as pd
df = pd.read_csv("visits.csv")
df["amount"] = pd.to_numeric(df["amount"], errors="coerce")
df.info()
print(df["amount"].sum())

# %% harmless: words for no price
import pandas as pd
prices = pd.Series(["12.50", "on request", "8", "sold out", "9.90", "on request", "7", "11"], name="price")
print(pd.to_numeric(prices, errors="coerce").mean())

# %% harmless: the day first where it is
import pandas as pd
df = pd.read_csv("orders.csv")
df["day"] = pd.to_datetime(df["day"], dayfirst=True)
print(df["day"].max())

# %% harmless: the day first in several forms of which none begins with the year
import pandas as pd
day = pd.Series(["05.01.2024", "17/03/2024", "3 February 2024"], name="day")
print(pd.to_datetime(day, format="mixed", dayfirst=True).max())

# %% harmless: the day first where no month can be meant
import pandas as pd
day = pd.Series(["2024-01-15", "2024-03-03", "13/02/2024"], name="day")
print(pd.to_datetime(day, format="mixed", dayfirst=True).max())

# %% harmless: the day first, and the form found is that of a date with its year first
import pandas as pd
day = pd.Series(["2024-01-15", "2024-02-03", "2024-03-04"], name="day")
print(pd.to_datetime(day, dayfirst=True).max())

# %% harmless: the form of the dates with their year first has been read before
import pandas as pd
df = pd.read_csv("visits.csv")
day = pd.to_datetime(df["date"], format="%Y-%m-%d", errors="coerce")
day = day.combine_first(pd.to_datetime(df["date"], format="mixed", dayfirst=True))
print(day.dt.month.value_counts())

# %% harmless: the form of the dates with their year first is read afterwards
import pandas as pd
df = pd.read_csv("visits.csv")
others = pd.to_datetime(df["date"], format="mixed", dayfirst=True)
day = pd.to_datetime(df["date"], format="ISO8601", errors="coerce").fillna(others)
print(day.dt.month.value_counts())

# %% harmless: only those that do not begin with the year
import pandas as pd
df = pd.read_csv("visits.csv")
iso = df["date"].str.match(r"\d{4}-")
day = pd.concat(
    [
        pd.to_datetime(df.loc[iso, "date"], format="%Y-%m-%d"),
        pd.to_datetime(df.loc[~iso, "date"], format="mixed", dayfirst=True),
    ]
)
print(day.dt.month.value_counts())

# %% harmless: those that begin with the year are put right
import pandas as pd
df = pd.read_csv("visits.csv")
iso = df["date"].str.match(r"\d{4}-")
df["day"] = pd.to_datetime(df["date"], format="mixed", dayfirst=True)
df.loc[iso, "day"] = pd.to_datetime(df.loc[iso, "date"], format="%Y-%m-%d")
print(df["day"].dt.month.value_counts())

# %% harmless: those that begin with the year are masked
import pandas as pd
df = pd.read_csv("visits.csv")
iso = df["date"].str.match(r"\d{4}-")
day = pd.to_datetime(df["date"], format="mixed", dayfirst=True)
day = day.mask(iso, pd.to_datetime(df["date"].where(iso)))
print(day.dt.month.value_counts())

# %% harmless: the day does stand behind the year
import pandas as pd
day = pd.Series(["2024-05-01", "2024-25-03", "2024-03-11"], name="day")
print(pd.to_datetime(day, format="%Y-%d-%m").dt.month.tolist())

# %% harmless: the month first, which leaves the year alone
import pandas as pd
day = pd.Series(["2024-01-05", "03/17/2024", "2024-02-03"], name="day")
print(pd.to_datetime(day, format="mixed").max())

# %% harmless: the day first for dates of the same day and month
import pandas as pd
day = pd.Series(["2024-01-01", "2024-02-02", "17.03.2024"], name="day")
print(pd.to_datetime(day, format="mixed", dayfirst=True).max())

# %% harmless: the day first in times with offsets
import pandas as pd
day = pd.Series(["17/03/2024 23:30 +02:00", "05/01/2024 10:00 +01:00"], name="day")
print(pd.to_datetime(day, format="mixed", dayfirst=True, utc=True).max())

# %% harmless: the day first for what is a date already
import pandas as pd
day = pd.Series(pd.date_range("2024-01-01", periods=40), name="day")
print(pd.to_datetime(day, dayfirst=True).max())

# %% unnoticed: from columns for year, month and day
import pandas as pd
parts = pd.DataFrame({"year": [2024, 2024], "month": [1, 13], "day": [5, 6]})
print(pd.to_datetime(parts, errors="coerce").max())

# %% unnoticed: a few numbers in words
import pandas as pd
ages = pd.Series(["34", "ten", "51", "28", "two"], name="age")
print(pd.to_numeric(ages, errors="coerce").mean())

# %% unnoticed: with polars
import polars as pl
df = pl.read_csv("visits.csv")
print(df["amount"].cast(pl.Float64, strict=False).sum())

# %% unnoticed: the day first while a table is read
import pandas as pd
df = pd.read_csv("visits.csv", parse_dates=["date"], date_format="mixed", dayfirst=True)
print(df["date"].max())
