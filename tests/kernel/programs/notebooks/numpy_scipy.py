# %% arrays
import numpy as np
a = np.arange(12).reshape(3, 4); assert a.sum(axis=0).tolist() == [12, 15, 18, 21]
a

# %% slicing and masks
assert a[a % 2 == 0].size == 6 and a[::-1, 1:3].shape == (3, 2) and a[[0, 2]][:, [1, 3]].sum() == 24

# %% broadcasting
assert (a * np.array([1, 10, 100, 1000]))[0, 3] == 3000

# %% linear algebra
m = np.array([[3.0, 1], [1, 2]]); x = np.linalg.solve(m, [9, 8]); assert np.allclose(m @ x, [9, 8])

# %% eigenvalues, svd, qr, cholesky
w, v = np.linalg.eigh(m); assert np.allclose(v @ np.diag(w) @ v.T, m) and np.allclose(np.linalg.svd(m)[1].prod(), 5) and np.allclose(np.linalg.cholesky(m) @ np.linalg.cholesky(m).T, m)

# %% big matrices use all processors
big = np.random.default_rng(0).random((800, 800)); assert np.isfinite((big @ big).sum())

# %% least squares and polynomials
c = np.polyfit([0, 1, 2], [1, 3, 5], 1); assert np.allclose(c, [2, 1]) and np.allclose(np.polynomial.Polynomial.fit([0, 1, 2], [0, 1, 4], 2)(3), 9)

# %% Fourier transform
t = np.linspace(0, 1, 256, endpoint=False); assert np.argmax(abs(np.fft.rfft(np.sin(2 * np.pi * 5 * t)))) == 5

# %% random numbers
r = np.random.default_rng(42); s = r.normal(10, 2, 10_000); assert abs(s.mean() - 10) < 0.1 and abs(s.std() - 2) < 0.1

# %% permutations and choices
assert sorted(r.permutation(5)) == list(range(5)) and len(r.choice(10, 3, replace=False)) == 3

# %% legacy seeds
np.random.seed(0); assert round(np.random.rand(), 4) == 0.5488

# %% structured arrays
p = np.array([("a", 1), ("b", 2)], dtype=[("n", "U1"), ("v", "i4")]); assert p["v"].sum() == 3

# %% statistics
assert np.percentile(range(101), 90) == 90 and np.histogram([1, 2, 2], bins=2)[0].sum() == 3 and np.corrcoef([1, 2, 3], [2, 4, 6])[0, 1] > 0.999

# %% nan functions
assert np.nanmean([1, np.nan, 3]) == 2 and np.nan_to_num(np.nan) == 0

# %% einsum, outer, kron
assert np.einsum("ij->", a) == 66 and np.outer([1, 2], [3]).tolist() == [[3], [6]] and np.kron(np.eye(2), [[1, 2]]).shape == (2, 4)

# %% sorting and sets
assert np.argsort([3, 1, 2]).tolist() == [1, 2, 0] and np.intersect1d([1, 2], [2, 3]).tolist() == [2] and np.unique([1, 1, 2], return_counts=True)[1].tolist() == [2, 1]

# %% dates
assert np.datetime64("2024-03-01") - np.datetime64("2024-02-01") == np.timedelta64(29, "D")

# %% strings
assert np.char.upper(np.array(["a"]))[0] == "A"

# %% division by zero only warns
with np.errstate(divide="ignore"): assert np.isinf(np.float64(1) / 0)

# %% a warning that is shown
np.array([1.0]) / 0

# %% memory map
mm = np.memmap("mm.bin", dtype="f8", mode="w+", shape=(100,)); mm[:] = 1; mm.flush(); assert np.memmap("mm.bin", dtype="f8", mode="r").sum() == 100

# %% a hundred megabytes
assert np.ones(12_500_000).sum() == 12_500_000

# %% optimization
from scipy import optimize
res = optimize.minimize(lambda x: (x[0] - 1) ** 2 + (x[1] + 2) ** 2, [0, 0]); assert np.allclose(res.x, [1, -2], atol=1e-4)
res

# %% curve fit
xs = np.linspace(0, 4, 50); pars, _ = optimize.curve_fit(lambda x, a, b: a * np.exp(-b * x), xs, 2.5 * np.exp(-1.3 * xs)); assert np.allclose(pars, [2.5, 1.3])

# %% roots and linear programs
assert np.isclose(optimize.brentq(lambda x: x**2 - 2, 0, 2), 2**0.5) and optimize.linprog([-1, -2], A_ub=[[1, 1]], b_ub=[4]).fun == -8

# %% global optimization
assert optimize.differential_evolution(lambda x: (x[0] - 3) ** 2, [(-5, 5)], seed=1).fun < 1e-6

# %% distributions and tests
from scipy import stats
assert np.isclose(stats.norm.cdf(1.96), 0.975, atol=1e-3) and stats.ttest_ind([1, 2, 3, 4], [5, 6, 7, 8]).pvalue < 0.01

# %% more tests
g = np.random.default_rng(0); assert stats.shapiro(g.normal(size=50)).pvalue > 0.01 and stats.chi2_contingency([[10, 20], [20, 10]]).pvalue < 0.05 and stats.mannwhitneyu([1, 2, 3], [4, 5, 6]).pvalue <= 0.1

# %% anova and correlation
assert stats.f_oneway([1, 2, 3], [2, 3, 4], [9, 9, 8]).pvalue < 0.01 and stats.pearsonr([1, 2, 3, 4], [1, 2, 3, 5]).statistic > 0.9 and stats.spearmanr([1, 2, 3], [1, 4, 9]).statistic > 0.99

# %% regression and bootstrap
assert np.isclose(stats.linregress([0, 1, 2], [1, 3, 5]).slope, 2); assert stats.bootstrap((np.arange(20.0),), np.mean, n_resamples=200, random_state=0).standard_error > 0

# %% kernel density
assert stats.gaussian_kde([1.0, 2, 3])(2.0)[0] > 0.2

# %% interpolation
from scipy import interpolate
assert np.isclose(interpolate.CubicSpline([0, 1, 2, 3], [0, 1, 4, 9])(1.5), 2.25) and interpolate.interp1d([0, 1], [0, 2])(0.5) == 1

# %% integration and differential equations
from scipy import integrate
assert np.isclose(integrate.quad(np.sin, 0, np.pi)[0], 2) and np.isclose(integrate.solve_ivp(lambda t, y: -y, (0, 1), [1.0], rtol=1e-8).y[0, -1], np.exp(-1), atol=1e-5)

# %% sparse matrices
from scipy import sparse
from scipy.sparse.linalg import spsolve
assert np.allclose(spsolve(sparse.csc_matrix([[4.0, 1], [1, 3]]), [1, 2]), np.linalg.solve([[4, 1], [1, 3]], [1, 2])) and sparse.random(50, 50, 0.1, random_state=0).nnz == 250

# %% signals
from scipy import signal
b, a_ = signal.butter(3, 0.1); y = signal.filtfilt(b, a_, np.random.default_rng(0).normal(size=300)); assert y.std() < 1 and len(signal.find_peaks([0, 1, 0, 2, 0])[0]) == 2

# %% clusters
from scipy.cluster.hierarchy import fcluster, linkage
z = linkage([[0.0], [0.1], [5], [5.1]]); assert len(set(fcluster(z, 2, "maxclust"))) == 2

# %% distances and trees
from scipy.spatial import ConvexHull, KDTree, distance
assert KDTree([[0, 0], [1, 1]]).query([0.9, 1])[1] == 1 and distance.cdist([[0, 0]], [[3, 4]])[0, 0] == 5 and ConvexHull([[0, 0], [1, 0], [0, 1], [0.1, 0.1]]).volume == 0.5

# %% images
from scipy import ndimage
assert ndimage.gaussian_filter(np.eye(9), 1).max() < 1 and ndimage.label([[1, 0, 1]])[1] == 2

# %% special functions and constants
from scipy import constants, special
assert special.gamma(5) == 24 and special.comb(5, 2) == 10 and constants.c == 299792458

# %% matlab files and wav files
from scipy.io import loadmat, savemat, wavfile
savemat("x.mat", {"x": np.eye(2)}); assert loadmat("x.mat")["x"].trace() == 2; wavfile.write("x.wav", 8000, np.zeros(100, "i2")); assert wavfile.read("x.wav")[0] == 8000

# %% linear algebra of scipy
from scipy import linalg
assert np.allclose(linalg.expm(np.zeros((2, 2))), np.eye(2)) and np.allclose(linalg.inv(m) @ m, np.eye(2))
