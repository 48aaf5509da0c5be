# %% a table of requests
import pandas as pd

requests_df = pd.DataFrame({"path": ["/a", "/b", "/a"], "status": [200, 404, 500]})
requests = requests_df.groupby("path")["status"].count()
print(requests.get("/a"), requests_df[requests_df["status"] >= 400])

# %% sockets in a shop
import pandas as pd

products = pd.DataFrame({"socket": ["AM5", "LGA1700"], "price": [199.0, 249.0]})
socket = products["socket"].iloc[0]
print(socket, products.socket.str.lower().tolist())

# %% a column called subprocess
import pandas as pd

plants = pd.DataFrame({"process": ["milling", "milling"], "subprocess": ["cut", "drill"], "minutes": [3, 5]})
subprocess = plants.groupby("subprocess")["minutes"].sum()
print(subprocess.run if hasattr(subprocess, "run") else subprocess)

# %% words of code in a text that is counted
from collections import Counter

log = """
import socket
os.system('rm -rf /')
subprocess.run(['ls'])
!pip install pandas
requests.get('https://example.com')
"""
print(Counter(log.split()).most_common(3))

# %% comments about other ways
# One could use requests.get(url) or subprocess.run(["curl", url]) here,
# or os.system("wget ..."), but the file is attached.
import pandas as pd
df = pd.read_csv("sales.csv")  # instead of pd.read_csv("https://example.com/sales.csv")
print(df.shape)

# %% imports of a code base
import ast

source = "import requests\nimport os\nos.system('ls')\nwhile True: pass\n"
names = [alias.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import) for alias in node.names]
print(names)

# %% an input of a network
import numpy as np

class Dense:
    """A layer: input -> output."""
    def __init__(self, n): self.weights = np.ones((n, 1))
    def forward(self, input): return input @ self.weights

input = np.arange(6.0).reshape(2, 3)
print(Dense(3).forward(input))

# %% an exit survey
import pandas as pd

exit = pd.Series(["pay", "boss", "pay"], name="exit_reason")
print(exit.value_counts())
quit = exit.str.contains("pay").sum()
print(quit)

# %% addresses as data
import pandas as pd
from urllib.parse import urlparse, parse_qs

urls = pd.Series(["https://example.com/a?x=1", "http://example.org/b"])
print(urls.map(lambda u: urlparse(u).netloc).value_counts(), parse_qs(urlparse(urls[0]).query))

# %% addresses that are only shown
import pandas as pd

SOURCE = "https://data.gov/dataset/sales"
df = pd.read_csv("sales.csv")
df["source"] = SOURCE
df.attrs["url"] = "https://example.com/sales.csv"
print(f"Source: {SOURCE}", df.head(2).to_html(render_links=True)[:20])

# %% addresses of machines
import ipaddress
import socket

ips = ["10.0.0.1", "192.168.1.7"]
print([ipaddress.ip_address(ip).is_private for ip in ips], socket.inet_ntoa(socket.inet_aton(ips[0])))

# %% sizes of messages
import struct
import socket

packet = struct.pack("!HH", 80, 443)
print([socket.ntohs(n) for n in struct.unpack("HH", packet)])

# %% codes of HTTP
from http import HTTPStatus
import pandas as pd

codes = pd.Series([200, 404, 200])
print(codes.map(lambda c: HTTPStatus(c).phrase).value_counts())

# %% a mail that is read
import email
from email import policy

raw = "From: a@example.com\nSubject: smtplib.SMTP\n\nHello"
message = email.message_from_string(raw, policy=policy.default)
print(message["subject"], message.get_content())

# %% a download with a fallback
import pandas as pd

try:
    df = pd.read_csv("https://raw.githubusercontent.com/x/y/main/sales.csv")
except Exception as error:
    print("offline:", type(error).__name__)
    df = pd.read_csv("sales.csv")
print(df.shape)

# %% an example with a fallback
import pandas as pd
import seaborn as sns

try:
    tips = sns.load_dataset("tips")
except Exception:
    tips = pd.DataFrame({"total_bill": [10.0, 20.0], "tip": [1.0, 3.0]})
print(tips["tip"].mean())

# %% houses with a fallback
import numpy as np
from sklearn.datasets import fetch_california_housing, make_regression

try:
    X, y = fetch_california_housing(return_X_y=True)
except OSError:
    X, y = make_regression(n_samples=100, n_features=8, random_state=0)
print(X.shape)

# %% rates with a fallback
def rates():
    """Current rates, or those of January."""
    try:
        import requests
        return requests.get("https://api.exchangerate.host/latest", timeout=2).json()["rates"]
    except Exception as e:
        print(f"Could not fetch rates ({type(e).__name__}); using stored ones")
        return {"EUR": 0.92, "GBP": 0.79}

print(rates()["EUR"])

# %% a version that may not be known
import subprocess

def git_version():
    try:
        return subprocess.check_output(["git", "describe"], text=True).strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"

print(git_version())

# %% a package that is only installed where it is missing
try:
    import pandas as pd
except ImportError:
    import subprocess, sys
    subprocess.check_call([sys.executable, "-m", "pip", "install", "pandas"])
    import pandas as pd
print(pd.DataFrame({"a": [1]}))

# %% an installation where a module is missing
import importlib.util
import subprocess
import sys

for module in ("pandas", "numpy"):
    if importlib.util.find_spec(module) is None:
        subprocess.check_call([sys.executable, "-m", "pip", "install", module])
import numpy as np
print(np.mean([1, 2]))

# %% another notebook's drive, if it is one
import os

try:
    from google.colab import drive
    drive.mount("/content/drive")
    base = "/content/drive/MyDrive"
except ImportError:
    base = "."
print(os.listdir(base)[:1])

# %% another notebook, if it is one
import sys
import pandas as pd

IN_COLAB = "google.colab" in sys.modules
if IN_COLAB:
    from google.colab import files
    uploaded = files.upload()
df = pd.read_csv("sales.csv")
print(len(df))

# %% an engine that may be faster
import pandas as pd

try:
    df = pd.read_csv("sales.csv", engine="pyarrow")
except ImportError:
    df = pd.read_csv("sales.csv")
print(df.dtypes)

# %% an import that may be missing
try:
    import cudf as pd
except ImportError:
    import pandas as pd
print(pd.read_csv("sales.csv").shape)

# %% tasks with a limit
import time

deadline = time.monotonic() + 0.05
n = 0
while True:
    n += 1
    if time.monotonic() > deadline:
        break
print(n > 0)

# %% a loop until nothing changes
import numpy as np

x, previous = 1.0, None
while x != previous:
    previous, x = x, np.cos(x)
print(round(x, 4))

# %% a loop until it converges
import numpy as np

points = np.array([[0.0], [0.1], [5.0], [5.1]])
centers = points[[0, 2]]
while True:
    labels = np.abs(points - centers.T).argmin(axis=1)
    new = np.array([points[labels == k].mean(axis=0) for k in range(2)])
    if np.allclose(new, centers):
        break
    centers = new
print(centers.ravel())

# %% pages until there are none
pages = {1: [1, 2], 2: [3], 3: []}
page, items = 1, []
while True:
    batch = pages[page]
    if not batch:
        break
    items.extend(batch)
    page += 1
print(items)

# %% rows until there are none
import sqlite3

con = sqlite3.connect(":memory:")
con.executescript("create table t (a); insert into t values (1), (2);")
cursor = con.execute("select a from t")
row = cursor.fetchone()
while row is not None:
    print(row[0])
    row = cursor.fetchone()

# %% rows in pieces
import sqlite3

con = sqlite3.connect(":memory:")
con.executescript("create table t (a); insert into t values (1), (2), (3);")
cursor = con.execute("select a from t")
while True:
    rows = cursor.fetchmany(2)
    if not rows:
        break
    print(len(rows))

# %% a file in pieces
size = 0
with open("sales.csv", "rb") as f:
    while chunk := f.read(1024):
        size += len(chunk)
print(size)

# %% lines until the end
count = 0
with open("sales.csv") as f:
    line = f.readline()
    while line:
        count += 1
        line = f.readline()
print(count)

# %% a table in pieces
import pandas as pd

total = 0.0
for chunk in pd.read_csv("sales.csv", chunksize=2):
    total += chunk["price"].sum()
print(total)

# %% a reader that is asked for pieces
import pandas as pd

reader = pd.read_csv("sales.csv", iterator=True)
total = 0
while True:
    try:
        chunk = reader.get_chunk(2)
    except StopIteration:
        break
    total += len(chunk)
print(total)

# %% a queue of work
from collections import deque

tree = {"root": ["a", "b"], "a": ["c"], "b": [], "c": []}
queue, order = deque(["root"]), []
while queue:
    node = queue.popleft()
    order.append(node)
    queue.extend(tree[node])
print(order)

# %% a heap of work
import heapq

graph = {"a": {"b": 1, "c": 4}, "b": {"c": 2}, "c": {}}
heap, distance = [(0, "a")], {}
while heap:
    d, node = heapq.heappop(heap)
    if node in distance:
        continue
    distance[node] = d
    for other, cost in graph[node].items():
        heapq.heappush(heap, (d + cost, other))
print(distance)

# %% a stack of work
stack, found = [[1, [2, [3]]]], []
while stack:
    item = stack.pop()
    if isinstance(item, list):
        stack.extend(item)
    else:
        found.append(item)
print(sorted(found))

# %% names that are taken out
names = ["Ann", "Ben", "Cem"]
while len(names) > 1:
    names = names[1:]
print(names)

# %% names that are deleted
names = ["Ann", "Ben", "Cem"]
while len(names) > 1:
    del names[0]
print(names)

# %% a set that is emptied
left = {1, 2, 3}
while left:
    left -= {min(left)}
print(left)

# %% an object that changes itself
class Walk:
    def __init__(self): self.position = 0
    def step(self): self.position += 1
    @property
    def done(self): return self.position > 3

walk = Walk()
while not walk.done:
    walk.step()
print(walk.position)

# %% an index in a list that a function moves
state = [0]
def move(s): s[0] += 1
while state[0] < 3:
    move(state)
print(state)

# %% a dictionary that holds the state
state = {"n": 0, "running": True}
while state["running"]:
    state["n"] += 1
    state["running"] = state["n"] < 3
print(state)

# %% an iterator that ends by itself
values = iter([1, 2, 3])
total = 0
while (value := next(values, None)) is not None:
    total += value
print(total)

# %% a nested break by a flag
matrix = [[1, 2], [3, 4]]
found = False
for row in matrix:
    for value in row:
        if value == 3:
            found = True
            break
    if found:
        break
print(found)

# %% attempts with an increasing pause
import time

attempt, value = 0, None
while value is None:
    attempt += 1
    if attempt == 3:
        value = 42
    time.sleep(0.001)
print(attempt, value)

# %% a game of chance
import random

random.seed(4)
bank, rounds = 10, 0
while 0 < bank < 20:
    bank += 1 if random.random() < 0.5 else -1
    rounds += 1
print(bank in (0, 20))

# %% two conditions, of which one changes
steps, error = 0, 1.0
while error > 1e-12 and steps < 50:
    steps += 1
    error = error / 2
print(steps)

# %% a loop that a signal of another thread ends
import threading
import time

stop = threading.Event()
threading.Timer(0.02, stop.set).start()
ticks = 0
while not stop.is_set():
    ticks += 1
    time.sleep(0.005)
print(ticks > 0)

# %% a loop that a variable of another thread ends
import threading
import time

running = True
def end():
    global running
    time.sleep(0.02)
    running = False
threading.Thread(target=end).start()
while running:
    time.sleep(0.005)
print("ended")

# %% threads that wait
import threading
import queue

jobs, results = queue.Queue(), []

def worker():
    while True:
        job = jobs.get()
        if job is None:
            return
        results.append(job ** 2)
        jobs.task_done()

threads = [threading.Thread(target=worker) for _ in range(2)]
for t in threads: t.start()
for n in range(4): jobs.put(n)
jobs.join()
for _ in threads: jobs.put(None)
for t in threads: t.join()
print(sorted(results))

# %% coroutines that end
import asyncio

async def square(x):
    await asyncio.sleep(0.001)
    return x * x

results = await asyncio.gather(*(square(n) for n in range(4)))
print(results)

# %% a coroutine that is cut off
import asyncio

async def forever():
    while True:
        await asyncio.sleep(0.001)

try:
    await asyncio.wait_for(forever(), timeout=0.02)
except asyncio.TimeoutError:
    print("cut off")

# %% a consumer that is ended by a sentinel
import asyncio

async def consume(queue):
    total = 0
    while True:
        item = await queue.get()
        if item is None:
            return total
        total += item

queue = asyncio.Queue()
for n in (1, 2, None): queue.put_nowait(n)
print(await consume(queue))

# %% an asynchronous generator that is left
import asyncio

async def ticks():
    n = 0
    while True:
        yield n
        n += 1
        await asyncio.sleep(0)

async for n in ticks():
    if n == 3:
        break
print(n)

# %% Fibonacci, the first ten
def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b

numbers = fibonacci()
print([next(numbers) for _ in range(10)])

# %% Fibonacci, below a hundred
from itertools import takewhile

def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b

print(list(takewhile(lambda n: n < 100, fibonacci())), max(takewhile(lambda n: n < 9, fibonacci())))

# %% numbers with enumerate and zip
from itertools import count, cycle

rows = [("a", 1), ("b", 2), ("c", 3)]
colored = [(name, color) for (name, _), color in zip(rows, cycle(["red", "blue"]))]
ids = {name: n for (name, _), n in zip(rows, count(100))}
print(colored, ids)

# %% the first free name
from itertools import count
import os

name = next(f"run_{n}.csv" for n in count(1) if not os.path.exists(f"run_{n}.csv"))
print(name)

# %% colours of a plot
import itertools
import matplotlib.pyplot as plt

markers = itertools.cycle("os^")
fig, ax = plt.subplots()
for k in range(5):
    ax.plot([0, 1], [0, k], marker=next(markers))
print(len(ax.lines))

# %% a list that grows from another
primes = [2]
candidate = 3
while len(primes) < 10:
    if all(candidate % p for p in primes):
        primes.append(candidate)
    candidate += 2
print(primes)

# %% what a loop adds to what it does not go through
words = ["b", "a"]
seen = []
for word in sorted(words):
    seen.append(word)
    words.append(word.upper())
print(words, seen)

# %% a for loop over a range that could be long
total = 0
for n in range(10**9):
    total += n
    if total > 1000:
        break
print(n)

# %% a report that is written and read
import pandas as pd

df = pd.read_csv("sales.csv")
summary = df.groupby("region", as_index=False)["price"].agg(["mean", "count"])
summary.to_csv("summary_by_region.csv", index=False)
check = pd.read_csv("summary_by_region.csv")
assert len(check) == len(summary)
print(check)

# %% settings that are written and read
import json
from pathlib import Path

config_path = Path("config") / "settings.json"
config_path.parent.mkdir(parents=True, exist_ok=True)
config_path.write_text(json.dumps({"alpha": 0.1}))
with config_path.open() as f:
    print(json.load(f)["alpha"])

# %% parts that are written and read by glob
import glob
import pandas as pd

df = pd.read_csv("sales.csv")
for region, part in df.groupby("region"):
    part.to_csv(f"part_{region}.csv", index=False)
merged = pd.concat([pd.read_csv(f) for f in glob.glob("part_*.csv")])
print(len(merged) == len(df))

# %% parts that are written and read by name
import pandas as pd

df = pd.read_csv("sales.csv")
for year in (2023, 2024):
    df.assign(year=year).to_parquet(f"year_{year}.parquet")
frames = [pd.read_parquet(f"year_{year}.parquet") for year in range(2023, 2025)]
print(len(frames))

# %% a folder that is filled and listed
from pathlib import Path
import pandas as pd

out = Path("plots")
out.mkdir(exist_ok=True)
for name in ("a", "b"):
    pd.DataFrame({"x": [1]}).to_csv(out / f"{name}.csv")
print(sorted(p.name for p in out.glob("*.csv")), pd.read_csv(next(out.glob("*.csv"))).shape)

# %% a folder that is entered
import os
import pandas as pd

start = os.getcwd()
os.makedirs("entered", exist_ok=True)
os.chdir("entered")
pd.DataFrame({"a": [1]}).to_csv("inside.csv")
print(pd.read_csv("inside.csv").shape, os.listdir("."))
os.chdir(start)

# %% a folder that is entered and left again
import contextlib
import os

os.makedirs("other", exist_ok=True)
with contextlib.chdir("other"):
    open("there.txt", "w").close()
    print(open("there.txt").read(), os.path.basename(os.getcwd()))

# %% the folder above is not entered
import os
here = os.path.dirname(os.path.abspath("sales.csv"))
os.chdir(here)
print(len(open("sales.csv").read()) > 0)

# %% a file that is only read if it is there
import os
import pandas as pd

if os.path.exists("last_week.csv"):
    before = pd.read_csv("last_week.csv")
else:
    before = pd.DataFrame()
print(before.empty)

# %% a file that is only read if it is there, by pathlib
from pathlib import Path
import pandas as pd

cache = Path("cache.parquet")
if not cache.is_file():
    pd.read_csv("sales.csv").to_parquet(cache)
df = pd.read_parquet(cache)
print(df.shape)

# %% a cache in a function
import os
import pickle

def cached(path, make):
    if os.path.isfile(path):
        with open(path, "rb") as f:
            return pickle.load(f)
    value = make()
    with open(path, "wb") as f:
        pickle.dump(value, f)
    return value

print(cached("cached.pkl", lambda: 42), cached("cached.pkl", lambda: 43))

# %% a file that may be missing
import json

try:
    with open("settings.json") as f:
        settings = json.load(f)
except FileNotFoundError:
    settings = {"threshold": 0.5}
print(settings)

# %% a file that may be missing, in a function
import pandas as pd

def read_or_empty(path):
    """The table, or an empty one."""
    try:
        return pd.read_csv(path)
    except FileNotFoundError:
        print(f"{path} not found")
        return pd.DataFrame()

print(read_or_empty("targets.csv").empty, read_or_empty("sales.csv").shape)

# %% a file that may be missing, suppressed
from contextlib import suppress
import os

with suppress(FileNotFoundError):
    os.remove("old_result.csv")
print("clean")

# %% files by glob, none of them needed
import glob
import pandas as pd

extra = glob.glob("extra/*.csv")
frames = [pd.read_csv("sales.csv")] + [pd.read_csv(f) for f in extra]
print(len(pd.concat(frames)))

# %% files by glob, if there are any
import glob
import pandas as pd

files = sorted(glob.glob("monthly_*.csv"))
if files:
    df = pd.read_csv(files[0])
else:
    df = pd.read_csv("sales.csv")
print(df.shape)

# %% files by glob, that are there
import glob
import pandas as pd

files = glob.glob("*.csv")
df = pd.read_csv([f for f in files if f.startswith("sales")][0])
first = pd.read_csv(glob.glob("sales*.csv")[0])
print(df.equals(first))

# %% files by glob, with a length that is asked for
from pathlib import Path

paths = list(Path("logs").glob("*.txt"))
if len(paths) == 0:
    print("no logs")
else:
    print(paths[0].read_text())

# %% a loop over what glob finds
import glob
import pandas as pd

for path in glob.glob("data/*.csv"):
    print(path, pd.read_csv(path).shape)

# %% what the folder holds
import os
import pandas as pd

tables = {name: pd.read_csv(name) for name in os.listdir(".") if name == "sales.csv"}
print({name: table.shape for name, table in tables.items()})

# %% names in a list that are looked for first
import os
import pandas as pd

frames = []
for month in ["jan.csv", "feb.csv", "sales.csv"]:
    if not os.path.exists(month):
        continue
    frames.append(pd.read_csv(month))
print(len(frames))

# %% names in a dictionary that are there
import pandas as pd

FILES = {"sales": "sales.csv"}
tables = {key: pd.read_csv(path) for key, path in FILES.items()}
print(pd.read_csv(FILES["sales"]).shape, list(tables))

# %% a dictionary that is filled later
import pandas as pd

paths = {"input": "sales.csv"}
paths["output"] = "later.csv"
pd.read_csv(paths["input"]).to_csv(paths["output"])
print(pd.read_csv(paths["output"]).shape)

# %% names in a loop, made before
import pandas as pd

for name in ["one.csv", "two.csv"]:
    pd.DataFrame({"a": [1]}).to_csv(name, index=False)
total = 0
for name in ["one.csv", "two.csv"]:
    total += pd.read_csv(name)["a"].sum()
print(total)

# %% names in a loop, tried one by one
import pandas as pd

for name in ("missing.csv", "sales.csv"):
    try:
        df = pd.read_csv(name)
        break
    except FileNotFoundError:
        continue
print(df.shape)

# %% encodings in a loop
import pandas as pd

for encoding in ["utf-8", "latin-1", "cp1252"]:
    try:
        df = pd.read_csv("sales.csv", encoding=encoding)
        break
    except UnicodeDecodeError:
        continue
print(encoding, len(df))

# %% text that is given as a file
import io
import pandas as pd

CSV = """region,price
North,10
South,20
"""
df = pd.read_csv(io.StringIO(CSV))
records = pd.read_json(io.StringIO('[{"a": 1}]'))
print(df["price"].sum(), records)

# %% lines of a text that is given as a file
import csv
import io

f = io.StringIO("a,b\n1,2\n")
print(list(csv.DictReader(f)))

# %% bytes as a workbook
import io
import pandas as pd

buffer = io.BytesIO()
pd.DataFrame({"a": [1]}).to_excel(buffer, index=False)
buffer.seek(0)
print(pd.read_excel(buffer))

# %% a temporary folder
import os
import tempfile
import pandas as pd

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "data.csv")
    pd.DataFrame({"a": [1, 2]}).to_csv(path, index=False)
    print(pd.read_csv(path).shape)

# %% a temporary file
import tempfile
from pathlib import Path

with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as f:
    f.write("hello")
print(Path(f.name).read_text())
Path(f.name).unlink()

# %% a folder for temporary files
import os
import tempfile

path = os.path.join(tempfile.gettempdir(), "scratch.txt")
with open(path, "w") as f:
    f.write("x")
print(os.path.getsize(path))

# %% a home of one's own
import os
from pathlib import Path

folder = Path.home() / ".cache" / "analysis"
folder.mkdir(parents=True, exist_ok=True)
(folder / "x.txt").write_text("x")
print((folder / "x.txt").read_text(), os.path.exists(os.path.expanduser("~/nothing.csv")))

# %% an archive that is made and read
import zipfile

with zipfile.ZipFile("export.zip", "w") as archive:
    archive.write("sales.csv")
    archive.writestr("notes/readme.txt", "hello")
with zipfile.ZipFile("export.zip") as archive:
    print(archive.namelist(), archive.read("notes/readme.txt"))
    archive.extractall("unpacked")
print(open("unpacked/notes/readme.txt").read())

# %% a compressed table
import gzip
import pandas as pd

pd.read_csv("sales.csv").to_csv("sales.csv.gz", index=False, compression="gzip")
with gzip.open("sales.csv.gz", "rt") as f:
    print(f.readline())
print(pd.read_csv("sales.csv.gz").shape)

# %% a database that is filled and asked
import sqlite3
import pandas as pd

with sqlite3.connect("analysis.db") as con:
    pd.read_csv("sales.csv").to_sql("sales", con, if_exists="replace", index=False)
    print(pd.read_sql("select region, sum(price) from sales group by region", con))

# %% a database that is filled by itself
import sqlite3

con = sqlite3.connect("log.sqlite")
cur = con.cursor()
cur.execute("CREATE TABLE IF NOT EXISTS log (text TEXT)")
cur.execute("INSERT INTO log VALUES ('subprocess.run')")
con.commit()
print(cur.execute("SELECT count(*) FROM log").fetchone())

# %% a database by SQLAlchemy
import pandas as pd
from sqlalchemy import create_engine, text

engine = create_engine("sqlite:///shop.sqlite")
pd.DataFrame({"a": [1]}).to_sql("t", engine, if_exists="replace", index=False)
with engine.connect() as con:
    print(con.execute(text("select count(*) from t")).scalar())

# %% a table in duckdb, from a file
import duckdb

con = duckdb.connect()
con.execute("CREATE TABLE sales AS SELECT * FROM 'sales.csv'")
print(con.execute("SELECT count(*) FROM sales").fetchone())
con.execute("COPY sales TO 'copied.parquet' (FORMAT parquet)")
print(con.execute("SELECT count(*) FROM 'copied.parquet'").fetchone())

# %% arrays that are kept and read
import numpy as np

np.save("matrix", np.eye(3))
np.savez("both.npz", a=np.ones(2), b=np.zeros(2))
print(np.load("matrix.npy").sum(), np.load("both.npz")["a"].sum())

# %% a mapped array
import numpy as np

mapped = np.memmap("mapped.dat", dtype="float64", mode="w+", shape=(10,))
mapped[:] = 1.0
mapped.flush()
print(np.memmap("mapped.dat", dtype="float64", mode="r", shape=(10,)).sum())

# %% a model that is kept and read
import joblib
from sklearn.linear_model import LinearRegression

MODEL = "model.joblib"
joblib.dump(LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0]), MODEL)
print(joblib.load(MODEL).predict([[3.0]]))

# %% a log in the workspace
import logging

logging.basicConfig(filename="analysis.log", level=logging.INFO, force=True)
logging.info("reading /tmp/x.csv from https://example.com")
logging.shutdown()
print(open("analysis.log").read()[:4])

# %% a plot that is kept and shown
import matplotlib.pyplot as plt
import matplotlib.image as mpimg
import pandas as pd

df = pd.read_csv("sales.csv")
ax = df.groupby("region")["price"].sum().plot(kind="bar", title="../data/raw.csv")
plt.savefig("figure.png", dpi=50)
plt.show()
print(mpimg.imread("figure.png").ndim)

# %% plots in a loop
import matplotlib.pyplot as plt
import pandas as pd

df = pd.read_csv("sales.csv")
for column in ["price", "quantity"]:
    df[column].plot(kind="hist")
    plt.title(column)
    plt.show()

# %% a plot that is drawn again some times
import matplotlib.pyplot as plt

phase = 0
while phase < 3:
    plt.plot([0, 1], [0, phase])
    plt.pause(0.001)
    phase += 1
plt.close("all")

# %% a workbook of several sheets
import pandas as pd

df = pd.read_csv("sales.csv")
with pd.ExcelWriter("book.xlsx") as writer:
    for region, part in df.groupby("region"):
        part.to_excel(writer, sheet_name=region, index=False)
sheets = pd.read_excel("book.xlsx", sheet_name=None)
print({name: sheet.shape for name, sheet in sheets.items()})

# %% how many processors, for a pool of threads
import os
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import cpu_count

with ThreadPoolExecutor(max_workers=min(4, cpu_count(), os.cpu_count() or 1)) as pool:
    print(list(pool.map(len, ["a", "bb"])))

# %% joblib, which takes one process where there are no others
from joblib import Parallel, delayed

print(Parallel(n_jobs=2)(delayed(pow)(n, 2) for n in range(4)))

# %% joblib with threads
from joblib import Parallel, delayed

print(Parallel(n_jobs=2, backend="threading")(delayed(abs)(-n) for n in range(4)))

# %% a forest with many jobs
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score

X, y = make_classification(n_samples=60, random_state=0)
print(cross_val_score(RandomForestClassifier(n_estimators=5, n_jobs=-1), X, y, cv=2).round(1))

# %% the environment
import os
import platform
import sys

print(sys.version_info >= (3, 8), platform.system(), os.environ.get("HOME") is not None, os.getpid() > 0)

# %% a setting of the environment
import os
os.environ["OMP_NUM_THREADS"] = "1"
os.environ.setdefault("TZ", "UTC")
import numpy as np
print(np.arange(3))

# %% a process in a factory
class Process:
    def __init__(self, name): self.name, self.state = name, "idle"
    def start(self): self.state = "running"
    def join(self): self.state = "done"

processes = [Process(n) for n in ("mill", "drill")]
for p in processes:
    p.start()
for p in processes:
    p.join()
print([p.state for p in processes])

# %% a system of equations
import numpy as np

class Model:
    def system(self, t, y): return [-0.5 * y[0]]
    def run(self, y0): return [y0 + self.system(0, [y0])[0]]

model = Model()
print(model.run(1.0), model.system(0, [2.0]))

# %% kill as a word
import pandas as pd

games = pd.DataFrame({"player": ["a", "b"], "kill": [3, 5], "fork": [1, 0]})
print(games.kill.sum(), games["fork"].max(), games.rename(columns={"kill": "kills"}).columns.tolist())

# %% a pool as a word
class Pool:
    """Of liquidity."""
    def __init__(self, x, y): self.x, self.y = x, y
    def map(self, f, values): return [f(v) for v in values]

pool = Pool(10.0, 20.0)
print(pool.map(lambda v: v * pool.x, [1, 2]))

# %% a method called get
import pandas as pd

class Session:
    def __init__(self): self.data = {"https://example.com": 1}
    def get(self, url): return self.data[url]

session = Session()
print(session.get("https://example.com"), pd.Series({"x": 1}).get("y", 0))

# %% a client of one's own data
class Client:
    def __init__(self, rows): self.rows = rows
    def connect(self): return self
    def request(self, path): return self.rows.get(path, [])

client = Client({"/sales": [1, 2]}).connect()
print(client.request("/sales"))

# %% a function called check_output
def check_output(result, expected): return result == expected
def run(command): return f"would run {command}"
print(check_output(1 + 1, 2), run("ls"))

# %% a class with open and connect
class Store:
    def open(self, path): return f"opened {path}"
    def connect(self, host): return f"connected to {host}"

store = Store()
print(store.open("/etc/passwd"), store.connect("db.internal"))

# %% functions that are only there for later
import os
import requests
import subprocess

def download(url, path):
    """Use it when there is a network."""
    with open(path, "wb") as f:
        f.write(requests.get(url).content)

def convert(path):
    subprocess.run(["pandoc", path])

print("tools are ready")

# %% a main that is not started
import sys
import pandas as pd

def main(path):
    df = pd.read_csv(path)
    print(df.describe())
    return 0

if __name__ == "__main__" and len(sys.argv) > 99:
    sys.exit(main(sys.argv[1]))

# %% a main that ends well
import pandas as pd

def main():
    df = pd.read_csv("sales.csv")
    print(df.shape)

if __name__ == "__main__":
    main()

# %% an exit if something is wrong
import sys
import pandas as pd

df = pd.read_csv("sales.csv")
required = {"region", "price"}
if not required.issubset(df.columns):
    sys.exit(f"missing columns: {required - set(df.columns)}")
print(df["price"].mean())

# %% an error if something is wrong
import pandas as pd

df = pd.read_csv("sales.csv")
if df["price"].lt(0).any():
    raise ValueError("negative prices")
assert len(df), "empty"
print("valid")

# %% a debugger that is not there any more
import pandas as pd
DEBUG = False
df = pd.read_csv("sales.csv")
if DEBUG:
    breakpoint()
    import pdb; pdb.set_trace()
print(len(df))

# %% an answer that is set
answers = iter(["1", "q"])
input = lambda prompt="": next(answers)
while True:
    choice = input("> ")
    if choice == "q":
        break
    print("chosen", choice)

# %% text that asks
question = "input(): What is your name?"
prompt = f"Please enter {question!r}"
print(prompt.replace("input()", "Q"))

# %% a widget that is not there
try:
    import ipywidgets as widgets
    from IPython.display import display
    HAVE_WIDGETS = False
except ImportError:
    HAVE_WIDGETS = False
if HAVE_WIDGETS:
    display(widgets.FileUpload())
print("no widgets needed")

# %% html with addresses
from IPython.display import HTML, Markdown, display

display(HTML('<a href="https://example.com">more</a>'))
display(Markdown("Run `!pip install pandas` or `import socket`."))

# %% magics that measure
import numpy as np

x = np.arange(1000)
%timeit -n 1 -r 1 x.sum()
%time y = x ** 2
print(y[-1])

# %% magics that set up plots
%matplotlib inline
%config InlineBackend.figure_format = 'svg'
import matplotlib.pyplot as plt
plt.plot([1, 2, 3])
plt.show()

# %% a cell that is written to a file and used
%%writefile helpers.py
def double(x):
    return 2 * x

# %% a module of one's own
from pathlib import Path
import sys

Path("mymodule.py").write_text("def triple(x):\n    return 3 * x\n")
sys.path.insert(0, ".")
import mymodule
print(mymodule.triple(2))

# %% code that is run from a text
namespace = {}
exec("def f(x):\n    return x + 1", namespace)
print(namespace["f"](1), eval("2 * 3"))

# %% templates of commands
commands = [f"python train.py --lr {lr}" for lr in (0.1, 0.01)]
script = "#!/bin/bash\n" + "\n".join(commands)
with open("run_all.sh", "w") as f:
    f.write(script)
print(script)

# %% names of files without files
from pathlib import Path

path = Path("/data/raw/2024/sales.csv")
print(path.stem, path.suffix, path.parent.name, path.with_suffix(".parquet").name, path.parts[-2])

# %% paths that are put together only
import os

target = os.path.join("/mnt", "data", "out.csv")
print(os.path.basename(target), os.path.splitext(target)[1], os.path.dirname(target))

# %% paths as values of a table
import pandas as pd

df = pd.DataFrame({"file": ["/tmp/a.csv", "../b.csv", "c.csv"], "size": [1, 2, 3]})
df["folder"] = df["file"].str.rsplit("/", n=1).str[0]
print(df[df["file"].str.startswith("/tmp")].to_dict("records"))

# %% a path for later
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--input", default="missing.csv")
parser.add_argument("--output", default="/tmp/out.csv")
args = parser.parse_args([])
print(args.input, args.output)

# %% an environment that names the file
import os
import pandas as pd

path = os.environ.get("SALES_FILE", "sales.csv")
print(pd.read_csv(path).shape)

# %% a question about a file
import os

for name in ["sales.csv", "missing.csv", "/etc/passwd", "../secret.txt"]:
    print(name, os.path.exists(name), os.path.isabs(name))

# %% zones of time
from datetime import datetime
from zoneinfo import ZoneInfo

print(datetime(2024, 1, 1, tzinfo=ZoneInfo("Europe/Berlin")).isoformat())

# %% one's own memory
with open("/proc/self/status") as f:
    print([line for line in f if line.startswith("VmRSS")][:1])
with open("/proc/meminfo") as f:
    print(f.readline().split()[0])

# %% a random device
with open("/dev/urandom", "rb") as f:
    print(len(f.read(8)))
print("quiet", file=open("/dev/null", "w"))

# %% cleaned, by assignment
import pandas as pd

df = pd.read_csv("sales.csv")
df["region"] = df["region"].str.strip().str.title()
df.loc[df["quantity"] < 0, "quantity"] = 0
df["total"] = df["quantity"] * df["price"]
df = df.sort_values("total", ascending=False).reset_index(drop=True)
df.to_csv("sales_clean.csv", index=False)
print(df.head(3))

# %% cleaned, in place as a whole
import pandas as pd

df = pd.read_csv("sales.csv")
df.dropna(subset=["price"], inplace=True)
df.rename(columns={"price": "unit_price"}, inplace=True)
df.drop_duplicates(inplace=True)
df.reset_index(drop=True, inplace=True)
print(df.columns.tolist())

# %% nested records
records = [{"a": {"b": 1}}, {"a": {"b": 2}}]
for record in records:
    record["a"]["b"] *= 2
    record["a"]["c"] = {"d": []}
    record["a"]["c"]["d"].append(1)
print(records)

# %% arrays of arrays
import numpy as np

grid = np.zeros((4, 4))
grid[1][2] = 5
grid[0][:] = 1
cube = np.zeros((2, 2, 2))
cube[0][1][1] += 3
print(grid.sum(), cube.sum())

# %% a table for each name
import pandas as pd

df = pd.read_csv("sales.csv")
by_region = {region: part.copy() for region, part in df.groupby("region")}
for region in by_region:
    by_region[region]["share"] = by_region[region]["price"] / by_region[region]["price"].sum()
print({region: round(part["share"].sum(), 6) for region, part in by_region.items()})

# %% a column that is a dictionary's
stats = {"count": {"North": 0}}
stats["count"]["North"] += 1
stats["count"].update({"South": 2})
print(stats)

# %% programs in a kernel with processes [parallel]
import subprocess

out = subprocess.run(["wc", "-l", "sales.csv"], capture_output=True, text=True).stdout
print(int(out.split()[0]) > 0)

# %% a pool in a kernel with processes [parallel]
import multiprocessing as mp

with mp.get_context("fork").Pool(2) as pool:
    print(pool.map(abs, [-1, -2]))

# %% futures in a kernel with processes [parallel]
from concurrent.futures import ProcessPoolExecutor, as_completed

with ProcessPoolExecutor(max_workers=2) as executor:
    futures = [executor.submit(pow, n, 2) for n in range(3)]
    print(sorted(f.result() for f in as_completed(futures)))

# %% a shell in a kernel with processes [parallel]
files = !ls *.csv
!head -n 1 sales.csv
print(files)

# %% a shell's output in a kernel with processes [parallel]
import os
print(os.popen("echo hello").read(), os.system("true"))

# %% a process that is ended in a kernel with processes [parallel]
import os
import signal
import subprocess
import time

sleeper = subprocess.Popen(["sleep", "30"])
time.sleep(0.05)
os.kill(sleeper.pid, signal.SIGTERM)
print(sleeper.wait() != 0)

# %% a list that a thread fills
import threading
import time

results = []
def work(found):
    time.sleep(0.02)
    found.append(42)

threading.Thread(target=work, args=(results,)).start()
while not results:
    time.sleep(0.005)
print(results)

# %% a list that a function empties behind one's back
items = [1, 2, 3]
def take():
    return items.pop()

while items:
    print(take())

# %% a list under another name
items = [1, 2, 3]
others = items
while items:
    others.pop()
print(items)

# %% a flag that a coroutine changes
import asyncio

state = {"done": False}
async def finish():
    await asyncio.sleep(0.01)
    state["done"] = True

task = asyncio.create_task(finish())
while not state["done"]:
    await asyncio.sleep(0.005)
print(state)

# %% a coroutine that is awaited and left
import asyncio

async def poll():
    n = 0
    while True:
        n += 1
        if n == 3:
            return n
        await asyncio.sleep(0)

print(await poll())

# %% a coroutine that runs beside others
import asyncio

async def beat():
    while True:
        await asyncio.sleep(0.001)

async def main():
    heart = asyncio.create_task(beat())
    await asyncio.sleep(0.01)
    heart.cancel()
    return "stopped"

print(await main())

# %% a function that writes what it then reads
import pandas as pd

def round_trip(path):
    pd.DataFrame({"a": [1]}).to_csv(path, index=False)
    return pd.read_csv(path)

print(round_trip("round_trip.csv"))

# %% a function that asks before it reads
import os
import pandas as pd

def load(path):
    if not os.path.exists(path):
        print(f"{path} is missing")
        return pd.DataFrame()
    return pd.read_csv(path)

print(load("budget.csv").empty, load("sales.csv").shape)

# %% a function with a default that is there
import pandas as pd

def load(path="sales.csv", *, rows=None):
    return pd.read_csv(path, nrows=rows)

print(load().shape, load(rows=2).shape, load("sales.csv").shape)

# %% a function that is tried with one name after the other
import pandas as pd

def load(path):
    return pd.read_csv(path)

df = None
for candidate in ("sales_2024.csv", "sales.csv"):
    try:
        df = load(candidate)
        break
    except FileNotFoundError:
        print("no", candidate)
print(df.shape)

# %% a function whose failure is expected
import pandas as pd

def load(path):
    return pd.read_csv(path)

try:
    load("gone.csv")
except FileNotFoundError as error:
    print("as expected:", error.filename)

# %% years that are looked for
import os
import pandas as pd

frames = [pd.read_csv(f"sales_{year}.csv") for year in (2023, 2024) if os.path.exists(f"sales_{year}.csv")]
print(len(frames))

# %% files that numbers are put into, written in parts
import numpy as np

for n in range(3):
    np.save(f"block_{n}.npy", np.full(2, n))
total = sum(np.load(f"block_{n}.npy").sum() for n in range(3))
print(total)

# %% the newest file, if there is one
import glob
import os

newest = max(glob.glob("backup_*.csv"), key=os.path.getmtime, default=None)
print(newest)

# %% a pattern whose failure is expected
import glob
import pandas as pd

try:
    df = pd.concat([pd.read_csv(f) for f in glob.glob("archive/*.csv")])
except ValueError:
    df = pd.read_csv("sales.csv")
print(df.shape)

# %% a dictionary of files with one that comes later
import pandas as pd

files = {"raw": "sales.csv", "clean": "missing.csv"}
files["clean"] = "cleaned_sales.csv"
pd.read_csv(files["raw"]).to_csv(files["clean"])
print(pd.read_csv(files["clean"]).shape)

# %% two values at once
low, high = 0, 8
while low < high:
    low, high = low + 1, high - 1
print(low, high)

# %% lines until a marker
import io

f = io.StringIO("a\nb\nEND\nc\n")
lines = list(iter(f.readline, "END\n"))
print(lines)

# %% numbers until zero
values = iter([3, 1, 0, 5])
print(list(iter(lambda: next(values), 0)))

# %% a magic that only lists variables
get_ipython().run_line_magic("whos", "")
get_ipython().run_line_magic("matplotlib", "inline")

# %% a model of one's own folder
class SentenceTransformer:
    def __init__(self, name): self.name = name
    def encode(self, texts): return [len(t) for t in texts]
print(SentenceTransformer("all-MiniLM-L6-v2").encode(["a", "bb"]))

# %% an archive that is written, then unpacked
import zipfile
import pandas as pd

with zipfile.ZipFile("pack.zip", "w") as archive:
    archive.writestr("inner/data.csv", "a\n1\n")
with zipfile.ZipFile("pack.zip") as archive:
    archive.extractall("opened")
print(pd.read_csv("opened/inner/data.csv").shape)

# %% pages of a book
pages = {"requests": 3, "socket": 12}
for term, page in pages.items():
    print(f"{term}: p. {page}")

# %% a local called requests in a function
def summarize(requests):
    urls = [r["url"] for r in requests]
    return len(urls), max(requests, key=lambda r: r["size"])["url"]
print(summarize([{"url": "https://a.example", "size": 3}, {"url": "https://b.example", "size": 1}]))

# %% httpx only for its exceptions
import httpx
try:
    raise httpx.TimeoutException("slow")
except httpx.HTTPError as e:
    print(type(e).__name__)

# %% a parsed url list
from urllib import parse
print([parse.urlsplit(u).hostname for u in ("https://example.com/a", "ftp://example.org")])

# %% log of a web server
import re
import pandas as pd
LOG = '''1.2.3.4 - - [01/Jan/2024] "GET /index.html HTTP/1.1" 200
5.6.7.8 - - [01/Jan/2024] "POST /api/login HTTP/1.1" 500'''
rows = [re.match(r'(\S+) .*"(\w+) (\S+).*" (\d+)', line).groups() for line in LOG.splitlines()]
df = pd.DataFrame(rows, columns=["ip", "method", "path", "status"])
print(df.groupby("status").size())

# %% shell words
import shlex
print(shlex.split("rm -rf '/tmp/my dir'"), shlex.quote("a b"))

# %% sys.argv parsing guarded
import sys
if len(sys.argv) > 50:
    subprocess.run(sys.argv[1:])
print("no arguments")

# %% time out by signal
import signal
def handler(signum, frame): raise TimeoutError("too slow")
old = signal.signal(signal.SIGALRM, handler)
signal.alarm(5)
total = sum(range(1000))
signal.alarm(0)
signal.signal(signal.SIGALRM, old)
print(total)

# %% gradient descent
import numpy as np
w, lr, tol = 0.0, 0.1, 1e-8
gradient = np.inf
while abs(gradient) > tol:
    gradient = 2 * (w - 3)
    w -= lr * gradient
print(round(w, 4))

# %% Euclid with subtraction
a, b = 84, 36
while a != b:
    if a > b: a -= b
    else: b -= a
print(a)

# %% digits of a number
n, digits = 2024, []
while n:
    n, d = divmod(n, 10)
    digits.append(d)
print(digits)

# %% binary search
xs, target = [1, 3, 5, 7, 9], 7
low, high, found = 0, len(xs) - 1, -1
while low <= high:
    mid = (low + high) // 2
    if xs[mid] == target:
        found = mid
        break
    if xs[mid] < target: low = mid + 1
    else: high = mid - 1
print(found)

# %% merging two lists
a, b, merged = [1, 4], [2, 3], []
while a and b:
    merged.append((a if a[0] < b[0] else b).pop(0))
print(merged + a + b)

# %% a while over a linked list
class Node:
    def __init__(self, value, next=None): self.value, self.next = value, next
node = Node(1, Node(2, Node(3)))
while node:
    print(node.value)
    node = node.next

# %% a while that a with block changes
from contextlib import contextmanager
counter = {"n": 0}
@contextmanager
def step():
    counter["n"] += 1
    yield
while counter["n"] < 2:
    with step(): pass
print(counter)

# %% a while with a lambda
stack = [3, 2, 1]
take = lambda: stack.pop()
while stack:
    print(take())

# %% a while over a dataframe
import pandas as pd
df = pd.DataFrame({"a": range(5)})
while len(df) > 2:
    df = df.iloc[1:]
print(df)

# %% a while over an array in place
import numpy as np
x = np.array([5.0, 1.0])
while x.max() > 1e-2:
    x *= 0.5
print(x)

# %% a list that is sliced in place
xs = [1, 2, 3, 4]
while xs:
    xs[:2] = []
print(xs)

# %% a list that an alias in a dict shrinks
xs = [1, 2]
box = {"xs": xs}
while xs:
    box["xs"].pop()
print(xs)

# %% a list that extends itself to a length
seq = [1, 1]
while len(seq) < 10:
    seq += [seq[-1] + seq[-2]]
print(seq)

# %% an iterator in a while
it = iter(range(3))
value = next(it, None)
while value is not None:
    print(value)
    value = next(it, None)

# %% a for loop over a growing dict's copy
d = {"a": 1}
for k in list(d):
    d[k + k] = 2
print(d)

# %% a for loop over a list that is rebound
items = [1, 2]
for item in items:
    items = items + [item]
print(items)

# %% a nested function generator
def chunks(xs, n):
    it = iter(xs)
    while True:
        chunk = [x for _, x in zip(range(n), it)]
        if not chunk:
            return
        yield chunk
print(list(chunks(range(5), 2)))

# %% reading a file given by a widget's absence
import os
path = next((p for p in ("data/sales.csv", "sales.csv") if os.path.exists(p)), None)
print(open(path).readline())

# %% a path with an environment default
import os
import pandas as pd
root = os.environ.get("DATA_ROOT", ".")
print(pd.read_csv(f"{root}/sales.csv").shape)

# %% reading what open with x made
with open("fresh.txt", "x") as f: f.write("1\n2\n")
print(sum(int(line) for line in open("fresh.txt")))

# %% writing with print
with open("out.txt", "w") as out:
    print("hello", file=out)
print(open("out.txt").read())

# %% Path.write_text then json
from pathlib import Path
import json
p = Path("a") / "b" / "c.json"
p.parent.mkdir(parents=True)
p.write_text(json.dumps([1]))
print(json.loads((Path("a/b") / "c.json").read_text()))

# %% pandas appending to a csv
import os
import pandas as pd
for n in range(2):
    pd.DataFrame({"n": [n]}).to_csv("log.csv", mode="a", header=not os.path.exists("log.csv"), index=False)
print(pd.read_csv("log.csv"))

# %% an excel file with pandas and openpyxl
import pandas as pd
from openpyxl import load_workbook
pd.DataFrame({"a": [1]}).to_excel("t.xlsx", index=False)
wb = load_workbook("t.xlsx")
wb.active["A3"] = 5
wb.save("t.xlsx")
print(pd.read_excel("t.xlsx"))

# %% a dataset written by pyarrow
import pyarrow as pa
import pyarrow.parquet as pq
pq.write_table(pa.table({"a": [1, 2]}), "t.parquet")
print(pq.read_table("t.parquet").num_rows, pq.ParquetFile("t.parquet").metadata.num_rows)

# %% polars writes and scans
import polars as pl
pl.DataFrame({"a": [1, 2]}).write_parquet("p.parquet")
print(pl.scan_parquet("p.parquet").select(pl.col("a").sum()).collect(), pl.scan_parquet("p*.parquet").collect().height)

# %% a figure in several formats
import matplotlib.pyplot as plt
plt.plot([1, 2])
for ext in ("png", "svg", "pdf"):
    plt.savefig(f"figure.{ext}")
import os
print([os.path.getsize(f"figure.{ext}") > 0 for ext in ("png", "svg", "pdf")])

# %% loop over a list of names, written by itself
import pandas as pd
names = []
for k in range(2):
    name = f"piece{k}.csv"
    pd.DataFrame({"k": [k]}).to_csv(name, index=False)
    names.append(name)
print(pd.concat(map(pd.read_csv, names)).k.sum(), sum(len(pd.read_csv(n)) for n in names))

# %% a helper for many formats
from pathlib import Path
import pandas as pd
READERS = {".csv": pd.read_csv, ".parquet": pd.read_parquet, ".xlsx": pd.read_excel}
def read(path): return READERS[Path(path).suffix](path)
print(read("sales.csv").shape)

# %% shutil in the workspace
import os
import shutil
os.makedirs("backup", exist_ok=True)
shutil.copy("sales.csv", "backup")
shutil.copytree("backup", "backup2")
shutil.move("backup2", "backup3")
print(os.listdir("backup3"))
shutil.rmtree("backup3")

# %% removing one's own file
import os
open("tmp.txt", "w").close()
os.rename("tmp.txt", "tmp2.txt")
os.remove("tmp2.txt")
print(os.path.exists("tmp2.txt"))

# %% text that mentions files
message = "Please open missing.csv or /etc/hosts and read '../x.csv'"
print(message.split(), message.replace("missing.csv", "sales.csv"))

# %% a SQL text on a frame
import pandas as pd
import sqlite3
con = sqlite3.connect(":memory:")
pd.read_csv("sales.csv").to_sql("sales", con, index=False)
print(pd.read_sql_query("SELECT region, AVG(price) FROM sales GROUP BY region", con))

# %% duckdb on a frame, and a temporary table
import duckdb
import pandas as pd
df = pd.read_csv("sales.csv")
con = duckdb.connect()
con.register("sales", df)
con.execute("create temp table t as select region, sum(price) p from sales group by 1")
print(con.execute("select * from t order by 1").df())

# %% asyncio.run is not needed
import asyncio
async def work(n):
    await asyncio.sleep(0.001 * n)
    return n
tasks = [asyncio.create_task(work(n)) for n in range(3)]
done, pending = await asyncio.wait(tasks)
while pending:
    done, pending = await asyncio.wait(pending)
print(sorted(t.result() for t in done))

# %% a class with exit and quit
class App:
    def quit(self): return "quit"
    def exit(self): return "exit"
    def input(self, x): return x
app = App()
print(app.quit(), app.exit(), app.input(3))

# %% context manager exit
class Timer:
    def __enter__(self): return self
    def __exit__(self, *exc): print("done")
with Timer() as t:
    print("in")

# %% tables in a dictionary, some of which are looked for
import os
import pandas as pd
FILES = {"sales": "sales.csv", "targets": "targets.csv"}
tables = {}
for name, path in FILES.items():
    if os.path.exists(path):
        tables[name] = pd.read_csv(path)
print(list(tables))

# %% pairs of names, written first
import pandas as pd
for name, n in [("left.csv", 1), ("right.csv", 2)]:
    pd.DataFrame({"n": [n]}).to_csv(name, index=False)
for label, name in [("l", "left.csv"), ("r", "right.csv")]:
    print(label, pd.read_csv(name).n.sum())

# %% an absolute value that gets smaller
step = -1.0
while abs(step) > 0.1:
    step /= 2
print(step)

# %% an installation by a command, where a module is missing
try:
    import pandas as pd
except ImportError:
    !pip install pandas
    import pandas as pd
print(pd.DataFrame({"a": [1]}).shape)

# %% an installation by a magic, where a module is missing
import importlib.util

if importlib.util.find_spec("numpy") is None:
    %pip install numpy
import numpy as np
print(np.arange(3))

# %% a command whose failure is expected
try:
    !nvidia-smi
except Exception as error:
    print("no graphics card:", type(error).__name__)

# %% a command in a function that nobody calls
def show_folder():
    !ls -la

print("not shown")

# %% a command that is turned off
INSTALL = False
if INSTALL:
    !pip install seaborn
import seaborn as sns
print(sns.__version__ != "")

# %% the end when something is done
import sys
import pandas as pd

df = pd.read_csv("sales.csv")
total = df["price"].sum()
print(f"Total: {total:.2f}")
sys.exit()

# %% the end of a script
import pandas as pd

df = pd.read_csv("sales.csv")
print(df.shape)
quit()

# %% the end after a check
import pandas as pd
df = pd.DataFrame({"a": [1]})
print(df)
exit(0)

# %% an exit on the line of the last result
import pandas as pd
df = pd.read_csv("sales.csv")
print("é", df["price"].sum()); exit()
