"""Programs that fail, as models write them, by the class that their errors are of."""

from __future__ import annotations

from jupyter_agent.steps import ErrorClass

SETUP = """
import json
from pathlib import Path
import numpy as np
import pandas as pd

df = pd.DataFrame({"name": ["Ann", "Ben"], "age": [34, 51], "price": ["3.5", "n/a"]})
Path("latin.csv").write_bytes("name\\nZoë\\n".encode("latin-1"))
Path("broken.json").write_text('{"a": 1,')
"""

PROGRAMS: dict[ErrorClass, tuple[str, ...]] = {
    "index-error": (
        "rows = []\nprint(rows[0])",
        "print(df.iloc[10])",
        "print(np.arange(3)[7])",
        "print('a,b'.split(',')[2])",
        "print(np.arange(3).sum(axis=1))",
        "import polars as pl\nprint(pl.Series([1]).gather([9]))",
    ),
    "key-error": (
        "print(df['Age'])",
        "print({'a': 1}['b'])",
        "print(df[['name', 'city']])",
        "print(df.groupby('city').size())",
        "print(df.drop(columns=['city']))",
        "print(df.set_index('name').loc['Eve'])",
        "print(df.merge(df, on='city'))",
        "import polars as pl\nprint(pl.DataFrame({'a': [1]})['b'])",
        "import duckdb\nprint(duckdb.sql('select city from df'))",
    ),
    "type-error": (
        "print('age: ' + 34)",
        "print(df['name'].mean())",
        "print(df['price'] - 1)",
        "print(len(5))",
        "print(df.sort_values('age', descending=True))",
        "print(df['age'](0))",
        "print(json.dumps({'a': np.int64(1)}))",
        "import pyarrow as pa\nprint(pa.array(['a', 1]))",
    ),
    "none-access": (
        "ordered = df.sort_values('age', inplace=True)\nprint(ordered['age'])",
        "rows = [].append(1)\nprint(rows[0])",
        "import re\nprint(re.search('z', 'abc').group())",
        "print(len(None))",
        "print(None + 1)",
        "print(max([3, None]))",
        "for row in None:\n    pass",
    ),
    "file-not-found": (
        "print(open('sales2023.csv').read())",
        "print(pd.read_csv('data/sales.csv'))",
        "print(pd.read_excel('book.xlsx'))",
        "print(open('.').read())",
        "import duckdb\nprint(duckdb.sql(\"select * from 'none.csv'\"))",
    ),
    "json-decoding": (
        "print(json.loads('{\"a\": 1,'))",
        "print(json.load(open('broken.json')))",
        "print(pd.read_json('broken.json'))",
    ),
    "value-error": (
        "print(int('3.5'))",
        "print(pd.to_numeric(df['price']))",
        "print(df['price'].astype(float))",
        "df['city'] = ['Bern']",
        "print(pd.to_datetime('the first of May'))",
        "print(np.ones(2) + np.ones(3))",
        "if df['age'] > 40:\n    print('old')",
        "from datetime import datetime\nprint(datetime.strptime('1.2.2024', '%Y-%m-%d'))",
        "print(pd.read_csv('broken.json', sep=',', names=['a']).a.astype(int))",
        "import decimal\nprint(decimal.Decimal('n/a'))",
        "import pyarrow as pa\nprint(pa.array(['x']).cast(pa.int64()))",
        "print(pd.Series([1.5, None]).astype(int))",
    ),
    "attribute-error": (
        "print(df.append({'age': 3}))",
        "print(df.age.str.len2())",
        "print(np.float(3))",
        "print('a'.foo)",
        "print(df.city)",
    ),
    "name-error": (
        "print(total)",
        "def f():\n    n += 1\nf()",
        "print(df.query('city == 3'))",
        "import duckdb\nprint(duckdb.sql('select * from orders'))",
    ),
    "import-error": (
        "import no_such_package",
        "from pandas import no_such_name",
        "import sklearn.no_such_part",
    ),
    "zero-division": (
        "print(1 / 0)",
        "print(7 % 0)",
        "import decimal\nprint(decimal.Decimal(1) / decimal.Decimal(0))",
        "import statistics\nprint(10 // len([]))",
    ),
    "encoding": (
        "print(pd.read_csv('latin.csv'))",
        "print(open('latin.csv', encoding='utf-8').read())",
        "print('Zoë'.encode('ascii'))",
        "print(open('latin.csv', encoding='utf8x').read())",
    ),
    "permission": (
        "open('sales.csv', 'w').write('x')",
        "df.to_csv('/out.csv')",
        "print(open('/etc/shadow').read())",
        "import os\nos.mkdir('made')\nos.mkdir('made')",
    ),
    "memory": (
        "print(np.ones((10**7, 10**6)))",
        "print(len([0] * 10**13))",
        "parts = []\nwhile True:\n    parts.append(np.ones(10**7))",
    ),
    "timeout": (
        "while True:\n    pass",
        "import time\ntime.sleep(60)",
    ),
    "runtime-error": (
        "raise RuntimeError('it does not converge')",
        "def f(n):\n    return f(n + 1)\nf(0)",
        "assert df.empty, 'there are rows'",
        "print(next(iter([])))",
        "class Odd(Exception):\n    pass\nraise Odd('x')",
    ),
    "restricted": (
        "import urllib.request\nurllib.request.urlopen('https://example.org')",
        "import socket\nsocket.create_connection(('127.0.0.1', 80))",
        "import subprocess\nsubprocess.run(['ls'], check=True)",
        "import os\nos.fork()",
        "input('Which year? ')",
        "print(pd.read_csv('https://example.org/a.csv'))",
    ),
    "syntax-error": (
        "print((1",
        "if True\n    print(1)",
        "eval('1 +')",
    ),
    "kernel-died": ("import os\nos.abort()",),
    "interrupted": ("raise KeyboardInterrupt",),
}
"""What only the static check finds is not here: it never runs."""
