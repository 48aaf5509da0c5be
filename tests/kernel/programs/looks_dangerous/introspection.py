# %% eval of arithmetic
assert eval("2 ** 10", {"__builtins__": {}}) == 1024

# %% eval with names
assert eval("x + y", {}, {"x": 1, "y": 2}) == 3

# %% exec defines functions
space = {}
exec("def f(x):\n    return x * 2", space)
assert space["f"](4) == 8

# %% exec in a loop makes variables
for i in range(3): exec(f"var_{i} = {i}")
assert var_2 == 2

# %% compile and run
code = compile("answer = 6 * 7", "<made>", "exec"); exec(code); assert answer == 42

# %% literal_eval
import ast
assert ast.literal_eval("{'a': [1, 2.5, None]}") == {"a": [1, 2.5, None]}

# %% a calculator over the syntax tree
import ast, operator
ops = {ast.Add: operator.add, ast.Mult: operator.mul}
def calc(n): return n.value if isinstance(n, ast.Constant) else ops[type(n.op)](calc(n.left), calc(n.right))
assert calc(ast.parse("2+3*4", mode="eval").body) == 14

# %% a tree is changed and run
import ast
class Double(ast.NodeTransformer):
    def visit_Constant(self, node): return ast.Constant(node.value * 2)
tree = ast.fix_missing_locations(Double().visit(ast.parse("1 + 2", mode="eval"))); assert eval(compile(tree, "", "eval")) == 6

# %% bytecode is shown
import dis, io
out = io.StringIO(); dis.dis(lambda x: x + 1, file=out); assert "RETURN" in out.getvalue()

# %% bytecode is replaced
def f(): return "rm"
f.__code__ = f.__code__.replace(co_consts=tuple("ls" if c == "rm" else c for c in f.__code__.co_consts)); assert f() == "ls"

# %% source of a function from a cell
import inspect
def shown(): return "source"
assert "return" in inspect.getsource(shown)

# %% signatures
import inspect
assert list(inspect.signature(lambda a, *b, c=1, **d: 0).parameters) == ["a", "b", "c", "d"]

# %% the stack
import inspect
def who(): return inspect.stack()[0].function
assert who() == "who"

# %% frames
import sys
def depth(): return sys._getframe().f_code.co_name
assert depth() == "depth"

# %% locals of the caller
import inspect
def peek(): return inspect.currentframe().f_back.f_locals["secret_here"]
def outer(): secret_here = 5; return peek()
assert outer() == 5

# %% globals are changed
globals()["made_up"] = 3; assert made_up == 3

# %% setattr and getattr
class C: pass
setattr(C, "x", 1); assert getattr(C, "x") == 1 and not hasattr(C, "y"); delattr(C, "x")

# %% classes made with type
T = type("T", (list,), {"total": lambda self: sum(self)}); assert T([1, 2]).total() == 3

# %% a metaclass
class Meta(type):
    def __new__(m, n, b, d): d["tag"] = n.lower(); return super().__new__(m, n, b, d)
class Tagged(metaclass=Meta): pass
assert Tagged.tag == "tagged"

# %% all subclasses of object are listed
assert len(object.__subclasses__()) > 50

# %% a classic sandbox question, asked in earnest
assert "".__class__.__mro__[-1] is object

# %% builtins are looked at
import builtins
assert builtins.len is len and "eval" in dir(builtins)

# %% print is replaced and put back
import builtins
old, lines = builtins.print, []
builtins.print = lambda *a, **k: lines.append(a)
try: print("x")
finally: builtins.print = old
assert lines == [("x",)]

# %% open is wrapped
import builtins
real = builtins.open; names = []
def spy(name, *a, **k): names.append(name); return real(name, *a, **k)
builtins.open = spy
try: builtins.open("spied.txt", "w").close()
finally: builtins.open = real
assert names == ["spied.txt"]

# %% __import__
assert __import__("os").sep == "/" and __import__("os.path", fromlist=["join"]).join("a", "b") == "a/b"

# %% importlib
import importlib
assert importlib.import_module("json").dumps([1]) == "[1]"

# %% a module is looked for, not imported
import importlib.util
assert importlib.util.find_spec("subprocess") and importlib.util.find_spec("no_such_module_here") is None

# %% a module is written and imported
import importlib, pathlib, sys
pathlib.Path("own_module.py").write_text("def hi():\n    return 'hi'\n")
sys.path.insert(0, "."); importlib.invalidate_caches()
import own_module
assert own_module.hi() == "hi"

# %% and reloaded
import importlib, pathlib, os
pathlib.Path("own_module.py").write_text("def hi():\n    return 'hello there'\n"); importlib.reload(own_module)
assert own_module.hi() == "hello there"

# %% a module from a path
import importlib.util, pathlib
pathlib.Path("by_path.py").write_text("X = 1")
spec = importlib.util.spec_from_file_location("by_path", "by_path.py"); m = importlib.util.module_from_spec(spec); spec.loader.exec_module(m)
assert m.X == 1

# %% runpy
import pathlib, runpy
pathlib.Path("run_me.py").write_text("y = 2 + 2"); assert runpy.run_path("run_me.py")["y"] == 4

# %% versions of installed packages
from importlib import metadata
assert metadata.version("pandas") and len(list(metadata.distributions())) > 10

# %% data of a package
from importlib import resources
assert resources.files("json").joinpath("decoder.py").read_text().startswith('"""')

# %% pkgutil lists modules
import pkgutil
assert any(m.name == "decoder" for m in pkgutil.iter_modules(__import__("json").__path__))

# %% sys.modules is looked through
import sys
assert "sys" in sys.modules and sys.modules["sys"] is sys

# %% a fake module
import sys, types
fake = types.ModuleType("fake_requests"); fake.get = lambda url: "offline"; sys.modules["fake_requests"] = fake
import fake_requests
assert fake_requests.get("http://example.org") == "offline"

# %% the garbage collector
import gc
gc.disable(); gc.collect(); gc.enable(); assert gc.isenabled() and len(gc.get_objects()) > 1000

# %% who refers to an object
import gc
x = [1]; y = {"x": x}; assert any(r is y for r in gc.get_referrers(x))

# %% weak references
import weakref
class W: pass
w = W(); r = weakref.ref(w); assert r() is w; del w; assert r() is None

# %% finalizers
import weakref
class W: pass
done = []; w = W(); weakref.finalize(w, done.append, 1); del w; assert done == [1]

# %% __del__
log = []
class D:
    def __del__(self): log.append("deleted")
d = D(); del d; assert log == ["deleted"]

# %% reference counts and sizes
import sys
assert sys.getrefcount([]) >= 1 and sys.getsizeof([0] * 100) > 800

# %% settrace counts lines
import sys
lines = 0
def tracer(frame, event, arg):
    global lines
    lines += event == "line"
    return tracer
def traced():
    a = 1
    return a
old = sys.gettrace(); sys.settrace(tracer); traced(); sys.settrace(old); assert lines >= 2

# %% setprofile
import sys
calls = []
sys.setprofile(lambda f, e, a: calls.append(e)); len("x"); sys.setprofile(None); assert "c_call" in calls

# %% cProfile
import cProfile, io, pstats
p = cProfile.Profile(); p.runcall(sorted, range(1000)); out = io.StringIO(); pstats.Stats(p, stream=out).print_stats(); assert "sorted" in out.getvalue()

# %% tracemalloc
import tracemalloc
tracemalloc.start(); x = [0] * 10_000; assert tracemalloc.get_traced_memory()[0] > 10_000; tracemalloc.stop()

# %% a snapshot of allocations
import tracemalloc
tracemalloc.start(); data = [bytes(1000) for _ in range(100)]; top = tracemalloc.take_snapshot().statistics("lineno"); tracemalloc.stop(); assert top

# %% faulthandler writes a traceback
import faulthandler
with open("fault.txt", "w+") as f: faulthandler.dump_traceback(f); f.seek(0); assert "File" in f.read()

# %% faulthandler is switched on
import faulthandler
with open("fault2.txt", "w") as f: faulthandler.enable(f); faulthandler.disable()

# %% an exception hook
import sys
assert callable(sys.excepthook) and callable(sys.displayhook)

# %% tracebacks as text
import traceback
try: 1 / 0
except ZeroDivisionError: text = traceback.format_exc()
assert "ZeroDivisionError" in text

# %% exception groups
try: raise ExceptionGroup("several", [ValueError(1), TypeError(2)])
except* ValueError as g: assert len(g.exceptions) == 1
except* TypeError: pass

# %% SystemExit is caught
import sys
try: sys.exit(3)
except SystemExit as error: assert error.code == 3

# %% KeyboardInterrupt is raised and caught
try: raise KeyboardInterrupt
except KeyboardInterrupt: caught = True
assert caught

# %% deep recursion is caught
def deep(n): return deep(n + 1)
try: deep(0)
except RecursionError: hit = True
assert hit

# %% the recursion limit is raised
import sys
old = sys.getrecursionlimit(); sys.setrecursionlimit(5000)
def down(n): return 0 if n == 0 else 1 + down(n - 1)
assert down(2000) == 2000; sys.setrecursionlimit(old)

# %% memory error is caught
try: x = bytearray(1 << 62)
except (MemoryError, OverflowError): refused = True
assert refused

# %% int digits limit
import sys
old = sys.get_int_max_str_digits(); sys.set_int_max_str_digits(0); assert len(str(10 ** 5000)) == 5001; sys.set_int_max_str_digits(old)

# %% an audit hook that only counts
import sys
events = set(); sys.addaudithook(lambda event, args, events=events: events.add(event)); open("audited.txt", "w").close(); assert "open" in events

# %% atexit is registered and taken back
import atexit
f = atexit.register(print, "bye"); atexit.unregister(f)

# %% atexit is left registered
import atexit
atexit.register(lambda: None)

# %% warnings are recorded
import warnings
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always"); warnings.warn("danger", UserWarning)
assert str(seen[0].message) == "danger"

# %% monkeypatching with mock
import os
from unittest import mock
with mock.patch("os.system", return_value=0) as system: assert os.system("rm -rf /") == 0
system.assert_called_once_with("rm -rf /")

# %% a mock stands in for subprocess
from unittest.mock import MagicMock
subprocess = MagicMock(); subprocess.run.return_value.stdout = "fine"; assert subprocess.run(["ls"]).stdout == "fine"

# %% unittest runs in the cell
import io, unittest
class T(unittest.TestCase):
    def test_it(self): self.assertEqual(1 + 1, 2)
assert unittest.TextTestRunner(stream=io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromTestCase(T)).wasSuccessful()

# %% doctest
import doctest
def double(x):
    """
    >>> double(2)
    4
    """
    return 2 * x
assert doctest.run_docstring_examples(double, {"double": double}) is None

# %% descriptors and properties
class P:
    @property
    def x(self): return self.__dict__.get("_x", 0)
    @x.setter
    def x(self, v): self.__dict__["_x"] = v
p = P(); p.x = 4; assert p.x == 4

# %% __getattr__ that answers to everything
class Anything:
    def __getattr__(self, name): return lambda *a: name
assert Anything().system("x") == "system"

# %% code objects are walked
import types
def outer():
    def inner(): return 1
    return inner
assert any(isinstance(c, types.CodeType) for c in outer.__code__.co_consts)

# %% a generator is thrown into
def g():
    try: yield 1
    except ValueError: yield 2
it = g(); next(it); assert it.throw(ValueError) == 2; it.close()

# %% tokenize
import io, tokenize
assert [t.string for t in tokenize.generate_tokens(io.StringIO("os.system('x')").readline)][:3] == ["os", ".", "system"]

# %% symtable
import symtable
assert "x" in symtable.symtable("x = 1", "", "exec").get_identifiers()

# %% code.InteractiveInterpreter
import code
i = code.InteractiveInterpreter({}); i.runsource("z = 3"); assert i.locals["z"] == 3

# %% functools singledispatch and cache
import functools
@functools.lru_cache(None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
assert fib(80) == 23416728348467685

# %% py_compile and compileall in the folder
import pathlib, py_compile
pathlib.Path("compiled.py").write_text("a = 1"); assert py_compile.compile("compiled.py").endswith(".pyc")

# %% the interpreter's paths
import site, sys, sysconfig
assert sys.executable and sys.prefix and sysconfig.get_paths()["purelib"] and site.getsitepackages()
