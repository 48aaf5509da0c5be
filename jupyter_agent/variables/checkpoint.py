"""A checkpoint: variables of a namespace in a folder, and back, typed and without pickle in either direction.

Reading a checkpoint runs no code from it and reads nothing outside of its folder, whoever wrote it. What
cannot be kept exactly is not kept, but listed with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_agent.errors import AgentError, NotFound, StorageError

from . import aside, files
from .catalogue import Catalogue, Lost, Problem, from_text, to_text
from .loading import Loading
from .not_kept import Unreadable
from .saving import Saving


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a checkpoint gave back."""

    values: Mapping[str, object]
    problems: tuple[Problem, ...] = ()
    """What is in the checkpoint but could not be read."""
    lost: tuple[Lost, ...] = ()
    """What had not been kept."""


def save(
    namespace: Mapping[str, object],
    folder: Path,
    *,
    limit_bytes: int,
    made_by: Mapping[str, str] | None = None,
    set_aside: bool = False,
) -> Catalogue:
    """Write the variables of `namespace` to `folder` (made if it is missing), in the place of what was there.

    All of `namespace` is taken: leave out what is not the user's. A variable that does not fit into what is
    left of `limit_bytes` is listed as lost; small ones go first. `made_by` holds the code that assigned each
    name, for the list of what was lost. A frame of 1 GB takes about as long as writing 1 GB to the disk, and
    no second copy in memory, unless its columns do not lie in memory one after the other. If this fails or is
    interrupted, the checkpoint before stays as it was. One process at a time may write to a folder; a forked
    one may, too, that has lost the threads of its libraries.

    With `set_aside` the checkpoint before is not removed, but goes on under another name (`aside`).

    Raises:
        StorageError: the disk is full, or the folder cannot be written to.
    """
    try:
        if set_aside:
            aside.set_aside(folder)
        with files.new_data(folder) as data:
            catalogue = Saving(namespace, folder, data, limit_bytes, made_by or {}).all()
            files.replace_catalogue(folder, data, to_text(catalogue))
        files.clear(folder, but={data.name, *aside.spare(folder)})
        return catalogue
    except OSError as error:
        raise StorageError(
            f"The variables could not be saved in {folder}: {error.strerror or error}.",
            "Make room on the disk, or check who may write there.",
        ) from error


def load(
    folder: Path, *, mapped: bool = False, limit_bytes: int | None = None, catalogue: str = files.CATALOGUE
) -> Restored:
    """Read the checkpoint in `folder`; nothing, if there is none. Never raises for what it finds there.

    Whoever wrote the folder, no code from it runs; the code that its catalogue shows is for those who trust
    its writer.

    With `mapped`, files are read when their values are used: 1 GB is there within milliseconds. Do that only
    where nobody but this process can write to the folder: a file that shrinks while it is in use would end
    the process. Checksums are not compared then. `limit_bytes` refuses checkpoints that are larger in all.
    `catalogue` names that of a checkpoint that was set aside.
    """
    loading, problems = _opened(folder, mapped, limit_bytes, catalogue)
    if loading is None:
        return Restored(values={}, problems=problems)
    values: dict[str, object] = {}
    found = list(problems)
    for name in loading.names:
        try:
            values[name] = loading.value(name)
        except Exception as error:  # noqa: BLE001 - whatever is in the file, the other variables come back
            found.append(Problem(name=name, reason=_why(error)))
    return Restored(values=values, problems=tuple(found), lost=loading.lost)


def read(folder: str | Path, name: str, *, catalogue: str = files.CATALOGUE) -> Any:
    """One variable of the checkpoint in `folder`; the code in `catalogue` calls this.

    Raises:
        NotFound: it is not in the checkpoint.
        StorageError: it is, but cannot be read.
    """
    loading, problems = _opened(Path(folder), mapped=False, limit_bytes=None, catalogue=catalogue)
    lost = () if loading is None else loading.lost
    if loading is None or name not in loading.names:
        reasons = [problem.reason for problem in problems if problem.name in ("", name)]
        reasons += [entry.reason for entry in lost if entry.name == name]
        raise NotFound(f"{name} is not in the checkpoint in {folder}.", " ".join(reasons))
    try:
        return loading.value(name)
    except Exception as error:
        raise StorageError(
            f"{name} cannot be read: {_why(error)}.", "Run the code that made it again."
        ) from error


def _opened(
    folder: Path, mapped: bool, limit_bytes: int | None, catalogue: str
) -> tuple[Loading | None, tuple[Problem, ...]]:
    try:
        text = files.read_catalogue(folder, catalogue)
        if text is None:
            return None, ()
        content, problems = from_text(text)
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        return None, (Problem(name="", reason=f"The catalogue cannot be read: {_why(error)}"),)
    size = sum(stored.bytes for stored in content.files.values())
    if limit_bytes is not None and size > limit_bytes:
        return None, (Problem(name="", reason=f"The checkpoint has {size} bytes, more than {limit_bytes}"),)
    return Loading(folder, content, mapped), problems


def _why(error: Exception) -> str:
    """What an error says to a person, in a line."""
    said = (str(error).strip() or type(error).__name__).splitlines()[0][:300]
    match error:
        case FileNotFoundError():
            return "its file is missing"
        case OSError(strerror=str(reason)):
            return f"its file cannot be opened ({reason})"
        case Unreadable() | AgentError():
            return said
        case _:
            return f"its file is damaged or was not written here ({type(error).__name__}: {said})"
