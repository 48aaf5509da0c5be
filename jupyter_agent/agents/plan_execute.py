"""Answers what takes several programs: a plan, one step after the other, a look at the plan after each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from jupyter_agent.closing import closing
from jupyter_agent.coder import Assignment, Words, work_on
from jupyter_agent.errors import BudgetSpent
from jupyter_agent.events import Activity, EventBody, Notice, Planned, QuestionBack
from jupyter_agent.steps import PlannedStep, Step

from .concluding import conclude
from .conclusion import Conclusion
from .plan import Plan, adapted, planned
from .progress import Progress
from .turn import Resumed, Toolbox, Turn
from .unanswered import nothing_worked

NO_PLAN = "The model made no plan that can be read, so the question is worked on in one step."
TOO_LONG = (
    "The plan had {steps} steps, of which only the first may be taken ({most}). "
    "Ask for a part of it, or allow more (c.JupyterAgent.max_steps)."
)
ONE_MORE = "The answer needs one more result."
GIVEN_UP = "There is no time, or there are no tokens, for the rest."
SAID = "You said something more."
GONE = "These variables are not there any more: {names}. The steps that made them are done again."
_GOAL_CHARACTERS = 300
_HOPELESS = 2
"""Steps at the beginning that fail with all their attempts: those that are left mostly build on them."""


@dataclass(frozen=True, slots=True)
class _Carried:
    """How far a plan was carried out."""

    plan: Plan
    progress: Progress


async def plan_execute(
    turn: Turn, toolbox: Toolbox, progress: Progress
) -> AsyncIterator[EventBody | Progress]:
    """Plan, or take a plan up again, carry it out, and answer from all that came out.

    Raises:
        OutOfBudget: no program worked, or the model asks for more steps than it may take.
    """
    if turn.resumed is not None:
        plan, progress, gone = _taken_up(turn.resumed, progress)
        if gone:
            yield Notice(level="warning", text=GONE.format(names=", ".join(gone)))
    else:
        yield Activity(text="Making a plan")
        made = await planned(progress, toolbox)
        if isinstance(made, QuestionBack):
            yield made
            return
        most = toolbox.settings.max_steps
        plan = Plan(made.steps[:most])
        if len(made.steps) > most:
            yield Notice(level="warning", text=TOO_LONG.format(steps=len(made.steps), most=most))
        if not plan.steps:
            yield Notice(level="info", text=NO_PLAN)
            plan = Plan((PlannedStep(goal=turn.question),))
    progress = replace(progress, task=replace(progress.task, plan=plan.to_text()))
    yield Planned(steps=plan.steps)
    concluded = False
    while not concluded:
        try:
            async with closing(_carry_out(plan, progress, toolbox)) as items:
                async for item in items:
                    if isinstance(item, _Carried):
                        plan, progress = item.plan, item.progress
                        yield progress
                    else:
                        yield item
        except BudgetSpent:
            if not progress.done:
                raise
            plan = plan.given_up()
            yield Planned(steps=plan.steps, reason=GIVEN_UP)
        async with closing(conclude(progress, toolbox, spent=_left(progress, toolbox) == 0)) as conclusions:
            async for told in conclusions:
                if not isinstance(told, Conclusion):
                    yield told
                elif told.goal is None:
                    concluded = True
                else:
                    plan = plan.with_rest((PlannedStep(goal=told.goal),))
                    progress = replace(progress, ready=told.ready)
                    yield Planned(steps=plan.steps, reason=ONE_MORE)


async def _carry_out(plan: Plan, progress: Progress, toolbox: Toolbox) -> AsyncIterator[EventBody | _Carried]:
    """One step after the other, until none waits; how far it is comes before and after each.

    Raises:
        OutOfBudget: no step worked.
    """
    # A plan never has more steps that wait than may be taken.
    while (place := plan.next) is not None:
        progress = await progress.listening(toolbox)
        heard = progress.heard
        plan = plan.marked(place, "working")
        yield _Carried(plan, progress)
        yield Planned(steps=plan.steps)
        async with closing(work_on(_assignment(plan.steps[place], progress), toolbox.workbench)) as items:
            async for item in items:
                if isinstance(item, Step):
                    step = item
                elif not isinstance(item, Words):  # which answer no step of a plan
                    yield item
        progress = await progress.after(step).listening(toolbox)
        plan = plan.marked(place, "done" if step.succeeded else "failed")
        yield Planned(steps=plan.steps)
        yield _Carried(plan, progress)
        steered = progress.heard != heard
        if steered and not plan.waiting and _left(progress, toolbox):
            plan = plan.with_rest((PlannedStep(goal=_in_short(progress.heard[-1])),))
            yield Planned(steps=plan.steps, reason=SAID)
        hopeless = len(progress.failed) >= _HOPELESS and not steered
        if not progress.done and (hopeless or not plan.waiting):
            raise nothing_worked(step)
        if progress.done and plan.waiting:
            yield Activity(text="Looking at the plan")
            plan, reason = await adapted(plan, progress, step, toolbox, most=_left(progress, toolbox))
            if reason:
                # If it was this one that failed, it is done otherwise, or not needed.
                failed = tuple(each for each in progress.failed if each is not step)
                progress = replace(progress, failed=failed)
                yield Planned(steps=plan.steps, reason=reason)
    yield _Carried(plan, progress)


def _taken_up(resumed: Resumed, progress: Progress) -> tuple[Plan, Progress, tuple[str, ...]]:
    """The plan, how far it has come, and the names of variables of its steps that are gone.

    A step of which anything is gone is to be done again.
    """
    there = {variable.name for variable in progress.task.variables}
    lost = {
        number: names
        for number, made in resumed.made.items()
        if (names := tuple(name for name in made if name not in there))
    }
    plan = Plan(resumed.plan)
    for step in resumed.done:
        if step.number in lost and step.planned is not None:
            plan = plan.waiting_for(step.planned.goal)
    progress = replace(
        progress,
        done=tuple(step for step in resumed.done if step.number not in lost),
        before=resumed.before,
        said_before=resumed.said,
    )
    return plan, progress, tuple(name for names in lost.values() for name in names)


def _assignment(step: PlannedStep, progress: Progress) -> Assignment:
    return Assignment(
        task=progress.task,
        goal=step.goal,
        done=progress.done,
        planned=step,
        missing=tuple(failed.goal for failed in progress.failed),
        said=progress.news,
        ready=progress.prepared,
        taken=progress.before + progress.taken,
    )


def _in_short(said: str) -> str:
    line = " ".join(said.split())
    return line if len(line) <= _GOAL_CHARACTERS else f"{line[: _GOAL_CHARACTERS - 1]}…"


def _left(progress: Progress, toolbox: Toolbox) -> int:
    """How many more steps may be taken."""
    return max(0, toolbox.settings.max_steps - progress.taken)
