"""What a content is by its first bytes, whatever its name claims."""

from __future__ import annotations

from typing import NamedTuple


class Signature(NamedTuple):
    """The bytes that a content of one kind has in one place."""

    offset: int
    mark: bytes
    meaning: str
    """For a person, in a few words."""
    media_type: str


_SIGNATURES = (
    Signature(0, b"\x89PNG\r\n\x1a\n", "PNG image", "image/png"),
    Signature(0, b"\xff\xd8\xff", "JPEG image", "image/jpeg"),
    Signature(0, b"GIF87a", "GIF image", "image/gif"),
    Signature(0, b"GIF89a", "GIF image", "image/gif"),
    Signature(8, b"WEBP", "WebP image", "image/webp"),
    Signature(0, b"II*\x00", "TIFF image", "image/tiff"),
    Signature(0, b"MM\x00*", "TIFF image", "image/tiff"),
    Signature(0, b"BM", "BMP image", "image/bmp"),
    Signature(0, b"%PDF-", "PDF document", "application/pdf"),
    Signature(0, b"PAR1", "Parquet table", "application/vnd.apache.parquet"),
    Signature(0, b"ARROW1", "Feather table", "application/vnd.apache.arrow.file"),
    Signature(0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office document", "application/x-ole-storage"),
    Signature(0, b"PK\x03\x04", "ZIP archive", "application/zip"),
    Signature(0, b"\x1f\x8b", "gzip archive", "application/gzip"),
    Signature(0, b"BZh", "bzip2 archive", "application/x-bzip2"),
    Signature(0, b"\xfd7zXZ\x00", "xz archive", "application/x-xz"),
    Signature(0, b"7z\xbc\xaf\x27\x1c", "7z archive", "application/x-7z-compressed"),
    Signature(0, b"\x28\xb5\x2f\xfd", "Zstandard archive", "application/zstd"),
    Signature(0, b"SQLite format 3\x00", "SQLite database", "application/vnd.sqlite3"),
    Signature(0, b"\x89HDF\r\n\x1a\n", "HDF5 file", "application/x-hdf5"),
    Signature(0, b"\x93NUMPY", "NumPy array", "application/x-npy"),
    Signature(0, b"\x7fELF", "Linux program", "application/x-elf"),
    Signature(0, b"MZ", "Windows program", "application/vnd.microsoft.portable-executable"),
    Signature(0, b"\x80\x04\x95", "Python pickle", "application/octet-stream"),
)


def found_in(head: bytes, *, is_text: bool) -> Signature | None:
    """The signature in the first bytes of a content.

    One of printable letters counts only where bytes follow that no text has: a table may well begin with the
    word BMI.
    """
    for signature in _SIGNATURES:
        if head.startswith(signature.mark, signature.offset) and not (signature.mark.isalnum() and is_text):
            return signature
    return None
