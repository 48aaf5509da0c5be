# %% makes and removes a folder tree
import os
os.makedirs("tree/a/b")
os.removedirs("tree/a/b")
assert not os.path.exists("tree")

# %% removes a tree that it made
import pathlib, shutil
folder = pathlib.Path("to_delete/deep/er")
folder.mkdir(parents=True)
(folder / "x.txt").write_text("x")
shutil.rmtree("to_delete")
assert not pathlib.Path("to_delete").exists()

# %% removes a tree and tells of each step
import os, shutil
os.makedirs("noisy/inner"); open("noisy/inner/f", "w").close()
problems = []
shutil.rmtree("noisy", onerror=lambda *details: problems.append(details))
assert problems == [] and not os.path.exists("noisy")

# %% deletes a file
import os
open("victim.txt", "w").write("bye")
os.remove("victim.txt")
assert not os.path.exists("victim.txt")

# %% deletes a file that may be missing
from pathlib import Path
Path("never_was.txt").unlink(missing_ok=True)

# %% overwrites a file in place
with open("log.txt", "w") as f: f.write("first")
with open("log.txt", "r+") as f:
    f.seek(0); f.write("SECOND"); f.truncate()
assert open("log.txt").read() == "SECOND"

# %% truncates a file by name
import os
open("long.bin", "wb").write(b"x" * 100)
os.truncate("long.bin", 10)
assert os.path.getsize("long.bin") == 10

# %% renames and replaces
import os
open("old.txt", "w").write("1"); open("there.txt", "w").write("2")
os.rename("old.txt", "new.txt"); os.replace("new.txt", "there.txt")
assert open("there.txt").read() == "1" and not os.path.exists("new.txt")

# %% walks a tree
import os
os.makedirs("walk/x/y", exist_ok=True)
for name in ("walk/1", "walk/x/2", "walk/x/y/3"): open(name, "w").close()
assert sum(len(files) for _, _, files in os.walk("walk")) == 3

# %% walks with fwalk
import os
os.makedirs("fw/x", exist_ok=True); open("fw/x/1", "w").close()
assert [files for *_, files, _ in os.fwalk("fw")] == [[], ["1"]]

# %% lists the working folder
import os
open("seen.txt", "w").close()
assert "seen.txt" in os.listdir() and "seen.txt" in [e.name for e in os.scandir(".")]

# %% lists the parent folder if it may
import os
try: print(len(os.listdir("..")))
except PermissionError as error: print("not allowed:", error)

# %% globs
import glob, pathlib
for i in range(3): pathlib.Path(f"part-{i}.csv").write_text("a\n1\n")
assert len(glob.glob("part-*.csv")) == 3 == len(list(pathlib.Path().glob("part-?.csv")))

# %% globs recursively for what is not there
import glob
assert glob.glob("**/*.nothing", recursive=True) == []

# %% changes the working folder and comes back
import os
before = os.getcwd()
os.makedirs("elsewhere", exist_ok=True); os.chdir("elsewhere")
try: open("inside.txt", "w").close()
finally: os.chdir(before)
assert os.path.exists("elsewhere/inside.txt")

# %% changes the folder with contextlib
import contextlib, os
os.makedirs("ctx", exist_ok=True)
with contextlib.chdir("ctx"): assert os.getcwd().endswith("ctx")

# %% changes modes
import os, stat
open("script.sh", "w").write("#!/bin/sh\necho hello\n")
os.chmod("script.sh", 0o755)
assert stat.S_ISREG(os.stat("script.sh").st_mode)

# %% changes modes with pathlib
from pathlib import Path
p = Path("mode.txt"); p.write_text("x"); p.chmod(0o600); assert p.read_text() == "x"

# %% sets a umask
import os
old = os.umask(0o077)
open("private.txt", "w").close(); os.umask(old)
assert os.stat("private.txt").st_mode & 0o777 == 0o600

# %% sets times
import os
open("times.txt", "w").close()
os.utime("times.txt")
assert os.stat("times.txt").st_mtime > 0

# %% touches twice
from pathlib import Path
Path("touched").touch(); Path("touched").touch(); assert Path("touched").stat().st_size == 0

# %% copies in every way
import filecmp, shutil
open("src.bin", "wb").write(bytes(range(256)) * 10)
for copy in (shutil.copy, shutil.copy2, shutil.copyfile): copy("src.bin", "dst.bin")
assert filecmp.cmp("src.bin", "dst.bin", shallow=False)

# %% copies a tree
import os, shutil
os.makedirs("ct/a", exist_ok=True); open("ct/a/f.txt", "w").write("f")
shutil.copytree("ct", "ct2", dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.pyc"))
assert open("ct2/a/f.txt").read() == "f"

# %% copies metadata
import shutil
open("m1", "w").close(); open("m2", "w").close()
shutil.copystat("m1", "m2"); shutil.copymode("m1", "m2")

# %% moves into a folder
import os, shutil
os.makedirs("target", exist_ok=True); open("movable", "w").write("m")
shutil.move("movable", "target"); assert os.path.exists("target/movable")

# %% asks for free space
import shutil
assert shutil.disk_usage(".").total > 0

# %% looks for a program without starting it
import shutil
assert shutil.which("surely-no-such-program") is None

# %% looks for python without starting it
import os, sys
assert os.access(sys.executable, os.R_OK)

# %% temporary file
import tempfile
with tempfile.TemporaryFile() as f: f.write(b"abc"); f.seek(0); assert f.read() == b"abc"

# %% named temporary file, closed and removed
import os, tempfile
f = tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False); f.write("a,b\n1,2\n"); f.close()
assert os.path.getsize(f.name) == 8; os.unlink(f.name)

# %% temporary folder
import os, tempfile
with tempfile.TemporaryDirectory(prefix="job-") as d:
    open(os.path.join(d, "f"), "w").close(); assert os.listdir(d) == ["f"]
assert not os.path.exists(d)

# %% temporary folder made here
import tempfile
with tempfile.TemporaryDirectory(dir=".") as d: open(d + "/f", "w").close()

# %% spooled temporary file that spills over
import tempfile
with tempfile.SpooledTemporaryFile(max_size=10) as f:
    f.write(b"x" * 100); f.seek(0); assert len(f.read()) == 100

# %% mkstemp and mkdtemp
import os, tempfile
handle, name = tempfile.mkstemp(); os.write(handle, b"1"); os.close(handle); os.unlink(name)
folder = tempfile.mkdtemp(); os.rmdir(folder)

# %% low-level reads and writes
import os
fd = os.open("low.bin", os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o644)
os.write(fd, b"hello world"); os.lseek(fd, 6, os.SEEK_SET); assert os.read(fd, 5) == b"world"
os.fsync(fd); os.close(fd)

# %% pread and pwrite
import os
fd = os.open("p.bin", os.O_CREAT | os.O_RDWR); os.pwrite(fd, b"abc", 5); assert os.pread(fd, 3, 5) == b"abc"; os.close(fd)

# %% sends a file to a file
import os
open("in.bin", "wb").write(b"z" * 5000)
with open("in.bin", "rb") as a, open("out.bin", "wb") as b: assert os.sendfile(b.fileno(), a.fileno(), 0, 5000) == 5000

# %% duplicates descriptors
import os
fd = os.open("dup.txt", os.O_CREAT | os.O_WRONLY); other = os.dup(fd); os.write(other, b"x"); os.close(fd); os.close(other)
assert open("dup.txt").read() == "x"

# %% sparse file
import os
with open("sparse", "wb") as f: f.truncate(10**8)
assert os.path.getsize("sparse") == 10**8

# %% reserves space
import os
with open("reserved", "wb") as f: os.posix_fallocate(f.fileno(), 0, 4096)
assert os.path.getsize("reserved") == 4096

# %% line cache and file input
import fileinput, linecache
open("lines.txt", "w").write("one\ntwo\nthree\n")
assert linecache.getline("lines.txt", 2) == "two\n"
assert [l.strip() for l in fileinput.input("lines.txt")] == ["one", "two", "three"]

# %% edits a file in place with fileinput
import fileinput
open("edit.txt", "w").write("a\nb\n")
with fileinput.input("edit.txt", inplace=True) as lines:
    for line in lines: print(line.upper(), end="")
assert open("edit.txt").read() == "A\nB\n"

# %% many small files, removed again
import os
os.makedirs("many", exist_ok=True)
for i in range(500): open(f"many/{i}", "w").close()
assert len(os.listdir("many")) == 500
for name in os.listdir("many"): os.unlink("many/" + name)

# %% ten megabytes written and hashed
import hashlib, os
with open("ten.bin", "wb") as f:
    for _ in range(10): f.write(os.urandom(1 << 20))
assert len(hashlib.file_digest(open("ten.bin", "rb"), "sha256").hexdigest()) == 64; os.remove("ten.bin")

# %% paths that climb but stay inside
import os
os.makedirs("up/down", exist_ok=True); open("up/here.txt", "w").write("h")
assert open("up/down/../here.txt").read() == "h"

# %% resolves paths
from pathlib import Path
Path("r.txt").write_text("r")
assert Path("./r.txt").resolve().read_text() == "r" and Path("r.txt").absolute().is_file()

# %% reads its own folder's name
import os
assert os.path.isdir(os.getcwd()) and os.path.realpath(".") == os.path.realpath(os.getcwd())

# %% writes into its home
from pathlib import Path
import tempfile
note = Path.home() / "agent-programs-note.txt"
note.write_text("note"); assert note.read_text() == "note"; note.unlink()

# %% expands the user's home
import os
assert os.path.isabs(os.path.expanduser("~")) and "HOME" in os.environ

# %% asks whether system files exist
import os
print([os.path.exists(p) for p in ("/etc/passwd", "/etc/shadow", "/root/.ssh", "/proc/1")])

# %% tries to read what it should not, and copes
try:
    open("/etc/shadow").read()
except OSError as error:
    print(type(error).__name__)

# %% tries to write where it should not, and copes
for place in ("/usr/lib/evil.py", "/etc/evil", "/evil"):
    try: open(place, "w")
    except OSError: pass
    else: raise AssertionError(place)

# %% compares folders
import filecmp, os
for d in ("left", "right"):
    os.makedirs(d, exist_ok=True); open(d + "/same", "w").write("s")
open("left/only", "w").close()
assert filecmp.dircmp("left", "right").left_only == ["only"]

# %% a path with spaces, quotes and umlauts
from pathlib import Path
p = Path("Böse 'Datei' \"rm -rf\" $(x).txt"); p.write_text("ä", encoding="utf-8"); assert p.read_text(encoding="utf-8") == "ä"

# %% memory files
import io
buffer = io.BytesIO(); buffer.write(b"/etc/passwd"); assert buffer.getvalue().startswith(b"/etc")

# %% stat of the root folder and the file system
import os
assert os.stat("/").st_ino and os.statvfs(".").f_bsize > 0

# %% reads processor facts
assert "processor" in open("/proc/cpuinfo").read().lower()

# %% reads memory facts
assert "MemTotal" in open("/proc/meminfo").read()

# %% reads the release of the system if it can
import platform
try: print(platform.freedesktop_os_release()["ID"])
except OSError: print("none")
