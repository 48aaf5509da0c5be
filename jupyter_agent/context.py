"""How much room the prompts of a run have, and what a person is told when something has no room.

The context that a model answers in is the model's own or what the setting `num_ctx` allows, whichever is
smaller; a part of it is left for the answer. Parts of a prompt (`SHARES`) get what they ask for while all of
them fit. When they do not, each keeps its share, and what one leaves over goes to those that want more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

ContextLimit = Literal["setting", "model"]
"""What makes the context no larger."""
Part = Literal["rules", "files", "history", "variables", "question", "steps"]
"""Of a prompt: the rules with worked examples, what is known when a run begins, and what happened in it."""
Shortened = Literal[Part, "columns", "names", "message", "long-output", "output", "prompt"]
"""What can be shown shortened: a part; what is long however much room there is (lists of columns and of
variables, an earlier message, an output); the newest output; or whatever is longest in a prompt."""

NUM_CTX = 16_384
LONGEST_ANSWER = 2_048
"""Tokens of the longest answer that a model is asked for."""
_ANSWER = 4
"""One in so many tokens of a small context is left for the answer."""

CERTAIN = 0.95
"""The rest is left for estimates that are too low."""

SHARES: Mapping[Part, float] = {
    "question": 0.10,
    "rules": 0.30,
    "files": 0.20,
    "variables": 0.07,
    "history": 0.08,
    "steps": 0.25,
}
"""In the order in which what is left over is given away; steps take all that is left at the end."""

_NO_ROOM: Mapping[Shortened, tuple[str, str]] = {
    "rules": ("The model is shown fewer worked examples than usual", ""),
    "files": (
        "The model is not shown all of the files' descriptions",
        "Attach fewer, or name columns.",
    ),
    "history": ("The model is not shown all earlier messages", "Say again what matters."),
    "variables": ("The model is not shown all variables", "Name those that the question is about."),
    "question": ("The model is shown the question without its middle", "Attach long text as a file."),
    "steps": ("The model is shown the outputs of earlier steps in short", "Ask for less at once."),
    "output": ("The model is shown an output without its middle", "Ask for less at once."),
    "prompt": ("The model is shown the longest texts without their middle", "Begin a new conversation."),
}
_TOO_LONG: Mapping[Shortened, str] = {
    "columns": "Not all columns of a file that has many are listed for the model. Name those that matter.",
    "message": "The model is shown a long earlier message without its middle. Say again what matters.",
    "long-output": "The model is shown a long output without its middle. Ask for less or raise output_chars.",
    "names": "Not all of the many variables are listed for the model. Name those that matter.",
}


class Context:
    """The room for a run's prompts. It remembers what was shortened, to be told once.

    Args:
        limit: tokens of a prompt and its answer together, as `tokens` estimates them.
        limited_by: what keeps it from being larger.
    """

    def __init__(self, limit: int = NUM_CTX, limited_by: ContextLimit = "setting") -> None:
        self.limit = limit
        self._limited_by = limited_by
        self._told: set[Shortened] = set()
        self._news: list[str] = []

    @property
    def room(self) -> int:
        """Tokens that a prompt may be estimated to have, so that the longest answer fits behind it."""
        return int(CERTAIN * self.limit) - min(LONGEST_ANSWER, self.limit // _ANSWER)

    def shorten(self, what: Shortened) -> None:
        """Say that something is going to be shown shortened."""
        if what not in self._told:
            self._told.add(what)
            self._news.append(self._sentences(what))

    def news(self) -> tuple[str, ...]:
        """What a person was not told yet."""
        news, self._news = tuple(self._news), []
        return news

    def _sentences(self, what: Shortened) -> str:
        if what in _TOO_LONG:
            return _TOO_LONG[what]
        shown, advice = _NO_ROOM[what]
        if self._limited_by == "model":
            reason = f"this model reads at most {self.limit:,} tokens"
            larger = "Or choose a model that reads more."
        else:
            reason = f"its context is {self.limit:,} tokens"
            larger = "Or set a larger num_ctx, if there is memory for it."
        return " ".join(filter(None, (f"{shown}: {reason}.", advice, larger)))


def allotted(wanted: Mapping[Part, int], room: int) -> dict[Part, int]:
    """Tokens for each part that wants some: all that it wants, or its share and what others leave over."""
    given = {part: min(tokens, int(SHARES[part] * room)) for part, tokens in wanted.items()}
    left = max(0, int((1 - SHARES["steps"]) * room) - sum(given.values()))
    for part in SHARES:
        if part in wanted:
            more = min(left, wanted[part] - given[part])
            given[part] += more
            left -= more
    return given
