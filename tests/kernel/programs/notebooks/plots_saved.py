# %% to every format
import matplotlib.pyplot as plt, numpy as np, os
fig, ax = plt.subplots(); ax.plot([1, 2, 4]); ax.set_title("t")
for kind in ("png", "pdf", "svg", "ps", "eps", "jpg", "tif", "webp", "raw", "rgba", "svgz", "pgf" if False else "jpeg", "tiff"): fig.savefig(f"f.{kind}"); assert os.path.getsize(f"f.{kind}") > 100

# %% to memory
import io
b = io.BytesIO(); fig.savefig(b, format="png", dpi=50, bbox_inches="tight", transparent=True); assert b.getvalue()[:4] == b"\x89PNG"

# %% to several pages
from matplotlib.backends.backend_pdf import PdfPages
with PdfPages("pages.pdf") as p: p.savefig(fig); p.savefig(fig)

# %% with metadata
fig.savefig("meta.png", metadata={"Title": "x"}); fig.savefig("meta.pdf", metadata={"Author": "me"})

# %% as an animation in HTML
from matplotlib.animation import FuncAnimation, PillowWriter
from IPython.display import HTML
fig2, ax2 = plt.subplots(figsize=(2, 2)); line, = ax2.plot([], []); ax2.set_xlim(0, 5); ax2.set_ylim(0, 25)
anim = FuncAnimation(fig2, lambda i: line.set_data(range(i), [x * x for x in range(i)]), frames=5); plt.close()
HTML(anim.to_jshtml())

# %% as a gif
anim.save("a.gif", writer=PillowWriter(fps=5)); assert open("a.gif", "rb").read(3) == b"GIF"

# %% as an HTML file
from matplotlib.animation import HTMLWriter
anim.save("a.html", writer=HTMLWriter(embed_frames=True)); assert os.path.exists("a.html")

# %% in three dimensions
ax = plt.figure().add_subplot(projection="3d"); x, y = np.meshgrid(np.linspace(-2, 2, 20), np.linspace(-2, 2, 20)); ax.plot_surface(x, y, np.exp(-x**2 - y**2), cmap="viridis"); plt.show()

# %% more of three dimensions
ax = plt.figure().add_subplot(projection="3d"); ax.scatter(*np.random.rand(3, 20)); ax.bar3d([0], [0], [0], 1, 1, 1); ax.plot_wireframe(x, y, x); ax.contour3D(x, y, x * y); ax.quiver(0, 0, 0, 1, 1, 1); plt.show()

# %% polar and geographic projections
plt.subplot(projection="polar").plot([0, 1, 2], [1, 2, 3]); plt.figure(); plt.subplot(projection="mollweide").grid(); plt.show()

# %% mathematics in text
plt.text(0.1, 0.5, r"$\sum_{i=0}^{n} \frac{\alpha_i^2}{\sqrt{\beta}} \int_0^\infty e^{-x^2} dx$", fontsize=16); plt.title(r"$\mathcal{L}\;\hat{x}\;\mathbb{R}$"); plt.show()

# %% fonts of mathematics
for f in ("cm", "stix", "stixsans", "dejavusans", "dejavuserif"):
    with plt.rc_context({"mathtext.fontset": f}): plt.figure(figsize=(1, 1)); plt.text(0, 0, r"$\alpha$"); plt.savefig("m.png"); plt.close()

# %% fonts that there are
from matplotlib import font_manager
assert font_manager.findfont("DejaVu Sans").endswith(".ttf") and font_manager.fontManager.ttflist and font_manager.findSystemFonts() is not None

# %% a font that there is not
with plt.rc_context({"font.family": ["No Such Font", "DejaVu Sans"]}): plt.title("x"); plt.show()

# %% the list of fonts is built anew
font_manager._load_fontmanager(try_read_cache=False)

# %% text in other scripts
plt.title("Größe, žluťoučký, Ελλάδα, Привет"); plt.xlabel("→ ∞ ≤ ½"); plt.show()

# %% all styles
for style in plt.style.available:
    with plt.style.context(style): plt.figure(figsize=(1, 1)); plt.plot([1, 2]); plt.savefig("s.png"); plt.close()

# %% like a comic
with plt.xkcd(): plt.figure(figsize=(2, 2)); plt.plot([1, 3, 2]); plt.show()

# %% all colour maps
fig, ax = plt.subplots(); [plt.get_cmap(c) for c in plt.colormaps()]; ax.imshow([[0, 1]], cmap="magma"); fig.colorbar(ax.images[0]); plt.show()

# %% kinds of plots in one grid
fig, axs = plt.subplots(4, 4, figsize=(10, 10), layout="constrained"); r = np.random.default_rng(0); d = r.normal(size=100)
a = axs.ravel(); a[0].hist(d); a[1].boxplot(d); a[2].violinplot(d); a[3].scatter(d, d[::-1]); a[4].pie([1, 2]); a[5].stem(d[:10]); a[6].step(range(10), d[:10]); a[7].fill_between(range(10), d[:10]); a[8].errorbar(range(5), d[:5], 0.1); a[9].hexbin(d, d, gridsize=8); a[10].contourf(r.random((5, 5))); a[11].streamplot(np.arange(5), np.arange(5), np.ones((5, 5)), np.ones((5, 5))); a[12].eventplot(d); a[13].stackplot(range(5), d[:5], d[5:10]); a[14].pcolormesh(r.random((4, 4))); a[15].quiver([0], [0], [1], [1]); plt.show()

# %% dates on an axis
import matplotlib.dates as mdates, datetime as dt
fig, ax = plt.subplots(); ax.plot([dt.date(2024, 1, d) for d in (1, 2, 3)], [1, 2, 3]); ax.xaxis.set_major_formatter(mdates.DateFormatter("%d.%m.")); fig.autofmt_xdate(); plt.show()

# %% axes in logarithms, twins, insets
fig, ax = plt.subplots(); ax.semilogy([1, 10, 100]); ax.twinx().plot([3, 2, 1], "r"); ax.inset_axes([0.5, 0.5, 0.3, 0.3]).plot([1, 2]); ax.annotate("here", (1, 10), (0.5, 50), arrowprops={"arrowstyle": "->"}); plt.show()

# %% tables and legends
fig, ax = plt.subplots(); ax.table([["a", "b"]], loc="center"); ax.plot([1], label="x"); ax.legend(loc="upper left", ncols=2); plt.show()

# %% patches and paths
from matplotlib.patches import Circle, FancyArrowPatch, Polygon; from matplotlib.path import Path as MplPath
fig, ax = plt.subplots(); ax.add_patch(Circle((0.5, 0.5), 0.2)); ax.add_patch(Polygon([(0, 0), (1, 0), (0, 1)])); assert MplPath([(0, 0), (1, 1)]).length if hasattr(MplPath, "length") else True; plt.show()

# %% images are read and written
plt.imsave("i.png", np.random.rand(10, 10)); assert plt.imread("i.png").shape[:2] == (10, 10); plt.imshow(plt.imread("i.png"), interpolation="bicubic"); plt.show()

# %% events of a canvas are connected
fig, ax = plt.subplots(); cid = fig.canvas.mpl_connect("button_press_event", print); fig.canvas.mpl_disconnect(cid); fig.canvas.draw(); buffer = np.asarray(fig.canvas.buffer_rgba()); assert buffer.shape[2] == 4; plt.close()

# %% a backend is chosen by name
import matplotlib
matplotlib.use("Agg"); plt.plot([1, 2]); plt.savefig("agg.png"); plt.close("all"); assert matplotlib.get_backend().lower() == "agg"

# %% and the one in the output again
%matplotlib inline
plt.plot([1, 2]); plt.show()

# %% other backends that draw into files
for backend in ("pdf", "svg", "ps"):
    plt.switch_backend(backend); plt.plot([1, 2]); plt.savefig(f"b.{backend}"); plt.close("all")
plt.switch_backend("module://matplotlib_inline.backend_inline")

# %% figures without pyplot
from matplotlib.figure import Figure
f = Figure(); f.subplots().plot([1, 2]); f.savefig("no_pyplot.png"); f

# %% settings from a file
open("my.mplstyle", "w").write("lines.linewidth: 3\n"); plt.style.use("./my.mplstyle"); assert plt.rcParams["lines.linewidth"] == 3; plt.rcdefaults()

# %% where matplotlib keeps things
assert matplotlib.get_configdir() and matplotlib.get_cachedir() and matplotlib.get_data_path()

# %% seaborn: relations
import seaborn as sns, pandas as pd
df = pd.DataFrame({"x": r.normal(size=80), "y": r.normal(size=80), "g": list("ab") * 40}); sns.set_theme(style="whitegrid"); sns.relplot(df, x="x", y="y", hue="g")

# %% seaborn: distributions
sns.displot(df, x="x", hue="g", kind="kde"); sns.jointplot(df, x="x", y="y")

# %% seaborn: pairs and heat
sns.pairplot(df, hue="g"); plt.figure(); sns.heatmap(df[["x", "y"]].corr(), annot=True)

# %% seaborn: clusters, categories, regressions
sns.clustermap(r.random((8, 8))); sns.catplot(df, x="g", y="x", kind="violin"); sns.lmplot(df, x="x", y="y")

# %% seaborn: objects
import seaborn.objects as so
so.Plot(df, x="x", y="y", color="g").add(so.Dot())

# %% seaborn: palettes
sns.color_palette("husl", 5)

# %% a font from a file
from matplotlib.font_manager import FontProperties
plt.title("own", fontproperties=FontProperties(fname=font_manager.findfont("DejaVu Serif"))); plt.show()

# %% a picture by Pillow with a font
from PIL import Image, ImageDraw, ImageFont, ImageFilter
im = Image.new("RGB", (100, 40), "navy"); ImageDraw.Draw(im).text((5, 5), "text", font=ImageFont.truetype(font_manager.findfont("DejaVu Sans"), 14)); im.filter(ImageFilter.BLUR).rotate(10).save("pil.png"); im

# %% no figure is left
plt.close("all"); assert not plt.get_fignums()
