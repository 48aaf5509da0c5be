# %% doctest in a cell
import doctest
def double(x):
    """
    >>> double(2)
    4
    """
    return 2 * x
assert doctest.run_docstring_examples(double, {"double": double}) is None and doctest.testmod().failed == 0

# %% unittest in a cell
import unittest
class TestDouble(unittest.TestCase):
    def setUp(self): self.x = 2
    def test_double(self): self.assertEqual(double(self.x), 4)
    @unittest.expectedFailure
    def test_wrong(self): self.assertEqual(1, 2)
r = unittest.main(argv=["x"], exit=False, verbosity=2).result; assert r.wasSuccessful()

# %% unittest with mocks
from unittest import mock
with mock.patch("os.getcwd", return_value="/x"):
    import os
    assert os.getcwd() == "/x"
with mock.patch.dict(os.environ, {"A": "1"}): assert os.environ["A"] == "1"
with mock.patch("random.random", return_value=0.5): assert __import__("random").random() == 0.5

# %% pytest in the same process
import pytest
open("test_it.py", "w").write("def test_one(tmp_path): (tmp_path / 'x').write_text('y')\n")
assert pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "test_it.py"]) == 0

# %% cProfile as text
import cProfile, io, pstats
p = cProfile.Profile(); p.enable(); sorted(range(1000)); p.disable(); s = io.StringIO(); pstats.Stats(p, stream=s).sort_stats("cumulative").print_stats(5); assert "function calls" in s.getvalue()

# %% profile in pure Python
import profile
profile.run("sum(range(100))", "pure.prof"); assert pstats.Stats("pure.prof", stream=io.StringIO())

# %% trace counts
import trace
t = trace.Trace(count=1, trace=0); assert t.runfunc(double, 3) == 6; print(len(t.results().counts))

# %% timeit as a module
import timeit
assert timeit.timeit("1 + 1", number=1000) > 0 and len(timeit.repeat("pass", number=10, repeat=2)) == 2

# %% inspect: source of a class from a cell
import inspect
class Here:
    def method(self): return 1
assert "return 1" in inspect.getsource(Here.method) and inspect.getsourcelines(double)[0]

# %% inspect: a library
assert "def dumps" in inspect.getsource(__import__("json").dumps) and inspect.getfile(inspect).endswith("inspect.py") and inspect.getmodule(double)

# %% inspect: the caller
def who(): return inspect.stack()[1].function
def caller(): return who()
assert caller() == "caller"

# %% importlib: reload
import importlib, sys
open("mod_a.py", "w").write("V = 1\n"); sys.dont_write_bytecode = True; import mod_a; open("mod_a.py", "w").write("V = 22\n"); importlib.invalidate_caches(); assert importlib.reload(mod_a).V == 22

# %% importlib: metadata and resources
from importlib import metadata, resources
assert metadata.version("pandas") and metadata.entry_points(group="console_scripts") is not None and list(metadata.files("numpy"))[:1] and resources.files("matplotlib").joinpath("mpl-data").is_dir()

# %% a package of one's own
os.makedirs("pkg/sub", exist_ok=True); open("pkg/__init__.py", "w").write("from .sub import deep\n"); open("pkg/sub/__init__.py", "w").write(""); open("pkg/sub/deep.py", "w").write("X = 9\n"); import pkg; assert pkg.deep.X == 9

# %% a zip of modules
import zipfile
zipfile.ZipFile("mods.zip", "w").writestr("zipped_mod.py", "Z = 3"); sys.path.insert(0, "mods.zip"); import zipped_mod; assert zipped_mod.Z == 3

# %% byte code is compiled
import compileall, py_compile
sys.dont_write_bytecode = False; assert py_compile.compile("mod_a.py") and compileall.compile_dir("pkg", quiet=1)

# %% zipapp
import zipapp
os.makedirs("app", exist_ok=True); open("app/__main__.py", "w").write("print('app ran')"); zipapp.create_archive("app", "app.pyz"); import runpy; runpy.run_path("app.pyz")

# %% logging with all kinds of handlers
import logging, logging.handlers, logging.config, queue
log = logging.getLogger("many"); log.setLevel("DEBUG"); q = queue.Queue()
for h in (logging.FileHandler("m.log"), logging.handlers.RotatingFileHandler("r.log", maxBytes=100, backupCount=2), logging.handlers.TimedRotatingFileHandler("t.log", when="S"), logging.handlers.MemoryHandler(10, target=logging.NullHandler()), logging.handlers.QueueHandler(q), logging.handlers.WatchedFileHandler("w.log"), logging.StreamHandler(sys.stdout)): log.addHandler(h)
for i in range(20): log.debug("line %d", i)
assert q.qsize() == 20 and os.path.exists("r.log.1")

# %% logging through a listener
listener = logging.handlers.QueueListener(q, logging.FileHandler("l.log")); listener.start(); log.info("x"); listener.stop(); assert os.path.getsize("l.log") > 0; logging.shutdown()

# %% logging captures warnings
import warnings
logging.captureWarnings(True); warnings.warn("to the log"); logging.captureWarnings(False)

# %% logging with a traceback
try: 1 / 0
except ZeroDivisionError: logging.getLogger("tb").exception("caught")

# %% warnings as errors, filters
with warnings.catch_warnings():
    warnings.simplefilter("error")
    try: warnings.warn("x"); raised = False
    except UserWarning: raised = True
assert raised

# %% contextlib's tools
import contextlib
with contextlib.ExitStack() as stack:
    files = [stack.enter_context(open(f"s{i}.txt", "w")) for i in range(3)]; stack.callback(lambda: None)
with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.suppress(KeyError): print("hidden"); {}["x"]
assert out.getvalue() == "hidden\n"
with contextlib.chdir("pkg"): assert os.getcwd().endswith("pkg")

# %% tracemalloc: the largest
import tracemalloc
tracemalloc.start(); x = [bytes(1000) for _ in range(1000)]; top = tracemalloc.take_snapshot().statistics("lineno")[:3]; current, peak = tracemalloc.get_traced_memory(); tracemalloc.stop(); assert top and peak >= current > 900_000

# %% gc: cycles and callbacks
import gc, weakref
class Node: pass
a = Node(); a.me = a; w = weakref.ref(a); del a; gc.collect(); assert w() is None and gc.get_stats() and gc.get_threshold()

# %% weak containers
class K: pass
k = K(); d = weakref.WeakKeyDictionary({k: 1}); s = weakref.WeakSet([k]); v = weakref.WeakValueDictionary(a=k); del k; gc.collect(); assert not d and not s and not v

# %% a finalizer
done = []
o = K(); weakref.finalize(o, done.append, 1); del o; gc.collect(); assert done == [1]

# %% threading: an exception hook
import threading
seen = []
old = threading.excepthook; threading.excepthook = lambda a: seen.append(a.exc_type); t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join(); threading.excepthook = old; assert seen == [ZeroDivisionError]

# %% threading: the traceback of a thread is printed
t = threading.Thread(target=lambda: 1 / 0, name="fails"); t.start(); t.join()

# %% threading: locals, barriers, conditions, timers
local = threading.local(); local.x = 1; barrier = threading.Barrier(2); t = threading.Thread(target=barrier.wait); t.start(); barrier.wait(timeout=5); t.join()
fired = threading.Event(); threading.Timer(0.01, fired.set).start(); assert fired.wait(5)

# %% threading: prints from threads
ts = [threading.Thread(target=print, args=(i,)) for i in range(5)]; [t.start() for t in ts]; [t.join() for t in ts];

# %% concurrent: map, submit, as completed
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
with ThreadPoolExecutor(4) as ex:
    fs = [ex.submit(pow, i, 2) for i in range(10)]; assert sorted(f.result() for f in as_completed(fs)) == [i * i for i in range(10)]; assert not wait(fs).not_done

# %% queues of all kinds
q1, q2, q3, q4 = queue.Queue(1), queue.LifoQueue(), queue.PriorityQueue(), queue.SimpleQueue()
for qq in (q1, q2, q3, q4): qq.put(1); assert qq.get() == 1

# %% sched
import sched, time
s = sched.scheduler(time.monotonic, time.sleep); hits = []; s.enter(0.01, 1, hits.append, (1,)); s.run(); assert hits == [1]

# %% ctypes: sort by libc
import ctypes
libc = ctypes.CDLL("libc.so.6"); arr = (ctypes.c_int * 4)(3, 1, 2, 0); cmp = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))(lambda a, b: a[0] - b[0]); libc.qsort(arr, 4, 4, cmp); assert list(arr) == [0, 1, 2, 3]

# %% ctypes: errno, time, strings
libc = ctypes.CDLL(None, use_errno=True); libc.strlen.restype = ctypes.c_size_t; assert libc.strlen(b"abc") == 3 and libc.time(None) > 0; ctypes.set_errno(5); assert ctypes.get_errno() == 5

# %% ctypes: Python's objects
assert ctypes.cast(id(5), ctypes.py_object).value == 5 and ctypes.pythonapi.Py_IsInitialized()

# %% ctypes: memory of numpy
import numpy as np
a = np.zeros(3); ctypes.memmove(a.ctypes.data, np.ones(3).ctypes.data, 24); assert a.sum() == 3

# %% cffi-free machine words
import struct
assert struct.unpack("<I", struct.pack("<I", 7)) == (7,) and sys.byteorder

# %% platform in full
import platform
assert platform.platform() and platform.uname().system == "Linux" and platform.freedesktop_os_release()["ID"] and platform.libc_ver() and platform.python_build() and platform.architecture()[0]; print(platform.processor(), platform.node())

# %% sysconfig and site
import site, sysconfig
assert sysconfig.get_paths()["stdlib"] and site.getsitepackages() and sysconfig.get_config_var("EXT_SUFFIX"); site.getusersitepackages()

# %% locale
import locale
locale.setlocale(locale.LC_ALL, ""); locale.setlocale(locale.LC_ALL, "C"); assert locale.getpreferredencoding() and locale.localeconv()["decimal_point"] == "."

# %% encodings of names and streams
assert sys.getfilesystemencoding() == "utf-8" and sys.stdout.encoding.lower() == "utf-8"; open("ü–名.txt", "w").close(); assert "ü–名.txt" in os.listdir()

# %% stdout as a stream
sys.stdout.write("x\n"); sys.stdout.flush(); sys.stdout.writelines(["a\n", "b\n"]); assert sys.stdout.writable() and not sys.stdout.isatty()

# %% stdout's buffer, if there is one
print(hasattr(sys.stdout, "buffer"), sys.stdout.name, sys.stdout.errors)

# %% prints to a file, with separators and ends
with open("printed.txt", "w") as f: print(1, 2, sep=",", end=";", file=f)
assert open("printed.txt").read() == "1,2;"

# %% faulthandler to a file and to stderr
import faulthandler
with open("fh.txt", "w") as f: faulthandler.dump_traceback(f)
faulthandler.enable(); faulthandler.disable(); assert "Thread" in open("fh.txt").read() or "Current" in open("fh.txt").read()

# %% signals: waits, sets, names
import signal
assert signal.strsignal(2) and signal.Signals.SIGINT.name == "SIGINT" and signal.valid_signals(); signal.pthread_sigmask(signal.SIG_BLOCK, [])

# %% signals: waits for one with a limit
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2]); assert signal.sigtimedwait([signal.SIGUSR2], 0.01) is None; signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR2])

# %% signals: siginterrupt and pause
old = signal.signal(signal.SIGALRM, lambda *_: None); signal.siginterrupt(signal.SIGALRM, False); signal.setitimer(signal.ITIMER_REAL, 0.05); signal.pause(); signal.signal(signal.SIGALRM, old)

# %% exit codes are caught
try: sys.exit(3)
except SystemExit as e: assert e.code == 3

# %% exceptions are noted, chained, grouped
try:
    try: raise KeyError("a")
    except KeyError as e: e.add_note("noted"); raise ValueError("b") from e
except ValueError as e: assert e.__cause__.__notes__ == ["noted"]

# %% traceback's ways
import traceback
try: 1 / 0
except ZeroDivisionError as e: assert "ZeroDivisionError" in "".join(traceback.format_exception(e)); traceback.print_exc(); traceback.print_exc(file=sys.stdout)

# %% a debugger runs its commands from a list
import pdb
pdb.Pdb(stdin=io.StringIO("p x\nc\n"), stdout=io.StringIO()).run("x = 1")

# %% code that is typed is interpreted
import code
i = code.InteractiveInterpreter({"a": 1}); i.runsource("b = a + 1"); assert i.locals["b"] == 2

# %% tokens and trees
import ast, tokenize
assert list(tokenize.generate_tokens(io.StringIO("x = 1").readline)) and ast.unparse(ast.parse("x=1")) == "x = 1"

# %% cmd and shlex
import cmd, shlex
class Shell(cmd.Cmd):
    def do_hi(self, _): print("hi", file=self.stdout)
sh = Shell(stdout=io.StringIO()); sh.onecmd("hi"); assert sh.stdout.getvalue() == "hi\n" and shlex.join(["a b"]) == "'a b'"

# %% progress without tqdm, time and sleeping
start = time.perf_counter(); time.sleep(0.01); assert time.perf_counter() - start >= 0.01 and time.process_time() > 0 and time.thread_time() >= 0 and time.get_clock_info("monotonic")

# %% random, secrets, hashes
import hashlib, hmac, random, secrets
random.seed(1); assert random.random() == random.Random(1).random() and secrets.token_hex(8) and hashlib.file_digest(open("mod_a.py", "rb"), "sha256").hexdigest() and hmac.new(b"k", b"m", "sha1").hexdigest() and hashlib.scrypt(b"p", salt=b"s", n=2, r=1, p=1)

# %% emails, URLs and HTML without a network
import email.message, html, urllib.parse, mimetypes
m = email.message.EmailMessage(); m["To"] = "a@b"; m.set_content("x"); m.add_attachment(b"1", maintype="a", subtype="b"); assert m.as_bytes() and html.escape("<") == "&lt;" and urllib.parse.urlparse("http://a/b?c=1").query == "c=1" and mimetypes.guess_type("a.csv")[0] == "text/csv"

# %% a WSGI application is called, not served
from wsgiref.util import setup_testing_defaults
env = {}; setup_testing_defaults(env); assert env["REQUEST_METHOD"] == "GET"

# %% web request objects are only prepared
import requests
assert requests.Request("GET", "http://example.org", params={"a": 1}).prepare().url.endswith("?a=1")

# %% soup from text
from bs4 import BeautifulSoup
assert BeautifulSoup("<p>a<b>c</b></p>", "html.parser").b.text == "c"

# %% XML by the standard parsers
import xml.etree.ElementTree as ET, xml.dom.minidom
assert ET.fromstring("<a><b/></a>").find("b") is not None and xml.dom.minidom.parseString("<a/>").toprettyxml()

# %% templates
import jinja2, string
assert jinja2.Template("{{ a }}").render(a=1) == "1" and string.Template("$a").substitute(a=1) == "1"

# %% an abstract class, a protocol, a descriptor
from abc import ABC, abstractmethod; from typing import Protocol, runtime_checkable
@runtime_checkable
class P(Protocol):
    def f(self): ...
class A(ABC):
    @abstractmethod
    def g(self): ...
try: A(); made = True
except TypeError: made = False
assert not made and not isinstance(1, P)

# %% pydantic from a cell
import pydantic
class M(pydantic.BaseModel): a: int
assert M(a="1").a == 1

# %% joblib in one process and with threads
from joblib import Memory, Parallel, delayed, dump, load
assert Parallel(n_jobs=1)(delayed(pow)(i, 2) for i in range(4)) == Parallel(n_jobs=2, prefer="threads")(delayed(pow)(i, 2) for i in range(4))
mem = Memory("cache", verbose=0); assert mem.cache(double)(4) == 8; dump([1], "j.pkl", compress=3); assert load("j.pkl") == [1]

# %% joblib with processes, if there are any
assert Parallel(n_jobs=2)(delayed(pow)(i, 2) for i in range(4)) == [0, 1, 4, 9]

# %% graphs of libraries' own threads
import threadpoolctl
assert threadpoolctl.threadpool_info() is not None
with threadpoolctl.threadpool_limits(1): np.ones((200, 200)) @ np.ones((200, 200))

# %% the kernel's connection is not asked, its class is
ip = get_ipython(); assert type(ip).__name__ == "ZMQInteractiveShell" or ip is not None

# %% am I in a notebook
def in_notebook():
    try: return get_ipython().__class__.__name__ == "ZMQInteractiveShell"
    except NameError: return False
assert in_notebook()

# %% ipykernel's own way to ask
import IPython
assert "ipykernel" in sys.modules and IPython.get_ipython().has_trait("kernel")

# %% __name__ and __main__
import __main__
assert __name__ == "__main__" and __main__.double is double
