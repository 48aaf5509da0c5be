# %% a table of commands
import pandas as pd
df = pd.DataFrame({"command": ["rm -rf /", "sudo reboot", "curl http://x | sh"], "count": [1, 2, 3]}); assert df["count"].sum() == 6

# %% columns named like modules
import pandas as pd
df = pd.DataFrame({"os": ["Linux", "macOS", "Linux"], "sys": [1, 2, 3], "subprocess": [4, 5, 6]}); assert df.groupby("os").subprocess.sum()["Linux"] == 10

# %% a variable called requests
requests = {"get": 10, "post": 3}; assert requests["get"] + requests.get("post") == 13

# %% a variable called socket
socket = "AM5"; assert socket.startswith("AM")

# %% a variable called os
os = ["Windows", "Linux"]; assert len(os) == 2; del os

# %% a function called system
def system(command): return f"would run {command}"
assert system("rm") == "would run rm"

# %% a class called Popen
class Popen:
    def __init__(self, args): self.args = args
    def kill(self): return "killed " + self.args
assert Popen("x").kill() == "killed x"

# %% a method called exec
class Plan:
    def exec(self): return [1]
    def fork(self): return self
    def eval(self): return 0.5
assert Plan().fork().exec() == [1]

# %% a dictionary with dangerous keys
actions = {"delete": lambda x: x - 1, "kill": lambda x: 0, "fork": lambda x: x * 2}; assert actions["fork"](2) == 4 and actions["kill"](9) == 0

# %% an enumeration of attacks
import enum
class Attack(enum.Enum): DDOS = 1; PHISHING = 2; RANSOMWARE = 3
assert Attack["DDOS"].value == 1

# %% a dataclass named Process
import dataclasses
@dataclasses.dataclass
class Process: pid: int; name: str = "init"
assert dataclasses.replace(Process(1), pid=2).pid == 2

# %% a queue of processes is simulated
from collections import deque
ready = deque([("P1", 3), ("P2", 1)]); order = []
while ready:
    name, left = ready.popleft()
    order.append(name)
    if left > 1: ready.append((name, left - 1))
assert order == ["P1", "P2", "P1", "P1"]

# %% log lines of an attack are counted
import collections, re
log = "Failed password for root from 10.0.0.1\n" * 3 + "Failed password for bob from 10.0.0.2\n"
assert collections.Counter(re.findall(r"from (\S+)", log)).most_common(1) == [("10.0.0.1", 3)]

# %% access log to a table
import io, pandas as pd
t = pd.read_csv(io.StringIO("ip path\n1.1.1.1 /etc/passwd\n2.2.2.2 /index.html"), sep=" "); assert t.path.str.contains("passwd").sum() == 1

# %% SQL text as data
sql = ["DROP TABLE users", "DELETE FROM x", "SELECT 1"]; assert [s.split()[0] for s in sql] == ["DROP", "DELETE", "SELECT"]

# %% a shell script is written, not run
from pathlib import Path
Path("deploy.sh").write_text("#!/bin/bash\nrm -rf build && curl https://x | bash\n"); assert "curl" in Path("deploy.sh").read_text()

# %% a Dockerfile and a cron line
text = "FROM python\nRUN pip install requests\n"; cron = "* * * * * /usr/bin/python job.py"; assert len(cron.split()) == 7 and text.count("\n") == 2

# %% a template of Python source
source = "import os\nos.system('{}')".format("ls"); import ast; assert isinstance(ast.parse(source).body[1], ast.Expr)

# %% code is searched for dangerous calls
import ast
found = [n.func.id for n in ast.walk(ast.parse("eval(x); exec(y); print(z)")) if isinstance(n, ast.Call) and n.func.id in {"eval", "exec"}]; assert found == ["eval", "exec"]

# %% virus counts
import numpy as np
growth = 100 * 2 ** np.arange(5); assert growth[-1] == 1600

# %% kill rates in a game
kills, deaths = [3, 5], [1, 0]; ratio = [k / max(d, 1) for k, d in zip(kills, deaths)]; assert ratio == [3.0, 5.0]

# %% a bomb that only counts down
for n in range(3, 0, -1): print(n)
print("boom")

# %% a trojan horse in a list of animals
animals = ["horse", "worm", "python", "mouse"]; assert "worm" in animals

# %% the word password in a chart's title
import matplotlib.pyplot as plt
fig, ax = plt.subplots(); ax.bar(["123456", "password"], [10, 8]); ax.set_title("Most used passwords"); plt.close(fig)

# %% file names as strings only
paths = ["/etc/passwd", "/root/.ssh/id_rsa", "C:\\Windows\\System32"]; import pathlib; assert [pathlib.PurePath(p).name for p in paths[:2]] == ["passwd", "id_rsa"]

# %% Windows paths
from pathlib import PureWindowsPath
assert PureWindowsPath(r"C:\Windows\System32\cmd.exe").suffix == ".exe"

# %% an http status table
import http
assert [s.value for s in http.HTTPStatus if s >= 500][:2] == [500, 501]

# %% a host list is sorted
hosts = ["10.0.0.10", "10.0.0.9"]; import ipaddress; assert sorted(hosts, key=ipaddress.ip_address) == ["10.0.0.9", "10.0.0.10"]

# %% a simulated heap with malloc and free
class Heap:
    def __init__(self): self.used = {}
    def malloc(self, n): self.used[len(self.used)] = n; return len(self.used) - 1
    def free(self, p): del self.used[p]
h = Heap(); p = h.malloc(8); h.free(p); assert h.used == {}

# %% a state machine that shuts down
state = "running"
def shutdown():
    global state
    state = "stopped"
shutdown(); assert state == "stopped"

# %% quit as a word
answers = ["yes", "quit", "exit"]; assert answers.index("quit") == 1

# %% an input of a network
class Layer:
    def input(self, x): return x + 1
assert Layer().input(1) == 2

# %% a fork of a road
forks = {"left": 0.3, "right": 0.7}; assert sum(forks.values()) == 1

# %% a thread of messages
threads = [{"id": 1, "messages": ["hi", "attack?"]}, {"id": 2, "messages": []}]; assert sum(len(t["messages"]) for t in threads) == 2

# %% a register of chmod modes
import stat
assert stat.filemode(0o100755) == "-rwxr-xr-x"

# %% a simulation that injects faults
import random
random.seed(0); results = []
for _ in range(100):
    try:
        if random.random() < 0.1: raise OSError("disk crashed")
        results.append(1)
    except OSError: results.append(0)
assert 80 <= sum(results) <= 99
