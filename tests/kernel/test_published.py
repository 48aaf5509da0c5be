"""What a notebook gets of what a worker says: known messages, with harmless content."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_agent.kernel.markdown import LONGEST
from jupyter_agent.kernel.published import clean_reply, publication, short


def displayed(**data: object) -> Any:
    """The bundle that is published of one; dots in names are written as double underscores."""
    bundle = {name.replace("__", "/"): content for name, content in data.items()}
    shown = publication("display_data", {"data": bundle})
    return shown and shown.content["data"]


def drawn(markdown: str) -> str:
    bundle = displayed(text__markdown=markdown)
    assert set(bundle) == {"text/html"}
    html: str = bundle["text/html"]
    return html


def test_markdown_is_drawn_here() -> None:
    table = "| a | b |\n|---|--:|\n| 1 | 2 |"
    html = drawn(f"# Title\n\n**bold** and `code < 1`\n\n{table}\n\n```python\nx['a']\n```")
    for part in ("<h1>Title</h1>", "<strong>bold</strong>", "<code>code &lt; 1</code>", "<td>1</td>"):
        assert part in html
    assert '<td style="text-align:right">2</td>' in html
    assert "<pre><code>x['a']" in html
    assert drawn("<b>b</b> ![i](data:image/png;base64,AAAA)").count("<b>b</b> <img") == 1


def test_formulas_are_left_to_the_page() -> None:
    assert r"\(a_1 * b * c\)" in drawn("It is $a_1 * b * c$.")
    assert "$$\nx_1 * y_1 * z\n$$" in drawn("$$\nx_1 * y_1 * z\n$$")


@pytest.mark.parametrize(
    "markdown",
    [
        "![a](http://x)",
        "![a][r]\n\n[r]: http://x",
        "<img src=http://x onerror=x()>",
        "<script>x()</script>",
        "[a](javascript:x())",
        "[a](&#106;avascript:x())",
        "<javascript:x()>",
        "[a][r]\n\n[r]: javascript:x()",
        '[a]($" onfocus=x() autofocus tabindex=0 z="$)',
        'http://x/$" onmouseover="x()$',
        '[a](b "t$" onfocus=x() autofocus$")',
        '```py"onmouseover="x()\ncode\n```',
        '~~~py" style="position:fixed\ncode\n~~~',
        "```mermaid\ngraph LR\n A[<img src=http://x>]\n```",
    ],
)
def test_markdown_loads_and_runs_nothing(markdown: str) -> None:
    html = drawn(f"{markdown}\n\nmore").replace('<img alt="a">', "[a]")
    inside_tags = "".join(part.partition(">")[0] for part in html.split("<")[1:])
    assert not {"=", ":"}.intersection(inside_tags), html


@pytest.mark.parametrize("text", ["x" * (LONGEST + 1), "> " * 5_000, "- " * 5_000])
def test_more_markdown_than_anybody_writes_is_shown_as_it_is(text: str) -> None:
    assert {"text/plain": text} == displayed(text__markdown=text) or "<" in drawn(text)


@pytest.mark.parametrize(
    "piece", ["[a](", "![[", "[", "*a ", "<a ", "$a", "[a]:\n", "**a **", "`", "~~a", "| a "]
)
def test_markdown_of_any_kind_is_drawn_soon(piece: str) -> None:
    """What grows with a higher power of the length would not end before the test is given up."""
    drawn(piece * (LONGEST // len(piece)))


def test_html_of_its_own_counts_for_more_than_markdown() -> None:
    assert displayed(text__markdown="m", text__html="<b>h</b>") == {"text/html": "<b>h</b>"}
    assert displayed(text__markdown=["m"], text__plain="p") == {"text/plain": "p"}


@pytest.mark.parametrize(
    "parts", [[[]] * 200_000, [[{"a": 1}] * 1_000] * 200, {str(n): n for n in range(200_000)}]
)
def test_json_that_nobody_looks_at_is_not_drawn(parts: object) -> None:
    assert displayed(application__json=parts, text__plain="p") == {"text/plain": "p"}
    assert "not shown" in displayed(application__json=parts)["text/plain"]
    assert displayed(application__json=[[1] * 100] * 100) == {"application/json": [[1] * 100] * 100}


def test_what_a_reply_shows_has_a_limit_too() -> None:
    data = {"text/plain": "x" * 1_000_000}
    reply = clean_reply(
        {
            "status": "ok",
            "payload": [{"source": "page", "data": data}] * 8,
            "user_expressions": {str(n): {"status": "ok", "data": data} for n in range(8)},
        }
    )
    assert len(reply["payload"]) == 8
    assert list(reply["user_expressions"]) == ["0"]
    assert short({"variables": [{"name": "x"}] * 100}) != {}
    assert short({"variables": [{"name": "x" * 20_000}] * 100}) == {}


def test_a_traceback_is_no_longer_than_anybody_reads() -> None:
    lines = [f"{number}" + "x" * 10_000 for number in range(1_000)] + ["E: the end"]
    shown = clean_reply({"status": "error", "ename": "E", "evalue": "e", "traceback": lines})["traceback"]
    assert shown[-1] == "E: the end"
    assert 80_000 < sum(map(len, shown)) < 110_000
    assert len(clean_reply({"status": "error", "traceback": [""] * 1_000_000})["traceback"]) <= 100_000


def test_what_is_left_out_of_a_reply_is_not_made_harmless_first() -> None:
    data = {"text/html": f"<script>{'x' * 1_000_000}</script>short"}
    reply = clean_reply(
        {
            "status": "ok",
            "payload": [{"source": "page", "data": data}] * 7,
            "user_expressions": {str(n): {"status": "ok", "data": data} for n in range(9)},
        }
    )
    assert [page["data"] for page in reply["payload"]] == [{"text/html": "short"}] * 7
    assert list(reply["user_expressions"]) == ["0", "1"]


def test_only_the_pager_is_left_of_the_payloads() -> None:
    page = {"source": "page", "data": {"text/markdown": "![a](http://x)", "text/plain": "p"}, "start": 1}
    others = [
        {"source": source, "text": "x", "filename": "/etc/passwd"} for source in ("set_next_input", "edit")
    ]
    payload = clean_reply({"status": "ok", "payload": [*others, page, "x"]})["payload"]
    assert [(item["source"], item["start"]) for item in payload] == [("page", 1)]
    assert "http" not in str(payload)


@pytest.mark.parametrize(
    "kind", ["comm_open", "comm_msg", "status", "stream", "input_request", "debug_event", 3]
)
def test_messages_of_other_kinds_are_not_published(kind: object) -> None:
    assert publication(kind, {"data": {"text/plain": "x"}, "name": "stdout", "text": "x"}) is None


def test_of_the_metadata_only_sizes_are_left() -> None:
    shown = publication(
        "display_data",
        {
            "data": {"image/png": "AAAA"},
            "metadata": {"image/png": {"width": 3, "isolated": True, "unconfined": True}, "isolated": True},
            "transient": {"display_id": "d", "more": 1},
        },
    )
    assert shown is not None
    assert shown.content["metadata"] == {"image/png": {"width": 3}}
    assert shown.content["transient"] == {"display_id": "d"}
