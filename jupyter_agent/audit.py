"""The audit log: every program that an agent ran, how it ended, and what the kernel refused it.

A program that went well and was taken back, since it showed nothing, has a second line: `undone`.

For administrators: JSON lines, readable by the server's account alone, the newest last. A file that has grown
to its limit is put aside under the same name with `.1`, in the place of the one before. Several processes may
write to it: the file with `.lock` sees to it that each line and each putting aside is one step.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from .steps import Execution, Undone

LARGEST = 50_000_000
"""Bytes."""
_CODE_CHARACTERS = 20_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AuditLog:
    """Appends to a file. A log that cannot be written says so in the server's log, and holds up nobody."""

    path: Path
    largest: int = LARGEST
    """Bytes of the file before it is put aside."""

    def record(self, conversation_id: str, label: str, code: str, execution: Execution) -> None:
        """Write one line. Blocking, for as long as a small write takes."""
        self._write(
            conversation_id,
            label,
            status=execution.status,
            seconds=round(execution.duration, 3),
            error=execution.error.name if execution.error else None,
            protection=execution.protection.kind,
            rolled_back=execution.rolled_back,
            files=asdict(execution.files),
            blocks=[asdict(block) for block in execution.blocks],
            code=code[:_CODE_CHARACTERS],
            code_cut=len(code) > _CODE_CHARACTERS,
        )

    def undone(self, conversation_id: str, label: str, undone: Undone) -> None:
        """Write one line about a program that has one already. Blocking, as `record`."""
        self._write(
            conversation_id,
            label,
            status="undone",
            rolled_back=undone.rolled_back,
            files=asdict(undone.files),
        )

    def _write(self, conversation_id: str, label: str, **fields: object) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        entry = {"time": now, "conversation": conversation_id, "attempt": label, **fields}
        try:
            self._append(json.dumps(entry) + "\n")
        except OSError:
            log.exception("the audit log %s cannot be written", self.path)

    def _append(self, line: str) -> None:
        with open(self._beside(".lock"), "a", opener=_private) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self.path.exists() and self.path.stat().st_size > self.largest:
                self.path.replace(self._beside(".1"))
            with open(self.path, "a", encoding="utf-8", opener=_private) as file:
                file.write(line)

    def _beside(self, ending: str) -> Path:
        return self.path.with_name(self.path.name + ending)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC, 0o600)
