"""Takes a plan up again where its run ended: what of it is done, and what is to be done now.

What a step left in the kernel is there as long as nothing happened since but going back to before a step of
the plan itself: of steps that were taken back so, nothing is there, and they are to be done again. Whether
the kernel still has the rest is seen when the plan is carried out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .agents import Resumed
from .agents.plan import Plan
from .errors import Busy, InputRefused, NotFound
from .events import Rewound, RunFinished
from .ids import ConversationId, RunId, UserId
from .protocols import Store
from .steps import PlannedStep
from .trajectory import TakenStep, Trajectory, trajectory

_LONGEST_GOAL = 400
_LONGEST_DETAIL = 1_000
"""Characters."""
_SINCE = 100
"""Events since a run ended that are looked at; one of another run decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumption:
    """A run's plan that is taken up again."""

    run_id: RunId
    began_at: int
    """The number of the first event of the run that the plan was made in."""
    question: str
    resumed: Resumed

    @property
    def numbers(self) -> tuple[int, ...]:
        """Of the steps that are done."""
        return tuple(step.number for step in self.resumed.done)


async def resumption(
    store: Store,
    owner: UserId,
    conversation_id: ConversationId,
    run_id: RunId,
    wanted: Sequence[PlannedStep] | None,
    *,
    most: int,
) -> Resumption:
    """What is done of the plan of that run, and what of it is to be done: at most so many steps.

    Args:
        wanted: what is to be done instead, in this order; None: what the plan says.

    Raises:
        InputRefused: the run had no plan, nothing is left of it, what is wanted cannot be used, or something
            happened since.
        NotFound: the conversation has no such run.
        Busy: the run is under way.
    """
    runs = await _runs_of_plan(store, owner, run_id)
    last = runs[-1]
    if last.conversation_id != conversation_id:
        raise NotFound("This conversation has no such run.", "Resume it where it was asked.")
    if last.end is None:
        raise Busy
    if not last.plan:
        raise InputRefused("There is no plan to go on with.", "Ask the question again.")
    undone = await _first_undone(store, owner, runs)
    done = [step for step in _held(runs) if undone is None or step.number < undone]
    plan = _marked(last, done)
    rest = plan.waiting if wanted is None else _usable(wanted, last.plan)
    if not rest:
        raise InputRefused("Nothing of the plan is left to be done.", "Add a step, or ask a new question.")
    if len(rest) > most:
        raise InputRefused(
            f"These are {len(rest)} steps; {most} are the most.",
            "Leave some out, or allow more (max_steps).",
        )
    resumed = Resumed(
        plan=plan.with_rest(rest).steps,
        done=tuple(step.step for step in done),
        made=_made(done),
        before=max((step.number for run in runs for step in run.taken), default=0),
        said=_unheard(runs, {step.number for step in done}),
    )
    return Resumption(run_id=run_id, began_at=runs[0].sequence, question=last.asked.question, resumed=resumed)


async def _runs_of_plan(store: Store, owner: UserId, run_id: RunId) -> list[Trajectory]:
    """The run, and those that it resumed, oldest first."""
    runs = [trajectory(await store.run_events(owner, run_id))]
    while (earlier := runs[0].asked.resumes) is not None:
        runs.insert(0, trajectory(await store.run_events(owner, earlier)))
    return runs


async def _first_undone(store: Store, owner: UserId, runs: Sequence[Trajectory]) -> int | None:
    """The first step of the plan that was taken back since its last run ended.

    Raises:
        InputRefused: something else happened since then.
    """
    last = runs[-1]
    events = await store.run_events(owner, last.run_id, kinds=("run-finished",))
    end = next(event.sequence for event in events if isinstance(event.body, RunFinished))
    undone: list[int] = []
    for event in await store.events(owner, last.conversation_id, after=end, limit=_SINCE):
        if not isinstance(event.body, Rewound):
            raise InputRefused("Something else was asked since then.", "Ask the question again.")
        if event.run_id not in {run.run_id for run in runs}:
            raise InputRefused(
                "The variables were taken back to before an earlier question since then.",
                "Ask the question again.",
            )
        undone.append(event.body.step)
    return min(undone, default=None)


def _held(runs: Sequence[Trajectory]) -> list[TakenStep]:
    """The steps whose results were there when the last run ended."""
    last = runs[-1]
    earlier = (step for run in runs[:-1] for step in run.taken if step.number in last.asked.done)
    return [*earlier, *(step for step in last.taken if step.succeeded)]


def _made(done: Sequence[TakenStep]) -> Mapping[int, tuple[str, ...]]:
    """Which variables are there from which step."""
    maker: dict[str, int] = {}
    for step in done:
        changes = step.attempts[-1].changes
        for name in changes.removed:
            maker.pop(name, None)
        maker |= dict.fromkeys((*changes.added, *changes.changed), step.number)
    return {step.number: tuple(name for name in maker if maker[name] == step.number) for step in done}


def _unheard(runs: Sequence[Trajectory], done: set[int]) -> tuple[str, ...]:
    """What the person said to the runs, and no step that is done has taken into account."""
    said = [text for run in runs for text in run.said]
    for run in runs:
        for step in run.taken:
            if step.number in done:
                said = [text for text in said if text not in step.said]
    return tuple(said)


def _marked(last: Trajectory, done: Sequence[TakenStep]) -> Plan:
    """The plan, in which all waits that is neither done, nor left out, nor done otherwise since it failed."""
    goals = [step.planned.goal for step in done if step.planned]
    missing = last.taken[-1].missing if last.taken else ()
    later = {step.goal for step in last.taken[:-1] if not step.succeeded}
    marked = []
    for step in last.plan:
        if step.goal in goals:
            goals.remove(step.goal)
            marked.append(replace(step, status="done"))
        elif step.status == "left-out" or (
            step.status == "failed" and step.goal in later and step.goal not in missing
        ):
            marked.append(replace(step, status="left-out"))
        else:
            marked.append(replace(step, status="waiting"))
    return Plan(tuple(marked))


def _usable(wanted: Sequence[PlannedStep], plan: Sequence[PlannedStep]) -> tuple[PlannedStep, ...]:
    """The steps, if they can be worked on; what the plan has already can."""
    known = {step.goal for step in plan}
    steps = []
    for number, step in enumerate(wanted, 1):
        goal = step.goal if step.goal in known else " ".join(step.goal.split())
        if not goal:
            raise InputRefused(f"Step {number} says nothing.", "Say what it is to do, or leave it out.")
        if len(goal) > _LONGEST_GOAL and goal not in known:
            raise InputRefused(
                f"Step {number} has {len(goal)} characters; {_LONGEST_GOAL} are the most.", "Shorten it."
            )
        if max(len(step.approach), len(step.criterion)) > _LONGEST_DETAIL:
            raise InputRefused(f"The details of step {number} are too long.", "Shorten them.")
        steps.append(PlannedStep(goal=goal, approach=step.approach.strip(), criterion=step.criterion.strip()))
    return tuple(steps)
