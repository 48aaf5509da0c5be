"""Profiles of tables in archives; the load code is run with pandas and must make what the profile says."""

from __future__ import annotations

import gzip
import io
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.files.checking import agrees, peak_megabytes, profiled

CSV = b"region;price;day\nNorth;1,5;2024-01-31\nSouth;2,5;2024-02-01\n"


def zipped(members: Mapping[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


ARCHIVES = {
    "a.csv.gz": gzip.compress(CSV),
    "a.tsv.gz": gzip.compress(CSV.replace(b";", b"\t")),
    "a.csv.zip": zipped({"a.csv": CSV}),
    "b.zip": zipped({"folder/a.csv": CSV}),
    "C.CSV.GZ": gzip.compress(CSV),
}


@pytest.mark.parametrize(("name", "content"), ARCHIVES.items(), ids=ARCHIVES)
def test_a_table_in_an_archive_is_a_table(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    file = profiled(tmp_path / name)
    assert (file.kind, file.rows, file.rows_exact) == ("table", 2, True)
    assert file.description.endswith("archive")
    assert agrees(file, tmp_path)["df"]["price"].tolist() == [1.5, 2.5]


@pytest.mark.parametrize("name", ["large.csv.gz", "large.zip"])
def test_a_large_table_is_unpacked_as_far_as_it_is_looked_at(name: str, tmp_path: Path) -> None:
    line = b"2024-01-01,North,1234.5\n"
    content = b"day,region,value\n" + line * 5_000_000
    packed = gzip.compress(content, 1) if name.endswith("gz") else zipped({"a.csv": content})
    (tmp_path / name).write_bytes(packed)
    start = time.process_time()
    file = profiled(tmp_path / name)
    assert time.process_time() - start < 10
    assert not file.rows_exact
    assert file.rows is not None
    assert 0.95 < file.rows / 5_000_000 < 1.05
    assert peak_megabytes(tmp_path / name) < 150


def test_the_files_of_an_archive_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"a.csv": CSV, "b/": b"", "b/c.txt": b"x"}))
    file = profiled(tmp_path / "a.zip")
    assert (file.kind, file.description) == ("binary", "ZIP archive")
    assert file.preview == "Files in it: 'a.csv', 'b/c.txt'"
    assert file.unreadable == ""


def test_damaged_archives_are_called_archives(tmp_path: Path) -> None:
    for name, content in ARCHIVES.items():
        for length in range(20, len(content), 7):
            (tmp_path / name).write_bytes(content[:length])
            assert profiled(tmp_path / name).description.endswith("archive")
        for place in range(4, len(content)):
            (tmp_path / name).write_bytes(
                content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]
            )
            profiled(tmp_path / name)


@pytest.mark.parametrize("name", ["a.tar.gz", "a.json.gz", "a.txt.gz"])
def test_other_content_stays_packed(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(gzip.compress(CSV))
    file = profiled(tmp_path / name)
    assert (file.kind, file.description, file.load) == ("binary", "gzip archive", "")
