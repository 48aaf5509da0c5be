# %% writes and extracts a zip
import os, zipfile
open("a.txt", "w").write("a")
with zipfile.ZipFile("a.zip", "w", zipfile.ZIP_DEFLATED) as z: z.write("a.txt"); z.writestr("in/b.txt", "b")
with zipfile.ZipFile("a.zip") as z: z.extractall("unzipped"); assert z.testzip() is None
assert open("unzipped/in/b.txt").read() == "b"

# %% a zip with a path that climbs stays inside
import os, zipfile
with zipfile.ZipFile("slip.zip", "w") as z: z.writestr("../../evil.txt", "evil")
zipfile.ZipFile("slip.zip").extractall("slip")
assert os.path.exists("slip/evil.txt")

# %% a zip in memory
import io, zipfile
buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w") as z: z.writestr("x.csv", "a,b\n1,2\n")
assert zipfile.ZipFile(buffer).read("x.csv").startswith(b"a,b")

# %% a zip bomb's size is only looked at
import io, zipfile
b = io.BytesIO()
with zipfile.ZipFile(b, "w", zipfile.ZIP_DEFLATED) as z: z.writestr("zeros", b"\0" * 10**7)
assert zipfile.ZipFile(b).getinfo("zeros").file_size == 10**7

# %% imports a module from a zip
import sys, zipfile
with zipfile.ZipFile("mod.zip", "w") as z: z.writestr("zipped_module.py", "VALUE = 42\n")
sys.path.insert(0, "mod.zip")
import zipped_module
sys.path.pop(0); assert zipped_module.VALUE == 42

# %% writes and extracts a tar
import tarfile
open("t.txt", "w").write("t")
with tarfile.open("t.tar", "w") as t: t.add("t.txt", arcname="inner/t.txt")
with tarfile.open("t.tar") as t: t.extractall("untarred")
assert open("untarred/inner/t.txt").read() == "t"

# %% gz, bz2 and xz tars
import tarfile
open("c.txt", "w").write("c" * 1000)
for kind in ("gz", "bz2", "xz"):
    with tarfile.open(f"c.tar.{kind}", f"w:{kind}") as t: t.add("c.txt")
    with tarfile.open(f"c.tar.{kind}") as t: assert t.getnames() == ["c.txt"]

# %% a tar that is read as a stream
import io, tarfile
b = io.BytesIO()
with tarfile.open(fileobj=b, mode="w") as t:
    info = tarfile.TarInfo("s"); info.size = 3; t.addfile(info, io.BytesIO(b"abc"))
b.seek(0); assert tarfile.open(fileobj=b).extractfile("s").read() == b"abc"

# %% a dangerous tar is looked through, not extracted
import io, tarfile
b = io.BytesIO()
with tarfile.open(fileobj=b, mode="w") as t: t.addfile(tarfile.TarInfo("../../etc/evil"))
b.seek(0); assert [m.name for m in tarfile.open(fileobj=b) if ".." in m.name] == ["../../etc/evil"]

# %% shutil makes archives
import os, shutil
os.makedirs("pack", exist_ok=True); open("pack/1", "w").write("1")
for kind in ("zip", "tar", "gztar"): shutil.unpack_archive(shutil.make_archive("packed", kind, "pack"), "unpacked")
assert open("unpacked/1").read() == "1"

# %% gzip
import gzip
with gzip.open("g.gz", "wt") as f: f.write("hello " * 100)
assert gzip.open("g.gz", "rt").read().count("hello") == 100

# %% bz2 and lzma
import bz2, lzma
data = b"spam" * 1000
assert bz2.decompress(bz2.compress(data)) == lzma.decompress(lzma.compress(data)) == data

# %% zlib streams
import zlib
c = zlib.compressobj(); packed = c.compress(b"a" * 999) + c.flush(); assert zlib.decompress(packed) == b"a" * 999

# %% sqlite in a file
import sqlite3
with sqlite3.connect("s.db") as db:
    db.execute("drop table if exists t"); db.execute("create table t (a, b)")
    db.executemany("insert into t values (?, ?)", [(i, i * i) for i in range(10)])
assert sqlite3.connect("s.db").execute("select sum(b) from t").fetchone() == (285,)

# %% sqlite with a write-ahead log
import sqlite3
db = sqlite3.connect("wal.db"); assert db.execute("pragma journal_mode=wal").fetchone() == ("wal",)
db.execute("create table if not exists t (a)"); db.execute("insert into t values (1)"); db.commit(); db.close()

# %% sqlite injection is only a string
import sqlite3
db = sqlite3.connect(":memory:"); db.execute("create table users (name)")
db.execute("insert into users values (?)", ("Robert'); DROP TABLE users;--",))
assert db.execute("select count(*) from users").fetchone() == (1,)

# %% sqlite drops a table
import sqlite3
db = sqlite3.connect(":memory:"); db.executescript("create table x(a); insert into x values(1); delete from x; drop table x;")
assert db.execute("select count(*) from sqlite_master").fetchone() == (0,)

# %% sqlite with functions of its own
import sqlite3
db = sqlite3.connect(":memory:"); db.create_function("shout", 1, str.upper)
assert db.execute("select shout('kill')").fetchone() == ("KILL",)

# %% sqlite attaches and backs up
import sqlite3
a = sqlite3.connect("one.db"); a.execute("create table if not exists t (a)"); a.commit()
b = sqlite3.connect("two.db"); a.backup(b); b.execute("attach 'one.db' as one"); b.execute("select * from one.t"); a.close(); b.close()

# %% sqlite keeps temporary data
import sqlite3
db = sqlite3.connect("tmp.db"); db.execute("pragma temp_store=1"); db.execute("create temp table big as with recursive n(i) as (select 1 union all select i+1 from n where i<100000) select * from n")
assert db.execute("select count(*) from big order by 1").fetchone() == (100000,); db.close()

# %% vacuum
import sqlite3
db = sqlite3.connect("vac.db", isolation_level=None); db.execute("create table if not exists t(a)"); db.execute("vacuum"); db.close()

# %% shelve
import shelve
with shelve.open("shelf") as s: s["a"] = {"b": [1, 2]}
with shelve.open("shelf") as s: assert s["a"]["b"] == [1, 2]

# %% dbm
import dbm.dumb
with dbm.dumb.open("dumb", "n") as d: d["k"] = b"v"; assert d["k"] == b"v"

# %% csv, json, ini, toml
import configparser, csv, json, tomllib
with open("x.csv", "w", newline="") as f: csv.writer(f).writerow(["a", "=cmd|' /C calc'!A0"])
json.dump({"x": [1]}, open("x.json", "w")); assert json.load(open("x.json")) == {"x": [1]}
c = configparser.ConfigParser(); c["s"] = {"exec": "no"}; c.write(open("x.ini", "w"))
assert tomllib.loads("command = 'rm -rf /'")["command"].startswith("rm")

# %% pickle in memory
import pickle
assert pickle.loads(pickle.dumps({"a": (1, 2), "b": {3}})) == {"a": (1, 2), "b": {3}}

# %% pickle in a file
import pickle
with open("p.pkl", "wb") as f: pickle.dump(list(range(5)), f, protocol=5)
with open("p.pkl", "rb") as f: assert pickle.load(f) == [0, 1, 2, 3, 4]

# %% pickle that builds objects by reduce
import pickle
class Loud:
    def __reduce__(self): return (str.upper, ("quiet",))
assert pickle.loads(pickle.dumps(Loud())) == "QUIET"

# %% a safe unpickler refuses
import io, pickle
class Safe(pickle.Unpickler):
    def find_class(self, module, name): raise pickle.UnpicklingError(f"{module}.{name} is forbidden")
try: Safe(io.BytesIO(b"cos\nsystem\n(S'echo hello'\ntR.")).load()
except pickle.UnpicklingError as error: assert "system" in str(error)

# %% pickletools looks at bytes
import io, pickle, pickletools
out = io.StringIO(); pickletools.dis(pickle.dumps([1]), out=out); assert "STOP" in out.getvalue()

# %% marshal
import marshal
code = compile("6 * 7", "x", "eval"); assert eval(marshal.loads(marshal.dumps(code))) == 42

# %% copyreg and deep copies
import copy, copyreg
assert copy.deepcopy({"a": [1, [2]]}) == {"a": [1, [2]]} and copyreg.dispatch_table is not None

# %% xml with an entity that is not followed
import xml.etree.ElementTree as ET
try: ET.fromstring('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>')
except ET.ParseError: pass
assert ET.fromstring("<a><b>1</b></a>").find("b").text == "1"

# %% html is parsed
from html.parser import HTMLParser
class P(HTMLParser):
    seen = []
    def handle_starttag(self, tag, attrs): self.seen.append(tag)
P().feed("<script>alert(1)</script><b>x</b>"); assert P.seen == ["script", "b"]

# %% plist
import plistlib
assert plistlib.loads(plistlib.dumps({"a": 1})) == {"a": 1}
