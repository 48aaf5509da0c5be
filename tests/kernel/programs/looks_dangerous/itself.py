# %% psutil: limits of this process are read
import psutil
me = psutil.Process()
soft, hard = me.rlimit(psutil.RLIMIT_NOFILE); assert soft <= hard

# %% psutil: a limit of this process is lowered
me.rlimit(psutil.RLIMIT_NOFILE, (soft - 1, hard)); assert me.rlimit(psutil.RLIMIT_NOFILE)[0] == soft - 1

# %% psutil: this process is made nicer
before = me.nice(); me.nice(before + 1); assert me.nice() == before + 1

# %% psutil: the disk's priority of this process
me.ionice(psutil.IOPRIO_CLASS_IDLE); assert me.ionice().ioclass == psutil.IOPRIO_CLASS_IDLE

# %% psutil: the processors of this process
cpus = me.cpu_affinity(); me.cpu_affinity(cpus[:1]); assert me.cpu_affinity() == cpus[:1]; me.cpu_affinity(cpus)

# %% psutil: memory in full
info = me.memory_full_info(); assert info.uss > 0 and info.rss >= info.uss // 2

# %% psutil: memory maps
assert any("libc" in m.path for m in me.memory_maps())

# %% psutil: the environment of this process
assert "HOME" in me.environ()

# %% psutil: what the process has read and written
counters = me.io_counters(); assert counters.read_count >= 0

# %% psutil: switches of context
assert me.num_ctx_switches().voluntary >= 0

# %% psutil: threads of this process
threads = me.threads(); assert threads[0].id and len(threads) == me.num_threads()

# %% psutil: children of this process
assert isinstance(me.children(recursive=True), list)

# %% psutil: the parent of this process
assert me.ppid() == __import__("os").getppid()

# %% psutil: users, names and when it was started
import os
assert me.uids().real == os.getuid() and me.create_time() > 0 and me.name() and me.status()

# %% psutil: its program, its folder, its command
assert me.exe() and me.cwd() == os.getcwd() and me.cmdline()

# %% psutil: its terminal
print(me.terminal())

# %% psutil: everything as a dictionary, in part
d = me.as_dict(attrs=["pid", "name", "memory_info", "cpu_times", "num_threads", "username", "nice", "status"]); assert d["pid"] == os.getpid()

# %% psutil: open files of this process, asked by name
held = open("held_open.txt", "w")
assert any(f.path.endswith("held_open.txt") for f in me.open_files()); held.close()

# %% psutil: connections of this process
print(me.net_connections())

# %% psutil: it is running and is itself
assert me.is_running() and psutil.pid_exists(os.getpid()) and me == psutil.Process(os.getpid())

# %% psutil: how much of a processor it takes
me.cpu_percent(); sum(i * i for i in range(200_000)); assert me.cpu_percent() >= 0

# %% psutil: disks, users and temperatures
psutil.disk_usage("."); psutil.cpu_freq(); psutil.cpu_stats(); psutil.getloadavg()

# %% psutil: processors in detail
assert psutil.cpu_count(logical=True) >= 1; psutil.cpu_times(percpu=True); psutil.cpu_percent(percpu=True); psutil.cpu_count(logical=False)

# %% resource: limits of itself by its number
import resource
assert resource.prlimit(os.getpid(), resource.RLIMIT_STACK) == resource.getrlimit(resource.RLIMIT_STACK)

# %% resource: memory is limited, then a large array fails
old = resource.getrlimit(resource.RLIMIT_AS)
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 200_000_000, old[1]))
try: bytearray(2_000_000_000); failed = False
except MemoryError: failed = True
finally: resource.setrlimit(resource.RLIMIT_AS, old)
assert failed

# %% resource: processor time is limited for later
old = resource.getrlimit(resource.RLIMIT_CPU); resource.setrlimit(resource.RLIMIT_CPU, (3600, old[1])); resource.setrlimit(resource.RLIMIT_CPU, old)

# %% resource: no core dumps
resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))

# %% a memory limit through a popular recipe
def limit_memory(maxsize):
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (min(maxsize, hard) if hard > 0 else maxsize, hard))
limit_memory(4 * 10**9)

# %% the peak of memory
assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 1000

# %% the peak of memory as its status says
peak = [l for l in open("/proc/self/status") if l.startswith("VmHWM")][0]; assert int(peak.split()[1]) > 0

# %% its threads are counted in its status
status = dict(l.split(":", 1) for l in open("/proc/self/status")); assert int(status["Threads"]) >= 1

# %% its own limits are read as text
assert "Max open files" in open("/proc/self/limits").read()

# %% its program's name
assert open(f"/proc/{os.getpid()}/comm").read().strip()

# %% its own environment is read as bytes
assert b"HOME=" in open("/proc/self/environ", "rb").read()

# %% how likely it is ended when memory runs out
assert int(open("/proc/self/oom_score").read()) >= 0

# %% its maps in detail
assert "Pss" in open("/proc/self/smaps").read()

# %% its own file descriptors with what they lead to
links = [os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd") if os.path.lexists(f"/proc/self/fd/{n}")]; assert links

# %% a descriptor is opened again through its name
f = open("again.txt", "w+"); f.write("x"); f.flush(); assert open(f"/dev/fd/{f.fileno()}").read() == "x"; f.close()

# %% its program is read through a link
import sys
assert os.path.realpath("/proc/self/exe").startswith("/") and os.path.exists(sys.executable)

# %% its own folder through a link
assert os.readlink("/proc/self/cwd") == os.getcwd()

# %% processors that it may use
assert len(os.sched_getaffinity(os.getpid())) == len(os.sched_getaffinity(0)) >= 1

# %% is put on one processor by its number
all_of_them = os.sched_getaffinity(0); os.sched_setaffinity(os.getpid(), {min(all_of_them)}); assert os.sched_getaffinity(0) == {min(all_of_them)}; os.sched_setaffinity(0, all_of_them)

# %% its priority by its number
os.setpriority(os.PRIO_PROCESS, os.getpid(), os.getpriority(os.PRIO_PROCESS, os.getpid()) + 1)

# %% batch scheduling
os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0)); assert os.sched_getscheduler(0) == os.SCHED_BATCH; os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))

# %% a thread is put on one processor
import threading
done = []
def pinned():
    os.sched_setaffinity(threading.get_native_id(), {min(os.sched_getaffinity(0))}); done.append(len(os.sched_getaffinity(0)))
t = threading.Thread(target=pinned); t.start(); t.join(); assert done == [1]

# %% its user by name
import pwd
name = pwd.getpwuid(os.getuid()).pw_name; assert pwd.getpwnam(name).pw_uid == os.getuid()

# %% its group by name
import grp
group = grp.getgrgid(os.getgid()).gr_name; assert grp.getgrnam(group).gr_gid == os.getgid()

# %% its groups with names
assert all(isinstance(g, int) for g in os.getgroups()) and os.getgrouplist(name, os.getgid())

# %% all users are listed
assert any(entry.pw_uid == os.getuid() for entry in pwd.getpwall())

# %% getpass knows the user
import getpass
assert getpass.getuser()

# %% the home folder in three ways
from pathlib import Path
assert Path.home() == Path(os.path.expanduser("~")) == Path(os.environ["HOME"])

# %% the home folder of the user by name
assert os.path.expanduser(f"~{name}").startswith("/")

# %% the owner and group of a file
Path("mine.txt").write_text("x"); assert Path("mine.txt").owner() == name and Path("mine.txt").group()

# %% a file in the home folder
p = Path.home() / "settings.json"; p.write_text("{}"); assert p.read_text() == "{}"; p.unlink()

# %% a cache in the home folder
cache = Path.home() / ".cache" / "mytool"; cache.mkdir(parents=True, exist_ok=True); (cache / "x").write_bytes(b"1"); import shutil; shutil.rmtree(cache)

# %% a handle of itself
fd = os.pidfd_open(os.getpid()); os.close(fd)

# %% a dump of tracebacks later is called off
import faulthandler
faulthandler.dump_traceback_later(60, file=open("later.txt", "w")); faulthandler.cancel_dump_traceback_later()

# %% names its thread
import ctypes
libc = ctypes.CDLL(None); assert libc.prctl(15, b"analysis", 0, 0, 0) == 0

# %% locks of other processes are not there
import fcntl
with open("lock.lck", "w") as f: fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB); fcntl.flock(f, fcntl.LOCK_UN)

# %% the size of a pipe
r, w = os.pipe(); assert fcntl.fcntl(w, fcntl.F_GETPIPE_SZ) > 0; os.close(r); os.close(w)

# %% bytes that wait in a pipe
import array, termios
r, w = os.pipe(); os.write(w, b"abc"); n = array.array("i", [0]); fcntl.ioctl(r, termios.FIONREAD, n); assert n[0] == 3; os.close(r); os.close(w)

# %% an interval timer signals
import signal, time
hits = []
old = signal.signal(signal.SIGALRM, lambda *_: hits.append(1)); signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05); time.sleep(0.3); signal.setitimer(signal.ITIMER_REAL, 0); signal.signal(signal.SIGALRM, old); assert len(hits) >= 2

# %% processor time runs out and is told
ticks = []
old = signal.signal(signal.SIGVTALRM, lambda *_: ticks.append(1)); signal.setitimer(signal.ITIMER_VIRTUAL, 0.05)
while not ticks: pass
signal.signal(signal.SIGVTALRM, old)

# %% a timeout as a context manager
import contextlib
@contextlib.contextmanager
def within(seconds):
    def stop(*_): raise TimeoutError
    old = signal.signal(signal.SIGALRM, stop); signal.alarm(seconds)
    try: yield
    finally: signal.alarm(0); signal.signal(signal.SIGALRM, old)
try:
    with within(1): time.sleep(5)
except TimeoutError: stopped = True
assert stopped

# %% the processes that there are, with their names
assert os.getpid() in [p.pid for p in psutil.process_iter(["name"])] and str(os.getpid()) in os.listdir("/proc")
