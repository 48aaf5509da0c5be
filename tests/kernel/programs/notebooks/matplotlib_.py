# %% a line
import matplotlib.pyplot as plt, numpy as np, pandas as pd
x = np.linspace(0, 6, 100)
plt.plot(x, np.sin(x)); plt.title("Sine"); plt.xlabel("x"); plt.show()

# %% a figure at the end of a cell
fig, ax = plt.subplots(); ax.plot([1, 2, 3])

# %% many kinds
fig, axes = plt.subplots(2, 3, figsize=(9, 5)); g = np.random.default_rng(0); d = g.normal(size=(50, 3))
axes[0, 0].bar(["a", "b"], [1, 2]); axes[0, 1].hist(d[:, 0], bins=10); axes[0, 2].scatter(d[:, 0], d[:, 1], c=d[:, 2]); axes[1, 0].boxplot(d); axes[1, 1].pie([1, 2], labels=["x", "y"]); axes[1, 2].imshow(g.random((5, 5)))
fig.tight_layout(); plt.show()

# %% contours and colour bars
X, Y = np.meshgrid(x, x); c = plt.contourf(X, Y, np.sin(X) * np.cos(Y), cmap="viridis"); plt.colorbar(c); plt.show()

# %% three dimensions
ax = plt.figure().add_subplot(projection="3d"); ax.plot_surface(X, Y, np.sin(X)); plt.show()

# %% polar
plt.subplot(projection="polar"); plt.plot(x, x); plt.show()

# %% error bars, fill, annotations
plt.errorbar([1, 2], [1, 2], yerr=0.2); plt.fill_between(x, 0, 1, alpha=0.2); plt.annotate("here", (1, 1), (2, 0.5), arrowprops={"arrowstyle": "->"}); plt.show()

# %% mathematics
plt.text(0.3, 0.5, r"$\int_0^\infty e^{-x^2} dx = \frac{\sqrt{\pi}}{2}$", fontsize=20); plt.show()

# %% other scripts in a title
plt.plot([1, 2]); plt.title("Größe – 100 % – Ω"); plt.show()

# %% dates on an axis
t = pd.date_range("2024", periods=30); fig, ax = plt.subplots(); ax.plot(t, range(30)); fig.autofmt_xdate(); plt.show()

# %% saved in every format
for k in ("png", "pdf", "svg", "jpg", "eps"): fig.savefig(f"f.{k}", dpi=80)
import os; assert os.path.getsize("f.png") > 1000 and open("f.pdf", "rb").read(4) == b"%PDF"; plt.close("all")

# %% into memory
import io
b = io.BytesIO(); plt.plot([1]); plt.savefig(b, format="png"); plt.close(); assert b.getvalue()[1:4] == b"PNG"

# %% styles
with plt.style.context("ggplot"): plt.plot([1, 3, 2]); plt.show()

# %% rc parameters
with plt.rc_context({"figure.figsize": (3, 2), "font.size": 8}): plt.plot([1, 2]); plt.show()

# %% log scales and twin axes
fig, ax = plt.subplots(); ax.semilogy(x, np.exp(x)); ax.twinx().plot(x, x, "r"); plt.show()

# %% a legend outside
fig, ax = plt.subplots(); ax.plot(x, x, label="line"); ax.legend(bbox_to_anchor=(1, 1)); plt.show()

# %% a table's own plots
df = pd.DataFrame(np.random.default_rng(0).random((10, 3)), columns=list("abc"))
for kind in ("line", "bar", "barh", "hist", "box", "area"): df.plot(kind=kind)
plt.show()

# %% scatter matrix
pd.plotting.scatter_matrix(df); plt.show()

# %% density, which needs scipy
df.plot.kde(); plt.show()

# %% an animation's frames
from matplotlib import animation
fig, ax = plt.subplots(); (line,) = ax.plot([], []); an = animation.FuncAnimation(fig, lambda i: line.set_data([0, i], [0, i]) or (line,), frames=3); an.save("a.gif", writer="pillow"); plt.close(fig); assert os.path.getsize("a.gif") > 100

# %% several figures in a loop
for i in range(3): plt.figure(figsize=(2, 1)); plt.plot([i])
plt.show()

# %% a figure made without pyplot
from matplotlib.figure import Figure
f = Figure(); f.subplots().plot([1, 2]); f.savefig("own.png"); assert os.path.getsize("own.png") > 1000

# %% fonts
from matplotlib import font_manager
assert font_manager.findfont("DejaVu Sans")

# %% backend
import matplotlib
assert "inline" in matplotlib.get_backend().lower()

# %% images read and written
a = np.zeros((4, 4, 3)); plt.imsave("i.png", a); assert plt.imread("i.png").shape[:2] == (4, 4)

# %% Pillow
from PIL import Image, ImageDraw, ImageFilter
im = Image.new("RGB", (40, 40), "white"); ImageDraw.Draw(im).ellipse((5, 5, 30, 30), fill="red"); im.resize((20, 20)).rotate(45).filter(ImageFilter.BLUR).save("p.jpg"); assert Image.open("p.jpg").size == (20, 20)
im

# %% seaborn: lines and bars
import seaborn as sns
sns.set_theme(); t = pd.DataFrame({"x": list(range(10)) * 2, "y": np.random.default_rng(1).random(20), "k": ["a"] * 10 + ["b"] * 10})
sns.lineplot(t, x="x", y="y", hue="k"); plt.show()

# %% seaborn: distributions
sns.histplot(t, x="y", kde=True); plt.show(); sns.kdeplot(t, x="y", hue="k"); plt.show()

# %% seaborn: boxes and violins
fig, ax = plt.subplots(1, 3); sns.boxplot(t, x="k", y="y", ax=ax[0]); sns.violinplot(t, x="k", y="y", ax=ax[1]); sns.stripplot(t, x="k", y="y", ax=ax[2]); plt.show()

# %% seaborn: heat map
sns.heatmap(t[["x", "y"]].corr(), annot=True); plt.show()

# %% seaborn: pairs, joint and facets
sns.pairplot(t, hue="k"); plt.show(); sns.jointplot(t, x="x", y="y"); plt.show(); sns.relplot(t, x="x", y="y", col="k"); plt.show()

# %% seaborn: regression
sns.regplot(t, x="x", y="y"); plt.show(); sns.lmplot(t, x="x", y="y", hue="k"); plt.show()

# %% seaborn: cluster map
sns.clustermap(np.random.default_rng(0).random((6, 4))); plt.show()

# %% seaborn: counts and categories
sns.countplot(t, x="k"); plt.show(); sns.catplot(t, x="k", y="y", kind="bar"); plt.show()

# %% seaborn: objects
import seaborn.objects as so
so.Plot(t, "x", "y").add(so.Line())

# %% vega data that ships with a package
from vega_datasets import data
cars = data.cars(); assert len(cars) == 406
cars.plot.scatter("Horsepower", "Miles_per_Gallon"); plt.show()
