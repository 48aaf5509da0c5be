"""A checkpoint for another folder: the same variables, or some of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from jupyter_agent.errors import StorageError

from . import files
from .catalogue import from_text, to_text


def copy(source: Path, target: Path, *, without: Collection[str] = ()) -> tuple[str, ...]:
    """Copy the checkpoint in `source` to the empty folder `target`; the names of the variables in the copy.

    Whoever wrote `source`, nothing outside of it is read. Blocking. Without a checkpoint there is no copy.

    Raises:
        StorageError: it cannot be read, or `target` not be written to; then `target` holds no checkpoint.
    """
    try:
        text = files.read_catalogue(source)
        if text is None:
            return ()
        catalogue, _ = from_text(text)
        for name, stored in catalogue.files.items():
            content = files.content(source, name, stored, mapped=True)
            path = target / name
            path.parent.mkdir(mode=0o700, exist_ok=True)
            with path.open("xb") as file:
                file.write(content)
        kept = tuple(
            replace(entry, load=entry.load.replace(repr(str(source)), repr(str(target))))
            for entry in catalogue.kept
            if entry.name not in without
        )
        lost = tuple(entry for entry in catalogue.lost if entry.name not in without)
        made = replace(catalogue, kept=kept, lost=lost)
        files.write_catalogue(target, files.CATALOGUE, to_text(made).encode())
    except (OSError, ValueError, RecursionError) as error:
        raise StorageError(f"The variables in {source} cannot be copied: {error}.") from error
    return tuple(entry.name for entry in kept)
