# %% a mode that is read back
import os
open("mode.sh", "w").write("#!/bin/sh\n"); os.chmod("mode.sh", 0o755)
assert os.stat("mode.sh").st_mode & 0o777 == 0o755 and os.access("mode.sh", os.X_OK)

# %% a file is made read-only and writable again
import os, stat
from pathlib import Path
p = Path("guarded.txt"); p.write_text("x"); p.chmod(0o444); assert not p.stat().st_mode & stat.S_IWUSR; p.chmod(0o644); p.write_text("y")

# %% a time that is read back
import os
open("old.txt", "w").close(); os.utime("old.txt", (1_000_000, 1_000_000)); assert os.stat("old.txt").st_mtime == 1_000_000

# %% old files are found by their time
import os, time
for name, days in (("new.log", 0), ("old.log", 40)):
    open(name, "w").close(); t = time.time() - days * 86400; os.utime(name, (t, t))
assert [n for n in ("new.log", "old.log") if os.path.getmtime(n) < time.time() - 30 * 86400] == ["old.log"]

# %% copy2 keeps the time
import os, shutil
open("c1.txt", "w").close(); os.utime("c1.txt", (5e8, 5e8)); shutil.copy2("c1.txt", "c2.txt"); assert os.path.getmtime("c2.txt") == os.path.getmtime("c1.txt")

# %% an extracted file has the archive's time
import os, tarfile
open("in_tar.txt", "w").close()
with tarfile.open("times.tar", "w") as t: info = t.gettarinfo("in_tar.txt"); info.mtime = 1e9; t.addfile(info)
tarfile.open("times.tar").extract("in_tar.txt", "taken_out"); assert os.path.getmtime("taken_out/in_tar.txt") == 1e9

# %% touch makes a file
from pathlib import Path
Path("new_by_touch").touch(); assert Path("new_by_touch").exists()

# %% the mode of a missing file
import os
try: os.chmod("not_there", 0o600)
except FileNotFoundError: missing = True
assert missing

# %% the time of a missing file
import os
try: os.utime("not_there")
except FileNotFoundError: gone = True
assert gone

# %% owner is set to oneself
import os
open("mine.txt", "w").close(); os.chown("mine.txt", os.getuid(), os.getgid()); os.chown("mine.txt", -1, -1)

# %% the owner's name
from pathlib import Path
import os
Path("owned.txt").touch(); open("owned.txt", "a").close(); assert Path("owned.txt").owner()

# %% the user's entry
import os, pwd
assert pwd.getpwuid(os.getuid()).pw_dir

# %% the group's name
import grp, os
assert grp.getgrgid(os.getgid()).gr_name

# %% a hard link
import os
open("h1.txt", "w").write("h"); os.link("h1.txt", "h2.txt"); assert os.stat("h1.txt").st_nlink == 2

# %% a file that lives in memory
import os
fd = os.memfd_create("scratch"); os.write(fd, b"abc"); assert os.pread(fd, 3, 0) == b"abc"; os.close(fd)

# %% a lock of multiprocessing
import multiprocessing
with multiprocessing.Lock(): pass
with multiprocessing.RLock(): pass

# %% a queue of multiprocessing, used by one process
import multiprocessing
q = multiprocessing.Queue(); q.put(1); assert q.get(timeout=5) == 1; q.close(); q.join_thread()

# %% a pipe of multiprocessing
import multiprocessing
a, b = multiprocessing.Pipe(); a.send({"x": 1}); assert b.recv() == {"x": 1}

# %% a shared value
import multiprocessing
v = multiprocessing.Value("i", 3); v.value += 1; assert v.value == 4

# %% a shared array without a lock
import multiprocessing
a = multiprocessing.Array("d", 3, lock=False); a[0] = 1.5; assert a[0] == 1.5

# %% events and semaphores of multiprocessing
import multiprocessing
e = multiprocessing.Event(); e.set(); assert e.wait(1); s = multiprocessing.Semaphore(2); assert s.acquire(timeout=1)

# %% shared memory
from multiprocessing import shared_memory
m = shared_memory.SharedMemory(create=True, size=100); m.buf[0] = 7; assert m.buf[0] == 7; m.close(); m.unlink()

# %% a pool of threads that multiprocessing makes, unordered
from multiprocessing.pool import ThreadPool
with ThreadPool() as pool: assert sorted(pool.imap_unordered(abs, [-1, 2])) == [1, 2]

# %% a process is described, not started
import multiprocessing
p = multiprocessing.Process(target=print, name="worker"); assert p.name == "worker" and not p.is_alive()

# %% start methods are listed
import multiprocessing
assert "spawn" in multiprocessing.get_all_start_methods() and multiprocessing.get_context("spawn")

# %% a little nicer
import os
before = os.getpriority(os.PRIO_PROCESS, 0); assert os.nice(1) == before + 1

# %% the number of open files is lowered
import resource
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE); resource.setrlimit(resource.RLIMIT_NOFILE, (soft - 1, hard)); resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

# %% memory is limited and given free
import resource
soft, hard = resource.getrlimit(resource.RLIMIT_DATA); resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))

# %% waits for a signal
import signal, threading
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1}); signal.pthread_kill(threading.get_ident(), signal.SIGUSR1); assert signal.sigwait({signal.SIGUSR1}) == signal.SIGUSR1; signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})

# %% a signal through a descriptor
import os, signal, select
r, w = os.pipe2(os.O_NONBLOCK); old = signal.signal(signal.SIGUSR1, lambda *_: None); before = signal.set_wakeup_fd(w, warn_on_full_buffer=False); signal.raise_signal(signal.SIGUSR1); assert os.read(r, 1)[0] == signal.SIGUSR1; signal.set_wakeup_fd(before); signal.signal(signal.SIGUSR1, old)

# %% there is no child to wait for
import os
try: print(os.waitpid(-1, os.WNOHANG))
except ChildProcessError: print("no children")

# %% its own descriptors are counted
import os
assert len(os.listdir("/proc/self/fd")) > 2

# %% its own memory map is read
assert any("libc" in line for line in open("/proc/self/maps"))

# %% its own status is read
assert "VmRSS" in open("/proc/self/status").read()

# %% its own command line is read
assert open("/proc/self/cmdline", "rb").read()

# %% psutil: open files and connections of this process
import psutil
p = psutil.Process(); p.open_files(); assert p.num_fds() > 0

# %% psutil: threads and children
import psutil
p = psutil.Process(); assert len(p.threads()) >= 1 and isinstance(p.children(), list)

# %% psutil: name, command line, folder
import psutil
p = psutil.Process(); assert p.cmdline() and p.cwd() and p.username() and p.exe()

# %% a module's compiled file
import pathlib, sys
pathlib.Path("fresh_mod.py").write_text("A = 1"); sys.path.insert(0, "."); import fresh_mod; assert fresh_mod.A == 1; sys.path.pop(0)

# %% advises the system on a file
import os
fd = os.open("advice.bin", os.O_CREAT | os.O_RDWR); os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_SEQUENTIAL); os.close(fd)

# %% copies inside the system
import os
open("cfr.bin", "wb").write(b"abc")
with open("cfr.bin", "rb") as a, open("cfr2.bin", "wb") as b: assert os.copy_file_range(a.fileno(), b.fileno(), 3) == 3

# %% extended attributes are listed
import os
open("attr.txt", "w").close(); assert os.listxattr("attr.txt") == []

# %% advises on memory
import mmap
m = mmap.mmap(-1, 8192); m.madvise(mmap.MADV_DONTNEED); m.resize(16384); m.close()

# %% locks memory, if it may
import ctypes
libc = ctypes.CDLL(None, use_errno=True); b = ctypes.create_string_buffer(4096); print(libc.mlock(b, 4096))

# %% asks libc by its found name
import ctypes, ctypes.util
assert ctypes.CDLL(ctypes.util.find_library("c")).abs(-1) == 1

# %% opens a folder and works relative to it
import os
os.makedirs("rel", exist_ok=True); d = os.open("rel", os.O_RDONLY | os.O_DIRECTORY); f = os.open("x", os.O_CREAT | os.O_WRONLY, dir_fd=d); os.close(f); os.unlink("x", dir_fd=d); os.close(d)

# %% a lock file that only one may make
import os
fd = os.open("only.lock", os.O_CREAT | os.O_EXCL | os.O_WRONLY); os.close(fd)
try: os.open("only.lock", os.O_CREAT | os.O_EXCL)
except FileExistsError: os.unlink("only.lock")

# %% an unnamed temporary file
import os
fd = os.open(".", os.O_TMPFILE | os.O_RDWR); os.write(fd, b"x"); os.close(fd)

# %% the host by name and number
import socket
assert socket.getfqdn() and socket.gethostname()
