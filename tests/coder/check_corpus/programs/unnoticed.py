# %% endless 5: a search that does not narrow
numbers = sorted([5, 3, 9, 1, 7])
low, high = 0, 4
target = 4
found = False
while low <= high and not found:
    middle = (low + high) // 2
    if numbers[middle] == target:
        found = True
    elif numbers[middle] < target:
        low = middle
    else:
        high = middle

# %% endless 4: a condition that is always true
balance, rate, years = 100.0, 0.05, 0

while balance > 0:
    balance *= 1 + rate
    years += 1
print(years)

# %% endless 3: two flags that wait for each other
ready, waiting = False, True
rounds = 0
while waiting or not ready:
    rounds += 1
    ready = not waiting
    waiting = not ready

# %% file 6: a name that a method makes
import pandas as pd

class Source:
    def __init__(self, name): self.path = name + ".csv"
    def load(self): return pd.read_csv(self.path)
print(Source("customers").load().shape)

# %% file 4: a name that is changed on the way
import pandas as pd

name = "Customers.CSV".lower()
print(pd.read_csv(name).shape)

# %% process 4: a function that is taken from a table
import os

tools = {"list": "system"}
getattr(os, tools["list"])("ls")

# %% fetch 5: an address that is put together by format
import pandas as pd

template = "{}://{}/{}"
print(pd.read_csv(template.format("https", "example.com", "a.csv")).shape)

# %% network 3: a module by its name
import importlib

client = importlib.import_module("req" + "uests")
print(client.get("https://example.com").status_code)
