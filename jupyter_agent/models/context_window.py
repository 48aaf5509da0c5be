"""How many tokens of context Ollama is asked for: few enough for the memory, and seldom another number.

Ollama loads a model anew whenever `num_ctx` changes, which takes longer than most answers. So all calls of a
model share one window: it has a few sizes, room to grow, and never shrinks.
"""

from __future__ import annotations

SMALLEST = 8_192
"""What a short question with the rules and worked examples, a program and an answer takes."""
_ROOM_TO_GROW = 1.25
_TELLING = 1_000
"""Tokens from which on a prompt's count says anything: in short ones, what the server adds weighs most."""


class ContextWindow:
    """The context of one model, for all runs of this process.

    Args:
        most: tokens that it never exceeds.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._size = SMALLEST
        self._underestimated = 1.0

    @property
    def tokens(self) -> int:
        """The most that a prompt and its answer may have, as they are estimated."""
        return int(self.most / self._underestimated)

    def size_for(self, tokens: int) -> int:
        """`num_ctx` for a call whose prompt and answer are estimated to have so many tokens."""
        while self._size < min(self.most, tokens * self._underestimated * _ROOM_TO_GROW):
            self._size *= 2
        return min(self._size, self.most)

    def learn(self, estimated: int, counted: int) -> None:
        """A prompt's real number of tokens. One that was underestimated makes later estimates larger.

        Overestimates change nothing: some servers count only the tokens that they had not read before.
        """
        if estimated >= _TELLING:
            self._underestimated = max(self._underestimated, counted / estimated)
