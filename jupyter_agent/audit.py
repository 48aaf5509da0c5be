"""The audit log: every program that an agent ran, how it ended, and what the kernel refused it.

A program that went well and was taken back, since it showed nothing, has a second line: `undone`.

For administrators: JSON lines, readable by the server's account alone, the newest last.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from .private_log import LARGEST, PrivateLog
from .steps import Execution, Undone

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
            PrivateLog(self.path, self.largest).append(json.dumps(entry) + "\n")
        except OSError:
            log.exception("the audit log %s cannot be written", self.path)
