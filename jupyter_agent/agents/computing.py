"""What the agents that compute have in common: how they begin, how far they have come, how they conclude."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from textwrap import indent

from jupyter_agent.closing import closing
from jupyter_agent.coder import MISSING, Task, Words, Workbench, offered, to_conclude
from jupyter_agent.errors import AgentError, ModelAnswerInvalid, OutOfBudget
from jupyter_agent.events import Activity, AnswerGiven, EventBody, Notice, TextDelta
from jupyter_agent.evidence import Evidence
from jupyter_agent.prompts import clip, output_text
from jupyter_agent.protocols import Kept
from jupyter_agent.steps import Attempt, Step, normal_goal

from .conclusion import CUT_OFF, Conclusion
from .evidence import evidence_of, sources_of
from .turn import Toolbox, Turn

log = logging.getLogger(__name__)

NOT_COMPARED = "Not all numbers of the answer were compared with the outputs: do so yourself."
_EVIDENCE_SECONDS = 15.0
"""That an answer waits for the evidence for it."""
NEW_KERNEL = "The kernel holds no variables from earlier questions. Files in the workspace are still there."

UNANSWERED = "The model gave no whole answer. This is what the last program that worked showed:"
NOTHING_WORKED = "No program worked. This is what the last one had printed before it failed:"
_OUTPUT_CHARACTERS = 2_000
MORE_PRECISELY = "Ask more precisely (name the file and the columns), or choose a larger model."
MORE_TIME = "Ask for less at a time, or allow a program more time (c.JupyterAgent.timeout, in seconds)."
PARTIAL = "The answer rests on what was computed so far."


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run has come."""

    task: Task
    done: tuple[Step, ...] = ()
    """Steps whose program worked."""
    failed: tuple[Step, ...] = ()
    """Steps whose programs all failed, and that nothing has taken the place of."""
    taken: int = 0
    """Steps of this run that ended, either way."""
    before: int = 0
    """The number of the last step of the run that is resumed."""
    said_before: tuple[str, ...] = ()
    """What the person said to that run, and no step has taken into account."""
    heard: tuple[str, ...] = ()
    """What the person has said while this was worked on."""
    ready: str = ""
    """The program of the next step, if the model has called for it."""

    @property
    def news(self) -> tuple[str, ...]:
        """What of it no step that worked has taken into account."""
        return self.heard[sum(len(step.said) for step in self.done if step.number > self.before) :]

    @property
    def prepared(self) -> str:
        """The program of the next step, unless it was written before the person said something."""
        return "" if self.news else self.ready

    def has_done(self, goal: str) -> bool:
        return normal_goal(goal) in {normal_goal(step.goal) for step in self.done}

    def repeats(self, wish: Conclusion) -> bool:
        """Whether the model asks for what it already has."""
        if wish.ready:
            return wish.ready in {step.attempts[-1].code for step in self.done}
        return self.has_done(wish.goal or "")

    async def listening(self, toolbox: Toolbox) -> Progress:
        """The progress with all that the person has said by now."""
        return replace(self, heard=(*self.said_before, *await toolbox.said()))

    def after(self, step: Step) -> Progress:
        """The progress with a step that ended."""
        progress = replace(self, taken=self.taken + 1, ready="")
        if step.succeeded:
            return replace(progress, done=(*self.done, step))
        return replace(progress, failed=(*self.failed, step))


def workbench(toolbox: Toolbox) -> Workbench:
    """What programs are written and run with."""
    return Workbench(
        run=toolbox.run,
        model=toolbox.models.coder,
        kernel=toolbox.kernel,
        workspace=toolbox.workspace,
        settings=toolbox.settings,
        budget=toolbox.budget,
    )


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
        if not answered and (text := _unanswered(said, progress)):
            yield AnswerGiven(text=text)
        raise


async def _begin(turn: Turn, toolbox: Toolbox) -> AsyncIterator[EventBody | Progress]:
    """Bring back the variables, and say what a person should know; the first `Progress` comes last."""
    back = await toolbox.kernel.restore()
    if back.names or back.lost or back.failed:
        yield Notice(level="warning" if back.failed else "info", text=brought_back(back))
    elif turn.ran_code and not toolbox.kernel.started:
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
            evidence, complete = await _evidence(conclusion.answer, progress)
            # Beside a call, words are an answer only if they tell something of the outputs.
            if not conclusion.beside_call or any(one.source == "step" for one in evidence):
                if conclusion.cut:
                    yield CUT_OFF
                for notice in _doubts(conclusion.answer, evidence, complete=complete):
                    yield notice
                text = _unanswered(conclusion.answer, progress) if conclusion.cut else conclusion.answer
                yield AnswerGiven(text=text, evidence=evidence)
                yield conclusion
                return
        if not last and conclusion.goal and not progress.repeats(conclusion):
            yield conclusion
            return
    if not conclusion.goal:
        raise _no_answer()
    raise _too_many_steps(progress, conclusion.goal, spent=toolbox.budget.spent)


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
    evidence, complete = await _evidence(words.text, progress)
    for notice in _doubts(words.text, evidence, complete=complete):
        yield notice
    yield AnswerGiven(text=words.text, evidence=evidence)
    if words.attempts:
        raise OutOfBudget(
            f"The model wrote no program in {words.attempts} attempts. This is only what it says: nothing "
            "was computed.",
            MORE_PRECISELY,
        )


def _doubts(answer: str, evidence: tuple[Evidence, ...], *, complete: bool) -> Iterator[Notice]:
    """A word about what of an answer nothing shows, if there is any."""
    if not complete:
        yield Notice(level="warning", text=NOT_COMPARED)
    if any(one.in_doubt for one in evidence):
        yield Notice(level="warning", text=_doubt(answer, evidence))


def _unanswered(begun: str, progress: Progress) -> str:
    """What a person gets instead of an answer: its beginning, if there is one, and what was computed last.

    Empty if there is nothing to show.
    """
    beginning = f"{begun.strip()} […]" if begun.strip() else ""
    if progress.done:
        return "\n\n".join(filter(None, (beginning, UNANSWERED, _shown(progress.done[-1].attempts[-1]))))
    tried = progress.failed[-1].attempts if progress.failed else ()
    printed = next(filter(None, map(_shown, reversed(tried))), "")
    return f"{NOTHING_WORKED}\n\n{printed}" if printed else beginning


def _shown(attempt: Attempt) -> str:
    """What a program printed, as a block of code."""
    return indent(clip(output_text(attempt.outputs), _OUTPUT_CHARACTERS), "    ")


def brought_back(kept: Kept) -> str:
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


def nothing_worked(step: Step) -> OutOfBudget:
    """A step failed, and there is nothing before it to answer from."""
    attempt = step.attempts[-1]
    failure = attempt.failure
    reason = f"{failure.name}: {failure.message}" if failure else attempt.status
    return OutOfBudget(
        f"No program worked in {len(step.attempts)} attempts. The last one failed with {reason.rstrip('.')}.",
        MORE_TIME if failure and failure.error_class == "timeout" else MORE_PRECISELY,
    )


async def _evidence(answer: str, progress: Progress) -> tuple[tuple[Evidence, ...], bool]:
    """What the numbers and claims of an answer rest on, and whether that is all. A thread that nobody waits
    for any more ends.

    An answer that is written goes out soon: without evidence, if it cannot be found.
    """
    stop = threading.Event()
    late = asyncio.get_running_loop().call_later(_EVIDENCE_SECONDS, stop.set)

    def find() -> tuple[Evidence, ...]:
        told = "\n\n".join([progress.task.question, *progress.heard, *_sizes(progress.task)])
        sources = sources_of(told, progress.task.history, progress.done)
        return evidence_of(answer, sources, stop)

    try:
        found = await asyncio.to_thread(find)
        return found, not stop.is_set()
    except Exception:
        log.exception("The evidence for an answer could not be found")
        return (), False
    finally:
        late.cancel()
        stop.set()


def _sizes(task: Task) -> Iterator[str]:
    """What is said of the files' sizes, as numbers that an answer may repeat."""
    for profile in task.profiles:
        if profile.rows is not None:
            yield f"{profile.name}: {profile.rows} rows, {len(profile.columns)} columns"


def _doubt(answer: str, evidence: tuple[Evidence, ...]) -> str:
    """One line about the numbers that nothing shows, or else about those that it may be chance to find."""
    nowhere = [one for one in evidence if one.derivation == "unsupported"]
    doubtful = nowhere or [one for one in evidence if one.in_doubt]
    listed = ", ".join(list(dict.fromkeys(answer[one.start : one.end] for one in doubtful))[:5])
    return f"No output shows {listed}." if nowhere else f"Not clear from the outputs: {listed}."


def _too_many_steps(progress: Progress, goal: str, *, spent: bool) -> OutOfBudget:
    """`spent`: the time or the tokens are used up, too."""
    steps = f"{progress.taken} {'step' if progress.taken == 1 else 'steps'}"
    more = ", or more precisely." if spent or progress.failed else ", or allow more steps (max_steps)."
    wanted = " to compute more" if goal == MISSING else f": {goal.rstrip('.?!')}"
    return OutOfBudget(
        f"The question was not answered in {steps}; the model still wanted{wanted}.",
        f"The results so far are above. Ask for a part of it{more}",
    )


def _no_answer() -> ModelAnswerInvalid:
    return ModelAnswerInvalid(
        "The model gave no answer; the results above are complete.",
        "Ask again, or choose another model.",
    )
