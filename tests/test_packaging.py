"""What is shipped: the wheel and the sdist hold the built JavaScript, and need no Node to be installed.

The JavaScript that the installation built is reused; nothing is compiled here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHARE = "jupyterlab_agent-0.1.0.data/data/share/jupyter"


def build(kind: str, source: Path, target: Path, **environment: str) -> Path:
    """Build one distribution with what is installed here: no Node, no network, no fresh environment."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "build",
            f"--{kind}",
            "--no-isolation",
            "--skip-dependency-check",
            "--outdir",
            str(target),
            str(source),
        ],
        env={**os.environ, "PATH": "/usr/bin:/bin", **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    (made,) = target.iterdir()
    return made


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("sdist", ROOT, tmp_path_factory.mktemp("sdist"), SKIP_JUPYTER_BUILDER="1")


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as pip builds it from the sdist: with the build hook, which must find nothing to do."""
    unpacked = tmp_path_factory.mktemp("unpacked")
    subprocess.run(["tar", "--extract", "--file", str(sdist), "--directory", str(unpacked)], check=True)
    (source,) = unpacked.iterdir()
    return build("wheel", source, tmp_path_factory.mktemp("wheel"))


def test_the_sdist_holds_the_built_javascript_and_no_scraps(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = [name.partition("/")[2] for name in archive.getnames()]
    assert "jupyter_agent/labextension/package.json" in names
    assert any(name.startswith("jupyter_agent/labextension/static/remoteEntry") for name in names)
    assert "labextension/package-lock.json" in names
    assert not [name for name in names if "/node_modules/" in name or "__pycache__" in name]


def test_the_wheel_holds_everything_that_jupyter_looks_for(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert f"{SHARE}/labextensions/jupyterlab-agent/package.json" in names
    assert f"{SHARE}/labextensions/jupyterlab-agent/install.json" in names
    assert f"{SHARE}/kernels/jupyter-agent-strict/kernel.json" in names
    assert "jupyterlab_agent-0.1.0.data/data/etc/jupyter/jupyter_server_config.d/jupyter_agent.json" in names
    assert not [name for name in names if name.startswith("jupyter_agent/labextension")]


def test_the_wheel_holds_every_file_that_the_package_reads(wheel: Path) -> None:
    shipped = set(zipfile.ZipFile(wheel).namelist())
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "jupyter_agent"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert listed
    assert not set(listed) - shipped - {"jupyter_agent/LICENSE"}


def test_the_lock_file_names_no_registry() -> None:
    assert '"resolved"' not in (ROOT / "labextension" / "package-lock.json").read_text()
