"""Imports run one way, and importing the package costs nothing: the architecture, kept by a test."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import jupyter_agent

PACKAGE = Path(jupyter_agent.__file__).parent

LAYERS: tuple[frozenset[str], ...] = (
    frozenset(
        {
            "_version",
            "addresses",
            "characters",
            "classes",
            "closing",
            "context",
            "environment",
            "errors",
            "ids",
            "private",
            "redaction",
            "signatures",
            "spellings",
            "trees",
        }
    ),
    frozenset({"budget", "messages", "private_log"}),
    frozenset({"tokens"}),
    frozenset({"evidence", "steps"}),
    frozenset({"events"}),
    frozenset({"protocols", "settings", "trajectory"}),
    frozenset({"wire", "config"}),
    frozenset({"audit", "models", "files", "prompts", "kernel", "variables", "storage", "journal"}),
    frozenset({"coder", "posting"}),
    frozenset({"agents"}),
    frozenset({"account", "resuming"}),
    frozenset({"run"}),
    frozenset({"answering", "other_processes"}),
    frozenset({"runner", "kernel_states", "upkeep"}),
    frozenset({"compose", "terminal"}),
    frozenset({"evaluation"}),
    frozenset({"replay"}),
    frozenset({"server", "cli"}),
    frozenset({"__init__", "__main__"}),
)
"""Bottom to top. A module imports from lower layers and from its own folder, never from a sibling's."""

ALLOWED = {("kernel/keeping.py", "variables")}
"""The one neighbour that a module may import: the worker saves and loads the variables of its namespace."""

LIFTED = {("kernel", "provisioner")}
"""What Jupyter loads by entry point, and composition roots may name from anywhere."""


def level(name: str) -> int:
    for number, layer in enumerate(LAYERS):
        if name in layer:
            return number
    pytest.fail(f"{name} stands in no layer: put it into LAYERS and into the README's picture")


def top_level(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The top-level names inside the package that a file imports, at any depth of its code."""
    package = path.relative_to(PACKAGE).parts[:-1]
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            target = (*base, *(node.module or "").split(".")) if node.module else base
            names |= {target[0]} if target else {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "jupyter_agent":
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("jupyter_agent."):
            names.add((node.module or "").split(".")[1])
        elif isinstance(node, ast.Import):
            names |= {a.name.split(".")[1] for a in node.names if a.name.startswith("jupyter_agent.")}
    return names


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=[str(f.relative_to(PACKAGE)) for f in FILES])
def test_imports_run_one_way(path: Path) -> None:
    here = top_level(path)
    for name in imported(path) - {here, "__version__"}:
        file = path.relative_to(PACKAGE).as_posix()
        assert level(name) < level(here) or (file, name) in ALLOWED, f"{file} imports {name}, not below it"


def test_a_kernel_that_imports_the_package_loads_nothing_else() -> None:
    code = "import sys, jupyter_agent; print([m for m in sys.modules if m.startswith('jupyter_agent.')])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "['jupyter_agent._version']"


HEAVY = {
    *("pandas", "numpy", "matplotlib", "sqlalchemy", "alembic", "pydantic"),
    *("ollama", "httpx", "xllamacpp", "ipykernel"),
}


@pytest.mark.parametrize(
    "module",
    [
        "jupyter_agent.server.extension",
        "jupyter_agent.kernel.provisioner",
        *(f"jupyter_agent.cli.{name}" for name in ("ask", "runs", "export", "replay")),
    ],
)
def test_what_a_server_or_a_command_loads_at_start_is_light(module: str) -> None:
    code = (
        "import sys, jupyter_server.serverapp; before = set(sys.modules); "
        f"import {module}; print(*(set(sys.modules) - before))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in out.stdout.split()}
    assert not loaded & HEAVY
