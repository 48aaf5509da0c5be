# %% a pool of processes
import multiprocessing as mp, os
with mp.Pool(2) as pool: assert pool.map(abs, [-1, -2, 3]) == [1, 2, 3]

# %% with a function from a cell
def square(x): return x * x
with mp.get_context("fork").Pool(2) as pool: assert pool.map(square, range(10)) == [i * i for i in range(10)] and pool.starmap(pow, [(2, 3)]) == [8] and pool.apply_async(square, (3,)).get(10) == 9

# %% unordered, with an initializer
def init(v):
    global started
    started = v
def use(x): return started + x
with mp.Pool(2, init, (10,)) as pool: assert sorted(pool.imap_unordered(use, [1, 2])) == [11, 12]

# %% processes with a queue
def put(q, i): q.put(i * 10)
q = mp.Queue(); ps = [mp.Process(target=put, args=(q, i)) for i in range(3)]
[p.start() for p in ps]; got = sorted(q.get(timeout=20) for _ in ps); [p.join() for p in ps]; assert got == [0, 10, 20] and all(p.exitcode == 0 for p in ps)

# %% a pipe between processes
def answer(c): c.send(c.recv() + 1); c.close()
a, b = mp.Pipe(); p = mp.Process(target=answer, args=(b,)); p.start(); a.send(41); assert a.recv() == 42; p.join()

# %% shared values, arrays, locks
def add(v, arr, lock):
    for _ in range(100):
        with lock: v.value += 1; arr[0] += 1
v, arr, lock = mp.Value("i", 0, lock=False), mp.Array("i", [0]), mp.Lock(); ps = [mp.Process(target=add, args=(v, arr, lock)) for _ in range(2)]; [p.start() for p in ps]; [p.join() for p in ps]; assert v.value == arr[0] == 200

# %% shared memory with numpy
import numpy as np
from multiprocessing import shared_memory
def fill(name): m = shared_memory.SharedMemory(name); np.ndarray(10, "i8", m.buf)[:] = 7; m.close()
m = shared_memory.SharedMemory(create=True, size=80); p = mp.Process(target=fill, args=(m.name,)); p.start(); p.join(); assert np.ndarray(10, "i8", m.buf).sum() == 70; m.close(); m.unlink()

# %% a process that is ended
import time
p = mp.Process(target=time.sleep, args=(100,)); p.start(); assert p.is_alive(); p.terminate(); p.join(20); assert p.exitcode == -15

# %% a process that fails
def fail(): raise SystemExit(3)
p = mp.Process(target=fail); p.start(); p.join(); assert p.exitcode == 3

# %% an exception comes back
def bad(x): raise ValueError(x)
with mp.Pool(1) as pool:
    try: pool.apply(bad, (1,)); raised = False
    except ValueError: raised = True
assert raised

# %% executors of processes
from concurrent.futures import ProcessPoolExecutor
with ProcessPoolExecutor(2) as ex: assert list(ex.map(abs, range(-5, 0))) == [5, 4, 3, 2, 1]

# %% a process that is spawned
if __name__ == "__main__":
    with mp.get_context("spawn").Pool(1) as pool: assert pool.map(abs, [-3]) == [3]

# %% a server that forks
with mp.get_context("forkserver").Pool(1) as pool: assert pool.map(abs, [-3]) == [3]

# %% a manager
with mp.Manager() as man: d = man.dict(); d["a"] = 1; assert dict(d) == {"a": 1}

# %% a process and its children in psutil
import psutil
p = mp.Process(target=time.sleep, args=(30,)); p.start(); assert p.pid in [c.pid for c in psutil.Process().children()]; psutil.Process(p.pid).terminate(); p.join(20)

# %% loky
from joblib import Parallel, delayed
assert Parallel(n_jobs=2)(delayed(square)(i) for i in range(6)) == [i * i for i in range(6)]

# %% loky with a large array
big = np.ones(500_000); assert sum(Parallel(n_jobs=2)(delayed(np.sum)(big) for _ in range(2))) == 1_000_000

# %% joblib's multiprocessing
assert Parallel(n_jobs=2, backend="multiprocessing")(delayed(square)(i) for i in range(4)) == [0, 1, 4, 9]

# %% scikit-learn with processes
from sklearn.datasets import make_classification; from sklearn.model_selection import GridSearchCV, cross_val_score; from sklearn.tree import DecisionTreeClassifier
X, y = make_classification(200, random_state=0); assert len(cross_val_score(DecisionTreeClassifier(), X, y, n_jobs=2)) == 5; GridSearchCV(DecisionTreeClassifier(), {"max_depth": [1, 2]}, n_jobs=2).fit(X, y)

# %% a program's output
import subprocess
assert subprocess.run(["echo", "hi"], capture_output=True, text=True, check=True).stdout == "hi\n"

# %% a pipeline of programs
assert subprocess.check_output("printf 'b\\na\\n' | sort | head -1", shell=True, text=True) == "a\n"

# %% a program that is talked to
p = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True); assert p.communicate("hello")[0] == "hello"

# %% a program that takes too long
try: subprocess.run(["sleep", "30"], timeout=0.2); late = False
except subprocess.TimeoutExpired: late = True
assert late

# %% a program that is not there
try: subprocess.run(["no-such-program"]); found = True
except FileNotFoundError: found = False
assert not found

# %% another Python
import sys
assert subprocess.run([sys.executable, "-c", "import numpy; print(numpy.ones(2).sum())"], capture_output=True, text=True).stdout == "2.0\n"

# %% programs at the same time
ps = [subprocess.Popen(["sleep", "0.1"]) for _ in range(5)]; assert [p.wait() for p in ps] == [0] * 5

# %% with another folder and environment
os.makedirs("there", exist_ok=True); assert subprocess.run("pwd; echo $A", shell=True, cwd="there", env={"A": "1", **os.environ}, capture_output=True, text=True).stdout.split()[-1] == "1"

# %% asynchronous programs
import asyncio
p = await asyncio.create_subprocess_exec("echo", "async", stdout=asyncio.subprocess.PIPE); assert (await p.communicate())[0] == b"async\n"

# %% asynchronous shell
p = await asyncio.create_subprocess_shell("exit 3"); assert await p.wait() == 3

# %% os.system, popen, spawn
assert os.system("true") == 0 and os.popen("echo x").read() == "x\n" and os.spawnlp(os.P_WAIT, "true", "true") == 0

# %% fork and wait
pid = os.fork()
if pid == 0: os._exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7

# %% a shell line
!echo from the shell

# %% a shell line into a variable
lines = !printf 'a\nb\n'
assert list(lines) == ["a", "b"]

# %% a shell line with a variable
name = "value"
!echo {name} $name

# %% a shell cell
%%bash
for i in 1 2 3; do echo $i; done
test -d /usr

# %% a shell cell with output kept
%%bash --out kept
echo kept

# %% it is kept
assert kept == "kept\n"

# %% a script in another interpreter
%%script python3
print("in another Python")

# %% sx and sc
r = %sx echo sx
assert list(r) == ["sx"]

# %% listing by magics
%ls
%mkdir -p made_by_magic
%cp /dev/null made_by_magic/x
%cat made_by_magic/x
%rm made_by_magic/x

# %% programs of text
open("t.txt", "w").write("b 2\na 1\n"); assert subprocess.check_output("sort t.txt | awk '{s+=$2} END {print s}'", shell=True) == b"3\n" and subprocess.run(["grep", "-c", "a", "t.txt"], capture_output=True).stdout == b"1\n"

# %% archives by programs
subprocess.run("tar czf t.tgz t.txt && gzip -k t.txt && ls -la && du -sh . && df . && wc -l t.txt", shell=True, check=True, capture_output=True)

# %% who and where by programs
subprocess.run("whoami; id -un; hostname; uname -a; nproc; free; uptime; date", shell=True, capture_output=True); assert subprocess.run(["date"], capture_output=True).returncode == 0

# %% find and xargs
assert b"t.txt" in subprocess.check_output("find . -name '*.txt' | xargs ls", shell=True)

# %% a script is made executable and run by its shell
open("s.sh", "w").write("#!/bin/sh\necho script\n"); os.chmod("s.sh", 0o755); assert subprocess.check_output(["sh", "s.sh"]) == b"script\n"

# %% pip lists what there is
assert subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode == 0

# %% a database that asks how much memory its group may use
import duckdb
with duckdb.connect() as database: assert database.sql("select 42").fetchall() == [(42,)]
