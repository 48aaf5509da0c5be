"""Why a value cannot be kept, or not read again."""

from __future__ import annotations


class NotKept(Exception):
    """A value has no exact form here; `instead` is the nearest one that has, as Python code or in words."""

    def __init__(self, reason: str, instead: str = "") -> None:
        super().__init__(reason, instead)
        self.reason = reason
        self.instead = instead

    def __str__(self) -> str:
        return f"{self.reason}; {self.instead} can be kept" if self.instead else self.reason


class Unreadable(ValueError):
    """What was read is not what is written here."""
