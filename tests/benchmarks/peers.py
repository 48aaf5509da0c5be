"""What others need to keep variables and to go back to them. Runs in any Python that has them; `snapshots.py`
starts it and reads what it prints: seconds, or `null` where the peer is not installed.

Each keeps the variables once, after code that changed a little of them; then code changes them again, and
they are brought back. What is kept goes through a file, as their users have it; nothing waits for the disk.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def pickled(module: str, variables: str, change: str, folder: Path) -> dict[str, float]:
    """The whole namespace, written and read by a module with the functions of `pickle`."""
    pickle = importlib.import_module(module)
    namespace: dict[str, Any] = {}
    exec(f"{variables}\n{change}", namespace)
    kept = {name: value for name, value in namespace.items() if not name.startswith("__")}
    path = folder / "variables"
    began = time.perf_counter()
    with path.open("wb") as file:
        pickle.dump(kept, file)
    snapshot = time.perf_counter() - began
    exec(change, namespace)
    began = time.perf_counter()
    with path.open("rb") as file:
        namespace.update(pickle.load(file))
    back = time.perf_counter() - began
    assert namespace["mark"] == 1
    return {"snapshot": snapshot, "back": back}


def kishu(variables: str, change: str, folder: Path) -> dict[str, float]:
    """What a cell that changes a little takes longer under Kishu, and a checkout of the moment after it."""
    # Kishu asks a browser for its notebook otherwise.
    os.environ["ENV_KISHU_TEST_MODE"] = "true"
    os.environ["KISHU_PATH_ROOT"] = str(folder)
    nbformat = importlib.import_module("nbformat")
    interactiveshell = importlib.import_module("IPython.core.interactiveshell")
    jupyterint = importlib.import_module("kishu.jupyterint")
    notebook_id = importlib.import_module("kishu.notebook_id")
    notebook = folder / "notebook.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), notebook)
    shell = interactiveshell.InteractiveShell.instance()
    history = jupyterint.KishuForJupyter(notebook_id.NotebookId("key", notebook, "kernel"), ip=shell)
    history.install_kishu_hooks()
    _cell(shell, variables)
    with_history = _cell(shell, change)
    commit = history._kishu_branch.get_head().commit_id
    _cell(shell, change)
    began = time.perf_counter()
    history.checkout(commit, skip_notebook=True)
    back = time.perf_counter() - began
    assert shell.user_ns["mark"] == 1
    history.uninstall_kishu_hooks()
    return {"snapshot": with_history - _cell(shell, change), "back": back}


def _cell(shell: Any, code: str) -> float:
    began = time.perf_counter()
    shell.run_cell(code).raise_error()
    return time.perf_counter() - began


def main() -> None:
    order = json.load(sys.stdin)
    peer, variables, change = order["peer"], order["variables"], order["change"]
    found = None
    if importlib.util.find_spec(peer) is not None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            found = (
                kishu(variables, change, folder)
                if peer == "kishu"
                else pickled(peer, variables, change, folder)
            )
    print(json.dumps(found))


if __name__ == "__main__":
    main()
