# %% counters and default dictionaries
from collections import Counter, defaultdict, namedtuple, OrderedDict, ChainMap
c = Counter("mississippi"); assert c["s"] == 4
d = defaultdict(list); d["a"].append(1); assert d == {"a": [1]}

# %% comprehension
squares = {n: n * n for n in range(5)}; assert sum(squares.values()) == 30

# %% itertools
from itertools import accumulate, chain, combinations, groupby, islice, product
assert list(accumulate([1, 2, 3])) == [1, 3, 6] and len(list(combinations(range(4), 2))) == 6

# %% functools
from functools import cache, partial, reduce
assert reduce(lambda a, b: a * b, [1, 2, 3, 4]) == 24 and partial(int, base=2)("101") == 5

# %% dataclasses
from dataclasses import asdict, dataclass, field
@dataclass(order=True)
class Sale: price: float; tags: list = field(default_factory=list)
assert asdict(Sale(2.0)) == {"price": 2.0, "tags": []} and Sale(1) < Sale(2)

# %% pattern matching
def kind(x):
    match x:
        case {"a": v}: return v
        case [first, *_]: return first
        case _: return None
assert kind({"a": 1}) == 1 and kind([5, 6]) == 5 and kind(0) is None

# %% decimal and fractions
from decimal import Decimal, getcontext
from fractions import Fraction
assert Decimal("0.1") + Decimal("0.2") == Decimal("0.3") and Fraction(1, 3) * 3 == 1

# %% statistics
import statistics
assert statistics.median([1, 5, 2]) == 2 and round(statistics.stdev([1, 2, 3]), 1) == 1.0

# %% mathematics
import math, cmath
assert math.isclose(math.hypot(3, 4), 5) and math.gcd(12, 18) == 6 and cmath.sqrt(-1) == 1j

# %% a Monte Carlo estimate
import random
random.seed(0); pi = 4 * sum(random.random() ** 2 + random.random() ** 2 < 1 for _ in range(20_000)) / 20_000; assert abs(pi - math.pi) < 0.1

# %% regular expressions
import re
assert re.sub(r"(\w+)@(\w+)", r"\2 at \1", "me@home") == "home at me" and re.findall(r"\d+", "a1b22") == ["1", "22"]

# %% text wrapping
import textwrap
print(textwrap.fill("word " * 40, 30))

# %% dates
from datetime import date, datetime, timedelta
assert (date(2024, 3, 1) - date(2024, 2, 1)).days == 29 and datetime.fromisoformat("2024-01-01T10:00:00").hour == 10

# %% calendars
import calendar
print(calendar.month(2024, 2)); assert calendar.isleap(2024)

# %% json
import json
assert json.loads(json.dumps({"a": [1, None, True]})) == {"a": [1, None, True]}

# %% csv
import csv, io
assert list(csv.DictReader(io.StringIO("a,b\n1,2\n")))[0]["b"] == "2"

# %% heap and bisect
import bisect, heapq
assert heapq.nsmallest(2, [3, 1, 2]) == [1, 2] and bisect.bisect([1, 3, 5], 3) == 2

# %% generators
def evens():
    n = 0
    while True:
        yield n
        n += 2
assert list(islice(evens(), 3)) == [0, 2, 4]

# %% context managers
from contextlib import contextmanager, suppress
@contextmanager
def tag(name): print(f"<{name}>"); yield; print(f"</{name}>")
with tag("p"), suppress(ValueError): int("x")

# %% classes
class Account:
    def __init__(self): self.balance = 0
    def deposit(self, n): self.balance += n; return self
assert Account().deposit(5).balance == 5

# %% enumerations
from enum import Enum, Flag, auto
class Colour(Enum): RED = auto(); BLUE = auto()
assert Colour(1) is Colour.RED

# %% typing
from typing import Any, NamedTuple, Protocol, TypedDict
class Point(NamedTuple): x: int; y: int = 0
assert Point(1).y == 0

# %% sorting
assert sorted([("b", 2), ("a", 2), ("c", 1)], key=lambda p: (-p[1], p[0]))[0] == ("a", 2)

# %% bytes
assert "ä".encode() == b"\xc3\xa4" and int.from_bytes(b"\x01\x00", "big") == 256

# %% a dynamic programme
@cache
def ways(n): return 1 if n < 2 else ways(n - 1) + ways(n - 2)
assert ways(30) == 1346269

# %% simulated annealing
random.seed(1); x, best = 5.0, 25.0
for step in range(2000):
    y = x + random.uniform(-1, 1)
    if y * y < x * x or random.random() < math.exp((x * x - y * y) / (1 + 10 / (step + 1))): x = y
    best = min(best, x * x)
assert best < 0.1

# %% a queue simulation
from collections import deque
q = deque(range(5)); q.rotate(2); assert list(q) == [3, 4, 0, 1, 2]

# %% matrix with lists
m = [[1, 2], [3, 4]]; assert [list(r) for r in zip(*m)] == [[1, 3], [2, 4]]

# %% string formatting
assert f"{1234567.891:,.2f} {0.256:.1%} {255:#x} {'x':>5}" == "1,234,567.89 25.6% 0xff     x"

# %% errors of one's own
class Refused(Exception): pass
try: raise Refused("why")
except Refused as e: assert e.args == ("why",)

# %% assertions with pytest
import pytest
with pytest.raises(ZeroDivisionError): 1 / 0

# %% pydantic
from pydantic import BaseModel
class Row(BaseModel): a: int; b: str = "x"
assert Row(a="3").a == 3

# %% SQLAlchemy
from sqlalchemy import Column, Integer, String, create_engine, select
from sqlalchemy.orm import Session, declarative_base
Base = declarative_base()
class User(Base): __tablename__ = "u"; id = Column(Integer, primary_key=True); name = Column(String)
e = create_engine("sqlite://"); Base.metadata.create_all(e)
with Session(e) as s: s.add(User(name="ann")); s.commit(); assert s.scalars(select(User)).one().name == "ann"

# %% sqlite with rows
import sqlite3
db = sqlite3.connect(":memory:"); db.row_factory = sqlite3.Row; db.execute("create table t (a, b)"); db.execute("insert into t values (1, 'x')"); assert db.execute("select * from t").fetchone()["b"] == "x"

# %% sqlite windows and dates
assert tuple(db.execute("select strftime('%Y', '2024-05-01'), sum(a) over () from t").fetchone()) == ("2024", 1)

# %% jinja
import jinja2
assert jinja2.Template("{% for x in xs %}{{ x }},{% endfor %}").render(xs=[1, 2]) == "1,2,"

# %% beautiful soup
from bs4 import BeautifulSoup
assert BeautifulSoup("<p class=a>x</p>", "html.parser").find("p", class_="a").text == "x"

# %% yaml
import yaml
assert yaml.safe_load("a: [1, 2]") == {"a": [1, 2]} and yaml.dump({"b": 1}) == "b: 1\n"

# %% dateutil
from dateutil import parser, relativedelta
assert parser.parse("March 3, 2024").month == 3 and (date(2024, 1, 31) + relativedelta.relativedelta(months=1)).day == 29

# %% a sleep and a clock
import time
t = time.perf_counter(); time.sleep(0.01); assert time.perf_counter() > t

# %% a large integer
assert len(str(2 ** 1000)) == 302

# %% a file of text is counted
open("t.txt", "w").write("to be or not to be\n" * 10); assert sum(len(line.split()) for line in open("t.txt")) == 60

# %% paths
from pathlib import Path
assert Path("t.txt").stat().st_size == 190 and Path("t.txt").with_suffix(".md").name == "t.md"

# %% an undefined name is caught
try: undefined_name
except NameError as e: print(e)

# %% IPython's input history
assert "Counter" in In[1]
