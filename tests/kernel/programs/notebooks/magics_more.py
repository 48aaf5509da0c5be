# %% goes into a folder and back with a dash
import os
os.makedirs("one/two", exist_ok=True); top = os.getcwd()
%cd one/two
assert os.getcwd().endswith("one/two")
%cd -
assert os.getcwd() == top

# %% goes back by a number
%cd one
%cd -0
assert os.getcwd() == top

# %% goes home and back
%cd
%cd -
assert os.getcwd() == top

# %% the folders that were visited
%dhist
assert _dh

# %% pushes and pops folders
%pushd one
%popd
assert os.getcwd() == top

# %% a bookmark to a folder
%bookmark here
%cd one
%cd -b here
%bookmark -d here
assert os.getcwd() == top

# %% stores a variable and brings it back
stored = {"a": [1, 2]}
%store stored
del stored
%store -r stored
assert stored == {"a": [1, 2]}

# %% stores a text in a file
text = "hello\n"
%store text >stored.txt
assert open("stored.txt").read().strip() == "hello"

# %% lists what is stored
%store

# %% forgets what is stored
%store -d stored
%store -z

# %% writes a script and runs it with arguments
%%writefile script.py
import sys
print(sys.argv[1:])
answer = len(sys.argv)
if __name__ == "__main__": main_ran = True

# %% runs it with arguments
%run script.py a b
assert answer == 3 and main_ran

# %% runs it as a module is imported
main_ran = False
%run -n script.py
assert not main_ran

# %% runs it with the variables here
here = 1
%run -i script.py

# %% runs it timed
%run -t script.py

# %% runs it profiled
%run -p -T script_profile.txt script.py

# %% runs a module
%run -m this

# %% runs a notebook
import nbformat
nb = nbformat.v4.new_notebook(); nb.cells = [nbformat.v4.new_code_cell("from_notebook = 7")]; nbformat.write(nb, "inner.ipynb")
%run inner.ipynb
assert from_notebook == 7

# %% loads a script into the cell
%load script.py

# %% loads some lines
%load -r 1-2 script.py

# %% times a cell and keeps its variables
%%time
kept = sum(range(1000))

# %% they are kept
assert kept == 499500

# %% times a line with an assignment
%time squares = [i * i for i in range(1000)]
assert squares[-1] == 998001

# %% timeit with a set-up
%%timeit -n 3 -r 2 xs = list(range(100))
sorted(xs)

# %% timeit with the number found out
%timeit -r 1 pass

# %% captures output and error
%%capture out
import sys
print("to out"); print("to err", file=sys.stderr); "value"

# %% captured parts
assert out.stdout == "to out\n" and out.stderr == "to err\n" and len(out.outputs) == 1

# %% captures a plot
%%capture drawn
import matplotlib.pyplot as plt
plt.plot([1, 2]); plt.show()

# %% the captured plot is shown
assert "image/png" in drawn.outputs[0].data
drawn.outputs[0]

# %% captures with Python
from IPython.utils.capture import capture_output
with capture_output() as c: print("x")
assert c.stdout == "x\n"

# %% who by type
number, word = 5, "x"
%who int
%who_ls str
%whos int

# %% all of the environment
env = %env
assert "HOME" in env

# %% sets the environment in two ways
%env A_ONE=1
%set_env A_TWO=2
assert os.environ["A_ONE"] == "1" and os.environ["A_TWO"] == "2"

# %% sets the environment from a variable
value = "expanded"
%env A_THREE={value}
assert os.environ["A_THREE"] == "expanded"

# %% the folder as a value
where = %pwd
assert where == os.getcwd()

# %% matplotlib by name
%matplotlib inline
import matplotlib.pyplot as plt
plt.plot([1, 3, 2]); plt.title("t"); plt.show()

# %% matplotlib's choices are listed
%matplotlib --list

# %% matplotlib without windows
%matplotlib agg

# %% pylab
%pylab inline --no-import-all

# %% the format of plots
%config InlineBackend.figure_format = "retina"
plt.plot([1, 2]); plt.show()

# %% the format of plots by its function
from matplotlib_inline.backend_inline import set_matplotlib_formats
set_matplotlib_formats("svg")
plt.plot([1, 2]); plt.show()

# %% back to png
%config InlineBackend.figure_formats = ["png"]
%config InlineBackend.rc = {"figure.figsize": (4, 3)}

# %% configuration is listed
%config
%config InlineBackend

# %% profile of a statement
%prun -l 5 -s cumulative sorted(range(1000))

# %% profile kept as statistics
%prun -q -D stats.prof sorted(range(1000))
import pstats
pstats.Stats("stats.prof", stream=open("stats.txt", "w")).print_stats(3)

# %% a cell is profiled
%%prun -q -T cell_profile.txt
sum(range(1000))

# %% source by a magic
import json
%psource json.dumps

# %% where something is defined
%pfile json

# %% signature and documentation
%pinfo json.loads
%pinfo2 json.loads

# %% search for names
%psearch json.l*

# %% edits nothing but shows history
%history -n 1-3
%hist -g json

# %% repeats by number
%rep 1

# %% a macro is made and used
%macro -q hello_macro 1

# %% an alias of a magic
%alias_magic t timeit
%t -n1 -r1 pass

# %% javascript is only shown
%%javascript
console.log(1)

# %% prompts and outputs
21 * 2

# %% the last output
assert _ == 42

# %% outputs by number
assert 42 in Out.values() and len(In) > 10

# %% a semicolon hides
[1, 2, 3];

# %% last three outputs
assert __ is not None or True
print(_ih[1][:10])

# %% interactivity of all expressions
from IPython.core.interactiveshell import InteractiveShell
InteractiveShell.ast_node_interactivity = "all"

# %% all are shown
1
2
InteractiveShell.ast_node_interactivity = "last_expr"

# %% a shell of IPython by function
ip = get_ipython()
ip.run_line_magic("time", "1 + 1"); ip.run_cell_magic("capture", "c2", "print(1)"); assert c2.stdout == "1\n"

# %% runs a cell by function
res = ip.run_cell("run_inside = 3"); assert res.success and run_inside == 3

# %% code is transformed
assert "run_line_magic" in ip.transform_cell("%time 1")

# %% hooks before and after
calls = []
hook = lambda *a: calls.append(1)
ip.events.register("post_run_cell", hook)

# %% hooks have run
ip.events.unregister("post_run_cell", hook); assert calls

# %% a custom exception handler
def handler(self, etype, value, tb, tb_offset=None): print("handled", etype.__name__)
ip.set_custom_exc((ZeroDivisionError,), handler)
ip.run_cell("1 / 0")
ip.set_custom_exc((), None)

# %% a formatter for a type
ip.display_formatter.formatters["text/html"].for_type(complex, lambda c: f"<b>{c}</b>")
1 + 2j

# %% pushes and pulls variables
ip.push({"pushed": 1}); assert pushed == 1 and ip.ev("pushed + 1") == 2; ip.ex("executed = 4"); assert executed == 4

# %% an extension is loaded from a file
open("my_ext.py", "w").write("def load_ipython_extension(ip): ip.push({'ext_loaded': True})\n")
%load_ext my_ext
assert ext_loaded

# %% autoreload reloads a module
%load_ext autoreload
%autoreload 2
open("reloaded.py", "w").write("V = 1\n")
import reloaded

# %% after a change
import time
time.sleep(1.1)
open("reloaded.py", "w").write("V = 2  # changed\n")

# %% the new value is there
assert reloaded.V == 2

# %% autoreload off
%autoreload 0

# %% tables of magics
%lsmagic
%magic -brief

# %% doctest mode
%doctest_mode
%doctest_mode

# %% verbose tracebacks
%xmode Verbose
%xmode Plain
%xmode Context

# %% traceback is shown again
%tb

# %% system information
from IPython import sys_info, version_info
assert "ipython_version" in sys_info() and version_info

# %% precision of arrays and numbers
%precision %.3f
3.14159265
%precision

# %% a notice of progress without widgets
for i in range(3): print(f"\r{i}", end="", flush=True)

# %% notebook name is not known but asked
print(os.environ.get("JPY_SESSION_NAME", "none")[-20:])

# %% resets everything
%reset -f
assert "number" not in dir()

# %% resets outputs only
%reset -f out
