"""Reading one checkpoint: each variable from its file, and those that others refer to first."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from . import files, forms
from .catalogue import Catalogue, Kept, Lost, is_name
from .not_kept import Unreadable
from .plain import Decoder


class Loading:
    """Reads the variables of a catalogue from its folder, each once."""

    def __init__(self, folder: Path, catalogue: Catalogue, mapped: bool) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._mapped = mapped
        self._kept: dict[str, Kept] = {entry.name: entry for entry in catalogue.kept}
        self._values: dict[str, object] = {}
        self._started: set[str] = set()
        self._texts: dict[str, Mapping[str, Any]] = {}

    @property
    def names(self) -> Collection[str]:
        return self._kept.keys()

    @property
    def lost(self) -> tuple[Lost, ...]:
        return self._catalogue.lost

    def value(self, name: str) -> object:
        """A variable's value, the same object each time.

        Raises:
            Exception: it is not there, or not what was written.
        """
        if name in self._values:
            return self._values[name]
        if name not in self._kept:
            raise Unreadable(f"{name} is not in the checkpoint")
        if not is_name(name):
            raise Unreadable("nothing can be assigned to its name")
        if name in self._started:
            raise Unreadable(f"{name} refers to itself, or could not be read before")
        self._started.add(name)
        entry = self._kept[name]
        if entry.kind == "value":
            decoder = Decoder(lambda content: self._detached(entry, content))
            self._values[name] = decoder.decode(self._text(entry.file)[name])
        else:
            self._values[name] = forms.read(entry.kind, self._content(entry.file))
        return self._values[name]

    def _detached(self, entry: Kept, content: Mapping[str, Any]) -> object:
        if content["$"] == "variable":
            return self.value(content["name"])
        return forms.read(content["kind"], self._content(entry.parts[content["part"]]))

    def _text(self, file: str) -> Mapping[str, Any]:
        if file not in self._texts:
            self._texts[file] = json.loads(bytes(self._content(file)))
        return self._texts[file]

    def _content(self, file: str) -> Any:
        if file not in self._catalogue.files:
            raise Unreadable(f"{file} is not in the catalogue")
        return files.content(self._folder, file, self._catalogue.files[file], mapped=self._mapped)
