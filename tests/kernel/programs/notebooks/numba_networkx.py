# %% a compiled loop
import numba, numpy as np
@numba.njit
def total(n):
    s = 0
    for i in range(n): s += i
    return s
assert total(1000) == 499500

# %% compiled for arrays
@numba.njit
def norm(a):
    s = 0.0
    for x in a: s += x * x
    return s ** 0.5
assert np.isclose(norm(np.array([3.0, 4.0])), 5)

# %% vectorized
@numba.vectorize(["float64(float64, float64)"])
def rel(a, b): return 2 * (a - b) / (a + b)
assert np.allclose(rel(np.array([1.0, 3.0]), 1.0), [0, 1])

# %% in parallel
@numba.njit(parallel=True)
def par(a):
    s = 0.0
    for i in numba.prange(len(a)): s += a[i]
    return s
assert par(np.ones(100_000)) == 100_000

# %% in parallel again
assert par(np.arange(1000.0)) == 499500

# %% how many threads
assert numba.get_num_threads() >= 1 and numba.threading_layer() in ("omp", "tbb", "workqueue")

# %% an explicit type and a class
from numba.experimental import jitclass
@jitclass([("x", numba.int64)])
class Counter:
    def __init__(self): self.x = 0
    def up(self): self.x += 1; return self.x
assert Counter().up() == 1

# %% cached on disk
import pathlib, sys
pathlib.Path("cached_numba.py").write_text("import numba\n@numba.njit(cache=True)\ndef f(x):\n    return x + 1\n"); sys.path.insert(0, "."); import cached_numba; assert cached_numba.f(1) == 2

# %% without the lock, in threads
from concurrent.futures import ThreadPoolExecutor
@numba.njit(nogil=True)
def work(n):
    s = 0
    for i in range(n): s += i % 3
    return s
assert len(set(ThreadPoolExecutor(4).map(work, [10_000] * 4))) == 1

# %% pandas with the numba engine
import pandas as pd
assert pd.Series(range(10)).rolling(2).mean(engine="numba").iloc[-1] == 8.5

# %% a typing error is caught
@numba.njit
def bad(x): return x + "a"
try: bad(1)
except numba.TypingError as e: print(type(e).__name__)

# %% graphs
import networkx as nx
g = nx.Graph([(1, 2), (2, 3), (3, 4), (4, 1), (1, 3)]); assert nx.shortest_path_length(g, 2, 4) == 2 and nx.is_connected(g)

# %% centralities
pr = nx.pagerank(nx.karate_club_graph()); assert abs(sum(pr.values()) - 1) < 1e-6 and max(nx.betweenness_centrality(g).values()) > 0

# %% communities
from networkx.algorithms import community
assert len(community.greedy_modularity_communities(nx.karate_club_graph())) >= 2 and len(community.louvain_communities(nx.karate_club_graph(), seed=0)) >= 2

# %% trees, flows, colours
assert nx.minimum_spanning_tree(g).number_of_edges() == 3 and nx.maximum_flow_value(nx.DiGraph([("s", "t", {"capacity": 4})]), "s", "t") == 4

# %% a graph is drawn
import matplotlib.pyplot as plt
nx.draw(g, with_labels=True, pos=nx.spring_layout(g, seed=0)); plt.show()

# %% graph and matrix
assert nx.to_numpy_array(g).sum() == 10 and nx.adjacency_matrix(g).nnz == 10

# %% graph and files
nx.write_graphml(g, "g.graphml"); assert nx.read_graphml("g.graphml").number_of_nodes() == 4; nx.write_edgelist(g, "g.txt"); assert nx.read_edgelist("g.txt").number_of_edges() == 5

# %% graph and tables
import pandas as pd
assert nx.from_pandas_edgelist(pd.DataFrame({"source": [1], "target": [2]})).number_of_edges() == 1 and len(nx.to_pandas_edgelist(g)) == 5

# %% directed graphs
d = nx.DiGraph([("a", "b"), ("b", "c")]); assert list(nx.topological_sort(d)) == ["a", "b", "c"] and nx.is_directed_acyclic_graph(d)

# %% random graphs
assert nx.erdos_renyi_graph(50, 0.1, seed=1).number_of_nodes() == 50 and nx.barabasi_albert_graph(50, 2, seed=1).number_of_edges() == 96
