"""Profiles of JSON; the load code is run with pandas and must make what the profile says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_agent.coder.beginning import ShownFile
from jupyter_agent.files import FileProfile
from jupyter_agent.prompts import render
from tests.files.checking import agrees, column, profiled


def written(folder: Path, document: object, name: str = "a.json", *, indent: int | None = 4) -> Path:
    (folder / name).write_text(json.dumps(document, indent=indent))
    return folder / name


ORDERS = [
    {
        "id": number,
        "day": f"2024-01-{number + 1:02}",
        "customer": {"name": "Ann", "address": {"zip": "01234"}},
    }
    | ({"discount": {"percent": number}} if number % 5 == 0 else {})
    for number in range(20)
]

RECORDS: dict[str, list[dict[str, object]]] = {
    "plain": [{"a": 1, "b": "x"}, {"a": 2, "b": None}],
    "nested": ORDERS,
    "fields that are missing": [{"a": 1}, {"b": True}, {}],
    "texts that are numbers": [{"zip": "01234", "date": "12"}, {"zip": "99999", "date": "13"}],
    "lists and empty objects": [{"a": [1, 2], "b": {}}, {"a": [], "b": {"c": [{"d": 1}]}}],
    "an object or nothing": [{"a": {"b": 1}}, {"a": None}],
    "days and times": [
        {"d": "2024-01-31", "t": "2024-01-31T10:00:00Z"},
        {"d": None, "t": "2024-02-01T10:00:00Z"},
    ],
    "an order of its own": [{"z": {"y": 1, "x": {"w": 2}, "v": 3}, "a": 1, "m": {"b": 1}}, {"a": 2, "0": 1}],
    "mixtures": [{"a": 1, "b": 1}, {"a": 2.5, "b": "x"}],
}


@pytest.mark.parametrize("records", RECORDS.values(), ids=RECORDS)
def test_load_code_and_profile_agree(records: list[dict[str, object]], tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text("\n".join(map(json.dumps, records)) + "\n\n")
    lines = profiled(tmp_path / "b.jsonl")
    listed = profiled(written(tmp_path, records))
    within = profiled(written(tmp_path, {"made": "today", "result": {"orders": records}}, "c.json"))
    assert listed.columns == lines.columns == within.columns
    for file in (listed, lines, within):
        assert (file.kind, file.rows) == ("json", len(records))
        agrees(file, tmp_path)


def test_fields_of_objects_are_columns(tmp_path: Path) -> None:
    file = profiled(written(tmp_path, ORDERS))
    assert [c.name for c in file.columns] == [
        "id",
        "day",
        "customer.name",
        "customer.address.zip",
        "discount.percent",
    ]
    assert column(file, "discount.percent").missing == 16
    assert column(file, "customer.address.zip").type == "text"
    assert agrees(file, tmp_path)["df"]["customer.address.zip"].tolist() == ["01234"] * 20


def test_several_tables_and_the_rest_of_a_document(tmp_path: Path) -> None:
    people = [{"name": "Ann", "born": "2000-01-31"}, {"name": "Ben", "born": None}]
    file = profiled(written(tmp_path, {"orders": ORDERS, "people": people, "meta": {"version": 1.5}}))
    made = agrees(file, tmp_path)
    assert (len(made["df"]), len(made["people"])) == (20, 2)
    assert column(file, 'people["born"]').type == "date"
    assert file.preview == "meta.version: number 1.5"


def test_records_by_key_and_lists_that_are_columns(tmp_path: Path) -> None:
    keyed = profiled(written(tmp_path, {f"user {n}": {"age": n, "at": {"zip": "1"}} for n in range(9)}))
    assert agrees(keyed, tmp_path)["df"]["key"].tolist()[:2] == ["user 0", "user 1"]
    columns = profiled(written(tmp_path, {"day": ["2024-01-31", "2024-02-01"], "n": [1, None]}))
    assert agrees(columns, tmp_path)["df"]["n"].tolist()[0] == 1
    assert [c.type for c in columns.columns] == ["date", "integer"]


def test_a_document_without_tables_is_shown_by_its_paths(tmp_path: Path) -> None:
    items = [
        {"sku": f"S{n}", "discount": {"percent": n}} if n % 5 == 0 else {"sku": f"S{n}"} for n in range(50)
    ]
    file = profiled(written(tmp_path, [1, {"shop": {"open": True}, "parts": items}, [[1, 2], [3]]]))
    lines = file.preview.splitlines()
    assert "[3]: integer 1" in lines
    assert "[3].parts[50].discount.percent: integer, 0 to 45, in 20 %" in lines
    assert '[3].shop.open: boolean, such as "True"' in lines
    assert file.load == "import json\n\nwith open('a.json') as file:\n    data = json.load(file)"


def test_short_documents_are_shown_without_their_indents(tmp_path: Path) -> None:
    assert profiled(written(tmp_path, {"x": {"y": [1, 2]}})).preview == '{"x": {"y": [1, 2]}}'


def test_deep_wide_and_long_documents_stay_short(tmp_path: Path) -> None:
    deep: object = 1
    for _ in range(300):
        deep = {"a": [deep]}
    wide = {f"k{n}": [n] for n in range(5_000)}
    for document in (
        deep,
        wide,
        [list(range(200_000))],
        {"a": {"b": {str(n): {"x": 1} for n in range(50_000)}}},
    ):
        file = profiled(written(tmp_path, document, indent=None))
        assert len(file.preview) < 3_000
        agreed(file, tmp_path)


def agreed(file: FileProfile, folder: Path) -> None:
    if file.columns:
        agrees(file, folder)


def test_a_large_list_is_described_from_its_first_records(tmp_path: Path) -> None:
    records = [{"n": n, "text": "x" * 80, "at": {"day": "2024-01-31"}} for n in range(200_000)]
    file = profiled(written(tmp_path, records, indent=1))
    assert file.description == "JSON list of records"
    assert file.rows is not None
    assert 0.9 < file.rows / 200_000 < 1.1
    assert [c.type for c in file.columns] == ["integer", "text", "date"]
    assert not file.rows_exact
    large = profiled(written(tmp_path, {"records": records}, indent=1))
    assert "too large" in large.warnings[0]


def test_halves_of_characters_do_no_harm(tmp_path: Path) -> None:
    for document in ([{"\ud800": "\udfff"}], {"\ud800": "\udfff" * 700}):
        file = profiled(written(tmp_path, document))
        render("_files", files=[ShownFile(profile=file, columns=file.columns)]).encode()
