"""What the profiles of attached files say to load them with, run in the restricted kernel."""

from __future__ import annotations

import asyncio
import gzip
import sqlite3
from pathlib import Path

import pandas as pd
import pytest

from jupyter_agent.files import profile
from jupyter_agent.kernel.sessions import RestrictedSession
from jupyter_agent.protocols import Workspace
from tests.kernel.conftest import run

DF = pd.DataFrame({"day": ["2024-01-31", "2024-02-01"], "price": [1.5, 2.5], "city": ["Bern", None]})


def written(path: Path) -> None:
    match path.suffix:
        case ".xlsx":
            DF.to_excel(path, index=False)
        case ".parquet":
            DF.to_parquet(path)
        case ".feather":
            DF.to_feather(path)
        case ".gz":
            path.write_bytes(gzip.compress(DF.to_csv(index=False).encode()))
        case _:
            made = sqlite3.connect(path)
            made.execute("PRAGMA journal_mode=WAL")
            DF.to_sql("prices", made, index=False)
            made.close()


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet", "a.feather", "a b.db", "a.csv.gz"])
def test_load_code_runs_in_the_kernel(
    session: RestrictedSession, workspace: Workspace, jp_asyncio_loop: asyncio.AbstractEventLoop, name: str
) -> None:
    path = workspace.attachments / name
    written(path)
    path.chmod(0o400)
    (workspace.folder / name).symlink_to(path)
    file = jp_asyncio_loop.run_until_complete(profile(path, name, "application/octet-stream"))
    code = f"{file.load}\nprint(df.shape, df['price'].sum())"
    ran = jp_asyncio_loop.run_until_complete(run(session, code))
    assert ran.execution.error is None
    assert ran.text == "(2, 3) 4.0\n"
    assert not ran.blocks
