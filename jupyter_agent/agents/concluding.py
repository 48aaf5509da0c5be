"""Lets the model answer from what was computed, or name what is missing for an answer."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jupyter_agent.closing import closing
from jupyter_agent.coder import Words, offered, to_conclude
from jupyter_agent.events import Activity, AnswerGiven, EventBody, Notice, TextDelta

from .conclusion import CUT_OFF, Conclusion
from .grounds import doubts, grounds
from .progress import Progress
from .turn import Toolbox
from .unanswered import no_answer, no_program, too_many_steps, unanswered

PARTIAL = "The answer rests on what was computed so far."


async def conclude(
    progress: Progress, toolbox: Toolbox, *, spent: bool
) -> AsyncIterator[EventBody | Conclusion]:
    """Let the model answer, or name one more thing to compute; the conclusion comes last.

    A model that asks for what it already has is asked again, for the answer only. `spent`: it may not ask.
    When the time or the tokens of the run are used up, what was kept of them is for the answer.

    Raises:
        OutOfBudget: it asks for more nevertheless, or what was kept is used up, too.
        ModelError: it says nothing, or does not get to the end.
    """
    budget = toolbox.budget
    if budget.spent:
        yield Notice(level="warning", text=f"{budget.exceeded()} {PARTIAL}")
    spent = spent or budget.spent or bool(progress.failed)
    for last in (True,) if spent else (False, True):
        yield Activity(text="Reading the results")
        conclusion = _conclusion(progress, toolbox, last=last)
        with budget.answering():
            async with closing(conclusion.deltas()) as deltas:
                async for delta in deltas:
                    yield TextDelta(target="answer", text=delta)
        if conclusion.answer:
            evidence, complete = await grounds(conclusion.answer, progress)
            # Beside a call, words are an answer only if they tell something of the outputs.
            if not conclusion.beside_call or any(one.source == "step" for one in evidence):
                if conclusion.cut:
                    yield CUT_OFF
                for notice in doubts(conclusion.answer, evidence, complete=complete):
                    yield notice
                text = unanswered(conclusion.answer, progress) if conclusion.cut else conclusion.answer
                yield AnswerGiven(text=text, evidence=evidence)
                yield conclusion
                return
        if not last and conclusion.goal and not progress.repeats(conclusion):
            yield conclusion
            return
    if not conclusion.goal:
        raise no_answer()
    raise too_many_steps(progress, conclusion.goal, spent=toolbox.budget.spent)


def _conclusion(progress: Progress, toolbox: Toolbox, *, last: bool) -> Conclusion:
    """One that is to be written."""
    messages = to_conclude(
        progress.task,
        progress.done,
        toolbox.settings,
        last=last,
        failed=progress.failed,
        said=progress.news,
    )
    return Conclusion(toolbox.models.general, messages, tools=offered(progress.task.rendering), last=last)


async def in_words(words: Words, progress: Progress) -> AsyncIterator[EventBody]:
    """Answer with what the model says where no program was written.

    Raises:
        OutOfBudget: it was told that one is needed.
    """
    evidence, complete = await grounds(words.text, progress)
    for notice in doubts(words.text, evidence, complete=complete):
        yield notice
    yield AnswerGiven(text=words.text, evidence=evidence)
    if words.attempts:
        raise no_program(words.attempts)
