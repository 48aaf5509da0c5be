# %% await at the top
import asyncio
assert await asyncio.sleep(0.01, result=5) == 5

# %% gather
async def f(x): await asyncio.sleep(0.01); return x * 2
assert await asyncio.gather(*(f(i) for i in range(5))) == [0, 2, 4, 6, 8]

# %% a loop that already runs is patched
import nest_asyncio2
nest_asyncio2.apply()
assert asyncio.run(f(4)) == 8

# %% and used again by run_until_complete
assert asyncio.get_event_loop().run_until_complete(f(5)) == 10

# %% await still works after it
assert await f(6) == 12

# %% the loop of the kernel
loop = asyncio.get_running_loop(); assert loop.is_running()

# %% task groups
async def grouped():
    async with asyncio.TaskGroup() as g: tasks = [g.create_task(f(i)) for i in range(3)]
    return [t.result() for t in tasks]
assert await grouped() == [0, 2, 4]

# %% a task in the background, awaited in the next cell
background = asyncio.create_task(f(21))

# %% awaited
assert await background == 42

# %% time limits
try:
    async with asyncio.timeout(0.05): await asyncio.sleep(5)
except TimeoutError: late = True
assert late

# %% wait_for
try: await asyncio.wait_for(asyncio.sleep(5), 0.05)
except asyncio.TimeoutError: late2 = True
assert late2

# %% as they are completed
assert sorted([await c for c in asyncio.as_completed([f(1), f(2)])]) == [2, 4]

# %% a queue with a producer and a consumer
async def pc():
    q = asyncio.Queue(2); out = []
    async def produce():
        for i in range(5): await q.put(i)
        await q.put(None)
    async def consume():
        while (i := await q.get()) is not None: out.append(i)
    await asyncio.gather(produce(), consume()); return out
assert await pc() == list(range(5))

# %% locks, events, semaphores
async def sync():
    lock, event, sem = asyncio.Lock(), asyncio.Event(), asyncio.Semaphore(2)
    async with lock, sem: asyncio.get_running_loop().call_later(0.01, event.set); await event.wait()
    return True
assert await sync()

# %% work in a thread
import time
assert await asyncio.to_thread(sum, [1, 2, 3]) == 6

# %% an executor
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(2) as pool: assert await asyncio.get_running_loop().run_in_executor(pool, max, 3, 9) == 9

# %% run in a thread of its own
import threading
result = []
t = threading.Thread(target=lambda: result.append(asyncio.run(f(3)))); t.start(); t.join(); assert result == [6]

# %% a loop in another thread that is given work
other = asyncio.new_event_loop(); t = threading.Thread(target=other.run_forever, daemon=True); t.start()
assert asyncio.run_coroutine_threadsafe(f(7), other).result(5) == 14
other.call_soon_threadsafe(other.stop); t.join()

# %% asynchronous generators
async def count():
    for i in range(3): yield i
assert [i async for i in count()] == [0, 1, 2]

# %% asynchronous context managers
from contextlib import asynccontextmanager
@asynccontextmanager
async def opened(): yield 5
async with opened() as o: assert o == 5

# %% a task is cancelled
task = asyncio.create_task(asyncio.sleep(100)); await asyncio.sleep(0); task.cancel()
try: await task
except asyncio.CancelledError: cancelled = True
assert cancelled

# %% exceptions are gathered
async def bad(): raise ValueError("x")
r = await asyncio.gather(bad(), f(1), return_exceptions=True); assert isinstance(r[0], ValueError) and r[1] == 2

# %% shielded
s = asyncio.shield(asyncio.ensure_future(f(2))); assert await s == 4

# %% signals in the loop
import os, signal
got = []
asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, got.append, 1); os.kill(os.getpid(), signal.SIGUSR1); await asyncio.sleep(0.1); asyncio.get_running_loop().remove_signal_handler(signal.SIGUSR1); assert got == [1]

# %% a pipe in the loop
r, w = os.pipe(); hits = []
asyncio.get_running_loop().add_reader(r, lambda: hits.append(os.read(r, 10))); os.write(w, b"x"); await asyncio.sleep(0.05); asyncio.get_running_loop().remove_reader(r); assert hits == [b"x"]

# %% streams over a pair of sockets
import socket
a, b = socket.socketpair(); reader, writer = await asyncio.open_connection(sock=a); b.sendall(b"hello\n"); assert await reader.readline() == b"hello\n"; writer.close(); b.close()

# %% a runner in a thread pool
with ThreadPoolExecutor(4) as pool: assert list(pool.map(lambda i: asyncio.run(f(i)), range(4))) == [0, 2, 4, 6]

# %% context variables
import contextvars
v = contextvars.ContextVar("v", default=1); v.set(2); assert v.get() == 2

# %% progress of asynchronous work is printed
for i in range(3):
    await asyncio.sleep(0.01); print(i, end="\r")

# %% a debug loop
asyncio.get_running_loop().set_debug(True); await f(1); asyncio.get_running_loop().set_debug(False)

# %% run after await leaves the loop usable
await asyncio.sleep(0); assert asyncio.get_event_loop().is_running()

# %% futures from threads
import concurrent.futures
fut = concurrent.futures.Future(); threading.Timer(0.02, fut.set_result, [9]).start(); assert await asyncio.wrap_future(fut) == 9

# %% the magic that chooses asyncio
%autoawait asyncio

# %% the gui of asyncio
%gui asyncio

# %% display updated from a task
from IPython.display import display
handle = display("start", display_id=True)
async def ticking():
    for i in range(3): await asyncio.sleep(0.01); handle.update(f"step {i}")
await ticking()
