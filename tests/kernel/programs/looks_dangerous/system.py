# %% reads the environment
import os
assert os.environ.get("PATH") and os.getenv("SURELY_NOT_SET") is None

# %% changes the environment
import os
os.environ["MY_FLAG"] = "1"; os.putenv("OTHER", "2"); assert os.environ["MY_FLAG"] == "1"; del os.environ["MY_FLAG"]

# %% looks for secrets in the environment and finds none to print
import os
print(sorted(k for k in os.environ if "PASSWORD" in k or "SECRET_KEY" in k))

# %% process and user numbers
import os
assert os.getpid() > 0 and os.getppid() >= 0 and os.getuid() >= 0 and os.getgid() >= 0 and os.geteuid() == os.getuid()

# %% groups, sessions and priorities
import os
os.getgroups(); assert os.getpgid(0) >= 0 and os.getsid(0) >= 0 and os.getpriority(os.PRIO_PROCESS, 0) >= 0

# %% is nice to itself
import os
assert os.nice(0) >= 0

# %% the load
import os
assert len(os.getloadavg()) == 3

# %% uname and platform
import os, platform
assert os.uname().sysname == "Linux" == platform.system() and platform.machine() and platform.python_version()

# %% platform in one line
import platform
assert "Linux" in platform.platform() and platform.libc_ver() is not None and platform.architecture()[0] == "64bit"

# %% the host's name
import platform, socket
assert platform.node() == socket.gethostname()

# %% the processor's name
import platform
assert isinstance(platform.processor(), str)

# %% who am I
import getpass
assert getpass.getuser()

# %% system configuration
import os
assert os.sysconf("SC_PAGE_SIZE") >= 4096 and os.sysconf("SC_NPROCESSORS_ONLN") >= 1 and os.sysconf("SC_PHYS_PAGES") > 0

# %% the affinity of this process
import os
assert len(os.sched_getaffinity(0)) >= 1

# %% sets its own affinity to what it is
import os
os.sched_setaffinity(0, os.sched_getaffinity(0))

# %% scheduling policy
import os
assert os.sched_getscheduler(0) >= 0; os.sched_yield()

# %% resource usage
import resource
assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0

# %% limits are read
import resource
assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 0

# %% a limit is lowered
import resource
soft, hard = resource.getrlimit(resource.RLIMIT_CORE); resource.setrlimit(resource.RLIMIT_CORE, (0, hard))

# %% times
import os, time
assert os.times().user >= 0 and time.process_time() > 0 and time.thread_time() >= 0 and time.perf_counter() > 0

# %% clocks
import time
assert time.clock_gettime(time.CLOCK_MONOTONIC) > 0 and time.get_clock_info("monotonic").monotonic

# %% time zones
import time, zoneinfo, datetime
d = datetime.datetime(2024, 7, 1, tzinfo=zoneinfo.ZoneInfo("America/New_York")); assert d.utcoffset().total_seconds() == -4 * 3600

# %% TZ is changed
import os, time
old = os.environ.get("TZ"); os.environ["TZ"] = "Asia/Tokyo"; time.tzset(); assert time.localtime(0).tm_hour == 9
os.environ.pop("TZ") if old is None else os.environ.update(TZ=old); time.tzset()

# %% all time zones
import zoneinfo
assert len(zoneinfo.available_timezones()) > 400

# %% locale
import locale
locale.setlocale(locale.LC_ALL, "C.UTF-8"); assert locale.getpreferredencoding().upper().replace("-", "") == "UTF8"

# %% a signal handler
import signal
got = []; old = signal.signal(signal.SIGUSR1, lambda n, f: got.append(n)); signal.raise_signal(signal.SIGUSR1); signal.signal(signal.SIGUSR1, old); assert got == [signal.SIGUSR1]

# %% signals itself by its number
import os, signal
got = []; old = signal.signal(signal.SIGUSR2, lambda n, f: got.append(n)); os.kill(os.getpid(), signal.SIGUSR2); signal.signal(signal.SIGUSR2, old); assert got

# %% asks whether it is alive
import os
os.kill(os.getpid(), 0)

# %% asks about a process that is not there
import os
try: os.kill(4_000_000, 0)
except (ProcessLookupError, PermissionError) as error: print(type(error).__name__)

# %% an alarm
import signal, time
class Late(Exception): pass
def ring(*_): raise Late
old = signal.signal(signal.SIGALRM, ring); signal.setitimer(signal.ITIMER_REAL, 0.05)
try: time.sleep(5)
except Late: rang = True
finally: signal.setitimer(signal.ITIMER_REAL, 0); signal.signal(signal.SIGALRM, old)
assert rang

# %% an alarm in seconds that is called off
import signal
signal.alarm(60); assert signal.alarm(0) > 0

# %% a handler for Ctrl-C, set and taken back
import signal
old = signal.signal(signal.SIGINT, signal.SIG_IGN); signal.signal(signal.SIGINT, old)

# %% SIGTERM's handler is read
import signal
signal.getsignal(signal.SIGTERM); assert signal.Signals(15).name == "SIGTERM"

# %% signals are blocked and released
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1}); signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1}); assert signal.strsignal(9)

# %% a signal to one thread
import signal, threading
got = []; old = signal.signal(signal.SIGUSR1, lambda n, f: got.append(n)); signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1); signal.signal(signal.SIGUSR1, old); assert got

# %% a wake-up descriptor
import os, signal
old = signal.set_wakeup_fd(-1); signal.set_wakeup_fd(old)

# %% libc by ctypes
import ctypes
libc = ctypes.CDLL("libc.so.6"); assert libc.abs(-5) == 5 and libc.strlen(b"four") == 4

# %% libc's getpid
import ctypes, os
assert ctypes.CDLL(None).getpid() == os.getpid()

# %% libm by ctypes
import ctypes, math
libm = ctypes.CDLL("libm.so.6"); libm.cos.restype = ctypes.c_double; libm.cos.argtypes = [ctypes.c_double]; assert libm.cos(0.0) == 1.0

# %% a library that is looked for
import ctypes.util
try: print(ctypes.util.find_library("m"))
except PermissionError as error: print(error)

# %% memory through ctypes
import ctypes
b = ctypes.create_string_buffer(b"abc"); assert ctypes.string_at(ctypes.addressof(b)) == b"abc"; ctypes.memmove(b, b"xyz", 3); assert b.value == b"xyz"

# %% a callback through ctypes
import ctypes
CMP = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int)); libc = ctypes.CDLL(None)
a = (ctypes.c_int * 3)(3, 1, 2); libc.qsort(a, 3, 4, CMP(lambda x, y: x[0] - y[0])); assert list(a) == [1, 2, 3]

# %% structures and unions
import ctypes
class S(ctypes.Structure): _fields_ = [("a", ctypes.c_uint8), ("b", ctypes.c_uint32)]
assert ctypes.sizeof(S) == 8 and bytes(S(1, 2))[0] == 1

# %% Python's own interface
import ctypes
ctypes.pythonapi.Py_GetVersion.restype = ctypes.c_char_p; assert ctypes.pythonapi.Py_GetVersion().startswith(b"3.")

# %% an anonymous memory map
import mmap
m = mmap.mmap(-1, 4096); m[:5] = b"hello"; assert m[:5] == b"hello"; m.close()

# %% a mapped file
import mmap
open("map.bin", "wb").write(b"\0" * 4096)
with open("map.bin", "r+b") as f, mmap.mmap(f.fileno(), 0) as m: m[0:3] = b"abc"; m.flush()
assert open("map.bin", "rb").read(3) == b"abc"

# %% a private, read-only map
import mmap
open("ro.bin", "wb").write(b"needle in hay")
with open("ro.bin", "rb") as f, mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ) as m: assert m.find(b"hay") == 10

# %% file locks
import fcntl
with open("lock", "w") as f: fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB); fcntl.flock(f, fcntl.LOCK_UN)

# %% record locks
import fcntl
with open("lock2", "w") as f: fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB); fcntl.lockf(f, fcntl.LOCK_UN)

# %% descriptor flags
import fcntl, os
r, w = os.pipe(); flags = fcntl.fcntl(r, fcntl.F_GETFL); fcntl.fcntl(r, fcntl.F_SETFL, flags | os.O_NONBLOCK)
try: os.read(r, 1)
except BlockingIOError: empty = True
assert empty; os.close(r); os.close(w)

# %% is this a terminal
import os, sys
assert not os.isatty(0) or True; print(sys.stdout.isatty())

# %% the terminal's size has a fallback
import shutil
assert shutil.get_terminal_size((80, 24)).columns > 0

# %% standard streams are redirected
import contextlib, io
out, err = io.StringIO(), io.StringIO()
with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
    import sys
    print("to out"); print("to err", file=sys.stderr)
assert (out.getvalue(), err.getvalue()) == ("to out\n", "to err\n")

# %% stdout is replaced by hand
import io, sys
old, sys.stdout = sys.stdout, io.StringIO(); print("hidden"); text, sys.stdout = sys.stdout.getvalue(), old; assert text == "hidden\n"

# %% writes to the real stdout
import os, sys
sys.__stdout__.write(""); sys.__stderr__.flush()

# %% writes to descriptor 1
import os
os.write(1, b"")

# %% stdin is looked at, not read
import sys
assert sys.stdin is not None

# %% random bytes
import os, secrets
assert len(os.urandom(16)) == 16 and len(os.getrandom(8)) == 8 and len(secrets.token_hex(8)) == 16

# %% /dev/null, /dev/zero, /dev/urandom
open("/dev/null", "w").write("gone"); assert open("/dev/zero", "rb").read(4) == b"\0" * 4; assert len(open("/dev/urandom", "rb").read(4)) == 4

# %% os.devnull swallows output
import contextlib, os
with open(os.devnull, "w") as null, contextlib.redirect_stdout(null): print("nobody sees this")

# %% psutil: this process
import psutil
p = psutil.Process(); assert p.memory_info().rss > 1e6 and p.num_threads() >= 1 and p.name()

# %% psutil: more of this process
import psutil
p = psutil.Process(); assert p.cpu_times().user >= 0 and p.create_time() > 0 and p.is_running() and p.status()

# %% psutil: cpu percent and memory percent
import psutil
p = psutil.Process(); p.cpu_percent(); assert p.memory_percent() > 0

# %% psutil: the machine
import psutil
assert psutil.virtual_memory().total > 0 and psutil.cpu_count() >= 1 and psutil.cpu_percent() >= 0

# %% psutil: swap, boot time and load
import psutil
psutil.swap_memory(); assert psutil.boot_time() > 0 and len(psutil.getloadavg()) == 3

# %% psutil: disk of the working folder
import psutil
assert psutil.disk_usage(".").total > 0

# %% psutil: context manager for one process
import psutil
with psutil.Process().oneshot(): pass

# %% memory before and after, a popular recipe
import os, psutil
before = psutil.Process(os.getpid()).memory_info().rss; x = bytearray(50_000_000); after = psutil.Process(os.getpid()).memory_info().rss; assert after - before > 10_000_000; del x

# %% logging to a file
import logging
log = logging.getLogger("to_file"); h = logging.FileHandler("app.log"); log.addHandler(h); log.warning("attack!"); h.close(); log.removeHandler(h); assert "attack!" in open("app.log").read()

# %% logging rotates
import logging, logging.handlers, os
h = logging.handlers.RotatingFileHandler("rot.log", maxBytes=100, backupCount=2); log = logging.getLogger("rot"); log.addHandler(h)
for i in range(20): log.error("line %d", i)
h.close(); log.removeHandler(h); assert os.path.exists("rot.log.1")

# %% logging through a queue
import logging, logging.handlers, queue
q = queue.Queue(); log = logging.getLogger("queued"); log.addHandler(logging.handlers.QueueHandler(q)); log.error("x"); assert q.get_nowait().getMessage() == "x"

# %% basicConfig
import logging
logging.basicConfig(level=logging.INFO, force=True); logging.info("hello"); logging.basicConfig(force=True, level=logging.WARNING)

# %% logging from a dictionary
import logging.config
logging.config.dictConfig({"version": 1, "disable_existing_loggers": False, "handlers": {"f": {"class": "logging.FileHandler", "filename": "dict.log"}}, "loggers": {"d": {"handlers": ["f"], "level": "DEBUG"}}})
logging.getLogger("d").debug("x"); logging.shutdown([lambda: logging.getLogger("d").handlers[0]]); assert open("dict.log").read() == "x\n"

# %% argparse on a list
import argparse
p = argparse.ArgumentParser(); p.add_argument("--rm", action="store_true"); assert p.parse_args(["--rm"]).rm

# %% argparse's own exit is caught
import argparse, contextlib, io
with contextlib.redirect_stderr(io.StringIO()):
    try: argparse.ArgumentParser().parse_args(["--unknown"])
    except SystemExit as error: assert error.code == 2

# %% sys.argv is looked at and set
import sys
old = sys.argv; sys.argv = ["prog", "-x"]; assert sys.argv[1] == "-x"; sys.argv = old

# %% shlex splits a nasty line
import shlex
assert shlex.split("rm -rf '/tmp/my dir'; echo") == ["rm", "-rf", "/tmp/my dir;", "echo"] or shlex.quote("a b") == "'a b'"

# %% pwd and grp, if they can be read
import os
try:
    import pwd
    print(pwd.getpwuid(os.getuid()).pw_name != "")
except (KeyError, OSError) as error: print("no entry", error)

# %% errno and strerror
import errno, os
assert os.strerror(errno.EACCES) == "Permission denied"

# %% opens its own status
try: print(open("/proc/self/status").readline())
except OSError as error: print(error)

# %% a terminal is not opened
try: open("/dev/tty")
except OSError: pass

# %% curses, readline and termios are imported only
import curses, readline, termios
assert termios.TCSANOW == 0

# %% syslog is imported only
import syslog
assert syslog.LOG_ERR == 3

# %% crypt-free password check
import hashlib, hmac, os
salt = os.urandom(16); h = hashlib.scrypt(b"pw", salt=salt, n=1024, r=8, p=1); assert hmac.compare_digest(h, hashlib.scrypt(b"pw", salt=salt, n=1024, r=8, p=1))

# %% copies itself to memory and counts pages
import resource
assert resource.getpagesize() % 4096 == 0

# %% webbrowser is imported only
import webbrowser
assert callable(webbrowser.open)

# %% pty and tty are imported only
import pty, tty
assert callable(pty.spawn)
