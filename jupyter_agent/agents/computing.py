"""Around the loop of an agent that computes: how it begins, and what is given where an error ends it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from jupyter_agent.closing import closing
from jupyter_agent.coder import Task
from jupyter_agent.errors import AgentError
from jupyter_agent.events import Activity, AnswerGiven, EventBody, Notice, TextDelta
from jupyter_agent.protocols import Kept

from .progress import Progress
from .turn import Toolbox, Turn
from .unanswered import unanswered

NEW_KERNEL = "The kernel holds no variables from earlier questions. Files in the workspace are still there."

Agent = Callable[[Turn, Toolbox, Progress], AsyncIterator[EventBody | Progress]]
"""A loop that answers from where it begins, and tells its progress each time that it has come further."""


async def computed(agent: Agent, turn: Turn, toolbox: Toolbox) -> AsyncIterator[EventBody]:
    """Begin, and let an agent answer. If an error ends that, what was computed is given before it."""
    async with closing(_begin(turn, toolbox)) as beginnings:
        async for found in beginnings:
            if isinstance(found, Progress):
                progress = found
            else:
                yield found
    said, answered = "", False
    try:
        async with closing(agent(turn, toolbox, progress)) as items:
            async for item in items:
                match item:
                    case Progress():
                        progress = item
                        continue
                    case Activity():
                        said = ""
                    case TextDelta(target="answer"):
                        said += item.text
                    case AnswerGiven():
                        answered = True
                yield item
    except AgentError:
        if not answered and (text := unanswered(said, progress)):
            yield AnswerGiven(text=text)
        raise


async def _begin(turn: Turn, toolbox: Toolbox) -> AsyncIterator[EventBody | Progress]:
    """Bring back the variables, and say what a person should know; the first `Progress` comes last."""
    back = await toolbox.kernel.restore()
    if back.names or back.lost or back.failed:
        yield Notice(level="warning" if back.failed else "info", text=_brought_back(back))
    elif turn.ran_code:
        yield Notice(level="info", text=NEW_KERNEL)
    for file in turn.profiles:
        if file.unreadable:
            yield Notice(level="warning", text=file.unreadable)
    yield Progress(
        task=Task(
            question=turn.question,
            profiles=turn.profiles,
            history=turn.history,
            variables=await toolbox.kernel.variables(),
            readable=await toolbox.kernel.readable(),
            now=turn.now,
            may_ask=turn.may_ask and turn.resumed is None,
            context=toolbox.context,
            rendering=toolbox.models.rendering,
        )
    )


def _brought_back(kept: Kept) -> str:
    """What to tell a person whose kernel is another one than for the question before."""
    told = [kept.cause or "The kernel starts anew for this question."]
    if kept.names:
        told.append(f"Variables that were kept are back: {', '.join(kept.names)}.")
    if kept.lost:
        lost = "; ".join(f"{one.name} ({one.reason})" for one in kept.lost)
        told.append(f"These could not be kept: {lost}.")
    if kept.failed:
        told.append(kept.failed)
    return " ".join(told)
