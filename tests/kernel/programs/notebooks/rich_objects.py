# %% HTML, Markdown, Latex, Math
from IPython.display import *
display(HTML("<b>bold</b>"), Markdown("# title"), Latex(r"$$x^2$$"), Math(r"\frac{1}{2}"))

# %% pretty text and code
display(Pretty("plain"), Code("x = 1", language="python"), Code("SELECT 1", language="sql"))

# %% JSON as a tree
display(JSON({"a": [1, 2, {"b": None}]}, expanded=True))

# %% GeoJSON
display(GeoJSON({"type": "Point", "coordinates": [1.0, 2.0]}))

# %% an image from a file, from bytes, by size
import io
import matplotlib.pyplot as plt
plt.plot([1, 2]); plt.savefig("p.png"); plt.savefig("p.jpg"); plt.savefig("p.svg"); plt.savefig("p.gif" if False else "p2.png"); plt.close()
display(Image("p.png"), Image(data=open("p.png", "rb").read(), width=100), Image("p.jpg"), Image(filename="p.png", embed=True))

# %% an SVG from a file and from text
display(SVG("p.svg"), SVG(data='<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle cx="4" cy="4" r="3"/></svg>'))

# %% an image of Pillow
from PIL import Image as PILImage, ImageDraw, ImageFont
im = PILImage.new("RGB", (60, 30), "white"); ImageDraw.Draw(im).text((5, 5), "hi", fill="black"); im

# %% Pillow in other modes
PILImage.new("L", (20, 20), 128)

# %% a sound
import numpy as np
Audio(np.sin(np.linspace(0, 100, 4000)), rate=8000)

# %% links to files
display(FileLink("p.png"), FileLinks(".", recursive=False))

# %% a progress bar of IPython
for i in ProgressBar(3): pass

# %% a display that is updated
h = display(HTML("<i>0</i>"), display_id="bar"); update_display(HTML("<i>1</i>"), display_id="bar"); h.update(HTML("<i>2</i>"))

# %% an output that is cleared
print("gone"); clear_output(wait=True); print("stays")

# %% an object that shows itself in many ways
class Rich:
    def _repr_html_(self): return "<b>rich</b>"
    def _repr_markdown_(self): return "**rich**"
    def _repr_latex_(self): return "$rich$"
    def _repr_json_(self): return {"rich": True}
    def __repr__(self): return "rich"
Rich()

# %% an object with a bundle
class Bundle:
    def _repr_mimebundle_(self, include=None, exclude=None): return {"text/plain": "bundle", "text/html": "<u>bundle</u>"}
Bundle()

# %% an object that displays itself
class Shows:
    def _ipython_display_(self): print("shown by itself")
Shows()

# %% a picture as an object shows it
class Drawn:
    def _repr_png_(self): return open("p.png", "rb").read()
Drawn()

# %% raw data of a type
display({"text/plain": "x", "text/html": "<b>x</b>"}, raw=True)

# %% published by the old function
publish_display_data({"text/plain": "published"})

# %% only some formats
display(Rich(), include=["text/plain"])

# %% metadata with a display
display(HTML("m"), metadata={"isolated": True})

# %% a long list is cut
list(range(5000))

# %% deep structures are pretty
{"a": {"b": {"c": [{"d": i} for i in range(20)]}}}

# %% data classes
from dataclasses import dataclass, field
@dataclass
class Point: x: int; y: float = 0.5; tags: list = field(default_factory=list)
Point(1)

# %% named tuples, enumerations, paths
from collections import namedtuple, Counter, OrderedDict, defaultdict, deque
from enum import Enum, Flag
from pathlib import Path
T = namedtuple("T", "a b")
class Colour(Enum): RED = 1
display(T(1, 2), Colour.RED, Path("x"), Counter("abca"), OrderedDict(a=1), defaultdict(int, a=1), deque([1]))

# %% fractions, decimals, complex numbers, dates
from fractions import Fraction; from decimal import Decimal; import datetime, uuid
display(Fraction(1, 3), Decimal("1.10"), 1 + 2j, datetime.date(2024, 1, 1), datetime.timedelta(1), uuid.UUID(int=5))

# %% arrays of all kinds
display(np.eye(3), np.array(["a", "b"]), np.arange(10000), np.array([1 + 1j]), np.ma.masked_array([1, 2], [0, 1]), np.rec.array([(1, "a")]))

# %% an exception as a value
ValueError("not raised")

# %% a function, a class, a module as values
display(len, Point, np, lambda: 0)

# %% generators and iterators
display((i for i in []), iter([]), zip(), map(str, []), range(5))

# %% bytes and long texts
display(b"\x00\xff", "ü" * 10, "x" * 2000, "line\nline")

# %% nothing is shown for None
None

# %% rich's own printing
import pprint
pprint.pprint({"a": list(range(40))}, width=60, compact=True)

# %% colours in text
print("\x1b[31mred\x1b[0m \x1b[1mbold\x1b[0m")

# %% warnings are shown
import warnings
warnings.warn("careful")

# %% logging is shown
import logging
logging.basicConfig(level=logging.INFO, force=True); logging.info("shown on stderr"); logging.getLogger("x").warning("warned")

# %% tables by hand
print(f"{'name':<10}|{'value':>8}"); print(f"{'a':<10}|{1.5:>8.2f}")

# %% a frame of pandas
import pandas as pd
df = pd.DataFrame({"a": range(100), "b": np.random.default_rng(0).normal(size=100), "c": list("xy") * 50}); df

# %% a series, an index, a categorical
display(df.a, df.index, pd.Categorical(["a", "b"]), pd.Interval(0, 1), pd.Timestamp("2024"), pd.Period("2024-01"), pd.NaT, pd.NA)

# %% information about a frame
df.info(memory_usage="deep"); df.describe(include="all")

# %% a wide frame
pd.DataFrame(np.arange(400).reshape(4, 100))

# %% options of display
with pd.option_context("display.max_rows", 5, "display.precision", 2): display(df)

# %% a frame as HTML and Markdown text
display(HTML(df.head().to_html(index=False, border=0)), Pretty(df.head().to_string()))

# %% a grouped frame is only named
df.groupby("c")

# %% a frame of polars
import polars as pl
pl.DataFrame({"a": [1, 2], "b": ["x", None]})

# %% a lazy frame of polars
pl.LazyFrame({"a": [1]}).filter(pl.col("a") > 0)

# %% polars with its settings
with pl.Config(tbl_rows=3, float_precision=2): print(pl.DataFrame({"a": np.arange(10.0)}))

# %% a result of duckdb
import duckdb
duckdb.sql("SELECT 42 AS a, 'x' AS b")

# %% duckdb's own table
duckdb.sql("SELECT range a FROM range(20)").show(max_rows=5)

# %% an estimator's drawing
from sklearn.pipeline import make_pipeline; from sklearn.preprocessing import StandardScaler; from sklearn.linear_model import LogisticRegression
make_pipeline(StandardScaler(), LogisticRegression())

# %% an estimator as text
from sklearn import set_config
set_config(display="text"); display(LogisticRegression(C=2)); set_config(display="diagram")

# %% a table of statsmodels
import statsmodels.api as sm
sm.OLS(df.b, sm.add_constant(df.a)).fit().summary()

# %% a graph of networkx
import networkx as nx
nx.path_graph(3)

# %% a figure as a value
fig, ax = plt.subplots(); ax.plot([1, 2]); plt.close(); fig

# %% axes as a value
plt.plot([1, 2, 3])

# %% arrow's table
import pyarrow as pa
pa.table({"a": [1, 2]})

# %% help as text
help(len)

# %% a docstring by pydoc
import pydoc
print(pydoc.render_doc(Point, renderer=pydoc.plaintext)[:100])

# %% symbols of mathematics
display(Math(r"\sum_{i=0}^n i = \frac{n(n+1)}{2}"))

# %% two outputs in one cell and a value
print("first"); display("second"); "third"

# %% stderr and stdout in turns
import sys
for i in range(3): print("o", i); print("e", i, file=sys.stderr)

# %% set_matplotlib_close
from matplotlib_inline.backend_inline import flush_figures, set_matplotlib_close
set_matplotlib_close(True)

# %% a video and a frame are only described
display(IFrame("about:blank", 100, 100))
