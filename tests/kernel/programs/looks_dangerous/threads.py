# %% threads share a counter
import threading
lock, total = threading.Lock(), 0
def add():
    global total
    for _ in range(1000):
        with lock: total += 1
workers = [threading.Thread(target=add) for _ in range(8)]
[w.start() for w in workers]; [w.join() for w in workers]
assert total == 8000

# %% a daemon thread
import threading, time
seen = []
threading.Thread(target=lambda: seen.append(1), daemon=True).start()
time.sleep(0.05); assert seen == [1]

# %% a timer
import threading
fired = threading.Event(); threading.Timer(0.01, fired.set).start(); assert fired.wait(5)

# %% a barrier, a semaphore and a condition
import threading
barrier = threading.Barrier(3); passed = []
def run(): barrier.wait(5); passed.append(1)
ts = [threading.Thread(target=run) for _ in range(3)]; [t.start() for t in ts]; [t.join() for t in ts]
assert len(passed) == 3 and threading.BoundedSemaphore(2).acquire()

# %% a queue between threads
import queue, threading
q = queue.Queue(maxsize=2); got = []
def take():
    while (item := q.get()) is not None: got.append(item)
t = threading.Thread(target=take); t.start()
for i in range(20): q.put(i)
q.put(None); t.join(); assert got == list(range(20))

# %% fifty threads at once
import threading
ev = threading.Event(); ts = [threading.Thread(target=ev.wait) for _ in range(50)]
[t.start() for t in ts]; ev.set(); [t.join() for t in ts]; assert not any(t.is_alive() for t in ts)

# %% thread-local data
import threading
local = threading.local(); local.x = 1; seen = []
t = threading.Thread(target=lambda: seen.append(hasattr(local, "x"))); t.start(); t.join(); assert seen == [False]

# %% an exception in a thread is reported by the hook
import threading
caught = []; old = threading.excepthook; threading.excepthook = caught.append
t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join(); threading.excepthook = old
assert caught[0].exc_type is ZeroDivisionError

# %% thread stack size
import threading
old = threading.stack_size(1 << 20); t = threading.Thread(target=lambda: None); t.start(); t.join(); threading.stack_size(old)

# %% native thread identifiers
import threading
assert threading.get_native_id() > 0 and threading.get_ident() != 0 and threading.active_count() >= 1

# %% a pool of threads
from concurrent.futures import ThreadPoolExecutor, as_completed
with ThreadPoolExecutor(4) as pool:
    assert sorted(f.result() for f in as_completed([pool.submit(pow, 2, n) for n in range(5)])) == [1, 2, 4, 8, 16]

# %% a pool's exception comes through
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor() as pool: error = pool.submit(lambda: {}["x"]).exception()
assert isinstance(error, KeyError)

# %% a pool waits with a timeout
from concurrent.futures import ThreadPoolExecutor, TimeoutError
import threading
ev = threading.Event()
with ThreadPoolExecutor(1) as pool:
    f = pool.submit(ev.wait)
    try: f.result(timeout=0.01)
    except TimeoutError: ev.set()
    assert f.result(5)

# %% the pool that multiprocessing makes of threads
from multiprocessing.pool import ThreadPool
with ThreadPool(3) as pool: assert pool.map(len, ["a", "bb", "ccc"]) == [1, 2, 3]

# %% dummy multiprocessing is threads
import multiprocessing.dummy as mp
with mp.Pool(2) as pool: assert pool.map(abs, [-1, -2]) == [1, 2]

# %% counts processors
import multiprocessing, os
assert multiprocessing.cpu_count() >= 1 and os.cpu_count() >= 1

# %% the current process of multiprocessing
import multiprocessing
assert multiprocessing.current_process().name and multiprocessing.active_children() == []

# %% a dummy of multiprocessing's main guard
def main(): return 5
if __name__ == "__main__": assert main() == 5

# %% multiprocessing is imported, a pool is defined, none is started
import multiprocessing
def in_parallel(f, xs):
    with multiprocessing.Pool() as pool: return pool.map(f, xs)
assert callable(in_parallel)

# %% subprocess is imported for its constants
import subprocess
assert subprocess.PIPE == -1 and issubclass(subprocess.CalledProcessError, Exception)

# %% a list turned into a command line, which nobody runs
import subprocess
assert subprocess.list2cmdline(["rm", "-rf", "my dir"]) == 'rm -rf "my dir"'

# %% top-level await
import asyncio
assert await asyncio.sleep(0.001, "done") == "done"

# %% gather
import asyncio
async def square(x): await asyncio.sleep(0); return x * x
assert await asyncio.gather(*map(square, range(5))) == [0, 1, 4, 9, 16]

# %% a task that is created in one cell
import asyncio
async def later(): await asyncio.sleep(0.01); return 7
task = asyncio.create_task(later())

# %% and awaited in the next
assert await task == 7

# %% asyncio.run in a thread
import asyncio, threading
out = []
t = threading.Thread(target=lambda: out.append(asyncio.run(asyncio.sleep(0, 3)))); t.start(); t.join(); assert out == [3]

# %% asyncio.run in the cell is refused by asyncio itself
import asyncio
c = asyncio.sleep(0)
try: asyncio.run(c)
except RuntimeError: c.close()

# %% a loop of one's own
import asyncio, threading
def run():
    loop = asyncio.new_event_loop()
    try: results.append(loop.run_until_complete(asyncio.sleep(0, "x")))
    finally: loop.close()
results = []; t = threading.Thread(target=run); t.start(); t.join(); assert results == ["x"]

# %% a runner with a task group in a thread
import asyncio, threading
async def main():
    async with asyncio.TaskGroup() as group: tasks = [group.create_task(asyncio.sleep(0, i)) for i in range(3)]
    return [t.result() for t in tasks]
def go():
    with asyncio.Runner() as runner: out.append(runner.run(main()))
out = []; t = threading.Thread(target=go); t.start(); t.join(); assert out == [[0, 1, 2]]

# %% a task group here
import asyncio
async with asyncio.TaskGroup() as group: one = group.create_task(asyncio.sleep(0, 1))
assert one.result() == 1

# %% timeouts
import asyncio
try:
    async with asyncio.timeout(0.01): await asyncio.sleep(10)
except TimeoutError: late = True
assert late

# %% wait_for and cancel
import asyncio
t = asyncio.ensure_future(asyncio.sleep(100)); t.cancel()
try: await t
except asyncio.CancelledError: pass
assert t.cancelled()

# %% to_thread and run_in_executor
import asyncio
assert await asyncio.to_thread(sum, [1, 2]) == 3
assert await asyncio.get_running_loop().run_in_executor(None, max, 4, 5) == 5

# %% queues, locks and events of asyncio
import asyncio
q = asyncio.Queue(); await q.put(1); assert await q.get() == 1
async with asyncio.Lock(): pass
e = asyncio.Event(); e.set(); await e.wait()

# %% async generators and comprehensions
async def numbers():
    for i in range(3): yield i
assert [i async for i in numbers()] == [0, 1, 2]

# %% async context managers
import contextlib
@contextlib.asynccontextmanager
async def opened(): yield "x"
async with opened() as x: assert x == "x"

# %% call_soon and call_later
import asyncio
loop = asyncio.get_running_loop(); f = loop.create_future(); loop.call_later(0.01, f.set_result, 9); assert await f == 9

# %% call_soon_threadsafe
import asyncio, threading
loop = asyncio.get_running_loop(); f = loop.create_future()
threading.Thread(target=lambda: loop.call_soon_threadsafe(f.set_result, 2)).start(); assert await f == 2

# %% streams over a pair of sockets
import asyncio, socket
a, b = socket.socketpair(); reader, writer = await asyncio.open_connection(sock=a)
b.sendall(b"line\n"); assert await reader.readline() == b"line\n"; writer.close(); b.close()

# %% a socket pair and a thread
import socket, threading
a, b = socket.socketpair()
threading.Thread(target=lambda: b.sendall(b"ping")).start(); assert a.recv(4) == b"ping"; a.close(); b.close()

# %% pipes and select
import os, select
r, w = os.pipe(); os.write(w, b"1"); assert select.select([r], [], [], 1)[0] == [r]; os.close(r); os.close(w)

# %% poll and epoll
import os, select
r, w = os.pipe(); p = select.poll(); p.register(r, select.POLLIN); os.write(w, b"1"); assert p.poll(100)
e = select.epoll(); e.register(r, select.EPOLLIN); assert e.poll(1); e.close(); os.close(r); os.close(w)

# %% selectors
import os, selectors
r, w = os.pipe()
with selectors.DefaultSelector() as s: s.register(r, selectors.EVENT_READ); os.write(w, b"x"); assert s.select(1)
os.close(r); os.close(w)

# %% event descriptor
import os
fd = os.eventfd(3); assert os.eventfd_read(fd) == 3; os.close(fd)

# %% sched
import sched, time
s = sched.scheduler(time.monotonic, time.sleep); out = []; s.enter(0.01, 1, out.append, (1,)); s.run(); assert out == [1]

# %% contextvars
import contextvars
v = contextvars.ContextVar("v", default=0); ctx = contextvars.copy_context(); ctx.run(v.set, 5); assert v.get() == 0 and ctx[v] == 5

# %% a subinterpreter-free thread with numpy
import threading, numpy as np
out = []
t = threading.Thread(target=lambda: out.append(np.linalg.svd(np.eye(50))[1].sum())); t.start(); t.join(); assert out == [50.0]

# %% joblib with threads
import joblib
assert joblib.Parallel(n_jobs=2, prefer="threads")(joblib.delayed(abs)(-i) for i in range(3)) == [0, 1, 2]

# %% a thread that prints
import threading
t = threading.Thread(target=print, args=("from a thread",)); t.start(); t.join()

# %% a generator that never ends, of which ten are taken
import itertools
assert list(itertools.islice(itertools.count(5), 3)) == [5, 6, 7]

# %% while True with a break
n = 0
while True:
    n += 1
    if n > 1000: break
assert n == 1001

# %% a long sleep that is cut short
import time
started = time.monotonic(); time.sleep(0.05); assert time.monotonic() - started >= 0.05
