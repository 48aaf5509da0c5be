"""Markdown for a notebook, as HTML that the front has cleaned.

A notebook draws the Markdown of its kernel as that of its owner: with HTML in it, with diagrams that load
images, and with formulas put back into the attributes of links after these were made. Cleaned Markdown would
have to be drawn just as it was understood here; cleaned HTML leaves nothing to understand.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from .html import clean_html

if TYPE_CHECKING:
    from mistune import Markdown

LONGEST = 50_000
"""Characters. The time that it takes may grow with their square, and the front has other things to do."""


def html_of(markdown: str) -> str | None:
    """What it says, as HTML that may be shown; None for more than is drawn."""
    if len(markdown) > LONGEST:
        return None
    try:
        return clean_html(str(_renderer()(markdown)))
    except RecursionError:  # nobody nests so deeply
        return None


@cache
def _renderer() -> Markdown:
    """Made when the first Markdown is shown: most kernels never show any."""
    import mistune

    return mistune.create_markdown(escape=False, plugins=["math", "strikethrough", "table"])
