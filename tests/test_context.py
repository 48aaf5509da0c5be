"""How the room of a prompt is divided, and what a person is told."""

from __future__ import annotations

import pytest

from jupyter_agent.context import SHARES, Context, allotted


def test_the_shares_are_all_there_is() -> None:
    assert sum(SHARES.values()) == pytest.approx(1)


def test_everything_is_given_while_it_has_room() -> None:
    wanted = {"question": 50, "rules": 1_700, "files": 2_000, "history": 0}
    assert allotted(wanted, 8_000) == wanted  # type: ignore[arg-type]


def test_what_has_no_room_keeps_its_share_and_gets_what_others_leave() -> None:
    given = allotted({"question": 100, "rules": 100, "files": 90_000, "history": 90_000}, 10_000)
    assert (given["question"], given["rules"]) == (100, 100)
    assert given["history"] == SHARES["history"] * 10_000
    assert given["files"] > SHARES["files"] * 10_000
    assert sum(given.values()) == pytest.approx((1 - SHARES["steps"]) * 10_000, abs=2)


@pytest.mark.parametrize("limit", [2_048, 8_192, 131_072])
def test_an_answer_has_room_behind_a_prompt(limit: int) -> None:
    assert limit / 2 < Context(limit).room <= limit - min(2_048, limit // 4)


def test_what_is_shortened_is_told_once_with_the_reason_and_a_way_out() -> None:
    context = Context(4_096, "model")
    context.shorten("files")
    context.shorten("files")
    (said,) = context.news()
    assert "this model reads at most 4,096 tokens" in said
    assert "choose a model that reads more" in said
    context.shorten("files")
    assert context.news() == ()
    context = Context(4_096)
    context.shorten("history")
    assert "num_ctx" in context.news()[0]
