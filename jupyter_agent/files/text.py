"""Decodes the beginning of a text file, and profiles files that are text and nothing more special."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from .values import FileProfile

SAMPLE_BYTES = 4_000_000
"""How much of a file is looked at."""
_GUESS_BYTES = 100_000
"""How much of it an unknown encoding is guessed from: guessing is slow."""
_COMMONEST = "cp1252"
_PREVIEW_CHARS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The beginning of a text file, in whole lines."""

    text: str
    encoding: str
    """As pandas and `open` know it."""
    guessed: bool
    """Nothing in the file says its encoding."""
    whole: bool
    """It is all there is."""
    broken: bool
    """It ends in the middle of a character."""
    share: float
    """The sampled part of the file's bytes, from 0 to 1."""


def read_sample(path: Path, limit: int = SAMPLE_BYTES) -> Sample:
    """The first `limit` bytes as text, cut at the last whole line.

    Raises:
        OSError: the file cannot be read.
        UnicodeError: it is no text in any encoding that could be guessed.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        content = file.read(limit)
    whole = len(content) >= size
    encoding = _encoding(content)
    text = codecs.getincrementaldecoder(encoding)(errors="strict" if whole else "ignore").decode(content)
    if not whole and "\n" in text:
        text = text[: text.rindex("\n") + 1]
    return Sample(
        text=text,
        encoding=encoding,
        guessed=not encoding.startswith("utf"),
        whole=whole,
        broken=whole and not _decodes(content, encoding, final=True),
        share=len(content) / size if size else 1.0,
    )


def _encoding(content: bytes) -> str:
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content)
    except UnicodeDecodeError:
        guess = _guess(_in_whole_lines(content[:_GUESS_BYTES]))
        return guess if _decodes(content, guess) else "latin-1"
    return "utf-8"


def _in_whole_lines(content: bytes) -> bytes:
    """The content up to its last end of a line: the rest may end in the middle of a character."""
    return content[: content.rfind(b"\n") + 1] or content


def _guess(content: bytes) -> str:
    """The likeliest encoding; the commonest one of those that are equally likely."""
    matches = list(from_bytes(content))
    least = min((match.chaos for match in matches), default=0.0)
    likeliest = [
        encoding for match in matches if match.chaos == least for encoding in match.could_be_from_charset
    ]
    return _COMMONEST if not likeliest or _COMMONEST in likeliest else likeliest[0]


def _decodes(content: bytes, encoding: str, *, final: bool = False) -> bool:
    """Whether it is a text in this encoding, which may end in the middle of a character unless `final`."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(content, final)
    except (UnicodeError, LookupError):
        return False
    return True


def profile_text(path: Path, name: str) -> FileProfile:
    """A text of no particular form: its length and its beginning."""
    sample = read_sample(path)
    lines = sample.text.count("\n") + (not sample.text.endswith("\n"))
    encoding = "" if sample.encoding == "utf-8" else f", encoding={sample.encoding!r}"
    encoding += ", errors='ignore'" if sample.broken else ""
    return FileProfile(
        name=name,
        kind="text",
        description="text",
        load=f"text = open({name!r}{encoding}).read()",
        rows=lines if sample.whole else round(lines / sample.share),
        rows_exact=sample.whole,
        preview=shorten(sample.text),
    )


def shorten(text: str, limit: int = _PREVIEW_CHARS) -> str:
    """The beginning of a text, with a mark where it was cut."""
    return text if len(text) <= limit else text[:limit].rstrip() + " …"
