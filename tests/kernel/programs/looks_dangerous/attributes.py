# %% a script is made executable
import os, stat
from pathlib import Path
script = Path("run.sh"); script.write_text("#!/bin/sh\necho hi\n"); script.chmod(script.stat().st_mode | stat.S_IXUSR)
assert script.stat().st_mode & stat.S_IXUSR and os.access(script, os.X_OK)

# %% a mode as a list shows it
os.chmod("run.sh", 0o751); assert stat.filemode(os.stat("run.sh").st_mode) == "-rwxr-x--x"

# %% a mode by an open file
with open("run.sh") as f: os.fchmod(f.fileno(), 0o640); assert stat.S_IMODE(os.fstat(f.fileno()).st_mode) == 0o640

# %% a mode in a folder's listing
os.chmod("run.sh", 0o600)
with os.scandir(".") as entries: modes = {e.name: stat.S_IMODE(e.stat().st_mode) for e in entries}
assert modes["run.sh"] == 0o600

# %% a folder's mode
os.mkdir("private"); os.chmod("private", 0o700); assert stat.S_IMODE(os.stat("private").st_mode) == 0o700

# %% a mode after a rename
os.chmod("run.sh", 0o755); os.rename("run.sh", "renamed.sh"); assert stat.S_IMODE(os.stat("renamed.sh").st_mode) == 0o755

# %% a new file has no old mode
os.remove("renamed.sh"); Path("fresh.sh").write_text("x"); assert not os.stat("fresh.sh").st_mode & 0o111

# %% a mode is copied
import shutil
os.chmod("fresh.sh", 0o754); shutil.copymode("fresh.sh", shutil.copyfile("fresh.sh", "copy.sh")); assert stat.S_IMODE(os.stat("copy.sh").st_mode) == 0o754

# %% copystat takes all
os.utime("fresh.sh", (1e9, 1.1e9)); shutil.copystat("fresh.sh", "copy.sh"); a, b = os.stat("fresh.sh"), os.stat("copy.sh"); assert (a.st_mode, a.st_mtime_ns) == (b.st_mode, b.st_mtime_ns)

# %% the time of the last change is real after writing
Path("fresh.sh").write_text("newer"); assert os.path.getmtime("fresh.sh") > 1.6e9

# %% times in nanoseconds
os.utime("fresh.sh", ns=(10**18 + 1, 10**18 + 2)); s = os.stat("fresh.sh"); assert (s.st_atime_ns, s.st_mtime_ns) == (10**18 + 1, 10**18 + 2)

# %% now
os.utime("fresh.sh"); import time; assert abs(os.path.getmtime("fresh.sh") - time.time()) < 60

# %% touch makes a file newer
os.utime("fresh.sh", (1e9, 1e9)); Path("fresh.sh").touch(); assert abs(Path("fresh.sh").stat().st_mtime - time.time()) < 60

# %% times by an open file
with open("fresh.sh") as f: os.utime(f.fileno(), (5e8, 6e8))
assert os.path.getatime("fresh.sh") == 5e8 and os.path.getmtime("fresh.sh") == 6e8

# %% make-like: what is older than its source
Path("in.csv").write_text("a"); Path("out.csv").write_text("b"); os.utime("out.csv", (1e9, 1e9)); assert os.path.getmtime("out.csv") < os.path.getmtime("in.csv")

# %% the newest file of a folder
Path("d").mkdir()
for i, day in enumerate((3, 1, 2)):
    p = Path("d") / f"{i}.txt"; p.write_text("x"); os.utime(p, (day * 86400, day * 86400))
assert max(Path("d").iterdir(), key=lambda p: p.stat().st_mtime).name == "0.txt"

# %% files sorted by time through glob
import glob
assert [os.path.basename(p) for p in sorted(glob.glob("d/*.txt"), key=os.path.getmtime)] == ["1.txt", "2.txt", "0.txt"]

# %% a tree is copied with its times
shutil.copytree("d", "e"); assert os.path.getmtime("e/1.txt") == 86400

# %% an archive keeps times
import tarfile
with tarfile.open("d.tar.gz", "w:gz") as t: t.add("d")
assert tarfile.open("d.tar.gz").getmember("d/1.txt").mtime == 86400

# %% an archive is unpacked with modes and times
os.chmod("d/1.txt", 0o640)
with tarfile.open("m.tar", "w") as t: t.add("d/1.txt")
with tarfile.open("m.tar") as t: t.extractall("unpacked")
assert os.stat("unpacked/d/1.txt").st_mtime == 86400

# %% a zip keeps times
import zipfile
os.utime("d/2.txt", (1e9, 1e9))
with zipfile.ZipFile("d.zip", "w") as z: z.write("d/2.txt")
assert zipfile.ZipFile("d.zip").infolist()[0].date_time[0] == 2001

# %% an archive by shutil and back
shutil.make_archive("all", "tar", "d"); shutil.unpack_archive("all.tar", "back"); assert sorted(os.listdir("back")) == sorted(os.listdir("d"))

# %% a folder is compared with its copy
import filecmp
assert not filecmp.dircmp("d", "e").diff_files and filecmp.cmp("d/0.txt", "e/0.txt")

# %% read-only cannot be written
p = Path("ro.txt"); p.write_text("x"); p.chmod(0o444); assert not os.access(p, os.W_OK); p.chmod(0o644); p.write_text("y")

# %% umask for a new file
old = os.umask(0o027); Path("masked.txt").write_text("x"); os.umask(old); assert stat.S_IMODE(os.stat("masked.txt").st_mode) == 0o640

# %% rmtree with read-only files
os.makedirs("ro_tree/a"); Path("ro_tree/a/f").write_text("x"); os.chmod("ro_tree/a/f", 0o400); shutil.rmtree("ro_tree"); assert not os.path.exists("ro_tree")

# %% owner unchanged
s = os.stat("ro.txt"); shutil.chown("ro.txt", s.st_uid, s.st_gid); assert os.stat("ro.txt").st_uid == s.st_uid

# %% free space
total, used, free = shutil.disk_usage("."); assert total >= free > 0 and os.statvfs(".").f_bsize > 0

# %% a move keeps the content
shutil.move("ro.txt", "d/moved.txt"); assert Path("d/moved.txt").read_text() == "y"

# %% file numbers
assert os.path.samefile("d", "./d") and os.stat("d").st_ino != os.stat("e").st_ino

# %% a linked file is the same file
os.link("d/0.txt", "linked.txt"); assert os.path.samefile("d/0.txt", "linked.txt")

# %% walks and measures
assert sum(os.path.getsize(os.path.join(r, f)) for r, _, fs in os.walk("d") for f in fs) > 0

# %% relative paths and common parts
assert os.path.relpath("d/0.txt") == "d/0.txt" and os.path.commonpath(["d/0.txt", "d/1.txt"]) == "d"

# %% temporary file with a name
import tempfile
with tempfile.NamedTemporaryFile("w+", suffix=".csv") as f: f.write("a,b"); f.flush(); assert Path(f.name).read_text() == "a,b"

# %% temporary file kept, then removed
fd, name = tempfile.mkstemp(suffix=".bin", dir="."); os.write(fd, b"1"); os.close(fd); assert stat.S_IMODE(os.stat(name).st_mode) == 0o600; os.unlink(name)

# %% temporary folder here and there
with tempfile.TemporaryDirectory(dir=".") as here, tempfile.TemporaryDirectory() as there: Path(here, "x").touch(); Path(there, "y").touch(); shutil.copy(Path(here, "x"), there)

# %% spooled temporary file rolls over
with tempfile.SpooledTemporaryFile(max_size=10) as f: f.write(b"x" * 100); f.seek(0); assert len(f.read()) == 100

# %% unnamed temporary file
with tempfile.TemporaryFile() as f: f.write(b"abc"); f.seek(0); assert f.read() == b"abc"

# %% the temporary folder's name
assert os.path.isdir(tempfile.gettempdir()) and tempfile.gettempprefix()

# %% a file in the temporary folder moved here
p = Path(tempfile.gettempdir()) / "result.parquet"; p.write_bytes(b"1"); shutil.move(p, "result.parquet"); assert Path("result.parquet").exists()

# %% atomic replacement
Path("conf.tmp").write_text("new"); os.replace("conf.tmp", "conf.json"); assert Path("conf.json").read_text() == "new"

# %% a sparse file
with open("sparse.bin", "wb") as f: f.truncate(10_000_000)
assert os.stat("sparse.bin").st_size == 10_000_000

# %% reads at positions
fd = os.open("sparse.bin", os.O_RDWR); os.pwrite(fd, b"z", 5_000_000); assert os.pread(fd, 1, 5_000_000) == b"z"; os.fsync(fd); os.close(fd)

# %% sends a file to another
with open("sparse.bin", "rb") as a, open("sent.bin", "wb") as b: assert os.sendfile(b.fileno(), a.fileno(), 0, 1000) == 1000

# %% gathers and scatters
fd = os.open("iov.bin", os.O_CREAT | os.O_RDWR); os.writev(fd, [b"ab", b"cd"]); os.lseek(fd, 0, 0); x, y = bytearray(2), bytearray(2); os.readv(fd, [x, y]); assert x + y == b"abcd"; os.close(fd)

# %% space is reserved
fd = os.open("reserved.bin", os.O_CREAT | os.O_RDWR); os.posix_fallocate(fd, 0, 1000); assert os.fstat(fd).st_size == 1000; os.close(fd)

# %% a file is mapped and changed
import mmap
with open("reserved.bin", "r+b") as f, mmap.mmap(f.fileno(), 0) as m: m[:3] = b"abc"; m.flush()
assert Path("reserved.bin").read_bytes()[:3] == b"abc"

# %% memmap of numpy is grown
import numpy as np
a = np.memmap("mm.dat", dtype="f4", mode="w+", shape=(100, 100)); a[:] = 1; a.flush(); b = np.memmap("mm.dat", dtype="f4", mode="r"); assert b.sum() == 10000

# %% npz and npy with mapping
np.save("x.npy", np.arange(1000)); assert np.load("x.npy", mmap_mode="r")[999] == 999; np.savez_compressed("x.npz", a=np.eye(3)); assert np.load("x.npz")["a"].trace() == 3

# %% lib open_memmap
m = np.lib.format.open_memmap("om.npy", mode="w+", dtype="i8", shape=(10,)); m[:] = 2; del m; assert np.load("om.npy").sum() == 20

# %% shelves
import shelve
with shelve.open("shelf") as s: s["a"] = {"x": 1}
with shelve.open("shelf", "r") as s: assert s["a"] == {"x": 1}

# %% dbm.dumb
import dbm.dumb
with dbm.dumb.open("dumb", "c") as d: d["k"] = "v"; assert d["k"] == b"v"

# %% pickles of all protocols
import pickle
for protocol in range(pickle.HIGHEST_PROTOCOL + 1): assert pickle.loads(pickle.dumps({"a": [1, 2]}, protocol)) == {"a": [1, 2]}

# %% compressed in four ways
import bz2, gzip, lzma, zlib
for m in (bz2, gzip, lzma, zlib): assert m.decompress(m.compress(b"x" * 1000)) == b"x" * 1000

# %% a configuration file
import configparser
c = configparser.ConfigParser(); c["a"] = {"x": "1"}
with open("c.ini", "w") as f: c.write(f)
c2 = configparser.ConfigParser(); c2.read("c.ini"); assert c2["a"].getint("x") == 1

# %% linecache and fileinput
import fileinput, linecache
Path("l.txt").write_text("a\nb\n"); assert linecache.getline("l.txt", 2) == "b\n"
with fileinput.input("l.txt", inplace=True) as f:
    for line in f: print(line.upper(), end="")
assert Path("l.txt").read_text() == "A\nB\n"
