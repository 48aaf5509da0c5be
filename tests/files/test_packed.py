"""Profiles of tables in archives; the load code is run with pandas and must make what the profile says."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import time
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
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
    "a.csv.bz2": bz2.compress(CSV),
    "a.csv.xz": lzma.compress(CSV),
    "d.zip": zipped({"x/": b"", "x/a.csv": CSV}),
    "e.zip": zipped({"a.csv": CSV, "__MACOSX/._a.csv": b"x"}),
    "c.zip": zipped({"a.csv": CSV, "__MACOSX/a.csv": b"x", "read.me": b"x"}),
}
LINES = b'{"price": 1.5, "day": "2024-01-31"}\n{"price": 2.5, "day": "2024-02-01"}\n'
LISTED = b"[" + LINES.strip().replace(b"\n", b",") + b"]"
OF_JSON = {
    "a.json.gz": gzip.compress(LISTED),
    "a.jsonl.gz": gzip.compress(LINES),
    "a.json.bz2": bz2.compress(LISTED.decode().encode("utf-16")),
    "a.ndjson.xz": lzma.compress(LINES),
    "a.zip": zipped({"folder/it's.json": LISTED}),
    "b.zip": zipped({"a.jsonl": LINES, "b.txt": b"x"}),
}


@pytest.mark.parametrize(("name", "content"), ARCHIVES.items(), ids=ARCHIVES)
def test_a_table_in_an_archive_is_a_table(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    file = profiled(tmp_path / name)
    assert (file.kind, file.rows, file.rows_exact) == ("table", 2, True)
    assert file.description.endswith("archive")
    assert agrees(file, tmp_path)["df"]["price"].tolist() == [1.5, 2.5]


@pytest.mark.parametrize(("name", "content"), OF_JSON.items(), ids=OF_JSON)
def test_json_in_an_archive_is_json(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    file = profiled(tmp_path / name)
    assert (file.name, file.kind, file.rows) == (name, "json", 2)
    assert file.description.endswith("archive")
    assert agrees(file, tmp_path)["df"]["price"].tolist() == [1.5, 2.5]


def test_the_tables_of_an_archive_are_described(tmp_path: Path) -> None:
    members = {"a/prices.csv": CSV * 3, "shops.csv": b"zip, name \n01234,x\n", "b.json": LISTED, "c.csv": b""}
    (tmp_path / "it's.zip").write_bytes(zipped(members))
    file = profiled(tmp_path / "it's.zip")
    made = agrees(file, tmp_path)
    assert (file.kind, file.description) == ("table", "ZIP archive with 2 tables")
    assert made["shops"]["zip"].tolist() == ["01234"]
    assert "# 1 rows" in file.load
    assert "Other files in the archive: 'b.json'." in file.warnings
    assert "'shops.csv': The column zip holds codes such as 01234: it is read as text." in file.warnings


def test_of_an_archive_with_very_many_tables_some_are_described(tmp_path: Path) -> None:
    large = b"day,region,value\n" + b"2024-01-01,North,1234.5\n" * 300_000
    (tmp_path / "a.zip").write_bytes(zipped({f"table {number}.csv": large for number in range(30)}))
    start = time.process_time()
    file = profiled(tmp_path / "a.zip")
    assert time.process_time() - start < 15
    assert file.load.count("read_csv") == 10
    assert "'table 20.csv'" in file.warnings[-1]
    assert peak_megabytes(tmp_path / "a.zip") < 150


@pytest.mark.parametrize(
    ("name", "pack"), [("large.csv.bz2", bz2.compress), ("large.csv.xz", partial(lzma.compress, preset=0))]
)
def test_an_archive_that_does_not_say_its_size_is_estimated(
    name: str, pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    values = random.Random(1)
    rows = b"".join(b"%d,%d\n" % (number, values.randrange(10**9)) for number in range(400_000))
    (tmp_path / name).write_bytes(pack(b"n,value\n" + rows))
    file = profiled(tmp_path / name)
    assert not file.rows_exact
    assert file.rows is not None
    assert 0.8 < file.rows / 400_000 < 1.2


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
    (tmp_path / "a.zip").write_bytes(zipped({"a.png": CSV, "b/": b"", "b/c.txt": b"x"}))
    file = profiled(tmp_path / "a.zip")
    assert (file.kind, file.description) == ("binary", "ZIP archive")
    assert file.preview == "Files in it: 'a.png', 'b/c.txt'"
    assert file.unreadable == ""


def test_damaged_archives_are_called_archives(tmp_path: Path) -> None:
    for name, content in {**ARCHIVES, **OF_JSON}.items():
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
