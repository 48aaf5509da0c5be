# %% the last value is shown
1 + 1

# %% nothing is shown after a semicolon
1 + 1;

# %% Out and underscore
assert _ == 2 or True
len(Out)

# %% print in several ways
import sys
print("a", "b", sep="-", end="!\n"); print("error text", file=sys.stderr); sys.stdout.write("raw\n"); print("flushed", flush=True)

# %% progress on one line
import time
for i in range(5): print(f"\r{i * 25}%", end=""); time.sleep(0.01)

# %% long output
for i in range(2000): print("line", i)

# %% one very long line
print("x" * 50_000)

# %% unicode and terminal colours
print("äöü 漢字 🎉 \033[31mred\033[0m")

# %% HTML, Markdown and LaTeX
from IPython.display import HTML, JSON, Latex, Markdown, Math, SVG, Image, Code, Pretty, clear_output, display, update_display
display(HTML("<b>bold</b>")); display(Markdown("**bold** $x^2$")); display(Latex(r"$$\alpha$$")); Math(r"\frac{1}{2}")

# %% several displays
import pandas as pd
df = pd.DataFrame({"a": [1, 2]}); display(df, df.T); display("text", 3)

# %% an SVG
SVG('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><circle cx="5" cy="5" r="4"/></svg>')

# %% an image from bytes
import io
from PIL import Image as P
b = io.BytesIO(); P.new("RGB", (3, 3), "red").save(b, "PNG"); Image(b.getvalue())

# %% an image from a file
P.new("RGB", (3, 3)).save("i.png"); Image("i.png")

# %% JSON
JSON({"a": [1, 2]})

# %% code
Code("print(1)", language="python")

# %% a display that is updated
h = display("first", display_id=True); h.update("second"); update_display("third", display_id=h.display_id)

# %% output that is cleared
print("old"); clear_output(wait=True); print("new")

# %% own representations
class R:
    def _repr_html_(self): return "<i>r</i>"
    def _repr_markdown_(self): return "*r*"
    def __repr__(self): return "R"
R()

# %% a mimebundle
class M:
    def _repr_mimebundle_(self, include=None, exclude=None): return {"text/plain": "m", "text/html": "<b>m</b>"}
M()

# %% captured output
from IPython.utils.capture import capture_output
with capture_output() as c: print("inside"); display(1)
assert c.stdout.startswith("inside")

# %% get_ipython
ip = get_ipython(); assert ip.user_ns["df"] is df; ip.run_cell_magic("capture", "cap", "print('x')"); assert cap.stdout == "x\n"

# %% pretty printing
import pprint
pprint.pprint({"a": list(range(30)), "b": {"c": ["long text " * 3] * 3}}, width=60)

# %% a wide table
pd.DataFrame([range(50)] * 3)

# %% a tall table
pd.DataFrame({"n": range(1000)})

# %% a series, an index and a timestamp
display(df.a, df.index, pd.Timestamp("2024-01-01"))

# %% a dictionary, a set and None
display({"a": 1}, {1, 2}, None)

# %% a warning is shown
import warnings
warnings.warn("be careful")

# %% warnings are hidden
warnings.filterwarnings("ignore"); warnings.warn("hidden"); warnings.resetwarnings()

# %% an exception is caught and told
try: int("x")
except ValueError as e: print("caught:", e)

# %% help
help(len)

# %% rich tracebacks of caught errors
import traceback
try: {}["missing"]
except KeyError: traceback.print_exc(file=sys.stdout)

# %% a progress bar by hand
from IPython.display import ProgressBar
for _ in ProgressBar(3): pass

# %% logging is shown
import logging
logging.getLogger("shown").warning("careful")

# %% links to files
from IPython.display import FileLink
open("out.txt", "w").write("x"); FileLink("out.txt")

# %% figures through display
import matplotlib.pyplot as plt
fig, ax = plt.subplots(figsize=(2, 1)); ax.plot([1, 2]); display(fig); plt.close(fig)

# %% audio
from IPython.display import Audio
import numpy as np
Audio(np.sin(np.linspace(0, 100, 800)), rate=8000)

# %% a table with an index of several levels
pd.DataFrame({"v": [1, 2]}, index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)]))

# %% a function is shown
def f(x: int) -> int:
    "Doc."
    return x
f

# %% metadata and raw displays
display({"text/plain": "p", "text/html": "<p>p</p>"}, raw=True)
