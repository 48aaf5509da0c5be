"""What the product is compared with: a plain ReAct loop. Think, run a block of code, see its output, answer.

The same model and the same kernel, but no router, file profiles, reviews, checks, advice, or undoing of what
failed. A block runs as a cell inside the cell that the kernel is given: for the kernel, a program that fails
so went well, and what it did stays. Only what hangs or ends the process is undone here too, since the kernel
does that whatever is asked.
"""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import AsyncIterator, Sequence
from functools import cache
from importlib import resources

from jupyter_agent.closing import closing
from jupyter_agent.errors import OutOfBudget
from jupyter_agent.events import (
    AnswerGiven,
    AttemptFinished,
    AttemptStarted,
    Blocked,
    EventBody,
    OutputReceived,
    StepFinished,
    StepStarted,
)
from jupyter_agent.messages import Message
from jupyter_agent.models.complete import complete
from jupyter_agent.models.mended import FENCE
from jupyter_agent.prompts import clip, output_text
from jupyter_agent.protocols import KernelSession, Model, ModelRequest
from jupyter_agent.settings import Settings
from jupyter_agent.steps import Block, Execution, Meter, Output

_MOST_ROUNDS = 12
_ANSWER = re.compile(r"FINAL ANSWER\W*:[*_]*\s*(.+)", re.DOTALL | re.IGNORECASE)


async def baseline(
    question: str, files: Sequence[str], model: Model, kernel: KernelSession, settings: Settings
) -> AsyncIterator[EventBody]:
    """Answer a question; a round is a step with one attempt.

    Raises:
        OutOfBudget: the model does not come to an answer.
        ModelError, KernelError: as the model and the kernel do.
    """
    texts = _texts()
    task = texts["task" if files else "task_without_files"]
    messages = [
        Message.system(texts["rules"].strip()),
        Message.user(task.format(files=", ".join(files), question=question).strip()),
    ]
    for number in range(1, _MOST_ROUNDS + 1):
        request = ModelRequest(messages=tuple(messages), temperature=settings.coder_temperature)
        said = (await complete(model, request)).text
        block = FENCE.search(said)
        if block is None and (answer := _ANSWER.search(said)):
            yield AnswerGiven(text=answer[1].strip())
            return
        if block is None:
            messages += [Message.assistant(said), Message.user(texts["neither"])]
            continue
        outputs: list[Output] = []
        async with closing(_round(number, block[1], kernel, settings, outputs)) as bodies:
            async for body in bodies:
                yield body
        shown = clip(output_text(outputs) + _errors(outputs), settings.output_chars) or texts["no_output"]
        # What a model writes behind its code is the output that it imagines.
        messages += [
            Message.assistant(said[: block.end()]),
            Message.user(texts["observation"].format(output=shown).strip()),
        ]
    raise OutOfBudget(f"No answer in {_MOST_ROUNDS} rounds.")


async def _round(
    number: int, code: str, kernel: KernelSession, settings: Settings, outputs: list[Output]
) -> AsyncIterator[EventBody]:
    """Run one block; what it shows is added to `outputs`."""
    started = time.monotonic()
    yield StepStarted(step=number, goal="")
    yield AttemptStarted(step=number, attempt=1, code=code)
    ended = Execution(status="stopped", duration=0.0)
    async with closing(kernel.execute(_as_a_cell(code), timeout=settings.timeout)) as results:
        async for result in results:
            match result:
                case Execution():
                    ended = result
                case Block():
                    yield Blocked(step=number, attempt=1, block=result)
                case Meter():
                    pass
                case _:
                    outputs.append(result)
                    yield OutputReceived(step=number, attempt=1, output=result)
    failed = any(output.kind == "error" for output in outputs)
    yield AttemptFinished(
        step=number,
        attempt=1,
        status="error" if failed and ended.status == "ok" else ended.status,
        duration=ended.duration,
        note=ended.note,
        protection=ended.protection,
        rolled_back=ended.rolled_back,
        changes=ended.changes,
        files=ended.files,
    )
    yield StepFinished(step=number, succeeded=not failed, duration=round(time.monotonic() - started, 3))


def _as_a_cell(code: str) -> str:
    return f"_ = get_ipython().run_cell({code!r})"


def _errors(outputs: Sequence[Output]) -> str:
    """The tracebacks, which are the model's to read as they are."""
    return "".join(f"\n{output.traceback}" for output in outputs if output.kind == "error")


@cache
def _texts() -> dict[str, str]:
    return tomllib.loads((resources.files(__package__) / "baseline.toml").read_text("utf-8"))
