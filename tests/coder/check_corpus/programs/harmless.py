# %% an import that is tried
try:
    import requests
except ImportError:
    requests = None
print(requests is None)

# %% an import that is tried, used only if there
try:
    import requests
    HAS_REQUESTS = True
except ImportError:
    HAS_REQUESTS = False
if HAS_REQUESTS and False:
    requests.get("https://example.org")

# %% a request that may fail
import requests
try:
    value = requests.get("https://example.org", timeout=1).json()
except Exception:
    value = {"rate": 1.1}

# %% a request that may fail, by its own exceptions
import requests
try:
    value = requests.get("https://example.org").json()
except requests.exceptions.RequestException:
    value = None

# %% a connection that may fail
import socket
try:
    socket.create_connection(("example.org", 80), timeout=1)
    online = True
except OSError:
    online = False

# %% an address that may not be reached
from urllib.request import urlopen
from urllib.error import URLError
try:
    page = urlopen("https://example.org").read()
except URLError:
    page = b""

# %% a program that may not start
import subprocess
try:
    version = subprocess.check_output(["git", "--version"])
except (OSError, subprocess.CalledProcessError):
    version = b"unknown"

# %% suppressed
import contextlib, os
with contextlib.suppress(OSError):
    os.popen("ls")

# %% a branch that is false
import os
if False:
    os.system("ls")

# %% a branch that is zero
if 0:
    import subprocess
    subprocess.run(["ls"])

# %% a flag that is false
import os
VERBOSE = False
if VERBOSE:
    os.system("ls")

# %% a flag that is not set
import os
RUN = True
if not RUN:
    os.system("ls")

# %% another system
import os, sys
if sys.platform == "win32":
    os.system("cls")

# %% yet another system
import os, platform
if platform.system() == "Windows":
    os.startfile("a.csv")

# %% the screen of another system
import os
os.system("cls") if os.name == "nt" else None

# %% a while that never begins
import os
while False:
    os.system("ls")

# %% a function that nobody calls
import subprocess
def convert(name):
    return subprocess.run(["convert", name])
print("ready")

# %% a function that nobody calls, with its import
def fetch(url):
    import requests
    return requests.get(url).json()
data = {"a": 1}

# %% a method that nobody calls
import os
class Tool:
    def run(self): return os.system("ls")
    def name(self): return "tool"
print(Tool().name())

# %% functions that only call each other
import os
def a(): return b()
def b(): return os.system("ls") or a()
print(1)

# %% a lambda in a table that nobody calls
import os
actions = {"clear": lambda: os.system("clear"), "hello": lambda: print("hello")}
actions["hello"]()

# %% after a return
import os
def f():
    return 1
    os.system("ls")
print(f())

# %% a type that is only named
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import requests
def f(session: "requests.Session") -> None: ...
f(None)

# %% a comment
# import subprocess; subprocess.run(["ls"])
x = 1

# %% a text
code = "import subprocess\nsubprocess.run(['ls'])"
print(code)

# %% a docstring
def f():
    """Like os.system("ls"), but returns exit() and input()."""
    return 1
f()

# %% a text of several lines
text = """
import requests
requests.get("https://example.org")
while True:
    pass
!pip install x
"""

# %% a variable called requests
requests = {"get": 3, "post": 5}
print(requests["get"], requests.get("post"))

# %% a table called requests
import pandas as pd
requests = pd.DataFrame({"get": [1]})
print(requests.get("get"))

# %% a parameter called requests
def count(requests):
    return requests.get("a")
print(count({"a": 1}))

# %% a loop variable called socket
for socket in ["AM4", "AM5"]:
    print(socket.lower())

# %% a list called subprocess
subprocess = ["a", "b"]
subprocess.append("c")

# %% a function called input
def input(prompt=""):
    return "Ann"
name = input("Name?")

# %% a function called exit
def exit():
    return 0
exit()

# %% a function called system
def system(command): return command
print(system("ls"))

# %% a class called Pool
class Pool:
    def __init__(self, n): self.n = n
pool = Pool(4)

# %% a class called Session
class requests:
    @staticmethod
    def get(url): return url
print(requests.get("x"))

# %% a method called system
class Computer:
    def system(self, x): return x
os = Computer()
os.system("ls")

# %% a method called input
class Layer:
    def input(self, x): return x
Layer().input(1)

# %% attributes called like functions
import pandas as pd
df = pd.DataFrame({"exit": [1], "input": [2], "system": [3]})
print(df.exit.sum(), df.input.sum(), df.system.sum())

# %% a name from a loop over modules
for module in ("subprocess", "socket"):
    print(module)

# %% a mock
from unittest.mock import MagicMock
subprocess = MagicMock()
subprocess.run(["ls"])

# %% patched
import os
from unittest import mock
with mock.patch("os.system", return_value=0):
    os.system("ls")

# %% replaced by one's own
import os
os.system = lambda command: 0
os.system("ls")

# %% a module of one's own
import sys, types
sys.modules["requests"] = types.SimpleNamespace(get=lambda url: "offline")
import requests
print(requests.get("https://example.org"))

# %% looked for, not imported
import importlib.util
print(importlib.util.find_spec("subprocess") is not None, importlib.util.find_spec("requests"))

# %% used if it is there
import importlib.util
if importlib.util.find_spec("requests"):
    import requests
    print(requests.__version__)

# %% a program is looked for
import shutil, subprocess
if shutil.which("pandoc"):
    subprocess.run(["pandoc", "a.md"])

# %% the host's name
import socket
print(socket.gethostname())

# %% the host's name by its function
from socket import gethostname
print(gethostname())

# %% constants of sockets
import socket
print(socket.AF_INET, socket.inet_aton("10.0.0.1"), socket.htons(80))

# %% a pair of sockets
import socket
a, b = socket.socketpair()
a.close(); b.close()

# %% errors of sockets
import socket
print(issubclass(socket.timeout, OSError), socket.error)

# %% how many processors
import multiprocessing
print(multiprocessing.cpu_count())

# %% how many processors, by its function
from multiprocessing import cpu_count
print(cpu_count())

# %% threads of multiprocessing
from multiprocessing.pool import ThreadPool
with ThreadPool(4) as pool: print(pool.map(len, ["a"]))

# %% dummy processes
from multiprocessing.dummy import Pool
print(Pool(2).map(len, ["a"]))

# %% constants of subprocess
import subprocess
print(subprocess.PIPE, subprocess.list2cmdline(["a", "b c"]))

# %% threads
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor() as pool: print(list(pool.map(len, ["a"])))

# %% addresses are taken apart
from urllib.parse import urlparse, urlencode
print(urlparse("https://example.org/a?b=c").netloc, urlencode({"a": 1}))

# %% addresses are quoted
import urllib.parse
print(urllib.parse.quote("a b"))

# %% a request is made, not sent
import urllib.request
r = urllib.request.Request("https://example.org")
print(r.host)

# %% quoted by urllib.request
from urllib.request import quote
print(quote("a b"))

# %% a request is prepared, not sent
import requests
print(requests.Request("GET", "https://example.org").prepare().url)

# %% texts of status codes
import requests
print(requests.codes.ok)

# %% http words
from http import HTTPStatus
import http.cookies
print(HTTPStatus.OK, http.cookies.SimpleCookie())

# %% a handler is defined
from http.server import BaseHTTPRequestHandler
class H(BaseHTTPRequestHandler): pass
print(H)

# %% mail is written
from email.message import EmailMessage
m = EmailMessage(); m["To"] = "a@example.org"

# %% an ssl context
import ssl
print(ssl.create_default_context().verify_mode)

# %% an engine for sqlite
from sqlalchemy import create_engine
engine = create_engine("sqlite:///own.db")

# %% asyncio alone
import asyncio
await asyncio.sleep(0)
print(await asyncio.gather(asyncio.sleep(0, 1)))

# %% a stream over a pair of sockets
import asyncio, socket
a, b = socket.socketpair()
reader, writer = await asyncio.open_connection(sock=a)

# %% os without danger
import os
print(os.getcwd(), os.listdir(), os.environ.get("HOME"), os.getpid(), os.cpu_count(), os.path.join("a", "b"))

# %% asks whether it is alive
import os
os.kill(os.getpid(), 0)

# %% a signal of its own
import os, signal
signal.signal(signal.SIGUSR1, lambda *a: print("got it"))
os.kill(os.getpid(), signal.SIGUSR1)

# %% an exit that may not come
import sys
import pandas as pd
df = pd.read_csv("sales.csv")
if df.empty:
    sys.exit("no rows")
print(len(df))

# %% an exit that is caught
import sys
try:
    sys.exit(1)
except SystemExit as error:
    print(error.code)

# %% exit only for emergencies
def main():
    return 0
if main() != 0:
    exit(1)

# %% a loop with break
while True:
    x = 1
    if x: break

# %% a loop with break in with
import threading
lock = threading.Lock()
n = 0
while True:
    with lock:
        n += 1
        if n > 3: break

# %% a loop with break in try
it = iter([1, 2])
while True:
    try:
        print(next(it))
    except StopIteration:
        break

# %% a loop that an exception ends
it = iter([1, 2])
try:
    while True:
        print(next(it))
except StopIteration:
    print("end")

# %% a loop with return
def find(xs):
    i = 0
    while True:
        if xs[i] > 2: return i
        i += 1
print(find([1, 2, 3]))

# %% a loop with raise
def f():
    n = 0
    while True:
        n += 1
        if n > 3: raise ValueError(n)
try: f()
except ValueError: pass

# %% a loop whose else leaves it
n = 0
while True:
    for i in range(3):
        if n < 2: break
    else:
        break
    n += 1

# %% a generator without end, of which some are taken
from itertools import islice
def naturals():
    n = 0
    while True:
        yield n
        n += 1
print(list(islice(naturals(), 5)))

# %% a generator without end, left by break
def naturals():
    n = 0
    while True:
        yield n
        n += 1
for n in naturals():
    if n > 3: break

# %% a generator that is zipped
def naturals():
    n = 0
    while True:
        yield n
        n += 1
print(list(zip(naturals(), "abc")))

# %% a generator that ends
def few():
    n = 0
    while True:
        if n > 3: return
        yield n
        n += 1
print(list(few()))

# %% a thread's loop
import threading, queue
q = queue.Queue()
def work():
    while True:
        q.get(); q.task_done()
threading.Thread(target=work, daemon=True).start()
q.put(1); q.join()

# %% a task's loop
import asyncio
async def tick():
    while True:
        await asyncio.sleep(0.01)
task = asyncio.create_task(tick()); task.cancel()

# %% a loop that nobody runs
def serve():
    while True:
        pass
print("not served")

# %% a counted loop
i = 0
while i < 10:
    i += 1

# %% a counted loop by assignment
n = 27
while n != 1:
    n = n // 2 if n % 2 == 0 else 3 * n + 1

# %% a loop down
n = 10
while n > 0:
    n -= 3

# %% a loop up from below
n = -5
while n < 0:
    n += 1

# %% a loop over a queue
queue = [1, 2]
while queue:
    x = queue.pop(0)
    if x < 5: queue.append(x + 1)

# %% a loop over a deque
from collections import deque
todo = deque([1])
while todo:
    x = todo.popleft()
    if x < 3: todo.append(x + 1)

# %% a loop whose function empties the list
def take(xs): return xs.pop()
items = [1, 2]
while items:
    print(take(items))

# %% a loop until a flag
done = False
n = 0
while not done:
    n += 1
    done = n > 3

# %% a loop until a global flag
running = True
def stop():
    global running
    running = False
while running:
    stop()

# %% a loop with an attribute
class S: on = True
s = S()
while s.on:
    s.on = False

# %% a loop with a walrus
import io
f = io.StringIO("a\nb")
while line := f.readline():
    print(line)

# %% a loop with a call
import random
random.seed(1)
while random.random() < 0.9:
    pass

# %% a loop over two numbers
a, b = 48, 18
while b:
    a, b = b, a % b

# %% bisection
low, high = 0.0, 2.0
while high - low > 1e-9:
    mid = (low + high) / 2
    if mid * mid < 2: low = mid
    else: high = mid

# %% convergence
import numpy as np
x, change = np.ones(2), 1.0
while change > 1e-6:
    new = x / 2
    change = abs(new - x).max()
    x = new

# %% an array that shrinks in place
import numpy as np
x = np.array([8.0])
while x > 1:
    x /= 2

# %% a dictionary that empties itself
d = {"a": 1}
while d:
    d.popitem()

# %% a clock
import time
end = time.time() + 0.01
while time.time() < end:
    pass

# %% a loop with assert
n = 0
try:
    while True:
        n += 1
        assert n < 5
except AssertionError:
    print(n)

# %% count in zip
from itertools import count
print(list(zip(count(1), "ab")))

# %% count with break
from itertools import count
for i in count():
    if i * i > 50: break

# %% count in islice
import itertools
print(list(itertools.islice(itertools.count(), 3)), list(itertools.takewhile(lambda x: x < 3, itertools.count())))

# %% the next of count
import itertools
ids = itertools.count()
print(next(ids), next(ids))

# %% the next of a search
from itertools import count
print(next(n for n in count() if n * n > 50))

# %% any of count
from itertools import count
print(any(n > 5 for n in count()))

# %% repeated a few times
from itertools import repeat
print(list(repeat(1, 3)), list(map(pow, [1, 2], repeat(2))))

# %% cycle in zip
from itertools import cycle
print(list(zip("abc", cycle([1, 2]))))

# %% count as a method
print("banana".count("a"), [1, 1].count(1), sum("banana".count(c) for c in "an"))

# %% count as one's own
def count(): return [1, 2]
print(list(count()))

# %% a list that grows sometimes
items = [1, 2, 3]
for item in items:
    if item < 3 and len(items) < 10: items.append(item)

# %% a copy of a list that grows
items = [1, 2, 3]
for item in list(items): items.append(item)
for item in items[:]: items.append(item)

# %% another list that grows
items, others = [1, 2], []
for item in items: others.append(item)

# %% a list that grows until a break
items = [1]
for item in items:
    items.append(item + 1)
    if item > 5: break

# %% the attached file
import pandas as pd
df = pd.read_csv("sales.csv")
print(df.describe())

# %% the attached file in its own folder
import pandas as pd
a = pd.read_csv("./sales.csv")

# %% the attached file by pathlib
from pathlib import Path
import pandas as pd
df = pd.read_csv(Path("sales.csv"))
print(Path.cwd() / "sales.csv", (Path.cwd() / "sales.csv").read_text()[:10])

# %% the attached file by its whole path
import pandas as pd
df = pd.read_csv("/srv/work/c1/sales.csv")

# %% the attached file by os.path
import os, pandas as pd
df = pd.read_csv(os.path.join(os.getcwd(), "sales.csv"))

# %% the attached file copied
import shutil
shutil.copy("sales.csv", "copy.csv")
print(open("copy.csv").read())

# %% a file that was spoken of
import pandas as pd
df = pd.read_csv("result.csv")

# %% a file in a folder that may be read
import pandas as pd
df = pd.read_csv("/data/shared/big.csv")

# %% a file that is written before
import pandas as pd
pd.DataFrame({"a": [1]}).to_csv("out.csv")
print(pd.read_csv("out.csv"))

# %% a file that is written by open
with open("notes.txt", "w") as f: f.write("x")
print(open("notes.txt").read())

# %% a file that is written by pathlib
from pathlib import Path
p = Path("notes.txt")
p.write_text("x")
print(p.read_text(), open("notes.txt").read())

# %% a file that is written by numpy
import numpy as np
np.save("a", np.eye(2)); np.savez("b.npz", x=np.eye(2))
print(np.load("a.npy"), np.load("b.npz")["x"])

# %% a file that is written by a plot
import matplotlib.pyplot as plt
plt.plot([1]); plt.savefig("p.png")
from PIL import Image
print(Image.open("p.png").size)

# %% a file that a function of the program writes
import pandas as pd
def prepare(name): pd.DataFrame({"a": [1]}).to_csv(name)
prepare("made.csv")
print(pd.read_csv("made.csv"))

# %% files that a loop writes
import pandas as pd
for i in range(3): pd.DataFrame({"a": [i]}).to_csv(f"part_{i}.csv")
print(pd.read_csv("part_1.csv"))

# %% a file from an archive
import zipfile, pandas as pd
with zipfile.ZipFile("all.zip", "w") as z: z.writestr("inner.csv", "a\n1\n")
zipfile.ZipFile("all.zip").extractall()
print(pd.read_csv("inner.csv"))

# %% a file with a path made elsewhere
import pandas as pd
df = pd.read_csv(path)

# %% a file with a path from a list
import glob, pandas as pd
for name in glob.glob("*.csv"): print(len(pd.read_csv(name)))

# %% files in a folder that is listed
import os, pandas as pd
for name in os.listdir():
    if name.endswith(".csv"): print(pd.read_csv(name).shape)

# %% a file that is asked for
import os, pandas as pd
if os.path.exists("extra.csv"):
    extra = pd.read_csv("extra.csv")

# %% a file that is asked for by pathlib
from pathlib import Path
p = Path("extra.txt")
text = p.read_text() if p.exists() else ""

# %% a file that is asked for early
import os, sys, pandas as pd
if not os.path.exists("extra.csv"):
    print("There is no extra.csv")
else:
    print(pd.read_csv("extra.csv"))

# %% a file that is made if it is missing
import os, pandas as pd
if not os.path.exists("cache.csv"):
    pd.DataFrame({"a": [1]}).to_csv("cache.csv")
df = pd.read_csv("cache.csv")

# %% a file that may be missing
import pandas as pd
try: df = pd.read_csv("extra.csv")
except FileNotFoundError: df = pd.DataFrame()

# %% a file that may be missing, in a function
import pandas as pd
def load(name):
    return pd.read_csv("extra.csv")
try: df = load("x")
except OSError: df = None

# %% a file that is removed if it is there
from pathlib import Path
Path("old.txt").unlink(missing_ok=True)

# %% a text as a file
import io, json, pandas as pd
print(pd.read_csv(io.StringIO("a,b\n1,2")), pd.read_json(io.StringIO('{"a": [1]}')))

# %% a new database
import sqlite3
con = sqlite3.connect("new.db")
con.execute("create table t (a)")

# %% a database in memory
import sqlite3
print(sqlite3.connect(":memory:").execute("select 1").fetchone())

# %% a database that pandas fills
import sqlite3, pandas as pd
con = sqlite3.connect("filled.db")
pd.DataFrame({"a": [1]}).to_sql("t", con)

# %% sqlite quotes a table's name
import sqlite3
con = sqlite3.connect(":memory:")
con.execute("create table t (a)")
print(con.execute("select * from 't'").fetchall())

# %% duckdb reads what is there
import duckdb
print(duckdb.sql("select * from 'sales.csv' limit 1"), duckdb.sql("select count(*) from 'part_*.parquet'") if False else "")

# %% duckdb writes and reads
import duckdb
duckdb.sql("copy (select 1 a) to 'one.parquet'")
print(duckdb.sql("select * from 'one.parquet'"))

# %% duckdb makes a database
import duckdb
con = duckdb.connect("mine.duckdb")
con.execute("create table t as select 1 a")

# %% system files that the kernel may read
print(open("/proc/cpuinfo").readline(), open("/usr/share/zoneinfo/tzdata.zi").readline())

# %% what is refused is expected
try: open("/etc/passwd")
except OSError as error: print(error)

# %% thrown away
import contextlib, os
with open("/dev/null", "w") as f, contextlib.redirect_stdout(f): print("x")

# %% a temporary file
import tempfile, os
with tempfile.TemporaryDirectory() as d:
    with open(os.path.join(d, "x"), "w") as f: f.write("x")

# %% a folder of one's own
import os
os.makedirs("output/plots", exist_ok=True)
with open("output/plots/a.txt", "w") as f: f.write("x")
print(os.listdir("output"))

# %% a title with a slash
import matplotlib.pyplot as plt
plt.title("/home/user sales"); plt.xlabel("../up"); plt.text(0, 0, "/tmp/x")

# %% a column with a slash
import pandas as pd
df = pd.DataFrame({"/tmp/x": [1]})
print(df["/tmp/x"].to_list(), df.rename(columns={"/tmp/x": "../y"}))

# %% an address in a table
import pandas as pd
df = pd.DataFrame({"url": ["https://example.org"]})
print(df[df.url.str.startswith("https://")])

# %% assigned back
df["a"] = df["a"].fillna(0)

# %% a whole table in place
df.fillna(0, inplace=True)

# %% by loc
df.loc[df.a > 0, "b"] = 1

# %% by iloc
import pandas as pd
t = pd.read_csv("sales.csv")
t.iloc[0, 0] = 5; t.at[0, "b"] = 1

# %% nested dictionaries
d = {"a": {"b": 0}}
d["a"]["b"] = 1

# %% nested lists
grid = [[0] * 3 for _ in range(3)]
grid[1][2] = 5; grid[0][0] += 1

# %% tables in a dictionary
import pandas as pd
tables = {"x": pd.DataFrame({"a": [1, None]})}
tables["x"].fillna(0, inplace=True)
tables["x"]["b"] = 1

# %% sheets
import pandas as pd
sheets = pd.read_excel("book.xlsx", sheet_name=None) if False else {}
for name in sheets: sheets[name].dropna(inplace=True)

# %% tables in a list
frames = [make() for make in ()]
for i in range(len(frames)): frames[i].drop_duplicates(inplace=True)

# %% a table in a loop
for frame in []:
    frame.dropna(inplace=True)

# %% numpy's rows
import numpy as np
a = np.zeros((3, 3))
a[0][1] = 5

# %% parameters of a plot
import matplotlib.pyplot as plt
plt.rcParams["figure.figsize"] = (3, 2)

# %% magics that start nothing
%matplotlib inline
%load_ext autoreload
%who
x = 1

# %% a timed cell
%%time
total = sum(range(10))

# %% a timed line
x = [1, 2]
%timeit -n1 -r1 sum(x)

# %% a line's result is kept
t = %timeit -n1 -r1 -o -q 1
print(t.best)

# %% help
import pandas as pd
pd.DataFrame.head?

# %% html
%%html
<b>!ls</b>

# %% a file is written by a cell
%%writefile made.py
import subprocess
subprocess.run(["ls"])

# %% modulo on a line of its own
name = "x"
print("%s"
      % name)

# %% fetches from one's own database
import sqlite3
con = sqlite3.connect(":memory:")
print(con.execute("select 1").fetchall(), con.execute("select 1").fetch_all() if False else 0)

# %% one's own fetch
def fetch_rows(): return [1]
def load_dataset(name): return [1]
print(fetch_rows(), load_dataset("tips"))

# %% sklearn's data that it ships
from sklearn.datasets import load_iris, make_blobs
X, y = load_iris(return_X_y=True)

# %% exec of harmless text
exec("x = 1"); print(eval("x + 1"))

# %% a shell in a parallel kernel [parallel]
!ls

# %% a program in a parallel kernel [parallel]
import subprocess
print(subprocess.run(["ls"], capture_output=True))

# %% a pool in a parallel kernel [parallel]
from multiprocessing import Pool
with Pool(2) as pool: print(pool.map(abs, [-1]))

# %% a shell cell in a parallel kernel [parallel]
%%bash
ls

# %% an executor in a parallel kernel [parallel]
from concurrent.futures import ProcessPoolExecutor
with ProcessPoolExecutor() as pool: print(list(pool.map(abs, [-1])))

# %% a retry loop
import time
attempts = 0
while attempts < 3:
    try:
        value = 1 / (attempts - 1)
        break
    except ZeroDivisionError:
        attempts += 1

# %% Newton
x = 1.0
for _ in range(20): x = x - (x * x - 2) / (2 * x)
while abs(x * x - 2) > 1e-9: x = (x + 2 / x) / 2

# %% Collatz in a function
def collatz(n):
    steps = 0
    while n != 1:
        n = 3 * n + 1 if n % 2 else n // 2
        steps += 1
    return steps
print(collatz(27))

# %% breadth first
graph = {"a": ["b", "c"], "b": ["d"], "c": [], "d": []}
queue, seen = ["a"], {"a"}
for node in queue:
    for other in graph[node]:
        if other not in seen:
            seen.add(other)
            queue.append(other)
print(queue)

# %% sieve
n = 50
primes = []
candidate = 2
while len(primes) < 10:
    if all(candidate % p for p in primes): primes.append(candidate)
    candidate += 1

# %% while with else
n = 3
while n:
    n -= 1
else:
    print("done")

# %% two pointers
left, right, xs = 0, 4, [1, 2, 3, 4, 6]
while left < right:
    if xs[left] + xs[right] == 6: break
    elif xs[left] + xs[right] < 6: left += 1
    else: right -= 1

# %% reading in pieces
import io
f = io.BytesIO(b"x" * 100)
while True:
    piece = f.read(10)
    if not piece:
        break

# %% reading in pieces with iter
import io
f = io.StringIO("abc")
for c in iter(lambda: f.read(1), ""): print(c)

# %% simulation with while and random
import random
random.seed(0)
position, steps = 0, 0
while abs(position) < 5:
    position += random.choice([-1, 1])
    steps += 1

# %% a while over a numpy condition
import numpy as np
x = np.array([10.0, 20.0])
tolerance = 1e-3
while np.linalg.norm(x) > tolerance:
    x = x * 0.5

# %% a loop whose function returns through an exception
class Stop(Exception): pass
def check(n):
    if n > 3: raise Stop
n = 0
try:
    while True:
        n += 1
        check(n)
except Stop:
    print(n)

# %% a generator class
class Numbers:
    def __iter__(self):
        n = 0
        while True:
            yield n
            n += 1
for n in Numbers():
    if n > 2: break

# %% a scheduler that is never started
import time
class Scheduler:
    def run_forever(self):
        while True:
            time.sleep(1)
    def run_once(self): return 1
Scheduler().run_once()

# %% a consumer thread as a method
import threading, queue
class Worker:
    def __init__(self):
        self.q = queue.Queue()
        threading.Thread(target=self.loop, daemon=True).start()
    def loop(self):
        while True:
            item = self.q.get()
            self.q.task_done()
w = Worker(); w.q.put(1); w.q.join()

# %% a coroutine consumer
import asyncio
async def consumer(q):
    while True:
        item = await q.get()
        q.task_done()
q = asyncio.Queue()
t = asyncio.create_task(consumer(q)); await q.put(1); await q.join(); t.cancel()

# %% requests as column and attribute
import pandas as pd
df = pd.DataFrame({"requests": [1, 2], "socket": ["a", "b"]})
df.requests.sum(); df["requests"].mean(); df.socket.value_counts()

# %% a dataclass named Process and start
from dataclasses import dataclass
@dataclass
class Process:
    pid: int
    def start(self): return "started"
Process(1).start()

# %% a simulation's own input
class Circuit:
    def __init__(self): self.input = lambda: 5
c = Circuit(); c.input()

# %% a parameter called input
def layer(input, exit=0): return input + exit
layer(1, exit=2)

# %% input in a default that nobody uses
def ask(question, reader=input): return question
print(ask("x"))

# %% getattr
import os
name = "getcwd"
print(getattr(os, name)())

# %% a table with path column
import pandas as pd
df = pd.DataFrame({"path": ["/etc/passwd", "../x"]})
print(df.path.str.startswith("/etc").sum())

# %% string methods on paths
p = "/home/user/data.csv"
print(p.split("/")[-1], p.replace("/home/user", "."), p.endswith(".csv"))

# %% pure paths
from pathlib import PurePosixPath
print(PurePosixPath("/etc/passwd").name, PurePosixPath("../a").parent)

# %% existence only
import os
from pathlib import Path
print(os.path.exists("/etc/passwd"), Path("missing.csv").exists(), os.path.isfile("nothing.txt"))

# %% existence in a list
import os, pandas as pd
candidates = ["a.csv", "b.csv", "sales.csv"]
found = [c for c in candidates if os.path.exists(c)]
df = pd.read_csv(found[0])

# %% a helper that reads what it is given
import pandas as pd
def load(name="default.csv"):
    return pd.read_csv(name)
df = load("sales.csv")

# %% reads in a loop over names
import pandas as pd
for name in ["sales.csv"]:
    print(pd.read_csv(name).shape)

# %% written and read through a variable
import pandas as pd
out = "summary.csv"
pd.DataFrame({"a": [1]}).to_csv(out, index=False)
check = pd.read_csv(out)

# %% written by a context manager of pandas
import pandas as pd
with pd.ExcelWriter("report.xlsx") as w:
    pd.DataFrame({"a": [1]}).to_excel(w, sheet_name="A")
print(pd.read_excel("report.xlsx", sheet_name="A"))

# %% written by openpyxl
import openpyxl
wb = openpyxl.Workbook(); wb.active["A1"] = 1; wb.save("w.xlsx")
print(openpyxl.load_workbook("w.xlsx").active["A1"].value)

# %% written by json.dump
import json
with open("d.json", "w") as f: json.dump({"a": 1}, f)
with open("d.json") as f: print(json.load(f))

# %% written by csv
import csv
with open("c.csv", "w", newline="") as f: csv.writer(f).writerows([[1, 2]])
print(list(csv.reader(open("c.csv"))))

# %% written in a folder
import os, pandas as pd
os.makedirs("out", exist_ok=True)
pd.DataFrame({"a": [1]}).to_csv("out/a.csv")
print(pd.read_csv("out/a.csv"), os.listdir("out"))

# %% written in a folder by pathlib
from pathlib import Path
import pandas as pd
out = Path("out2"); out.mkdir(exist_ok=True)
pd.DataFrame({"a": [1]}).to_csv(out / "a.csv")
print(pd.read_csv(out / "a.csv"), list(out.iterdir()), (out / "a.csv").stat().st_size)

# %% written by to_parquet in parts
import pandas as pd
pd.DataFrame({"a": [1], "k": ["x"]}).to_parquet("ds", partition_cols=["k"])
print(pd.read_parquet("ds"))

# %% written by a figure object
import matplotlib.pyplot as plt
fig, ax = plt.subplots(); fig.savefig("f.png")
import matplotlib.image as mpimg
print(mpimg.imread("f.png").shape)

# %% written by Pillow
from PIL import Image
Image.new("RGB", (2, 2)).save("i.png"); print(Image.open("i.png").size)

# %% written by sqlite's own text
import sqlite3
con = sqlite3.connect("t.db")
con.executescript("CREATE TABLE t (a); INSERT INTO t VALUES (1);")

# %% written by tempfile
import tempfile, pandas as pd
with tempfile.NamedTemporaryFile(suffix=".csv") as f:
    pd.DataFrame({"a": [1]}).to_csv(f.name); print(pd.read_csv(f.name))

# %% written by shutil and tar
import shutil, tarfile
shutil.make_archive("all", "gztar", ".")
print(tarfile.open("all.tar.gz").getnames()[:1])

# %% pickled to a file
import pickle
pickle.dump([1], open("p.pkl", "wb")); print(pickle.load(open("p.pkl", "rb")))

# %% joblib dump
import joblib
joblib.dump({"a": 1}, "m.joblib"); print(joblib.load("m.joblib"))

# %% numpy savetxt
import numpy as np
np.savetxt("t.txt", np.eye(2)); print(np.loadtxt("t.txt"))

# %% duckdb with tables of pandas
import duckdb, pandas as pd
df = pd.DataFrame({"a": [1]})
print(duckdb.query("select * from df where a = 1").df(), duckdb.sql("select 'from ''x''' as t"))

# %% sql text about files
import sqlite3
con = sqlite3.connect(":memory:")
con.execute("create table files (name)"); con.execute("insert into files values ('from ''a.csv''')")

# %% url building
from urllib.parse import urljoin
url = urljoin("https://example.org/", "a.csv"); print(url)

# %% a title with an address
import matplotlib.pyplot as plt
plt.title("https://example.org"); plt.savefig("t.png")

# %% environment decides
import os
if os.environ.get("RUN_SHELL"):
    os.system("ls")

# %% argument decides
import os
def clean(remove=False):
    if remove:
        os.remove("old.csv") if os.path.exists("old.csv") else None
clean()

# %% version decides
import sys
if sys.version_info < (3, 0):
    input = raw_input

# %% an abstract method
from abc import ABC, abstractmethod
import subprocess
class Runner(ABC):
    @abstractmethod
    def run(self): ...
class Shell(Runner):
    def run(self): return subprocess.run(["ls"])
class Quiet(Runner):
    def go(self): return 1
Quiet.go(None)

# %% a decorator
import functools, time
def timed(f):
    @functools.wraps(f)
    def inner(*a):
        t = time.time(); r = f(*a); print(time.time() - t); return r
    return inner
@timed
def work(n): return sum(range(n))
work(10)

# %% copy of a list in loop with slices
xs = [1, 2, 3]
for x in xs[:]:
    xs.append(x)

# %% removal while looping
xs = [1, 2, 3]
for x in xs:
    xs.append(x); xs.remove(x); xs.pop()
    if not xs: break

# %% chained reads
import pandas as pd
df = pd.read_csv("sales.csv")
print(df["price"][0], df[df.price > 1]["price"].sum(), df.loc[0]["price"])

# %% dictionary of lists
from collections import defaultdict
groups = defaultdict(list)
groups["a"].append(1)
groups["a"][0] = 5

# %% numpy of numpy
import numpy as np
m = np.zeros((2, 2, 2)); m[0][1][0] = 1; m[0, 1][1] += 2

# %% in place on a list
xs = [3, 1]; xs.sort(); d = {"x": xs}; d["x"].sort(); d["x"][0] = 2

# %% a frame from a dictionary of frames
import pandas as pd
sheets = {"a": pd.DataFrame({"v": [None, 1]})}
for name, sheet in sheets.items():
    sheet["v"] = sheet["v"].fillna(0)
    sheets[name].drop(columns=["v"], inplace=True)

# %% groupby of a table
import pandas as pd
df = pd.read_csv("sales.csv")
groups = dict(list(df.groupby("region")))
groups["North"].reset_index(drop=True, inplace=True)

# %% sys.exit in a function that is not called at the top
import sys
def fail(message): sys.exit(message)
if 1 > 2: fail("x")

# %% raise SystemExit caught
try: raise SystemExit(1)
except SystemExit: pass

# %% signals to itself
import signal
signal.raise_signal(signal.SIGUSR1) if False else signal.alarm(0)

# %% magics only
%config InlineBackend.figure_format = "retina"
%load_ext autoreload
%autoreload 2
import pandas as pd
%time pd.DataFrame()

# %% capture
%%capture out
print("x")

# %% question marks
import pandas as pd
?pd.DataFrame
pd.read_csv?

# %% a shell word in a string with a bang
print("!ls")
command = """
!pip install x
%%bash
"""

# %% not equal at the beginning of a line
ok = (1
      != 2)

# %% modulo at the beginning of a line
n = (10
     % 3)

# %% files in the workspace by whole paths
import pandas as pd
for i in range(2):
    pd.DataFrame().to_csv(f"/srv/work/c1/part_{i}.csv")
    print(pd.read_csv(f"/srv/work/c1/part_{i}.csv"))

# %% a descriptor
import os
r, w = os.pipe()
with open(w, "w") as f: f.write("x")
print(open(r).read())

# %% a database that is copied by SQL
import sqlite3
con.execute("VACUUM INTO 'whole.db'")
copy = sqlite3.connect("whole.db"); print(copy.execute("select 1").fetchall())

# %% a text that a command stores
text = "hello"
%store text >kept.txt
print(open("kept.txt").read())

# %% a module without any use
import pandas as pd
import numpy as np
import subprocess
df = pd.read_csv("sales.csv")

# %% sys.exit at the end
import sys
print("done")
sys.exit(0)
