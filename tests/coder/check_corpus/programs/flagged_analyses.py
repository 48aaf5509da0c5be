# %% network 2: a session with retries
import pandas as pd
import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

session = requests.Session()
retries = Retry(total=5, backoff_factor=1, status_forcelist=[429, 500, 502, 503, 504])
session.mount("https://", HTTPAdapter(max_retries=retries))

response = session.get("https://api.worldbank.org/v2/country/all/indicator/SP.POP.TOTL?format=json")
response.raise_for_status()
df = pd.DataFrame(response.json()[1])
print(df.head())

# %% network 1: a client of httpx
import httpx
import pandas as pd

with httpx.Client(timeout=10.0) as client:
    r = client.get("https://api.example.com/v1/prices", params={"region": "North"})
    prices = pd.DataFrame(r.json())
print(prices.describe())

# %% network 2: pages that are fetched at once
import asyncio
import aiohttp

async def fetch(session, url):
    async with session.get(url) as response:
        return await response.json()

async def main():
    urls = [f"https://api.example.com/items/{i}" for i in range(10)]
    async with aiohttp.ClientSession() as session:
        return await asyncio.gather(*(fetch(session, url) for url in urls))

items = await main()
print(len(items))

# %% network 2: a text from the network as a table
import pandas as pd
import requests
from io import StringIO

def get_exchange_rates(base="USD"):
    """Fetch current exchange rates."""
    url = f"https://api.exchangerate.host/latest?base={base}"
    return requests.get(url).json()["rates"]

df = pd.read_csv("sales.csv")
rates = get_exchange_rates()
df["price_eur"] = df["price"] * rates["EUR"]
print(df["price_eur"].sum())

# %% network 4: a download into a file
import os
import zipfile
import pandas as pd
import urllib.request

url = "https://archive.ics.uci.edu/static/public/222/bank+marketing.zip"
urllib.request.urlretrieve(url, "bank.zip")
with zipfile.ZipFile("bank.zip") as archive:
    archive.extractall("bank")
df = pd.read_csv("bank/bank-full.csv", sep=";")
print(df.shape)

# %% network 1: a connection by hand
import http.client
import json

def get(path):
    conn = http.client.HTTPSConnection("api.example.com")
    return conn

conn = http.client.HTTPSConnection("api.example.com", timeout=5)
conn.request("GET", "/v1/data")
print(json.loads(conn.getresponse().read()))

# %% network 1: a port that is scanned
import socket

def check_port(host, port):
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.settimeout(1)
    result = sock.connect_ex((host, port))
    sock.close()
    return result == 0

for port in (22, 80, 443):
    print(port, check_port("localhost", port))

# %% network 1: a name that is looked up
import socket
ip = socket.gethostbyname("www.example.com")
print("IP address:", ip)

# %% network 2: a report by mail
import pandas as pd
import smtplib
from email.mime.text import MIMEText

df = pd.read_csv("sales.csv")
message = MIMEText(df.describe().to_html(), "html")
message["Subject"] = "Daily sales report"
message["From"] = "report@example.com"
message["To"] = "boss@example.com"

with smtplib.SMTP("smtp.gmail.com", 587) as server:
    server.starttls()
    server.login("report@example.com", "password")
    server.send_message(message)

# %% network 1: files of an FTP server
from ftplib import FTP
ftp = FTP("ftp.ncdc.noaa.gov")
ftp.login()
ftp.cwd("/pub/data")
print(ftp.nlst())

# %% network 5: a database of the company
import pandas as pd
from sqlalchemy import create_engine
import os

engine = create_engine("postgresql+psycopg2://analyst:secret@db.internal:5432/warehouse")
df = pd.read_sql("SELECT region, SUM(price) AS total FROM sales GROUP BY region", engine)
print(df)

# %% network 4: a connection to postgres
import psycopg2
import pandas as pd

conn = psycopg2.connect(host="localhost", dbname="shop", user="postgres", password="postgres")
df = pd.read_sql_query("SELECT * FROM orders LIMIT 10", conn)
print(df)

# %% network 4: a bucket of S3
import boto3
import pandas as pd

s3 = boto3.client("s3")
obj = s3.get_object(Bucket="company-data", Key="sales/2024.csv")
df = pd.read_csv(obj["Body"])
print(len(df))

# %% fetch 5: json from an address in parts
import pandas as pd

BASE_URL = "https://data.cityofchicago.org/resource"
DATASET = "ijzp-q8t2"
df = pd.read_json(f"{BASE_URL}/{DATASET}.json?$limit=100")
print(df["primary_type"].value_counts())

# %% fetch 7: an address in a dictionary
import pandas as pd

SOURCES = {
    "iris": "https://raw.githubusercontent.com/mwaskom/seaborn-data/master/iris.csv",
    "tips": "https://raw.githubusercontent.com/mwaskom/seaborn-data/master/tips.csv",
}
iris = pd.read_csv(SOURCES["iris"])
print(iris.groupby("species").mean())

# %% fetch 8: addresses in a loop
import pandas as pd

urls = [
    "https://example.com/q1.csv",
    "https://example.com/q2.csv",
]
frames = []
for frame_url in urls: frames.append(pd.read_csv(frame_url))
df = pd.concat(frames, ignore_index=True)
print(df.shape)

# %% fetch 4: a table of an encyclopedia
import pandas as pd

url = "https://en.wikipedia.org/wiki/List_of_countries_by_GDP_(nominal)"
gdp = pd.read_html(url)[2]
gdp.columns = ["country", "imf", "worldbank", "un"]
print(gdp.nlargest(10, "imf"))

# %% fetch 4: houses in California
from sklearn.datasets import fetch_california_housing
from sklearn.model_selection import train_test_split

housing = fetch_california_housing(as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(housing.data, housing.target, random_state=0)
print(X_train.shape)

# %% fetch 4: penguins
import seaborn as sns
import matplotlib.pyplot as plt

penguins = sns.load_dataset("penguins").dropna()
sns.pairplot(penguins, hue="species")
plt.show()

# %% fetch 4: cars
import statsmodels.api as sm
import statsmodels.formula.api as smf

mtcars = sm.datasets.get_rdataset("mtcars", "datasets", cache=True).data
print(smf.ols("mpg ~ wt + hp", data=mtcars).fit().summary())

# %% fetch 4: digits
import tensorflow as tf
from tensorflow import keras

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train / 255.0
print(x_train.shape)

# %% fetch 2: a model of a hub
from transformers import pipeline
classifier = pipeline("sentiment-analysis")
print(classifier("I love this product"))

# %% fetch 4: embeddings of a hub
from sentence_transformers import SentenceTransformer
import pandas as pd

model = SentenceTransformer("all-MiniLM-L6-v2")
df = pd.read_csv("sales.csv")
print(model.encode(df["product"].tolist()).shape)

# %% fetch 3: images that are downloaded
import torchvision

train = torchvision.datasets.MNIST(root="./data", train=True, download=True)
print(len(train))

# %% process 5: a driver of a browser
import time
import pandas as pd
from selenium import webdriver

driver = webdriver.Chrome()
driver.get("https://example.com")
time.sleep(2)
print(driver.title)
driver.quit()

# %% network 6: a page that is taken apart
import re
import pandas as pd
from bs4 import BeautifulSoup

def parse(html): return BeautifulSoup(html, "html.parser")
import requests
page = requests.get("https://quotes.toscrape.com", headers={"User-Agent": "Mozilla/5.0"})
soup = parse(page.text)
quotes = [q.get_text() for q in soup.select(".quote .text")]
print(quotes[:3])

# %% process 2: a browser for a report
import pandas as pd
import webbrowser

df = pd.read_csv("sales.csv")
df.describe().to_html("report.html")
webbrowser.open("report.html")

# %% network 8: a server of one's own
from flask import Flask, jsonify
import pandas as pd

app = Flask(__name__)
df = pd.read_csv("sales.csv")
@app.route("/total")
def total(): return jsonify(total=float(df["price"].sum()))
app.run(port=5000)

# %% network 8: a dashboard
import pandas as pd
import plotly.express as px
from dash import Dash, dcc, html

df = pd.read_csv("sales.csv")
app = Dash(__name__)
app.layout = html.Div([dcc.Graph(figure=px.bar(df, x="region", y="price"))])
app.run(debug=True)

# %% process 2: a script that is run
import sys
import subprocess

result = subprocess.run([sys.executable, "-c", "print(1 + 1)"], capture_output=True, text=True)
print(result.stdout)

# %% process 1: lines that are counted by a program
import subprocess

def count_lines(path):
    output = subprocess.check_output(f"wc -l {path}", shell=True)
    return int(output.split()[0])

print(count_lines("sales.csv"))

# %% process 7: a package that is installed
try:
    import plotly.express as px
except ImportError:
    import subprocess, sys
    subprocess.check_call([sys.executable, "-m", "pip", "install", "plotly"])

import subprocess
import sys
subprocess.check_call([sys.executable, "-m", "pip", "install", "-q", "lifelines"])
import lifelines

# %% process 1: packages that are installed by a function
import subprocess
import sys

def install(package):
    subprocess.check_call([sys.executable, "-m", "pip", "install", package])

for package in ("xgboost", "lightgbm"):
    install(package)

# %% process 4: the first lines by a shell
import os
import pandas as pd

os.system("head -5 sales.csv")
df = pd.read_csv("sales.csv")

# %% process 5: the size of a folder by a shell
import os

def folder_size(path="."):
    "Size in megabytes."
    return os.popen(f"du -sh {path}").read().split()[0]

print(folder_size())

# %% process 1: a pipe to a program
from subprocess import Popen, PIPE

process = Popen(["sort", "-n"], stdin=PIPE, stdout=PIPE, text=True)
out, _ = process.communicate("3\n1\n2\n")
print(out.split())

# %% process 3: many processes with starmap
import itertools
import numpy as np
from multiprocessing import Pool, cpu_count

def simulate(mu, sigma):
    rng = np.random.default_rng(0)
    return rng.normal(mu, sigma, 10_000).mean()

if __name__ == "__main__":
    with Pool(cpu_count()) as pool:
        results = pool.starmap(simulate, itertools.product([0, 1], [1, 2]))
    print(results)

# %% process 9: an executor with as_completed
import pandas as pd
from concurrent.futures import ProcessPoolExecutor, as_completed

def total(region):
    df = pd.read_csv("sales.csv")
    return region, df.loc[df["region"] == region, "price"].sum()

regions = ["North", "South"]
with ProcessPoolExecutor(max_workers=4) as executor:
    futures = [executor.submit(total, region) for region in regions]
    for future in as_completed(futures):
        print(future.result())

# %% process 1: processes with a queue
import multiprocessing as mp

def worker(numbers, queue):
    queue.put(sum(numbers))

queue = mp.Queue()
processes = [mp.Process(target=worker, args=(range(i * 10), queue)) for i in range(4)]
for p in processes:
    p.start()
for p in processes:
    p.join()
print(sum(queue.get() for _ in processes))

# %% process 3: a child
import os

pid = os.fork()
if pid == 0:
    os._exit(0)
os.waitpid(pid, 0)

# %% process 2: a shell by IPython
from IPython import get_ipython
get_ipython().system("ls -la")

# %% process 2: a shell magic as a call
import pandas as pd
get_ipython().run_line_magic("sx", "ls *.csv")

# %% process 1: a shell cell as a call
get_ipython().run_cell_magic("bash", "", "head -3 sales.csv")

# %% process 4: a program that is awaited
import asyncio

async def version():
    process = await asyncio.create_subprocess_exec("git", "--version", stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    return out.decode()

print(await version())

# %% network 2: pip as a module
# Make sure that the library is there.
import pip
pip.main(["install", "prophet"])

# %% magic 1: python of the system
!{sys.executable} -m pip install --quiet pyjanitor
import janitor

# %% magic 4: a folder made by a shell
import pandas as pd

df = pd.read_csv("sales.csv")
!mkdir -p output
df.to_csv("output/clean.csv", index=False)

# %% magic 2: names by a shell
import pandas as pd
files = !ls *.csv
print(files)

# %% magic 2: an archive by a shell
import pandas as pd
!unzip -o data.zip -d data

# %% magic 3: the output of a command as a value
import pandas as pd

lines = %sx wc -l sales.csv
print(lines)

# %% magic 1: the time of the system
%system date

# %% magic 1: two exclamation marks
!!cat sales.csv

# %% magic 1: a script cell
%%script bash
for f in *.csv; do echo $f; done

# %% magic 3: an installation by conda
import sys

%conda install -y -c conda-forge geopandas

# %% magic 3: the first rows, indented
import os
if os.getcwd():
    !head -n 3 sales.csv

# %% person 5: a question about a column
import pandas as pd

df = pd.read_csv("sales.csv")
print("Columns:", ", ".join(df.columns))
column = input("Which column do you want to analyse? ")
print(df[column].describe())

# %% person 8: a menu
import pandas as pd

df = pd.read_csv("sales.csv")

def menu():
    while True:
        print("1) total  2) mean  3) quit")
        choice = input("> ")
        if choice == "1":
            print(df["price"].sum())
        elif choice == "2":
            print(df["price"].mean())
        else:
            break

menu()

# %% person 6: a key that is asked for
import os
from getpass import getpass
import pandas as pd

df = pd.DataFrame({"a": [1]})
os.environ["API_KEY"] = getpass("Enter your API key: ")

# %% clipboard 4: the clipboard
import pandas as pd

# The user copied the table
df = pd.read_clipboard()
print(df.head())

# %% colab 1: another notebook's drive
from google.colab import drive
drive.mount("/content/drive")

# %% screen 4: a window for a file
import tkinter as tk
from tkinter import filedialog

root = tk.Tk()
root.withdraw()
path = filedialog.askopenfilename()
print(path)

# %% person 6: a plot that waits for a key
import matplotlib.pyplot as plt
import pandas as pd

df = pd.read_csv("sales.csv")
df["price"].plot(); plt.show()
plt.waitforbuttonpress()

# %% endless 6: a live plot
import numpy as np
import matplotlib.pyplot as plt

x = np.linspace(0, 10, 100)
phase = 0.0
while True:
    plt.clf()
    plt.plot(x, np.sin(x + phase))
    phase += 0.1
    plt.pause(0.05)
    plt.show()

# %% endless 8: a watch over a file
import os
import time
import pandas as pd

last = os.path.getmtime("sales.csv")
df = pd.read_csv("sales.csv")
print("watching", len(df))
while True:
    now = os.path.getmtime("sales.csv")
    if now != last:
        df = pd.read_csv("sales.csv")
        print("reloaded", len(df))
        last = now
    time.sleep(5)

# %% endless 6: a schedule
import time
import pandas as pd

def report():
    print(pd.read_csv("sales.csv")["price"].sum())
while 1:
    report()
    time.sleep(60)

# %% endless 4: an index that nobody moves
names = ["Ann", "Ben", "Cem"]
index = 0
lengths = []
while index < len(names):
    lengths.append(len(names[index]))
print(lengths)

# %% endless 7: rows that are never fetched anew
import sqlite3

con = sqlite3.connect(":memory:")
con.execute("create table t (a)"); con.execute("insert into t values (1)")
cursor = con.execute("select a from t")
row = cursor.fetchone(); total = 0
while row is not None:
    total += row[0]
print(total)

# %% endless 3: a list that nobody shortens
tasks = ["load", "clean", "plot"]
done = []
while tasks:
    print("working on", tasks[0])
    done.append(tasks[0])

# %% endless 6: all primes
def primes():
    n = 2
    while True:
        if all(n % d for d in range(2, int(n ** 0.5) + 1)): yield n
        n += 1
for p in primes():
    print(p)

# %% endless 9: the sum of a series
def terms():
    k, sign = 0, 1
    while True:
        yield sign / (2 * k + 1)
        sign = -sign
        k += 1

# pi, as exactly as possible
print(4 * sum(terms()))

# %% endless 4: colours without end
import itertools

palette = itertools.cycle(["tab:blue", "tab:orange"])
colors = [color for color in palette]
print(colors[:5])

# %% endless 4: everything unpacked
from itertools import count

names = ["a", "b"]
print(*[f"{n}{i}" for i in count() for n in names])

# %% endless 5: a coroutine that is awaited
import asyncio

async def monitor():
    n = 0
    while True:
        n += 1
        print("tick", n)
        await asyncio.sleep(1)

await monitor()

# %% endless 3: a sentinel that never comes
values = []

for value in iter(int, 1):
    values.append(value)

# %% file 5: raw data of a project
import pandas as pd
import numpy as np
import matplotlib.pyplot as plt

df = pd.read_csv("data/raw/customers.csv", parse_dates=["signup_date"])
print(df.isna().mean())

# %% file 5: parts that are joined
from pathlib import Path
import pandas as pd
DATA_DIR = Path.cwd() / "data"
RAW = DATA_DIR / "raw"
df = pd.read_excel(RAW / "Financial Sample.xlsx", sheet_name="Sheet1")
print(df.dtypes)

# %% file 7: a constant in a class
import pandas as pd
from dataclasses import dataclass

YEAR = 2024

PATH = f"reports/sales_{YEAR}_final.xlsx"
df = pd.read_excel(PATH)
print(df.tail())

# %% file 8: a dictionary of files
import pandas as pd

FILES = {
    "orders": "orders.csv",
    "customers": "customers.csv",
}
orders = pd.DataFrame({"id": [1]})
customers = pd.read_csv(FILES["customers"])
print(orders.merge(customers, on="id"))

# %% file 5: months in a list
import pandas as pd

frames = []
for month in ["jan.csv", "feb.csv", "mar.csv"]:
    frames.append(pd.read_csv(month))
df = pd.concat(frames)
print(df.shape)

# %% file 3: months in a comprehension
import pandas as pd
names = ("january.parquet", "february.parquet")
df = pd.concat(pd.read_parquet(name) for name in names)

# %% file 5: years in a loop
import pandas as pd

frames = {}
for year in range(2020, 2024):
    frames[year] = pd.read_csv(f"sales_{year}.csv", index_col=0)
print({year: len(frame) for year, frame in frames.items()})

# %% file 4: the first that glob finds
import glob
import pandas as pd

files = glob.glob("data/*.csv")
df = pd.read_csv(files[0])
print(df.shape)

# %% file 5: all that glob finds
import glob
import os
import pandas as pd

all_files = glob.glob(os.path.join("monthly", "*.xlsx"))
df = pd.concat((pd.read_excel(f) for f in all_files), ignore_index=True)
print(df.shape)

# %% file 4: what a folder holds by glob
from pathlib import Path
import pandas as pd

df = pd.concat([pd.read_json(path) for path in Path("logs").glob("*.json")])
print(df.shape)

# %% file 4: into another folder
import os
import pandas as pd

os.chdir("/content/project")
df = pd.read_csv("data.csv")
print(df.head())

# %% file 4: into a folder that is not there
import os
import json

os.chdir("data")
with open("settings.json") as f:
    settings = json.load(f)

# %% file 4: embeddings
import numpy as np
from sklearn.cluster import KMeans

X = np.load("embeddings.npy")
labels = KMeans(n_clusters=5, n_init=10, random_state=0).fit_predict(X)
print(np.bincount(labels))

# %% file 3: a matrix of text
import numpy as np

data = np.genfromtxt(
    fname="measurements.dat",
    delimiter=",",
    skip_header=1,
)
print(data.mean(axis=0))

# %% file 5: settings in YAML
import yaml
import pandas as pd

CONFIG = "config.yaml"
with open(CONFIG, "r") as stream:
    config = yaml.safe_load(stream)
print(config)

# %% file 5: a model of last week
import pickle
import pandas as pd

df = pd.read_csv("sales.csv")
with open("models/regression.pkl", "rb") as handle:
    model = pickle.load(handle)
print(model.predict(df[["quantity"]]))

# %% file 3: a path of Windows
import pandas as pd

df = pd.read_csv(r"C:\Users\ann\Documents\sales.csv")
print(df.head())

# %% file 3: an input of a competition
import pandas as pd

train = pd.read_csv("/kaggle/input/titanic/train.csv")
print(train["Survived"].mean())

# %% file 4: the downloads of a person
from pathlib import Path
import pandas as pd

df = pd.read_csv(Path.home() / "Downloads" / "export.csv")
print(df.shape)

# %% file 4: a path of the home folder
import os
import pandas as pd

df = pd.read_csv(os.path.expanduser("~/data/survey.csv"))
print(df.shape)

# %% file 3: a folder above
import pandas as pd

df = pd.read_csv("../data/clean.csv")
print(df.shape)

# %% file 5: a function that is given the name
import pandas as pd

def load_data(filepath):
    """Load a CSV file and tidy its columns."""
    df = pd.read_csv(filepath)
    df.columns = df.columns.str.strip().str.lower()
    return df

df = load_data("survey_results.csv")
print(df.head())

# %% file 4: an archive that is unpacked first
import zipfile
import pandas as pd

with zipfile.ZipFile("archive.zip", "r") as archive:
    archive.extractall("archive")
df = pd.read_csv("archive/data.csv")

# %% file 4: a cube of measurements
import h5py
import numpy as np

with h5py.File("experiment.h5", "r") as f:
    print(list(f.keys()))

# %% file 3: lines of a log
import re

with open("logs/server.log", errors="replace") as log:
    hits = [line for line in log if re.search(r" 500 ", line)]
print(len(hits))

# %% outside 5: an export to the temporary folder
import pandas as pd

df = pd.read_csv("sales.csv")
summary = df.groupby("region", as_index=False)["price"].sum()
summary.to_excel("/tmp/summary.xlsx", index=False)

# %% outside 6: a plot in another notebook's folder
import matplotlib.pyplot as plt
import pandas as pd

df = pd.read_csv("sales.csv")
fig, ax = plt.subplots(); df["price"].hist(ax=ax)
fig.savefig("/content/histogram.png", dpi=150)

# %% outside 5: a folder in the root
from pathlib import Path
import json

out = Path("/output/results")
out.mkdir(parents=True, exist_ok=True)
(out / "metrics.json").write_text(json.dumps({"r2": 0.9}))

# %% outside 4: a copy elsewhere
import shutil
import os

shutil.copy("sales.csv", "/tmp/sales_backup.csv")
print(os.path.getsize("/tmp/sales_backup.csv"))

# %% outside 4: a model in a folder of the system
import joblib
from sklearn.linear_model import LinearRegression

joblib.dump(LinearRegression().fit([[1], [2]], [1, 2]), "/models/model.joblib")

# %% outside 4: a log in a folder of the system
import logging
import pandas as pd

logging.basicConfig(filename="/var/log/analysis.log", level=logging.INFO)
logging.info("started")

# %% outside 3: pickled elsewhere
import pickle

with open("/mnt/data/result.pkl", "wb") as f:
    pickle.dump({"a": 1}, f)

# %% outside 4: a workbook elsewhere
import pandas as pd

df = pd.read_csv("sales.csv")
with pd.ExcelWriter("/home/user/report.xlsx") as writer:
    df.to_excel(writer, sheet_name="Sales")

# %% outside 4: a page above
import plotly.express as px
import pandas as pd

px.bar(pd.read_csv("sales.csv"), x="region", y="price").write_html("../sales.html")

# %% outside 3: a database elsewhere
import sqlite3

con = sqlite3.connect("/tmp/analysis.db")
con.execute("create table if not exists t (a)")

# %% outside 4: an archive elsewhere
import shutil
import os

shutil.make_archive("/tmp/export", "zip", ".")

# %% attachment 6: cleaned in place
import pandas as pd

PATH = "sales.csv"
df = pd.read_csv(PATH).drop_duplicates()
df["region"] = df["region"].str.title()
df.to_csv(PATH, index=False)

# %% attachment 3: a row at the end
import csv

with open("sales.csv", "a", newline="") as f:
    csv.writer(f).writerow(["2024-01-01", "North", "Widget", 1, 10.0])

# %% end 5: another process that is ended
import os
import signal

parent = os.getppid()
os.kill(parent, signal.SIGTERM)

# %% network 2 parallel: a request beside processes
from multiprocessing import Pool
import requests

def status(url): return requests.get(url).status_code

with Pool(2) as pool:
    print(pool.map(status, ["https://example.com"]))

# %% network 3 parallel: a package that is installed in a parallel kernel
import subprocess
import pandas as pd
from urllib.request import urlopen

subprocess.run(["ls"])
print(urlopen("https://example.com").read()[:10])

# %% magic 2 parallel: pip in a parallel kernel
import pandas as pd
%pip install openpyxl

# %% network 4 parallel: a socket beside processes
import asyncio

async def main():
    reader, writer = await asyncio.open_connection("example.com", 80)
    writer.write(b"GET / HTTP/1.0\r\n\r\n")
    print(await reader.readline())

await main()

# %% network 3: weather of a service
import json
import pandas as pd
from urllib.request import urlopen, Request

req = Request("https://api.open-meteo.com/v1/forecast?latitude=52&longitude=13&hourly=temperature_2m")
with urlopen(req) as resp:
    data = json.load(resp)
print(pd.DataFrame(data["hourly"]).head())

# %% network 1: a post with a body
import requests as rq
payload = {"text": "hello"}
answer = rq.post("http://localhost:11434/api/generate", json=payload, timeout=30)
print(answer.json()["response"])

# %% fetch 4: a gist by pandas with options
import pandas as pd

link = "https://gist.githubusercontent.com/user/abc/raw/data.tsv"
frame = pd.read_table(link, sep="\t", header=None, names=["a", "b"])
print(frame.info())

# %% fetch 5: a function with an address by default
import pandas as pd

def load(url="https://example.com/data.parquet"):
    """Loads the data."""
    return pd.read_parquet(url)

print(load().shape)

# %% network 1: shares by their ticker
import yfinance
import pandas as pd

ticker = yfinance.Ticker("MSFT")
print(ticker.history(period="1mo")["Close"].mean())

# %% network 3: a telegram bot
import json
import os
import requests

def send(text):
    requests.post("https://api.telegram.org/bot123/sendMessage", data={"chat_id": 1, "text": text})

send("analysis done")

# %% network 4: a port of one's own
import threading
import time

from http.server import HTTPServer, SimpleHTTPRequestHandler
server = HTTPServer(("127.0.0.1", 8000), SimpleHTTPRequestHandler)
threading.Thread(target=server.serve_forever, daemon=True).start()
time.sleep(0.1)
server.shutdown()

# %% network 2: a datagram
import time
import socket

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.sendto(b"ping", ("192.168.1.255", 9999))

# %% process 2: a git log
import pandas as pd
import subprocess

log = subprocess.getoutput("git log --oneline")
print(pd.Series(log.splitlines()).str.len().describe())

# %% process 3: R from Python
import pandas as pd

from subprocess import run as execute
execute(["Rscript", "-e", "summary(cars)"], check=True)

# %% process 6: many frames at once
import pandas as pd
from concurrent import futures

def clean(chunk): return chunk.dropna()
chunks = [pd.DataFrame({"a": [1, None]}) for _ in range(3)]
with futures.ProcessPoolExecutor() as pool:
    print(pd.concat(pool.map(clean, chunks)).shape)

# %% process 2: a pool with imap
import time
from multiprocessing import Pool
if __name__ == "__main__":
    pool = Pool(processes=4)
    for result in pool.imap_unordered(abs, [-1, -2]):
        print(result)
    pool.close(); pool.join()

# %% process 4: a shell in a comprehension
import os

# how large is each file?
print([os.popen(f"stat -c %s {name}").read() for name in os.listdir(".")])

# %% magic 3: a download by wget
import os

!wget -q https://example.com/data.zip -O data.zip
print(os.listdir())

# %% magic 1: a spacy model
!python -m spacy download en_core_web_sm

# %% magic 3: an upgrade inside a try
import pandas as pd
try:
    %pip install -U pandas-profiling
    import pandas_profiling
except ImportError:
    pass

# %% magic 1: a cell of perl
%%perl
print "hello\n";

# %% person 3: a number between
low, high = 1, 100

guess = int(input(f"Guess a number between {low} and {high}: "))
print(guess == 42)

# %% person 4: confirmation before saving
import pandas as pd

df = pd.DataFrame({"a": [1]})
if input("Save? [y/n] ").lower() == "y":
    df.to_csv("saved.csv")

# %% person 4: a debugger in a function
def mean(values):
    total = sum(values)
    import pdb
    pdb.set_trace()
    return total / len(values)

print(mean([1, 2, 3]))

# %% person 2: yes or no in a loop
while True:
    reply = input("Continue? ")
    if reply == "no":
        break

# %% endless 3: progress that is not counted
import time
done, total = 0, 5
while done < total:
    print(f"{done}/{total}")
    time.sleep(0.5)

# %% endless 5: an optimiser that does not step
import numpy as np

w = 0.0
gradient = 1.0
while abs(gradient) > 1e-6:
    loss = (w - 3) ** 2
    print(loss)

# %% endless 4: waiting for a file
import os

ready = False
while not ready:
    for name in os.listdir("."):
        print("seen", name)

# %% endless 3: a generator in a table
import pandas as pd
from itertools import count
df = pd.DataFrame({"n": list(count(1))})
print(df.head())

# %% endless 6: a loop in a method
import time

class Monitor:
    def __init__(self): self.ticks = 0
    def run(self):
        while True:
            self.ticks += 1
            time.sleep(1)

Monitor().run()

# %% endless 2: only continue
numbers = [1, 2, 3]
while True:
    for n in numbers:
        if n % 2:
            continue
        print(n)

# %% endless 3: a repeated value
from itertools import repeat

for value in repeat("tick"):
    print(value)

# %% endless 4: a queue that is filled faster
import random

jobs = [1]
for job in jobs:
    print(job)
    jobs.append(random.random())

# %% file 3: a sheet of a workbook
import pandas as pd

budget = pd.read_excel("Budget 2024.xlsx", sheet_name="Q1", skiprows=2)
print(budget.columns)

# %% file 4: json lines
import pandas as pd

FILE_NAME = "events.jsonl"
events = pd.read_json(FILE_NAME, lines=True)
print(events["type"].value_counts())

# %% file 3: a list of json
import json
from pathlib import Path
users = json.loads(Path("data", "users.json").read_text(encoding="utf-8"))
print(len(users))

# %% file 4: with two files
import csv

with open("sales.csv") as a, \
     open("targets.csv") as b:
    print(len(list(csv.reader(a))), len(list(csv.reader(b))))

# %% file 5: names with a keyword
import pandas as pd

def read(*, path, sep=","):
    """Reads."""
    return pd.read_csv(path, sep=sep)

print(read(path="inventory.csv").shape)

# %% file 4: a pair of files in a loop
import pandas as pd

for label, path in [("old", "old.csv"), ("new", "new.csv")]:
    print(label, pd.read_csv(path).shape)

# %% file 3: arrow
import pyarrow.parquet as pq

table = pq.ParquetFile("trips.parquet").read()
print(table.num_rows)

# %% file 3: polars with a pattern
import polars as pl

print(pl.read_csv("logs_2023.csv", separator=";").head())

# %% file 4: sqlite read by pandas
import sqlite3
import pandas as pd

connection = sqlite3.connect("northwind.sqlite")
print(pd.read_sql("select * from customers", connection))

# %% file 3: duckdb over a missing file
import duckdb

rel = duckdb.read_csv("flights.csv")
print(rel.limit(5))

# %% file 6: the first csv of a folder
from pathlib import Path
import pandas as pd

folder = Path("datasets")

df = pd.read_csv(next(folder.glob("*.csv")))
print(df.shape)

# %% file 4: a listing of a folder
import os
import pandas as pd

names = [n for n in os.listdir("raw_data") if n.endswith(".csv")]
print(names)

# %% outside 4: a pickle in the home of root
import pandas as pd

df = pd.DataFrame({"a": [1]})
df.to_pickle("/root/df.pkl")

# %% outside 4: parquet in the folder above
import pandas as pd

out = "../processed/clean.parquet"
pd.DataFrame({"a": [1]}).to_parquet(out)

# %% outside 5: figures in a loop
import matplotlib.pyplot as plt

for k in range(2):
    plt.plot([0, k])
    plt.savefig(f"/home/jovyan/plots/{k}.png")

# %% attachment 4: written by a path object
from pathlib import Path
import pandas as pd
source = Path("sales.csv")
pd.read_csv(source).head(2).to_csv(source, index=False)

# %% screen 4: a picture in a window
import numpy as np
import cv2

cv2.imshow("noise", np.zeros((10, 10)))

# %% file 4: tables in a dictionary
import pandas as pd

FILES = {"orders": "orders.csv", "items": "items.csv"}
tables = {name: pd.read_csv(path) for name, path in FILES.items()}
print({name: table.shape for name, table in tables.items()})

# %% file 4: numbered parts
import numpy as np

parts = ["part_a.npy", "part_b.npy"]
for n, part in enumerate(parts): print(n, np.load(part).sum())
