# %% matplotlib inline
%matplotlib inline

# %% matplotlib retina
%config InlineBackend.figure_formats = ["png"]

# %% time
%time sum(range(100_000))

# %% time of a cell
%%time
total = sum(range(100_000))
assert total == 4999950000

# %% timeit
%timeit -n2 -r2 sum(range(1000))

# %% timeit of a cell
%%timeit -n2 -r2
sum(range(1000))

# %% timeit's result is kept
r = %timeit -n1 -r1 -o -q sum(range(10))
assert r.best > 0

# %% who and whos
a, b = 1, "x"
%who
%whos
names = %who_ls
assert "a" in names

# %% history
%history -l 2

# %% working folder
folder = %pwd
import os
assert folder == os.getcwd()

# %% changes the folder
os.makedirs("sub", exist_ok=True)
%cd -q sub
assert os.getcwd().endswith("sub")
%cd -q ..

# %% writes a file
%%writefile made.py
def made(): return 5

# %% and adds to it
%%writefile -a made.py
VALUE = 6

# %% runs it
%run made.py
assert made() == 5 and VALUE == 6

# %% loads it as a variable
import pathlib
assert "def made" in pathlib.Path("made.py").read_text()

# %% captures
%%capture cap
print("hidden")

# %% and shows what was captured
assert cap.stdout == "hidden\n"
cap.show()

# %% environment
path = %env PATH
assert path

# %% sets an environment variable
%env MY_MAGIC=7
assert os.environ["MY_MAGIC"] == "7"

# %% precision
%precision 2
3.14159

# %% prun
%prun -q -T prof.txt sum(range(1000))
assert os.path.exists("prof.txt")

# %% pinfo
len?

# %% pinfo with source
import json
json.dumps??

# %% pdoc, pdef, psource
%pdoc len
%pdef json.dumps

# %% a search
*int*?

# %% lsmagic
%lsmagic

# %% quickref
%quickref

# %% html and markdown cells
%%html
<b>hello</b>

# %% a markdown cell
%%markdown
**hello**

# %% a latex cell
%%latex
$x^2$

# %% an svg cell
%%svg
<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="5" height="5"/></svg>

# %% reset of some names
temporary = 1
%reset_selective -f temporary
assert "temporary" not in globals()

# %% xdel
big = [0] * 1000
%xdel big
assert "big" not in globals()

# %% store
%alias_magic tt timeit

# %% autoreload
%load_ext autoreload
%autoreload 2

# %% macro
%macro -q again 1

# %% pprint off and on
%pprint
%pprint

# %% xmode
%xmode Minimal
%xmode Context

# %% logs
%logstart -o log_of_session.py append
%logstop

# %% async magic
%autoawait

# %% rerun and recall
%recall 1

# %% pylab-free plots
import matplotlib.pyplot as plt
plt.plot([1, 2]); plt.show()

# %% own magics
from IPython.core.magic import register_line_magic, register_cell_magic
@register_line_magic
def shout(line): return line.upper()
x = %shout hello
assert x == "HELLO"

# %% automatic calls off
%autocall 0

# %% colours
%colors NoColor

# %% the directory stack
%dirs

# %% bookmarks are listed
%bookmark -l

# %% a debugger is not started
%pdb off

# %% save cells
%save -f saved_cells.py 1-2
assert os.path.exists("saved_cells.py")

# %% notebook export
import nbformat
nb = nbformat.v4.new_notebook(); nb.cells.append(nbformat.v4.new_code_cell("1+1")); nbformat.write(nb, "x.ipynb"); assert nbformat.read("x.ipynb", 4).cells[0].source == "1+1"
