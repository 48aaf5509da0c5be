"""Renders the templates of this folder; a value that a template names and nobody gave is an error."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from importlib import resources

from jinja2 import Environment, FunctionLoader, StrictUndefined

from jupyter_agent.steps import Output
from jupyter_agent.tokens import tokens_in

_FOLDER = resources.files(__package__)
_HEAD_LINES, _HEAD_CHARACTERS, _NUMBERS = 4, 160, 16
"""What a summary shows of a text."""
_SHAPE = re.compile(r"\[?\b(\d+ rows x \d+ columns)\b")
_NUMBER = re.compile(r"(?<![\w.:/-])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]*\w|[-/:]\d)")
"""On its own, not in a name, a date or a time."""
_TAG = re.compile(r"<(?=\s*/?\s*(?:output|file)\b)", re.IGNORECASE)
_PLOTS = ("image/png", "image/jpeg", "image/svg+xml")


def render(template: str, /, **values: object) -> str:
    """The text of `template` (`task` is task.md.j2), without blank lines at its ends."""
    return _environment.get_template(f"{template}.md.j2").render(**values).strip()


def clip(text: str, limit: int) -> str:
    """At most `limit` characters: the beginning and the end, with a mark where something was left out."""
    if len(text) <= limit:
        return text
    limit = max(0, limit)
    tail = limit // 4
    return left_out(text[: limit - tail], text[len(text) - tail :], len(text) - limit)


def left_out(head: str, tail: str, count: int) -> str:
    """The ends of a text, with a mark for the characters between them."""
    return f"{head}\n{render('left_out', count=count)}\n{tail}"


def clip_tokens(text: str, limit: int) -> str:
    """The same for about `limit` tokens."""
    shown, kept = text, len(text)
    while (size := tokens_in(shown)) > limit and kept > 0:
        kept = min(kept - 1, kept * limit // size)
        shown = clip(text, kept)
    return shown


def summary(text: str) -> str:
    """A long text in a few lines: how it begins, how large it is and which numbers are in it."""
    lines = text.splitlines()
    head = "\n".join(line[:_HEAD_CHARACTERS] for line in lines[:_HEAD_LINES])
    shape = _SHAPE.search(text)
    short = render(
        "summary",
        head=head,
        count=len(text) - len(head),
        lines=max(1, len(lines) - _HEAD_LINES),
        shape=shape[1] if shape else "",
        numbers=tuple(dict.fromkeys(_NUMBER.findall(text[len(head) :])))[:_NUMBERS],
    )
    return short if len(short) < len(text) else text


def output_text(outputs: Iterable[Output]) -> str:
    """What code printed and returned, as text; plots are named in their place."""
    parts = []
    for output in outputs:
        if output.kind == "stream":
            parts.append(output.text)
        elif output.kind == "display":
            if any(plot in output.data for plot in _PLOTS):
                parts.append(render("plot") + "\n")
            else:
                parts.append(output.data.get("text/plain", f"[{', '.join(output.data)}]") + "\n")
    return "".join(parts).strip("\n")


def inert(text: str) -> str:
    """Data without what could end the tags that it stands in."""
    return _TAG.sub("< ", text)


def clock(now: datetime) -> str:
    """Weekday, date, time and zone."""
    return f"{now:%A}, {now.day} {now:%B %Y, %H:%M} {now.tzname() or ''}".strip()


def quoted(text: str) -> str:
    """A text in quotes, as JSON writes it; half a pair of surrogates, which cannot be sent, by its number."""
    return json.dumps(text, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def _source(name: str) -> str | None:
    file = _FOLDER / name
    return file.read_text("utf-8") if file.is_file() else None


_environment = Environment(
    loader=FunctionLoader(_source),
    undefined=StrictUndefined,
    autoescape=False,  # noqa: S701 - the output is text for a model, never HTML
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters.update(clip=clip, output_text=output_text, clock=clock, inert=inert, quoted=quoted)
