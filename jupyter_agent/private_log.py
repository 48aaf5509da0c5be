"""A log that only its owner can read, of a limited size, that several processes write to."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from .private import private

LARGEST = 50_000_000
"""Bytes."""


@dataclass(frozen=True, slots=True)
class PrivateLog:
    """Appends to a file, the newest last.

    When it has grown to its limit it is put aside under the same name with `.1`, in the place of the one
    before.
    """

    path: Path
    largest: int = LARGEST
    """Bytes of the file before it is put aside."""

    def append(self, text: str) -> None:
        """Write `text`, whole, behind what is there. Blocking, for as long as a small write takes.

        Raises:
            OSError: the file cannot be written.
        """
        while not self._appended(text):
            # Put aside just now, by this process or by another one.
            continue

    def _appended(self, text: str) -> bool:
        with open(self.path, "a", encoding="utf-8", opener=private) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            written = os.fstat(file.fileno())
            if not self.path.exists() or not os.path.samestat(written, self.path.stat()):
                return False
            if written.st_size > self.largest:
                self.path.replace(self.path.with_name(self.path.name + ".1"))
                return False
            file.write(text)
        return True
