# %% a process pool does some work
from concurrent.futures import ProcessPoolExecutor
with ProcessPoolExecutor(1) as pool:
    assert pool.submit(int).result(timeout=10) == 0

# %% a program is run
import subprocess
assert subprocess.run(["echo", "hello"], capture_output=True, text=True).stdout == "hello\n"

# %% a shell is run
import os
assert os.system("true") == 0

# %% a program is read from
import os
assert os.popen("echo hello").read() == "hello\n"

# %% Python is run
import subprocess, sys
assert subprocess.check_output([sys.executable, "-c", "print(6 * 7)"]).strip() == b"42"

# %% a shell escape
!true

# %% a shell escape's output
lines = !echo one two
assert lines == ["one two"]

# %% a shell cell
%%bash
true

# %% the folder is listed by a program
%ls

# %% a fork
import os
child = os.fork()
if child == 0: os._exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7

# %% a pool of processes
import multiprocessing
with multiprocessing.get_context("fork").Pool(2) as pool: assert pool.map(abs, [-1, -2]) == [1, 2]

# %% a process of multiprocessing
import multiprocessing
p = multiprocessing.get_context("fork").Process(target=abs, args=(1,)); p.start(); p.join(); assert p.exitcode == 0

# %% an executor of processes
from concurrent.futures import ProcessPoolExecutor
import multiprocessing
with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool: assert list(pool.map(abs, [-1])) == [1]

# %% a spawned process
import multiprocessing
p = multiprocessing.get_context("spawn").Process(target=abs, args=(1,)); p.start(); p.join(); assert p.exitcode == 0

# %% a program run by asyncio
import asyncio
p = await asyncio.create_subprocess_exec("true"); assert await p.wait() == 0

# %% psutil: network and disk counters
import psutil
psutil.disk_partitions(); psutil.net_io_counters(); psutil.disk_io_counters(); psutil.sensors_temperatures()
