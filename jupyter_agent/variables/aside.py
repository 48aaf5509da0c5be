"""Checkpoints that could not be brought back, or not all of it: a new one does not replace them.

Their data stay where they are; the catalogue goes on under another name beside the new one:

    variables_metadata.not-restored-0123456789abcdef.json
    data-0123456789abcdef/

What the catalogue says of loading its variables holds on. There are at most three, and the oldest goes first:
each can be as large as a checkpoint may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from . import files, forms
from .catalogue import from_text, to_text
from .not_kept import Unreadable

_NAME = re.compile(re.escape(Path(files.CATALOGUE).stem) + r"\.not-restored-([0-9a-f]{16})\.json")
_DATA = re.compile(rb"\bdata-([0-9a-f]{16})/")
_MOST = 3


def set_aside(folder: Path) -> str | None:
    """Write the catalogue once more, under the name that keeps its data; None if there is no checkpoint.

    Raises:
        OSError: the folder cannot be written to.
    """
    try:
        text = files.read_catalogue(folder)
    except Unreadable:
        # What is no ordinary file was not written here.
        return None
    # One without data holds nothing.
    data = _DATA.search(text or b"")
    if text is None or data is None:
        return None
    name = f"{Path(files.CATALOGUE).stem}.not-restored-{data[1].decode()}.json"
    files.write_catalogue(folder, name, _moved(text, folder, name))
    return name


def data_names(folder: Path) -> Iterator[str]:
    """The folders with the data of what was set aside; what is too much is given up."""
    catalogues = [path for path in folder.iterdir() if _NAME.fullmatch(path.name)]
    catalogues.sort(key=lambda path: path.lstat().st_mtime_ns, reverse=True)
    for path in catalogues[_MOST:]:
        path.unlink(missing_ok=True)
    for path in catalogues[:_MOST]:
        yield path.name.replace(f"{Path(files.CATALOGUE).stem}.not-restored", "data").removesuffix(".json")


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
