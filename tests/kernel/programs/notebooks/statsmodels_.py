# %% least squares by formula
import numpy as np, pandas as pd
import statsmodels.api as sm, statsmodels.formula.api as smf
rng = np.random.default_rng(0); df = pd.DataFrame({"x": rng.normal(size=200), "g": rng.choice(["a", "b"], 200)}); df["y"] = 2 * df.x + 1 + rng.normal(scale=0.1, size=200)
r = smf.ols("y ~ x + C(g)", df).fit(); assert abs(r.params["x"] - 2) < 0.05
r.summary()

# %% least squares by arrays
assert abs(sm.OLS(df.y, sm.add_constant(df.x)).fit().params["const"] - 1) < 0.05

# %% the summary as text
print(r.summary())

# %% robust errors
assert r.get_robustcov_results("HC3").bse.shape == (3,)

# %% logit
df["z"] = (df.x + rng.normal(size=200) > 0).astype(int); l = smf.logit("z ~ x", df).fit(disp=0); assert l.params["x"] > 0
l.get_margeff().summary()

# %% a generalized linear model
assert smf.glm("z ~ x", df, family=sm.families.Binomial()).fit().params["x"] > 0

# %% Poisson
df["k"] = rng.poisson(np.exp(0.5 * df.x)); assert smf.poisson("k ~ x", df).fit(disp=0).params["x"] > 0

# %% anova
from statsmodels.stats.anova import anova_lm
anova_lm(r)

# %% pairwise comparison
from statsmodels.stats.multicomp import pairwise_tukeyhsd
print(pairwise_tukeyhsd(df.y, df.g))

# %% tests of residuals
from statsmodels.stats.stattools import durbin_watson
from statsmodels.stats.diagnostic import het_breuschpagan
assert 1 < durbin_watson(r.resid) < 3 and len(het_breuschpagan(r.resid, r.model.exog)) == 4

# %% power analysis
from statsmodels.stats.power import TTestIndPower
assert 60 < TTestIndPower().solve_power(0.5, power=0.8, alpha=0.05) < 70

# %% proportions
from statsmodels.stats.proportion import proportions_ztest
assert proportions_ztest([40, 60], [100, 100])[1] < 0.05

# %% a time series is taken apart
from statsmodels.tsa.seasonal import STL, seasonal_decompose
t = pd.Series(np.arange(120) + 10 * np.sin(np.arange(120) * 2 * np.pi / 12), index=pd.date_range("2010", periods=120, freq="MS")); assert seasonal_decompose(t).seasonal.std() > 5 and STL(t).fit().trend.is_monotonic_increasing

# %% stationarity
from statsmodels.tsa.stattools import acf, adfuller, kpss
assert adfuller(rng.normal(size=200))[1] < 0.05 and acf(t, nlags=12)[0] == 1

# %% ARIMA
from statsmodels.tsa.arima.model import ARIMA
import warnings
with warnings.catch_warnings(): warnings.simplefilter("ignore"); f = ARIMA(t, order=(1, 1, 0)).fit().forecast(3)
assert len(f) == 3
f

# %% exponential smoothing
from statsmodels.tsa.holtwinters import ExponentialSmoothing
with warnings.catch_warnings(): warnings.simplefilter("ignore"); h = ExponentialSmoothing(t, trend="add", seasonal="add", seasonal_periods=12).fit().forecast(12)
assert h.iloc[-1] > t.iloc[-13]

# %% a plot of autocorrelation
import matplotlib.pyplot as plt
from statsmodels.graphics.tsaplots import plot_acf
plot_acf(t, lags=20); plt.show()

# %% a QQ plot
sm.qqplot(r.resid, line="s"); plt.show()

# %% lowess
assert sm.nonparametric.lowess(df.y, df.x).shape == (200, 2)

# %% a mixed model
with warnings.catch_warnings(): warnings.simplefilter("ignore"); mm = smf.mixedlm("y ~ x", df, groups=df.g).fit()
assert abs(mm.params["x"] - 2) < 0.1

# %% quantile regression
assert abs(smf.quantreg("y ~ x", df).fit(q=0.5).params["x"] - 2) < 0.1
