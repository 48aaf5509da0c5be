# %% data
import numpy as np, pandas as pd
from sklearn.datasets import load_iris, load_wine, make_classification, make_regression, make_blobs
X, y = load_iris(return_X_y=True, as_frame=True); assert X.shape == (150, 4)
X.head()

# %% train and test
from sklearn.model_selection import train_test_split
a, b, c, d = train_test_split(X, y, random_state=0, stratify=y); assert len(b) == 38

# %% logistic regression
from sklearn.linear_model import LogisticRegression
m = LogisticRegression(max_iter=500).fit(a, c); assert m.score(b, d) > 0.9
m

# %% metrics
from sklearn.metrics import accuracy_score, classification_report, confusion_matrix, f1_score, roc_auc_score
print(classification_report(d, m.predict(b))); assert confusion_matrix(d, m.predict(b)).sum() == 38 and roc_auc_score(d, m.predict_proba(b), multi_class="ovr") > 0.9

# %% linear regression
from sklearn.linear_model import LinearRegression, Ridge, Lasso, ElasticNet
Xr, yr = make_regression(300, 5, noise=1, random_state=0); assert LinearRegression().fit(Xr, yr).score(Xr, yr) > 0.99 and Ridge().fit(Xr, yr).score(Xr, yr) > 0.99 and Lasso().fit(Xr, yr).coef_.size == 5

# %% errors of regression
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
p = Ridge().fit(Xr, yr).predict(Xr); assert r2_score(yr, p) > 0.99 and mean_absolute_error(yr, p) < 5 and mean_squared_error(yr, p) > 0

# %% a tree
from sklearn.tree import DecisionTreeClassifier, export_text
t = DecisionTreeClassifier(max_depth=2, random_state=0).fit(X, y); print(export_text(t, feature_names=list(X)))

# %% a forest
from sklearn.ensemble import RandomForestClassifier
f = RandomForestClassifier(50, random_state=0).fit(a, c); assert f.score(b, d) > 0.85
pd.Series(f.feature_importances_, X.columns).sort_values()

# %% a forest on all processors
f = RandomForestClassifier(50, n_jobs=-1, random_state=0).fit(a, c); assert f.predict(b).shape == (38,)

# %% gradient boosting
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier
assert HistGradientBoostingClassifier(max_iter=20).fit(a, c).score(b, d) > 0.8 and GradientBoostingClassifier(n_estimators=10).fit(a, c).score(b, d) > 0.8

# %% neighbours
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
assert KNeighborsClassifier(5, n_jobs=2).fit(a, c).score(b, d) > 0.9

# %% support vectors
from sklearn.svm import SVC, SVR, LinearSVC
assert SVC(probability=False).fit(a, c).score(b, d) > 0.9

# %% naive Bayes
from sklearn.naive_bayes import GaussianNB, MultinomialNB
assert GaussianNB().fit(a, c).score(b, d) > 0.85

# %% a neural network
from sklearn.neural_network import MLPClassifier
import warnings
with warnings.catch_warnings():
    warnings.simplefilter("ignore"); n = MLPClassifier((20,), max_iter=300, random_state=0).fit(a, c)
assert n.score(b, d) > 0.7

# %% scaling in a pipeline
from sklearn.pipeline import make_pipeline, Pipeline
from sklearn.preprocessing import StandardScaler, MinMaxScaler, OneHotEncoder, LabelEncoder, PolynomialFeatures
pipe = make_pipeline(StandardScaler(), SVC()); assert pipe.fit(a, c).score(b, d) > 0.9
pipe

# %% columns of several kinds
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer, KNNImputer
t = pd.DataFrame({"n": [1, np.nan, 3, 4], "k": ["x", "y", "x", "y"]})
ct = ColumnTransformer([("n", make_pipeline(SimpleImputer(), StandardScaler()), ["n"]), ("k", OneHotEncoder(), ["k"])]); assert ct.fit_transform(t).shape == (4, 3)
ct

# %% cross validation
from sklearn.model_selection import cross_val_score, KFold, StratifiedKFold, cross_validate
assert cross_val_score(LogisticRegression(max_iter=500), X, y, cv=5).mean() > 0.9

# %% cross validation on all processors
assert cross_val_score(GaussianNB(), X, y, cv=5, n_jobs=-1).mean() > 0.9

# %% grid search
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
g = GridSearchCV(SVC(), {"C": [0.1, 1, 10]}, cv=3).fit(X, y); assert g.best_score_ > 0.9
pd.DataFrame(g.cv_results_)[["params", "mean_test_score"]]

# %% grid search on two processors
g = GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2, 3]}, cv=3, n_jobs=2).fit(X, y); assert g.best_params_["max_depth"] in (2, 3)

# %% random search
assert RandomizedSearchCV(KNeighborsClassifier(), {"n_neighbors": range(1, 10)}, n_iter=3, random_state=0).fit(X, y).best_score_ > 0.9

# %% k-means
from sklearn.cluster import KMeans, DBSCAN, AgglomerativeClustering, MiniBatchKMeans
B, lab = make_blobs(300, centers=3, random_state=0, cluster_std=0.5); k = KMeans(3, n_init=5, random_state=0).fit(B); assert len(set(k.labels_)) == 3

# %% other clusters
assert len(set(DBSCAN(eps=0.8).fit_predict(B))) >= 2 and len(set(AgglomerativeClustering(3).fit_predict(B))) == 3

# %% silhouette
from sklearn.metrics import silhouette_score, adjusted_rand_score
assert silhouette_score(B, k.labels_) > 0.4 and adjusted_rand_score(lab, k.labels_) > 0.8

# %% components
from sklearn.decomposition import PCA, NMF, TruncatedSVD
p = PCA(2).fit(X); assert p.explained_variance_ratio_.sum() > 0.95 and NMF(2, max_iter=500).fit_transform(X).shape == (150, 2)

# %% t-SNE
from sklearn.manifold import TSNE
assert TSNE(2, perplexity=10, init="random", random_state=0, max_iter=250).fit_transform(X.iloc[::3]).shape == (50, 2)

# %% text features
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
docs = ["good film", "bad film", "good music"]; v = TfidfVectorizer(); assert v.fit_transform(docs).shape == (3, 4)
MultinomialNB().fit(v.transform(docs), [1, 0, 1]).predict(v.transform(["good"]))

# %% feature selection
from sklearn.feature_selection import SelectKBest, RFE, mutual_info_classif
assert SelectKBest(k=2).fit_transform(X, y).shape == (150, 2) and mutual_info_classif(X, y, random_state=0).argmax() >= 2

# %% permutation importance
from sklearn.inspection import permutation_importance
assert permutation_importance(f, b, d, n_repeats=3, random_state=0, n_jobs=2).importances_mean.size == 4

# %% anomalies
from sklearn.ensemble import IsolationForest
assert (IsolationForest(random_state=0).fit_predict(np.r_[B, [[50, 50]]])[-1]) == -1

# %% bagging, stacking and voting
from sklearn.ensemble import BaggingClassifier, StackingClassifier, VotingClassifier
assert VotingClassifier([("a", GaussianNB()), ("b", DecisionTreeClassifier())]).fit(a, c).score(b, d) > 0.8 and BaggingClassifier(n_jobs=2, random_state=0).fit(a, c).score(b, d) > 0.8

# %% calibration and learning curves
from sklearn.model_selection import learning_curve
sizes, tr, te = learning_curve(GaussianNB(), X, y, cv=3, shuffle=True, random_state=0); assert te.shape[1] == 3

# %% a model is kept with joblib
import joblib
joblib.dump(m, "model.joblib"); assert (joblib.load("model.joblib").predict(b) == m.predict(b)).all()

# %% a model is kept with pickle
import pickle
assert (pickle.loads(pickle.dumps(m)).predict(b) == m.predict(b)).all()

# %% joblib's cache
mem = joblib.Memory("cache", verbose=0)
@mem.cache
def slow(x): return x + 1
assert slow(1) == slow(1) == 2

# %% joblib in parallel
assert joblib.Parallel(n_jobs=2)(joblib.delayed(pow)(i, 2) for i in range(4)) == [0, 1, 4, 9]

# %% joblib on all processors
assert sum(joblib.Parallel(n_jobs=-1)(joblib.delayed(abs)(-i) for i in range(10))) == 45

# %% time series folds
from sklearn.model_selection import TimeSeriesSplit
assert len(list(TimeSeriesSplit(3).split(range(12)))) == 3

# %% partial dependence plot
import matplotlib.pyplot as plt
from sklearn.inspection import PartialDependenceDisplay
PartialDependenceDisplay.from_estimator(f, a, [0], target=0); plt.show()

# %% confusion matrix plot
from sklearn.metrics import ConfusionMatrixDisplay, RocCurveDisplay
ConfusionMatrixDisplay.from_predictions(d, m.predict(b)); plt.show()

# %% a Gaussian process
from sklearn.gaussian_process import GaussianProcessRegressor
assert GaussianProcessRegressor().fit([[0.0], [1.0]], [0, 1]).predict([[0.0]])[0] < 0.01

# %% versions
import sklearn
sklearn.show_versions()
