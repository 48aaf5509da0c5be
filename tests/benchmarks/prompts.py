"""How many tokens of prompts a model has to read for a simple question about one file, beside others.

Ten questions, each in a conversation of its own, with the same programs and answers from a script. New is
what does not stand at the beginning of the prompt before, since a provider keeps that. "the same file": it
keeps the last prompt from one question to the next. "another file": of that only the rules, and what else is
the same in all prompts, is of use. "from nothing": it has kept nothing when a question comes. The router's
calls are counted apart: they have a prompt of their own. All are counted by the same estimate (`tokens`).
For models that call tools, what is offered counts as well, with the words around it that a template adds.

The others are not told what is in a file: with their own models they look first. So each is also measured
with such a look, a program that prints the first rows and the types, before the same program.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from jupyter_agent.coder.opening import opening
from jupyter_agent.coder.rendering import called
from jupyter_agent.files import sample_path
from jupyter_agent.messages import Message
from jupyter_agent.models.scripted import ScriptedAnswer
from jupyter_agent.protocols import IN_TEXT, ModelRequest, Rendering
from jupyter_agent.tokens import CALL, MESSAGE, TOOLS, schema, tokens_in

from .asking import asked, conversation, product
from .kernels import kernelspecs
from .prompt_peers import PEERS
from .snapshots import PYTHON
from .tables import say
from .targets import Figures, Size

Pieces = list[tuple[str, str]]
"""A prompt: what each of its texts is, and the text; a new message begins with a mark."""

MARK, CALL_MARK, TOOLS_MARK = "\x02", "\x03", "\x04"
"""Before a message, a tool call or what became of it, and the tools."""
_AROUND = {MARK: MESSAGE, CALL_MARK: CALL, TOOLS_MARK: TOOLS}
RENDERINGS = {
    "in text": IN_TEXT,
    "calling tools": Rendering(native=True, examples=False),
    "calling tools, small": Rendering(native=True),
}
_LOAD = "import pandas as pd\n\ndf = pd.read_csv('bike_sales.csv', parse_dates=['date'])\n"
CASES = (
    ("What is the mean price?", "print(df['price'].mean().round(2))", "The mean price is **577.8**."),
    ("How many rows are there?", "print(len(df))", "There are **433** rows."),
    ("Which regions are there?", "print(df['region'].unique())", "North, South, East and West."),
    ("How many units were sold in all?", "print(df['units'].sum())", "All units are counted above."),
    ("What is the highest rating?", "print(df['rating'].max())", "The highest rating is shown."),
    (
        "What is the mean price per region?",
        "print(df.groupby('region')['price'].mean().round(2))",
        "The mean price of each region is in the table.",
    ),
    (
        "Which product sold the most units?",
        "print(df.groupby('product')['units'].sum().sort_values(ascending=False).head(3))",
        "It is the first in the table.",
    ),
    ("How many discounts are missing?", "print(df['discount'].isna().sum())", "They are counted above."),
    (
        "How do price and units correlate?",
        "print(round(df['price'].corr(df['units']), 3))",
        "They correlate as printed.",
    ),
    (
        "What was the revenue of each month?",
        "df['revenue'] = df['price'] * df['units']\n"
        "print(df.groupby(df['date'].dt.to_period('M'))['revenue'].sum().round(0))",
        "The revenue of each month is in the table.",
    ),
)
_LOOK = "import pandas as pd\n\ndf = pd.read_csv('bike_sales.csv')\nprint(df.head())\nprint(df.dtypes)"
_RULES = ("tools", "rules", "examples", "system")
"""What is the same in all prompts."""
_INSTALL = f"""\
is not installed. To compare with it:
    python -m venv peers && peers/bin/python -m pip install smolagents open-interpreter "setuptools<80" pandas
    {PYTHON}=peers/bin/python python -m tests.benchmarks prompts"""


def measure(size: Size) -> Figures:
    cases = CASES[: size.rounds]
    with kernelspecs(), tempfile.TemporaryDirectory() as folder:
        ours = {
            name: asyncio.run(_ours(Path(folder) / str(number), cases, rendering))
            for number, (name, rendering) in enumerate(RENDERINGS.items())
        }
        theirs = {
            (peer, look): _theirs(peer, cases, Path(folder), look=look)
            for peer in PEERS
            for look in (False, True)
        }
    for name, (questions, _) in ours.items():
        say(f"this product, {name}:")
        _sections(questions)
        say("")
    router = ours["in text"][1]
    say(f"the router's calls besides: {sum(_new(None, prompt) for prompt in router) // len(router)} each\n")
    heads = ("the same file", "another file", "from nothing")
    say(f"{'new tokens for a question':36}{''.join(f'{head:>15}' for head in heads)}{'calls':>8}")
    for name, (questions, _) in ours.items():
        _row(f"this product, {name}", questions)
    for (peer, look), found in theirs.items():
        name = f"{peer}{', with a look at the file' if look else ''}"
        if found is not None:
            _row(name, found)
        elif not look:
            say(f"{name:36}{_INSTALL}")
    return {
        "prompt_tokens": statistics.mean(_after_rules(calls) for calls in ours["in text"][0]),
        "prompt_tokens_tools": statistics.mean(_after(None, calls) for calls in ours["calling tools"][0]),
    }


async def _ours(
    folder: Path, cases: Sequence[tuple[str, str, str]], rendering: Rendering
) -> tuple[list[list[Pieces]], list[Pieces]]:
    """The prompts of each question, without those of the router, which come apart."""
    answers: list[str | ScriptedAnswer] = [
        text
        for _, code, answer in cases
        for text in (
            '{"mode": "react"}',
            ScriptedAnswer(calls=called(_LOAD + code).calls)
            if rendering.native
            else f"```python\n{_LOAD}{code}\n```",
            answer,
        )
    ]
    found: list[list[Pieces]] = []
    router: list[Pieces] = []
    folder.mkdir()
    async with product(folder, answers, rendering) as (services, model):
        for question, _, _ in cases:
            before = len(model.requests)
            talk, _ = await conversation(services)
            await asked(services, talk, question)
            choosing, *rest = model.requests[before:]
            router.append([("router", MARK + message.text) for message in choosing.messages])
            found.append([_pieces(request, rendering) for request in rest])
    return found, router


def _pieces(request: ModelRequest, rendering: Rendering) -> Pieces:
    """A prompt by its sections."""
    beginning = len(opening(rendering))
    assert request.messages[:beginning] == opening(rendering)
    pieces = [("tools", TOOLS_MARK + schema(tool)) for tool in request.tools] + [
        ("rules" if message.role == "system" else "examples", _said(message))
        for message in request.messages[:beginning]
    ]
    task, *later = request.messages[beginning:]
    files, _, rest = task.text.partition("Asked on ")
    date, _, question = rest.partition("\n")
    pieces += [("files", MARK + files), ("date", f"Asked on {date}\n"), ("question", question)]
    for message in later:
        pieces += _later(message)
    return pieces


def _later(message: Message) -> Pieces:
    if message.role == "assistant":
        return [("program", _said(message))]
    output, end, rest = _said(message).partition("</output>")
    return [("output", output + end), ("question", rest)]


def _said(message: Message) -> str:
    if message.calls:
        return MARK + "".join(CALL_MARK + call.as_json for call in message.calls)
    return MARK + (CALL_MARK if message.role == "tool" else "") + message.text


def _theirs(
    peer: str, cases: Sequence[tuple[str, str, str]], folder: Path, *, look: bool
) -> list[list[Pieces]] | None:
    """The prompts of a peer's calls; None if it is not installed."""
    work, to = folder / f"{peer}-{look}", folder / "prompts.json"
    work.mkdir()
    shutil.copy(sample_path(), work)
    order = {
        "peer": peer,
        "folder": str(work),
        "to": str(to),
        "cases": [
            {
                "question": f"{question} (bike_sales.csv)",
                "codes": [*([_LOOK] if look else []), _LOAD + code],
                "answer": answer,
            }
            for question, code, answer in cases
        ],
    }
    command = [os.environ.get(PYTHON, sys.executable), str(Path(__file__).with_name("prompt_peers.py"))]
    ran = subprocess.run(command, input=json.dumps(order), text=True, capture_output=True, timeout=300)
    if ran.returncode:
        raise RuntimeError(f"{peer} failed:\n{ran.stderr}")
    found = json.loads(to.read_text())
    if found is None:
        return None
    return [[[(role, MARK + text) for role, text in prompt] for prompt in calls] for calls in found]


def _row(name: str, questions: list[list[Pieces]]) -> None:
    columns = (
        statistics.mean(_kept(questions)),
        statistics.mean(_after_rules(calls) for calls in questions),
        statistics.mean(_after(None, calls) for calls in questions),
    )
    calls = statistics.mean(len(each) for each in questions)
    say(f"{name:36}{''.join(f'{mean:15.0f}' for mean in columns)}{calls:8.1f}")


def _after(before: Pieces | None, calls: list[Pieces]) -> int:
    """New tokens of a question, after another prompt."""
    return sum(_new(last, prompt) for last, prompt in zip([before, *calls], calls, strict=False))


def _after_rules(calls: list[Pieces]) -> int:
    return _after([piece for piece in calls[0] if piece[0] in _RULES], calls)


def _kept(questions: list[list[Pieces]]) -> list[int]:
    """New tokens of each question but the first, where the last prompt is kept between them."""
    lasts = [None, *(calls[-1] for calls in questions)]
    found = [_after(last, calls) for last, calls in zip(lasts, questions, strict=False)]
    return found[1:] or found


def _new(before: Pieces | None, prompt: Pieces) -> int:
    return sum(_by_section(before, prompt).values())


def _by_section(before: Pieces | None, prompt: Pieces) -> dict[str, int]:
    """The tokens that do not stand at the beginning of the prompt before."""
    earlier = "".join(text for _, text in before or ())
    whole = "".join(text for _, text in prompt)
    pairs = zip(earlier, whole, strict=False)
    kept = next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(earlier), len(whole)))
    found: dict[str, int] = {}
    for section, text in prompt:
        new, kept = text[kept:], max(0, kept - len(text))
        if new:
            found[section] = found.get(section, 0) + _tokens(new)
    return found


def _tokens(text: str) -> int:
    around = sum(tokens * text.count(mark) for mark, tokens in _AROUND.items())
    return around + tokens_in(text.lstrip("".join(_AROUND)))


def _sections(questions: list[list[Pieces]]) -> None:
    """A table of our new tokens: calls by sections, means of all questions but the first."""
    sections = list(
        dict.fromkeys(section for calls in questions for prompt in calls for section, _ in prompt)
    )
    say(f"{'new tokens of a call':22}" + "".join(f"{section:>10}" for section in sections) + f"{'all':>8}")
    last: Pieces | None = None
    rows: dict[str, list[dict[str, int]]] = {}
    for number, calls in enumerate(questions):
        for name, prompt in zip(("program", "answer"), calls, strict=True):
            if number or len(questions) == 1:
                rows.setdefault(name, []).append(_by_section(last, prompt))
            last = prompt
    for name, found in rows.items():
        means = [statistics.mean(one.get(section, 0) for one in found) for section in sections]
        say(f"{name:22}" + "".join(f"{mean:10.0f}" for mean in means) + f"{sum(means):8.0f}")
    whole = [_by_section(None, calls[-1]) for calls in questions]
    means = [statistics.mean(one.get(section, 0) for one in whole) for section in sections]
    say(f"{'the longest, whole':22}" + "".join(f"{mean:10.0f}" for mean in means) + f"{sum(means):8.0f}")
