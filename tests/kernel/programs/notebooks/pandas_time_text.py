# %% a series of hours
import numpy as np, pandas as pd
s = pd.Series(np.arange(24 * 60), index=pd.date_range("2024-03-01", periods=24 * 60, freq="h")); s.head(2)

# %% resampling
d = s.resample("D").mean(); assert len(d) == 60
d.head()

# %% several resamples
s.resample("W").agg(["first", "last", "count"])

# %% upsampling
assert len(d.resample("12h").ffill()) == 119

# %% rolling windows by time
assert s.rolling("24h").mean().iloc[-1] == s.iloc[-24:].mean()

# %% shifting
assert d.shift(1).isna().sum() == 1 and d.pct_change().iloc[1] > 0

# %% slicing by dates
assert len(s.loc["2024-03-05"]) == 24 and len(s.loc["2024-03-05":"2024-03-06"]) == 48

# %% parts of dates
x = s.reset_index(); x.columns = ["t", "v"]; assert x.t.dt.hour.max() == 23 and set(x.t.dt.day_name()) >= {"Monday"}

# %% time zones
t = pd.date_range("2024-03-30", periods=4, freq="D", tz="Europe/Berlin"); assert t.tz_convert("UTC")[3].hour == 22
t

# %% localizing over the change of clocks
l = pd.to_datetime(["2024-03-31 02:30"]).tz_localize("Europe/Berlin", nonexistent="shift_forward"); assert l[0].hour == 3

# %% parsing dates
assert pd.to_datetime("31.12.2023", dayfirst=True).month == 12 and pd.to_datetime(["2024-01-01", "x"], errors="coerce").isna().sum() == 1

# %% formats
assert pd.Timestamp("2024-02-29").strftime("%d.%m.%y") == "29.02.24" and pd.Timestamp("2024-02-29").isocalendar().week == 9

# %% differences
assert (pd.Timestamp("2024-03-01") - pd.Timestamp("2024-02-01")).days == 29 and pd.Timedelta("1h30min").total_seconds() == 5400

# %% business days and offsets
assert np.busday_count("2024-01-01", "2024-02-01") == 23 and (pd.Timestamp("2024-01-31") + pd.offsets.MonthEnd(1)).day == 29
pd.bdate_range("2024-01-01", periods=3)

# %% periods
p = pd.period_range("2024Q1", periods=4, freq="Q"); assert p[0].end_time.month == 3
p

# %% a holiday calendar
from pandas.tseries.holiday import USFederalHolidayCalendar
assert len(USFederalHolidayCalendar().holidays("2024-01-01", "2024-12-31")) >= 10

# %% intervals
i = pd.interval_range(0, 10, freq=5); assert 3 in i[0]

# %% seconds since the epoch
assert pd.to_datetime(86400, unit="s") == pd.Timestamp("1970-01-02")

# %% datetime of the standard library
import datetime as dt
assert pd.Series([dt.date(2024, 1, 1)])[0].year == 2024 and dt.datetime.now(dt.UTC).tzinfo is not None

# %% text methods
w = pd.Series([" Apple", "banana ", None, "Cherry42"]); assert w.str.strip().str.lower().tolist()[0] == "apple"
w.str.len()

# %% contains and extract
assert w.str.contains("an", na=False).sum() == 1 and w.str.extract(r"(\d+)")[0].dropna().tolist() == ["42"]

# %% split and expand
assert pd.Series(["a-b", "c-d"]).str.split("-", expand=True).shape == (2, 2)

# %% replace with expressions
assert pd.Series(["tel: 123"]).str.replace(r"\D", "", regex=True)[0] == "123"

# %% cat and join
assert pd.Series(["a", "b"]).str.cat(sep=",") == "a,b"

# %% padding and slicing
assert pd.Series(["7"]).str.zfill(3)[0] == "007" and pd.Series(["hello"]).str[1:3][0] == "el"

# %% dummies from text
pd.Series(["a|b", "b"]).str.get_dummies()

# %% string dtype
st = pd.Series(["x", None], dtype="string"); assert st.isna().sum() == 1

# %% arrow strings
at = pd.Series(["x", "yy"], dtype="string[pyarrow]"); assert at.str.len().tolist() == [1, 2]

# %% arrow numbers
an = pd.Series([1, 2, None], dtype="int64[pyarrow]"); assert an.sum() == 3

# %% word counts
from collections import Counter
text = "the cat and the hat and the bat"; assert Counter(text.split()).most_common(1) == [("the", 3)]

# %% unicode
assert pd.Series(["Straße", "ÅNGSTRÖM"]).str.casefold().tolist() == ["strasse", "ångström"]

# %% sorting by a key
assert pd.Series(["b", "A"]).sort_values(key=lambda s: s.str.lower()).tolist() == ["A", "b"]
