# %% process 1: a program is run
import subprocess
subprocess.run(["ls"])

# %% process 1: a program's output, by an imported name
from subprocess import check_output
print(check_output(["date"]).decode())

# %% process 2: a program under another name
import os
import subprocess as sp
result = sp.Popen("ls", shell=True, stdout=sp.PIPE)

# %% process 2: a shell
import os
os.system("pip install polars")

# %% process 2: a pipe to a program
from os import popen
print(popen("ls").read())

# %% process 3: a fork
import os
print("before")
child = os.fork()

# %% process 2: another program in its place
import os
os.execvp("python", ["python", "x.py"])

# %% process 2: spawned
import os
os.spawnlp(os.P_WAIT, "ls", "ls")

# %% process 1: a shell, the module being there already
os.system("ls")

# %% process 1: a program, the module being there already
out = subprocess.run(["ls"], capture_output=True)

# %% process 1: a pool
from multiprocessing import Pool
with Pool(4) as pool:
    print(pool.map(abs, [-1]))

# %% process 1: a pool of a context
import multiprocessing as mp
pool = mp.get_context("spawn").Pool(2)

# %% process 1: a process that is started
import multiprocessing
p = multiprocessing.Process(target=print)
p.start()
p.join()

# %% process 1: processes in a list
from multiprocessing import Process
ps = [Process(target=print) for _ in range(3)]
for p in ps:
    p.start()

# %% process 1: a manager
import multiprocessing
d = multiprocessing.Manager().dict()

# %% process 2: an executor of processes
from concurrent.futures import ProcessPoolExecutor
with ProcessPoolExecutor() as pool:
    print(list(pool.map(abs, [-1])))

# %% process 2: an executor by its module
import concurrent.futures as cf
pool = cf.ProcessPoolExecutor(2)

# %% process 2: a program by asyncio
import asyncio
p = await asyncio.create_subprocess_exec("ls")

# %% process 5: in a function that is called
def convert(name):
    "Converts."
    return name.upper()

import subprocess

def run(command):
    return subprocess.run(command)

run(["ls"])

# %% process 4: in a method that is called
class Tool:
    def go(self):
        import os
        return os.system("ls")

Tool().go()

# %% process 4: in a function that is mapped
import os

def each(name):
    return os.system(f"touch {name}")

list(map(each, ["a", "b"]))

# %% process 3: in a loop
import os
for i in range(3):
    os.system("echo")

# %% process 4: under a main guard
import os

if __name__ == "__main__":
    os.system("ls")

# %% process 3: caught, but not for what happens
import os
try:
    os.popen("ls")
except KeyError:
    pass

# %% process 1: through importlib
__import__("os").system("ls")

# %% process 3: through an alias
import os
run = os.system
run("ls")

# %% process 2: through star import
from os import *
system("ls")

# %% process 1: a browser
__import__("webbrowser").open("https://example.org")

# %% process 1: IPython's shell
get_ipython().system("ls")

# %% process 1: a lambda that sort calls
import os; sorted([1], key=lambda x: os.system("ls"))

# %% network 1: a request
import requests
print(requests.get("https://api.example.org").json())

# %% network 2: a request by name
import json
from requests import get
data = get("https://example.org").json()

# %% network 1: a session
import requests
with requests.Session() as s:
    print(s.get("https://example.org").text)

# %% network 1: httpx
import httpx
r = httpx.get("https://example.org")

# %% network 1: aiohttp
import aiohttp
async with aiohttp.ClientSession() as session:
    pass

# %% network 1: urlopen
from urllib.request import urlopen
print(urlopen("https://example.org").read())

# %% network 1: urlretrieve
import urllib.request
urllib.request.urlretrieve("https://example.org/a.csv", "a.csv")

# %% network 1: urllib.request by its parent
from urllib import request
request.urlopen("http://example.org")

# %% network 1: http.client
import http.client
c = http.client.HTTPSConnection("example.org")
c.request("GET", "/")

# %% network 1: a server
from http.server import HTTPServer, BaseHTTPRequestHandler
HTTPServer(("", 8000), BaseHTTPRequestHandler).serve_forever()

# %% network 1: a socket
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.connect(("example.org", 80))

# %% network 1: a socket by star import
from socket import *
s = socket(AF_INET, SOCK_STREAM)

# %% network 1: a connection and a harmless name
import socket
print(socket.gethostname())
socket.create_connection(("example.org", 80))

# %% network 1: a name is looked up
import socket
print(socket.gethostbyname("example.org"))

# %% network 1: mail
import smtplib
smtplib.SMTP("localhost").sendmail("a", "b", "c")

# %% network 1: ftp
from ftplib import FTP
ftp = FTP("ftp.example.org")

# %% network 2: a stream of asyncio
import asyncio
reader, writer = await asyncio.open_connection("example.org", 80)

# %% network 2: a database on another machine
import psycopg2
con = psycopg2.connect(host="db", dbname="x")

# %% network 2: an engine for another machine
from sqlalchemy import create_engine
engine = create_engine("postgresql://user:pw@db/x")

# %% network 2: mongo
from pymongo import MongoClient
db = MongoClient("mongodb://localhost").test

# %% network 1: a request that is only tried for another reason
import requests
try:
    value = requests.get("https://example.org").json()["x"]
except KeyError:
    value = None

# %% fetch 2: a csv from the network
import pandas as pd
df = pd.read_csv("https://example.org/a.csv")

# %% fetch 3: an address in a variable
import pandas as pd
URL = "https://raw.example.org/a.csv"
df = pd.read_csv(URL)

# %% fetch 4: an address that is put together
import pandas as pd
BASE = "https://example.org/"
name = "a.csv"
df = pd.read_parquet(BASE + name)

# %% fetch 2: tables of a page
import pandas as pd
tables = pd.read_html("https://en.example.org/wiki/List")

# %% fetch 2: from a bucket
import polars as pl
df = pl.read_parquet("s3://bucket/a.parquet")

# %% fetch 2: seaborn's examples
import seaborn as sns
tips = sns.load_dataset("tips")

# %% fetch 2: sklearn's examples
from sklearn.datasets import fetch_california_housing
X, y = fetch_california_housing(return_X_y=True)

# %% fetch 2: sklearn's examples by module
from sklearn import datasets
news = datasets.fetch_20newsgroups()

# %% fetch 2: R's examples
import statsmodels.api as sm
duncan = sm.datasets.get_rdataset("Duncan", "carData")

# %% network 1: prices of shares
import yfinance as yf
df = yf.download("AAPL")

# %% fetch 2: texts
import nltk
nltk.download("punkt")

# %% fetch 2: duckdb from the network
import duckdb
duckdb.sql("select * from 'https://example.org/a.parquet'")

# %% file 2: a wrong name
import pandas as pd
df = pd.read_csv("sale.csv")

# %% file 2: another folder
import pandas as pd
df = pd.read_csv("/mnt/data/sales.csv")

# %% file 2: a folder that is not there
import pandas as pd
df = pd.read_csv("data/sales.csv")

# %% file 2: a keyword
import pandas as pd
df = pd.read_csv(filepath_or_buffer="missing.csv", sep=";")

# %% file 3: a variable
import pandas as pd
path = "missing.csv"
df = pd.read_csv(path)

# %% file 4: an f-string of known parts
import pandas as pd
year = 2024
name = "report"
df = pd.read_excel(f"{name}.xlsx")

# %% file 1: open
text = open("notes.txt").read()

# %% file 1: with
with open("notes.txt", "r", encoding="utf-8") as f:
    print(f.read())

# %% file 2: json
import json
config = json.load(open("config.json"))

# %% file 2: pathlib
from pathlib import Path
text = Path("notes.txt").read_text()

# %% file 3: pathlib, joined
from pathlib import Path
folder = Path("data")
lines = (folder / "lines.txt").read_text().splitlines()

# %% file 2: pathlib, opened
from pathlib import Path
with Path("notes.txt").open() as f: print(f.read())

# %% file 3: os.path.join
import os
import pandas as pd
df = pd.read_csv(os.path.join("data", "x.csv"))

# %% file 2: numpy
import numpy as np
a = np.load("a.npy")

# %% file 2: numpy text
import numpy as np
a = np.loadtxt("a.txt")

# %% file 2: an image
from PIL import Image
im = Image.open("photo.png")

# %% file 2: an image by matplotlib
import matplotlib.pyplot as plt
im = plt.imread("photo.png")

# %% file 2: polars
import polars as pl
df = pl.read_csv("missing.csv")

# %% file 2: polars, lazily
import polars as pl
q = pl.scan_parquet("missing.parquet")

# %% file 2: arrow
import pyarrow.parquet as pq
t = pq.read_table("missing.parquet")

# %% file 2: duckdb's text
import duckdb
print(duckdb.sql("SELECT count(*) FROM 'missing.csv'"))

# %% file 3: duckdb's function in text
import duckdb
con = duckdb.connect()
con.execute("select * from read_csv('missing.csv', header=true)")

# %% file 2: a database that is not there
import sqlite3
con = sqlite3.connect("shop.db")
print(con.execute("select * from orders").fetchall())

# %% file 2: a workbook
import openpyxl
wb = openpyxl.load_workbook("book.xlsx")

# %% file 2: a model
import joblib
model = joblib.load("model.joblib")

# %% file 2: pickle
import pickle
model = pickle.load(open("model.pkl", "rb"))

# %% file 2: an archive
import zipfile
z = zipfile.ZipFile("data.zip")

# %% file 2: a compressed text
import gzip
print(gzip.open("log.gz", "rt").read())

# %% file 2: a folder is listed
import os
names = os.listdir("data")

# %% file 2: a size
import os
print(os.path.getsize("big.csv"))

# %% file 2: a copy
import shutil
shutil.copy("original.csv", "copy.csv")

# %% file 2: read before it is written
import pandas as pd
df = pd.read_csv("result.parquet.csv")
df.to_csv("result.parquet.csv")

# %% file 2: xml
import xml.etree.ElementTree as ET
root = ET.parse("feed.xml")

# %% file 2: a file of the user's home
import pandas as pd
df = pd.read_csv("/home/user/Downloads/data.csv")

# %% outside 1: passwords
print(open("/etc/passwd").read())

# %% outside 2: written elsewhere
import pandas as pd
pd.DataFrame().to_csv("/tmp/result.csv")

# %% outside 1: written above
with open("../out.txt", "w") as f:
    f.write("x")

# %% outside 2: a folder elsewhere
import os
os.makedirs("/data/out", exist_ok=True)

# %% outside 3: a plot elsewhere
import matplotlib.pyplot as plt
plt.plot([1, 2])
plt.savefig("/home/user/plot.png")

# %% outside 2: pathlib elsewhere
from pathlib import Path
Path("/var/log/x.txt").write_text("x")

# %% attachment 3: written over
import pandas as pd
df = pd.read_csv("sales.csv")
df.to_csv("sales.csv", index=False)

# %% attachment 1: opened for writing
with open("sales.csv", "a") as f: f.write("x")

# %% attachment 2: by pathlib
from pathlib import Path
Path("sales.csv").write_text("")

# %% chained 1: fillna
df["a"].fillna(0, inplace=True)

# %% chained 3: on an attribute
import pandas as pd
t = pd.read_csv("sales.csv")
t.price.fillna(0, inplace=True)

# %% chained 3: an assignment
import pandas as pd
t = pd.read_csv("sales.csv")
t[t.a > 1]["b"] = 0

# %% chained 1: a table in the kernel
orders["a"][orders["b"] > 1] = 0

# %% chained 3: by loc after a column
import pandas as pd
t = pd.DataFrame({"a": [1]})
t["a"].loc[0] = 5

# %% chained 3: by loc before a column
import pandas as pd
t = pd.DataFrame({"a": [1]})
t.loc[t.a > 0]["a"] = 5

# %% chained 4: on a copy of a table
import pandas as pd
t = pd.read_csv("sales.csv")
u = t.copy()
u["a"].replace(1, 2, inplace=True)

# %% chained 3: added to
import pandas as pd
t = pd.DataFrame({"a": [1]})
t["a"][0] += 1

# %% endless 2: while True
n = 0
while True:
    n += 1

# %% endless 1: while 1 with a break of another loop
while 1:
    for i in range(3):
        break

# %% endless 2: nothing changes the number
i = 0
while i < 10:
    print(i)

# %% endless 3: nothing changes the flag
done = False
total = 0
while not done:
    total += 1

# %% endless 3: another name is changed
i = 0
j = 0
while i < 5:
    j += 1

# %% endless 2: the wrong way
i = 0
while i < 10:
    i -= 1

# %% endless 2: the wrong way up
n = 5
while n > 0:
    n += 1

# %% endless 2: all numbers
import itertools
for i in itertools.count():
    print(i)

# %% endless 2: round and round
from itertools import cycle
for x in cycle([1, 2]):
    print(x)

# %% endless 2: a list of all numbers
import itertools
numbers = list(itertools.count(1))

# %% endless 2: a sum of all numbers
from itertools import count
total = sum(x * x for x in count())

# %% endless 2: a comprehension of all numbers
from itertools import count
squares = [x * x for x in count() if x % 2]

# %% endless 2: mapped
from itertools import repeat
list(map(abs, repeat(1)))

# %% endless 6: a generator of the program's own
def numbers():
    n = 0
    while True:
        yield n
        n += 1
values = list(numbers())

# %% endless 2: a list that grows
items = [1, 2, 3]
for item in items:
    items.append(item * 2)

# %% endless 4: in a function that is called
import time

def wait():
    while True:
        time.sleep(1)

wait()

# %% person 1: input
name = input("Name?")

# %% person 3: input in a function
def ask():
    "Asks."
    return int(input())
print(ask())

# %% person 2: a password
import getpass
pw = getpass.getpass()

# %% person 1: a debugger
breakpoint()

# %% end 1: exit
exit()

# %% end 2: a hard exit
import os
os._exit(1)

# %% end 2: its own end
import os, signal
os.kill(os.getpid(), signal.SIGKILL)

# %% magic 1: a shell escape
!ls

# %% magic 2: an installation
import os
%pip install polars

# %% magic 1: a bare installation
pip install polars
import polars

# %% magic 1: a shell cell
%%bash
ls

# %% magic 3: an escape's output
import os
print(1)
files = !ls

# %% magic 2: a listing
print(1)
%ls

# %% magic 2: after a harmless command
%matplotlib inline
!wget https://example.org/a.csv

# %% magic 1 parallel: an installation
!pip install polars

# %% network 1 parallel: a request
import requests
requests.get("https://example.org")

# %% magic 1 parallel: a download
!curl -O https://example.org/a.csv

# %% network 1: a helper that is called inside another
import requests
import pandas as pd

def download(url):
    response = requests.get(url)
    response.raise_for_status()
    return response.json()

def main():
    data = download("https://api.example.org/v1")
    df = pd.DataFrame(data)
    print(df.head())

if __name__ == "__main__":
    main()

# %% network 2: an error that is raised again
import pandas as pd
import requests
try:
    r = requests.get("https://example.org/x.csv")
except ValueError as e:
    print("bad value", e)

# %% file 5: in a function with the name given
import pandas as pd
FILE = "customers.csv"

def load():
    return pd.read_csv(FILE)

df = load()

# %% file 3: many options
import pandas as pd
import numpy as np
df = pd.read_csv("Sales.csv", parse_dates=["date"], dtype={"a": str}, na_values=["-"])

# %% file 4: a list of names
import pandas as pd
frames = []
for n in range(2):
    frames.append(pd.read_csv("january.csv"))

# %% file 2: excel with sheet
import pandas as pd
x = pd.ExcelFile("workbook.xlsx")

# %% file 4: json by with
import json
from pathlib import Path
base = Path(".")
with open(base / "settings.json") as f:
    settings = json.load(f)

# %% file 3: csv module
import csv
rows = []
with open("people.csv", newline="") as f:
    rows = list(csv.DictReader(f))

# %% endless 4: loop waiting for a number
import random
count = 0
total = 0
while count < 100:
    total += random.random()
print(total)

# %% endless 5: nested function
def solve(n):
    steps = 0
    limit = 10
    x = n
    while steps < limit:
        x = x * 2
    return x

solve(3)

# %% endless 3: while True with continue
n = 0
k = 0
while True:
    n += 1
    if n % 2:
        continue
    k += n

# %% endless 4: while True with try
import time
def poll(): return 1
print("start")
while True:
    try:
        poll()
        time.sleep(1)
    except Exception:
        pass

# %% endless 2: enumerate of count
from itertools import count
for i, n in enumerate(count(5)):
    print(i, n)

# %% endless 3: cycle by name
import itertools
colors = itertools.cycle(["r", "g"])
for c in colors:
    print(c)

# %% endless 3: extend
queue = [1]
seen = set()
for node in queue:
    seen.add(node)
    queue.extend([node + 1])

# %% endless 2: iter forever added by +=
names = ["a"]
for name in names:
    names += [name + "x"]

# %% person 3: input in a loop
answers = []
for i in range(3):
    answers.append(input(f"Value {i}: "))

# %% person 2: a number asked for
print("Welcome")
n = int(input("How many? "))

# %% end 4: quit after printing
x = 1
if True:
    print(x)
    quit()

# %% end 2: sys.exit in main guard
import sys
sys.exit("bye")

# %% magic 1: bang with pip and flags
!pip install -q plotly

# %% magic 2: pip magic with indentation
if True:
    %pip install plotly

# %% magic 1: cat
!cat sales.csv | head -5

# %% magic 1: sh
%%sh
echo hello

# %% process 3: subprocess from function default
import os
def list_files():
    return os.popen("ls -la").read()
print(list_files())

# %% process 1: multiprocessing in main guard
import multiprocessing as mp
def f(x): return x * x
if __name__ == "__main__":
    with mp.Pool(processes=4) as pool:
        print(pool.map(f, range(5)))

# %% process 4: executor in function
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
def square(x): return x * x
def run():
    with ProcessPoolExecutor(max_workers=2) as ex:
        return list(ex.map(square, range(3)))
print(run())

# %% fetch 3: read_html with match
import pandas as pd
url = "https://en.wikipedia.org/wiki/X"
tables = pd.read_html(url, match="Year")

# %% fetch 3: load_dataset under another name
import seaborn
import matplotlib.pyplot as plt
df = seaborn.load_dataset("iris")

# %% fetch 1: an address with f-string
import pandas as pd; n = 3; df = pd.read_csv(f"https://example.org/{n}.csv")

# %% outside 3: excel elsewhere
import pandas as pd
df = pd.read_csv("sales.csv")
df.to_excel("/home/user/out.xlsx")

# %% outside 3: above with pathlib
from pathlib import Path
out = Path("..") / "results"
out.mkdir(exist_ok=True)

# %% attachment 4: sorted and saved over
import pandas as pd
df = pd.read_csv("sales.csv")
df = df.sort_values("price")
df.to_csv("./sales.csv")

# %% chained 4: in a loop
import pandas as pd
df = pd.read_csv("sales.csv")
for i in range(len(df)):
    df["price"][i] = df["price"][i] * 2

# %% chained 4: iloc
import pandas as pd
df = pd.read_csv("sales.csv")
for i in range(3):
    df.iloc[i]["price"] = 0

# %% chained 3: in place on a selection of columns
import pandas as pd
df = pd.read_csv("sales.csv")
df[["a", "b"]].fillna(0, inplace=True)

# %% file 3: sqlite of nowhere with pandas
import sqlite3
import pandas as pd
con = sqlite3.connect("chinook.db")
df = pd.read_sql_query("SELECT * FROM artists", con)

# %% file 3: duckdb in a variable
import duckdb
query = "SELECT region, sum(price) FROM 'orders.parquet' GROUP BY 1"
duckdb.sql("SELECT * FROM 'orders.parquet'").show()

# %% file 2: polars lazily with columns
import polars as pl
df = pl.scan_csv("big.csv").filter(pl.col("a") > 1).collect()

# %% file 2: glob pattern given to pandas
import pandas as pd
df = pd.read_csv("data_*.csv")

# %% network 1: a socket server
import socket
server = socket.socket()
server.bind(("0.0.0.0", 80))
server.listen()

# %% network 1: urllib with context
import urllib.request, json
with urllib.request.urlopen("https://api.example.org") as r:
    data = json.loads(r.read())

# %% fetch 3: an address of which only the beginning is known
import pandas as pd
for year in range(2020, 2024):
    df = pd.read_csv(f"https://example.org/{year}.csv")

# %% fetch 4: an address that a function puts together
import pandas as pd
def load(name):
    "Loads."
    return pd.read_csv("https://example.org/" + name)
load("a.csv")

# %% outside 3: elsewhere, in a loop
import pandas as pd
for k in range(3):
    pd.DataFrame().to_csv(f"/tmp/part_{k}.csv")

# %% file 3: in another folder, in a loop
import pandas as pd
for name in ("a", "b"):
    df = pd.read_csv(f"/mnt/data/{name}.csv")

# %% end 2: an exit before the work
import sys
sys.exit(0)
import pandas as pd
print(pd.read_csv("sales.csv").shape)

# %% end 3: an exit that says that it failed
import sys
print("done")
sys.exit(1)
