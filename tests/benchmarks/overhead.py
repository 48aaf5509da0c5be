"""What a question takes beside its model and its code: until the first event is seen, and each step.

The model is scripted and answers at once, and the code prints a number. A step is one program,
from the event that it begins to the one that it ended, less what the model and the kernel took.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from pathlib import Path

from jupyter_agent.events import StepFinished, StepStarted
from jupyter_agent.protocols import ModelRequest

from .asking import Seen, asked, conversation, product
from .kernels import kernelspecs
from .tables import load, say, shown
from .targets import Figures, Size

_CODE = "```python\nprint(6 * 7)\n```"
_STEPS = 3


def measure(size: Size) -> Figures:
    say(f"{size.rounds} questions of {_STEPS} steps, {load()}; medians (least)\n")
    with kernelspecs(), tempfile.TemporaryDirectory() as folder:
        first, steps = asyncio.run(_measure(Path(folder), size.rounds))
    say(f"until the first event is seen: {shown(first, 'ms')}")
    say(f"a step:                        {shown(steps, 'ms')}")
    return {"first_event": statistics.median(first), "step_overhead": statistics.median(steps)}


async def _measure(folder: Path, rounds: int) -> tuple[list[float], list[float]]:
    first: list[float] = []
    steps: list[float] = []
    async with product(folder, _answer) as (services, _):
        talk, _ = await conversation(services)
        after = 0
        for number in range(rounds + 1):
            seen = await asked(services, talk, f"What is {number} times 7?", "react", after)
            after = seen[-1].event.sequence
            if number:  # the first one starts the kernel
                first.append(seen[0].after * 1_000)
                steps += _overheads(seen)
    return first, steps


def _answer(request: ModelRequest) -> str:
    if request.temperature:  # answers are asked for at 0
        return _CODE
    done = sum("</output>" in message.text for message in request.messages[-2 * _STEPS :])
    more = sum(
        f"Question: part {part}" in message.text for part in range(_STEPS) for message in request.messages
    )
    return f"MORE: part {more + 1}" if done and more + 1 < _STEPS else "It is **42**."


def _overheads(seen: list[Seen]) -> list[float]:
    """Milliseconds of each step that neither the model nor the kernel took."""
    found: list[float] = []
    began = 0.0
    for each in seen:
        match each.event.body:
            case StepStarted():
                began = each.after
            case StepFinished(spent=spent) if spent is not None:
                taken = spent.model_seconds + spent.kernel_seconds
                found.append((each.after - began - taken) * 1_000)
    return found
