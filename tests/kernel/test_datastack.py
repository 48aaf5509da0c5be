"""The work a restricted kernel is for: the usual libraries do the usual things."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from tests.kernel.conftest import STRICT

WORK = {
    "csv": """
        import csv, pandas as pd
        with open('a.csv', 'w', newline='') as f: csv.writer(f).writerows([['a', 'b'], [1, 2]])
        assert pd.read_csv('a.csv').b[0] == 2
    """,
    "parquet": """
        import pandas as pd
        pd.DataFrame({'a': range(10_000)}).to_parquet('a.parquet')
        assert len(pd.read_parquet('a.parquet')) == 10_000
    """,
    "sqlite": """
        import sqlite3
        with sqlite3.connect('a.db') as db:
            db.execute('create table t (a)'); db.execute('insert into t values (1)')
        assert sqlite3.connect('a.db').execute('select a from t').fetchone() == (1,)
    """,
    "zip and tar": """
        import shutil, tarfile, zipfile
        open('z.txt', 'w').write('z')
        with zipfile.ZipFile('z.zip', 'w') as z: z.write('z.txt')
        zipfile.ZipFile('z.zip').extractall('unzipped')
        with tarfile.open('z.tar.gz', 'w:gz') as t: t.add('z.txt')
        tarfile.open('z.tar.gz').extractall('untarred')
        shutil.copy2('z.txt', 'copy.txt'); shutil.move('copy.txt', 'unzipped/moved.txt')
        assert open('unzipped/moved.txt').read() == 'z'
    """,
    "a file that was made read-only": """
        import os
        open('kept.txt', 'w').write('kept'); os.chmod('kept.txt', 0o444)
        try:
            open('kept.txt', 'w')
        except PermissionError:
            pass
        assert open('kept.txt').read() == 'kept'
        os.chmod('kept.txt', 0o644); open('kept.txt', 'w').write('changed')
    """,
    "temporary files": """
        import os, tempfile
        with tempfile.TemporaryDirectory() as d, tempfile.NamedTemporaryFile() as f:
            f.write(b'x'); os.rename(f.name, d + '/x'); open(f.name, 'w')
    """,
    "from temporary to workspace": """
        import os, tempfile
        handle, name = tempfile.mkstemp(); os.close(handle); os.replace(name, 'from-temporary')
    """,
    "asyncio": """
        import asyncio
        assert await asyncio.wait_for(asyncio.to_thread(lambda: 1), 5) == 1
    """,
    "an event loop in a thread": """
        import asyncio, threading
        done = []
        thread = threading.Thread(target=lambda: done.append(asyncio.run(asyncio.sleep(0, 1))))
        thread.start(); thread.join(); assert done == [1]
    """,
    "threads": """
        from concurrent.futures import ThreadPoolExecutor
        assert sum(ThreadPoolExecutor(8).map(lambda x: x * x, range(100))) == 328350
    """,
    "matrices on all processors": """
        import os, numpy as np, threadpoolctl
        a = np.random.default_rng(0).random((1500, 1500)); a @ a
        pools = [p for p in threadpoolctl.threadpool_info() if p['user_api'] == 'blas']
        assert pools and all(p['num_threads'] == len(os.sched_getaffinity(0)) for p in pools), pools
    """,
    "different random numbers": "import numpy as np; assert np.random.random() != 0",
    "plots in files": """
        import os, matplotlib.pyplot as plt
        plt.plot([1, 2]); [plt.savefig('p.' + kind) for kind in ('png', 'svg', 'pdf')]
        plt.close(); assert os.path.getsize('p.pdf') > 1000
    """,
    "time zones": """
        import pandas as pd, zoneinfo
        assert str(pd.Timestamp('2024-07-01', tz='Europe/Berlin').tz_convert('UTC').hour) == '22'
    """,
    "memory-mapped arrays": """
        import numpy as np
        m = np.memmap('m.bin', dtype='f8', mode='w+', shape=1000); m[:] = 1; m.flush()
        assert np.memmap('m.bin', dtype='f8', mode='r').sum() == 1000
    """,
    "own process": "import os, psutil; assert psutil.Process().memory_info().rss > 0; assert os.cpu_count()",
    "locale and user": """
        import getpass, locale, pathlib
        locale.getlocale(); getpass.getuser(); pathlib.Path.home()
    """,
    "magics": "%timeit -n1 -r1 1\n%matplotlib inline\n%pwd",
    "pictures": """
        from PIL import Image
        Image.new('RGB', (2, 2)).save('i.png'); assert Image.open('i.png').size == (2, 2)
    """,
}


@pytest.fixture(scope="module")
def client() -> Iterator[BlockingKernelClient]:
    manager, client = start_new_kernel(kernel_name=STRICT)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("name", WORK)
def test_it_works(client: BlockingKernelClient, name: str) -> None:
    said: list[str] = []
    reply = client.execute_interactive(
        WORK[name],
        timeout=60,
        allow_stdin=False,
        output_hook=lambda message: said.append(str(message["content"])),
    )
    assert reply["content"]["status"] == "ok", "\n".join(said)


def test_forks_do_not_share_random_numbers() -> None:
    drawn = set()
    for _ in range(2):
        manager, client = start_new_kernel(kernel_name=STRICT)
        reply = client.execute_interactive(
            "import numpy, random",
            user_expressions={"n": "(numpy.random.random(), random.random())"},
            timeout=60,
        )
        drawn |= set(reply["content"]["user_expressions"]["n"]["data"]["text/plain"].strip("()").split(", "))
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert len(drawn) == 4
