"""What sessions of this package and the front of a kernel say to each other beyond Jupyter's messages.

An `execute_request` whose metadata has `agent` asks for a transaction:

    {"agent": {"transaction": true, "label": "run/step/attempt"}}

Its reply's metadata tell what it came to, under the same name. While it runs, `agent_meter` and
`agent_blocked` are published beside the outputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FEATURE = "jupyter_agent transactions"
"""Among the kernel's `supported_features`."""
METADATA = "agent"
VARIABLES, POINTS = "agent_variables", "agent_points"
REWIND, UNDO = "agent_rewind", "agent_undo"
SAVE, LOAD = "agent_save", "agent_load"
"""Requests on the shell channel: `…_request` is answered by `…_reply`."""
METER, BLOCKED = "agent_meter", "agent_blocked"

CATALOGUE = "variables_metadata.json"
"""In the folder of a conversation's variables, when some were kept."""

_LABEL_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How an execution is to be carried out."""

    transaction: bool = False
    """What fails is undone as a whole, variables and files."""
    label: str = ""
    """With a label, the state before it can be gone back to later."""

    @classmethod
    def of(cls, metadata: Mapping[str, Any]) -> Wish:
        """The wish in a request's metadata; the default if there is none."""
        wish = metadata.get(METADATA)
        if not isinstance(wish, dict):
            return cls()
        label = wish.get("label")
        return cls(
            transaction=wish.get("transaction") is True,
            label=label[:_LABEL_CHARACTERS] if isinstance(label, str) else "",
        )

    def to_metadata(self) -> dict[str, Any]:
        """The same as a request's metadata."""
        return {METADATA: {"transaction": self.transaction, "label": self.label}}
