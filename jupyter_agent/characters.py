"""Text from outside may hold halves of characters, which no file, database or network takes."""

from __future__ import annotations


def encodable(text: str) -> str:
    """The text with `?` for every lone surrogate, as undecodable file names and broken JSON have them."""
    return text.encode("utf-8", "replace").decode("utf-8")
