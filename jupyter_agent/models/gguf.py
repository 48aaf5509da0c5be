"""Reads the head of a GGUF file: what kind of model it holds, without loading it.

The format: a magic, a version, the number of tensors and of key-value pairs, then the pairs, all
little-endian (github.com/ggml-org/ggml, docs/gguf.md).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAGIC = b"GGUF"
VERSIONS = (2, 3)
MOST_PAIRS = 10_000
LONGEST_TEXT = 1 << 20
LONGEST_ARRAY = 1 << 24

STRING, ARRAY = 8, 9
FIXED = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
"""The `struct` formats of the value types that have one size."""

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GgufHead:
    """What a GGUF file says about itself; empty or absent where it does not."""

    architecture: str
    parameters: str
    """The size label: `1.5B`."""
    context_length: int | None
    """Tokens."""


def read_head(path: Path) -> GgufHead:
    """The head of the file at `path`.

    Raises:
        ValueError: it is not a GGUF file, or a damaged one.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        if file.read(4) != MAGIC:
            raise ValueError("it does not start as a GGUF file does")
        try:
            pairs = _pairs(file)
        except (struct.error, UnicodeDecodeError) as error:
            raise ValueError("its head is damaged") from error
    architecture = str(pairs.get("general.architecture") or "")
    context_length = pairs.get(f"{architecture}.context_length")
    return GgufHead(
        architecture=architecture,
        parameters=str(pairs.get("general.size_label") or ""),
        context_length=context_length if isinstance(context_length, int) else None,
    )


def _pairs(file: BinaryIO) -> dict[str, Value]:
    version, _tensors, count = _unpack(file, "IQQ")
    if version not in VERSIONS:
        raise ValueError(f"its version {version} is not one that is known here")
    if count > MOST_PAIRS:
        raise ValueError("its head is damaged")
    pairs: dict[str, Value] = {}
    for _ in range(count):
        key = _text(file)
        # The tokenizer's tables come last and are long; nothing after them is needed.
        if key.startswith("tokenizer."):
            break
        pairs[key] = _value(file, *_unpack(file, "I"))
    return pairs


def _value(file: BinaryIO, kind: int) -> Value:
    if kind == STRING:
        return _text(file)
    if kind == ARRAY:
        _skip_array(file)
        return None
    if kind not in FIXED:
        raise ValueError("its head is damaged")
    value: Value = _unpack(file, FIXED[kind])[0]
    return value


def _skip_array(file: BinaryIO) -> None:
    element, length = _unpack(file, "IQ")
    if length > LONGEST_ARRAY:
        raise ValueError("its head is damaged")
    if element in FIXED:
        file.seek(length * struct.calcsize("<" + FIXED[element]), 1)
    elif element == STRING:
        for _ in range(length):
            _text(file)
    else:
        raise ValueError("its head is damaged")


def _text(file: BinaryIO) -> str:
    (length,) = _unpack(file, "Q")
    if length > LONGEST_TEXT:
        raise ValueError("its head is damaged")
    return str(file.read(length), "utf-8")


def _unpack(file: BinaryIO, layout: str) -> tuple[int, ...]:
    layout = "<" + layout
    return struct.unpack(layout, file.read(struct.calcsize(layout)))
