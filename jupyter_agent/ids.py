"""Identifiers: one type each, so that a run is never looked up with a conversation's."""

from __future__ import annotations

from typing import NewType
from uuid import uuid4

UserId = NewType("UserId", str)
ConversationId = NewType("ConversationId", str)
RunId = NewType("RunId", str)
AttachmentId = NewType("AttachmentId", str)

OWNER = UserId("owner")
"""The one user behind Jupyter's stock identity providers, whoever the request says it is."""


def new_id() -> str:
    """A fresh identifier, unguessable and safe in addresses and file names: 32 hexadecimal digits."""
    return uuid4().hex
