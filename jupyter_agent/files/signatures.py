"""Recognises what a content is by its first bytes, whatever the file's name claims."""

from __future__ import annotations

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "PNG image"),
    (0, b"\xff\xd8\xff", "JPEG image"),
    (0, b"GIF8", "GIF image"),
    (8, b"WEBP", "WebP image"),
    (0, b"II*\x00", "TIFF image"),
    (0, b"MM\x00*", "TIFF image"),
    (0, b"BM", "BMP image"),
    (0, b"%PDF-", "PDF document"),
    (0, b"PAR1", "Parquet table"),
    (0, b"ARROW1", "Feather table"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office document"),
    (0, b"PK\x03\x04", "ZIP archive"),
    (0, b"\x1f\x8b", "gzip archive"),
    (0, b"BZh", "bzip2 archive"),
    (0, b"\xfd7zXZ\x00", "xz archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (0, b"\x28\xb5\x2f\xfd", "Zstandard archive"),
    (0, b"SQLite format 3\x00", "SQLite database"),
    (0, b"\x89HDF\r\n\x1a\n", "HDF5 file"),
    (0, b"\x7fELF", "Linux program"),
    (0, b"MZ", "Windows program"),
    (0, b"\x80\x04\x95", "Python pickle"),
)

_TEXT_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
"""The byte order marks of UTF-8 and UTF-16."""

_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1b"))


def signature(head: bytes) -> str | None:
    """What the first bytes say the content is; None when they could be text.

    A signature of printable letters counts only where bytes follow that no text has: a table may well
    begin with the word BMI.
    """
    for offset, mark, meaning in _SIGNATURES:
        if head.startswith(mark, offset) and (not mark.isascii() or not mark.isalnum() or not is_text(head)):
            return meaning
    return None if is_text(head) else "unknown binary format"


def is_text(head: bytes) -> bool:
    """Whether these bytes can be the beginning of a text in any encoding."""
    return head.startswith(_TEXT_MARKS) or len(head.translate(None, _CONTROL)) == len(head)
