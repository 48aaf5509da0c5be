"""Suites are read line by line, and each bad line is named; the open suite is what its script makes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from jupyter_agent.errors import InputRefused
from jupyter_agent.evaluation.expected import InKernel, Items, Number, String
from jupyter_agent.evaluation.suite import read_suite
from tests.evaluation.make_suite import FOLDER, SUITE, write

GOOD: dict[str, Any] = {"id": "a", "question": "How many?", "expected": {"number": 3}}


def suite(folder: Path, *lines: object) -> Path:
    path = folder / "suite.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputRefused) as refused:
        read_suite(path)
    return str(refused.value)


def test_every_form_of_an_expectation_is_read(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text("a\n1\n")
    path = suite(
        tmp_path,
        GOOD | {"files": ["data/a.csv"], "level": "easy"},
        "",
        GOOD | {"id": "b", "expected": {"number": 3.5, "tolerance": 0.01}},
        GOOD | {"id": "c", "expected": {"number": 3.5, "relative": 0.01}},
        GOOD | {"id": "d", "expected": {"string": "North", "among": ["South"]}},
        GOOD | {"id": "e", "expected": {"list": ["x", 2], "ordered": True, "tolerance": 0.1}},
        GOOD | {"id": "f", "expected": {"variable": "x", "equals": {"list": [1]}}},
    )
    cases = read_suite(path)
    assert cases[0].files == (tmp_path / "data" / "a.csv",)
    assert cases[0].level == "easy"
    assert [case.expected for case in cases] == [
        Number(3),
        Number(3.5, tolerance=0.01),
        Number(3.5, relative=0.01),
        String("North", ("South",)),
        Items((String("x"), Number(2, tolerance=0.1)), ordered=True),
        InKernel("x", Items((Number(1),), ordered=False)),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("3", "not an object"),
        (GOOD | {"expectd": 3}, "no field “expectd”"),
        (GOOD | {"id": ""}, "“id” is missing"),
        (GOOD | {"id": 3}, "“id” is missing or not a text"),
        (GOOD | {"question": "x" * 50_001}, "longer than 50,000"),
        (GOOD | {"id": "a\nb"}, "“id” is too long or has more than one line"),
        (GOOD | {"id": "a" * 101}, "“id” is too long or has more than one line"),
        (GOOD | {"level": 3}, "“level” is not a text"),
        (GOOD | {"level": "\x1b[2J"}, "“level” is too long or has more than one line"),
        ({"id": "a", "question": "b"}, "“expected” is missing"),
        (GOOD | {"expected": 3}, "must be an object"),
        (GOOD | {"expected": {}}, "must be an object"),
        (GOOD | {"expected": {"number": "3"}}, "is not a number"),
        (GOOD | {"expected": {"number": True}}, "is not a number"),
        ('{"id": "a", "question": "b", "expected": {"number": NaN}}', "is not a number"),
        (GOOD | {"expected": {"number": 3, "tolerance": -1}}, "below 0"),
        (GOOD | {"expected": {"number": 3, "tolerance": 1, "relative": 1}}, "both"),
        (GOOD | {"expected": {"number": 3, "string": "a"}}, "no field “string”"),
        (GOOD | {"expected": {"string": ""}}, "is not a text"),
        (GOOD | {"expected": {"string": "a", "among": "b"}}, "“among” is not a list"),
        (GOOD | {"expected": {"list": []}}, "1 to 1,000 items"),
        (GOOD | {"expected": {"list": [None]}}, "is not a number"),
        (GOOD | {"expected": {"list": [1], "ordered": 1}}, "neither true nor false"),
        (GOOD | {"expected": {"variable": "not a name", "equals": {"number": 1}}}, "not the name"),
        (GOOD | {"expected": {"variable": "x"}}, "must be an object"),
        (
            GOOD | {"expected": {"variable": "x", "equals": {"variable": "y", "equals": {"number": 1}}}},
            "another variable",
        ),
        (GOOD | {"files": "a.csv"}, "not a list of names"),
        (GOOD | {"files": ["missing.csv"]}, "no file 'missing.csv'"),
        (GOOD | {"files": ["inside"]}, "not a file"),
        (GOOD | {"files": ["../outside.csv"]}, "outside of the suite's folder"),
        (GOOD | {"files": ["link.csv"]}, "outside of the suite's folder"),
        (GOOD | {"files": ["/etc/hostname"]}, "outside of the suite's folder"),
        (GOOD | {"files": ["a.csv", "inside/a.csv"]}, "same name"),
        (GOOD | {"files": ["a\0.csv"]}, "outside"),
    ],
)
def test_a_bad_line_is_named_with_what_to_do(tmp_path: Path, line: object, said: str) -> None:
    home = tmp_path / "home"
    (home / "inside").mkdir(parents=True)
    (tmp_path / "outside.csv").write_text("a\n")
    (home / "link.csv").symlink_to(tmp_path / "outside.csv")
    (home / "a.csv").write_text("a\n")
    (home / "inside" / "a.csv").write_text("a\n")
    path = suite(home, GOOD | {"id": "first"}, line)
    first, told = refusal(path).split("\n", 1)
    assert first == "The suite cannot be used."
    assert told.startswith(f"{path}:2: ")
    assert said in told


def test_all_bad_lines_are_named_at_once(tmp_path: Path) -> None:
    path = suite(tmp_path, GOOD, GOOD, "x", *["y"] * 30)
    told = refusal(path).split("\n")
    assert "already" in told[1]
    assert told[2].startswith(f"{path}:3: ")
    assert told[-1] == "… and 12 more."


def test_a_suite_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path / "missing.jsonl")
    assert "holds no question" in refusal(suite(tmp_path, ""))
    (tmp_path / "bytes.jsonl").write_bytes(b"\xff\xfe")
    assert "not UTF-8" in refusal(tmp_path / "bytes.jsonl")


def test_the_open_suite_is_what_its_script_makes(tmp_path: Path) -> None:
    write(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in FOLDER.iterdir()}
    for path in tmp_path.iterdir():
        kept = FOLDER / path.name
        if path.suffix == ".xlsx":
            assert cells(path) == cells(kept)
        else:
            assert path.read_bytes() == kept.read_bytes(), path.name


def test_the_open_suite_can_be_used() -> None:
    cases = read_suite(FOLDER / SUITE)
    assert len(cases) == 20
    assert {case.level for case in cases} == {"easy", "medium", "dirty"}
    assert {len(case.files) for case in cases} == {1, 2, 3}
    assert {type(case.expected) for case in cases} == {Number, String, Items, InKernel}


def test_the_dirty_file_holds_the_same_facts_as_the_clean_one() -> None:
    clean = pd.read_csv(FOLDER / "orders.csv")
    dirty = pd.read_csv(FOLDER / "orders_dirty.csv")
    assert len(dirty) > len(clean)
    assert dirty.city.nunique() > clean.city.nunique()
    dirty["city"] = dirty.city.str.strip().str.title()
    dirty["unit_price"] = dirty.unit_price.str.removesuffix(" EUR").astype(float)
    cleaned = dirty.drop_duplicates("order_id").sort_values("order_id", ignore_index=True)
    pd.testing.assert_frame_equal(cleaned, clean)


def cells(path: Path) -> object:
    return pd.read_excel(path).to_dict("list")
