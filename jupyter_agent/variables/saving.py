"""Writing one checkpoint: each variable goes to a file, or to the list of what was lost."""

from __future__ import annotations

import errno
import json
import re
import resource
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_agent.classes import type_name
from jupyter_agent.errors import StorageError

from . import files, forms
from .catalogue import Catalogue, Kept, Lost, is_name
from .files import Stored
from .not_kept import NotKept
from .plain import Encoder

VALUES = "values.json"
_INLINE_BYTES = 65_536
_FILE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_BETWEEN = ",\n"
_SINGLE = (str, bytes, int, float, complex, bool, type(None), type(...))


class Saving:
    """Writes the variables of a namespace to the folder `data`, which is inside of `folder`."""

    def __init__(
        self,
        namespace: Mapping[str, object],
        folder: Path,
        data: Path,
        limit: int,
        made_by: Mapping[str, str],
    ) -> None:
        self._namespace = namespace
        self._folder = folder
        self._data = data
        self._left = limit
        self._largest = _largest_file()
        self._made_by = made_by
        self._done: dict[str, Kept | Lost] = {}
        self._started: set[str] = set()
        self._files: dict[str, Stored] = {}
        self._lines: list[str] = []
        """What goes to the file of the small values."""
        self._lines_size = len("{}")
        self._inside: dict[int, str] = {}
        """The variable that each list, dictionary and the like is a part of, by its identity."""
        self._owners: dict[int, str] = {}
        """The first variable with each value, by its identity; the others refer to it."""
        for name, value in namespace.items():
            if not any(type(value) is single for single in _SINGLE):
                self._owners.setdefault(id(value), name)

    def all(self) -> Catalogue:
        """Write everything, and say what became of it.

        Raises:
            StorageError, OSError: the disk does not take it.
        """
        for name in sorted(self._namespace, key=lambda name: forms.about(self._namespace[name])):
            self._keep(name)
        if self._lines:
            path = self._data / VALUES
            path.write_text("{" + _BETWEEN.join(self._lines) + "}", encoding="ascii")
            self._files[self._path(VALUES)] = files.measure(path)
        entries = [self._done[name] for name in self._namespace]
        return Catalogue(
            kept=tuple(entry for entry in entries if isinstance(entry, Kept)),
            lost=tuple(entry for entry in entries if isinstance(entry, Lost)),
            files=self._files,
        )

    def _keep(self, name: str) -> Kept | Lost:
        """Write a variable, unless that was done already, because another one refers to it."""
        if name in self._done:
            return self._done[name]
        if name in self._started:
            raise NotKept(f"it and {name} hold each other")
        self._started.add(name)
        written: list[str] = []
        try:
            kept = self._kept(name, self._namespace[name], written)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - a failure of a library costs its variable only
            for file in written:
                (self._folder / file).unlink(missing_ok=True)
                self._files.pop(file, None)
            self._done[name] = self._lost(name, error)
        else:
            self._left -= kept.bytes
            self._done[name] = kept
        return self._done[name]

    def _lost(self, name: str, error: Exception) -> Lost:
        if not isinstance(error, NotKept):
            error = NotKept(f"it could not be written ({type(error).__name__}: {str(error)[:200]})")
        return Lost(
            name=name,
            type=type_name(self._namespace[name]),
            reason=error.reason,
            instead=error.instead,
            made_by=self._made_by.get(name, ""),
        )

    def _kept(self, name: str, value: object, written: list[str]) -> Kept:
        if not is_name(name):
            raise NotKept("nothing can be assigned to its name")
        if self._owners.get(id(value), name) == name and (form := forms.form(value)) is not None:
            self._write(form, name, written)
            kind, file, note = form.kind, written.pop(), form.note
            size = self._files[file].bytes
        else:
            size = self._write_json(name, value, written)
            kind, file, note = "value", self._path(VALUES), ""
        return Kept(
            name=name,
            type=type_name(value),
            kind=kind,
            file=file,
            parts=tuple(written),
            bytes=size,
            load=forms.load_code(kind, name, self._folder.absolute(), file),
            note=note,
        )

    def _write_json(self, name: str, value: object, written: list[str]) -> int:
        parts: list[forms.Form] = []
        encoder = Encoder(lambda part: self._attached(name, part, parts), self._inside)
        text = json.dumps(encoder.encode(value), allow_nan=False)
        self._check_room(len(text), written)
        line = f"{json.dumps(name)}: {text}"
        self._check_file(self._lines_size + len(line))
        for number, part in enumerate(parts):
            self._write(part, f"{name}.{number}", written)
        self._lines.append(line)
        self._lines_size += len(line) + len(_BETWEEN)
        self._inside |= dict.fromkeys(encoder.seen, name)
        return len(text) + sum(self._files[file].bytes for file in written)

    def _attached(self, name: str, part: object, parts: list[forms.Form]) -> Any:
        """What stands in JSON for a part that is a variable itself, or has a file of its own."""
        owner = self._owners.get(id(part), name)
        if owner != name:
            if isinstance(self._keep(owner), Lost):
                raise NotKept(f"it holds {owner}, which is not kept")
            return {"$": "variable", "name": owner}
        form = forms.form(part)
        if form is None or (form.kind == "array" and form.size < _INLINE_BYTES):
            return None
        if form.kind == "figure":
            raise NotKept("it holds a figure, which would come back as a picture")
        parts.append(form)
        return {"$": "attached", "part": len(parts) - 1, "kind": form.kind}

    def _write(self, form: forms.Form, stem: str, written: list[str]) -> None:
        name, *number = stem.split(".")
        if not _FILE_NAME.fullmatch(name):
            # Any letter may stand in a name; not every file system takes them.
            stem = ".".join([f"variable-{list(self._namespace).index(name)}", *number])
        path = self._data / f"{stem}.{form.extension}"
        self._check_room(form.size, written)
        self._check_file(form.size)
        written.append(self._path(path.name))
        try:
            form.write(path)
            self._files[written[-1]] = files.measure(path)
        except OSError as error:
            # Some libraries do not say why they could not go on.
            if error.errno == errno.EFBIG or (error.errno is None and path.stat().st_size == self._largest):
                raise self._too_large() from error
            raise StorageError(
                f"{name} could not be saved in {self._folder}: {error.strerror or error}.",
                "Make room on the disk, or check who may write there.",
            ) from error
        self._check_room(0, written)

    def _check_room(self, more: int, written: list[str]) -> None:
        size = more + sum(self._files[file].bytes for file in written)
        if size > self._left:
            raise NotKept(f"its {size} bytes are more than what is left of the limit, {self._left} bytes")

    def _check_file(self, size: int) -> None:
        if size > self._largest:
            raise self._too_large()

    def _too_large(self) -> NotKept:
        return NotKept(f"it is larger than a file may be here, {self._largest} bytes")

    def _path(self, file: str) -> str:
        return f"{self._data.name}/{file}"


def _largest_file() -> int:
    """Bytes that a file of this process may have."""
    limit, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    return sys.maxsize if limit == resource.RLIM_INFINITY else limit
