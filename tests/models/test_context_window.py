"""The window of context that all calls of a model share."""

from __future__ import annotations

from jupyter_agent.models.context_window import SMALLEST, ContextWindow


def test_it_grows_in_few_sizes_and_never_shrinks() -> None:
    window = ContextWindow(20_000)
    assert [window.size_for(tokens) for tokens in (100, 7_000, 100, 15_000, 100)] == [
        SMALLEST,
        2 * SMALLEST,
        2 * SMALLEST,
        20_000,
        20_000,
    ]


def test_what_a_server_adds_to_a_short_prompt_says_nothing_of_long_ones() -> None:
    window = ContextWindow(16_384)
    window.learn(93, 190)
    assert window.tokens == 16_384
    window.learn(2_000, 2_500)
    assert window.tokens == int(16_384 / 1.25)
    window.learn(2_000, 100)
    assert window.tokens == int(16_384 / 1.25), "some servers count only what they had not read before"
