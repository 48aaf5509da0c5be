"""Checkpoints that could not be brought back, or not all of it: a new one does not replace them.

Their data stay where they are; the catalogue goes on under another name beside the new one:

    variables_metadata.not-restored-0123456789abcdef.json
    data-0123456789abcdef/

What the catalogue says of loading its variables holds on. There are at most two, and the oldest goes first:
each can be as large as a checkpoint may be.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from . import files, forms
from .catalogue import from_text, to_text
from .not_kept import Unreadable

_NAME = re.compile(re.escape(Path(files.CATALOGUE).stem) + r"\.not-restored-([0-9a-f]{16})\.json")
_DATA = re.compile(rb"\bdata-([0-9a-f]{16})/")
_MOST = 2


def set_aside(folder: Path) -> str | None:
    """Write the catalogue once more, under the name that keeps its data; None if there is no checkpoint.

    One that cannot be read gets that name itself.

    Raises:
        OSError: the folder cannot be written to.
    """
    catalogue = folder / files.CATALOGUE
    if not (catalogue.exists() or catalogue.is_symlink()):
        return None
    try:
        text = files.read_catalogue(folder)
    except (Unreadable, OSError):
        text = None
    if text is not None and (named := _DATA.search(text)):
        name = _name(named[1].decode())
        files.write_catalogue(folder, name, _moved(text, folder, name))
        return name
    spared = set(_spared(_catalogues(folder)))
    left = [data for data in files.data_names(folder) if data not in spared]
    if not left:
        return None
    # It names no data, but there are some.
    name = _name(left[0].removeprefix("data-"))
    catalogue.rename(folder / name)
    return name


def spare(folder: Path) -> list[str]:
    """The folders with the data of what was set aside; what is too much is given up."""
    catalogues = _catalogues(folder)
    for path in catalogues[_MOST:]:
        with contextlib.suppress(OSError):
            path.unlink()
    return _spared(catalogues[:_MOST])


def _catalogues(folder: Path) -> list[Path]:
    """Those that were set aside, the last one first."""
    found = [path for path in folder.iterdir() if _NAME.fullmatch(path.name)]
    return sorted(found, key=lambda path: path.lstat().st_mtime_ns, reverse=True)


def _spared(catalogues: Sequence[Path]) -> list[str]:
    return [_NAME.sub(r"data-\1", path.name) for path in catalogues]


def _name(data: str) -> str:
    return f"{Path(files.CATALOGUE).stem}.not-restored-{data}.json"


def _moved(text: bytes, folder: Path, name: str) -> bytes:
    """The catalogue with code that reads it where it is now; as it is, where it cannot be read."""
    try:
        catalogue, problems = from_text(text)
    except (ValueError, RecursionError):
        return text
    if problems:
        return text
    kept = tuple(
        replace(entry, load=forms.load_code(entry.kind, entry.name, folder.absolute(), entry.file, name))
        for entry in catalogue.kept
    )
    return to_text(replace(catalogue, kept=kept)).encode()
