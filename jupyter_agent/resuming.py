"""Takes a plan up again where its run ended: what of it is done, and what is to be done now.

What a step left in the kernel is there as long as nothing happened since: no other question, no going back
to before an earlier one. Of steps that were taken back, nothing is there: they are to be done again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .agents import Resumed
from .agents.plan import Plan
from .errors import Busy, InputRefused, NotFound
from .events import Event, Rewound, RunFinished
from .ids import ConversationId, RunId, UserId
from .protocols import Store
from .steps import PlannedStep, Step
from .trajectory import Trajectory, trajectory

_LONGEST_GOAL = 300
_LONGEST_DETAIL = 1_000
"""Characters."""
_SINCE = 100
"""Events since a run ended that are looked at; the first of another run decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumption:
    """A run's plan that is taken up again."""

    run_id: RunId
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
    events = await store.run_events(owner, run_id)
    past = trajectory(events)
    if past.conversation_id != conversation_id:
        raise NotFound("This conversation has no such run.", "Resume it where it was asked.")
    if past.end is None:
        raise Busy
    if not past.plan:
        raise InputRefused("There is no plan to go on with.", "Ask the question again.")
    await _ensure_latest(store, owner, past, events)
    done = await _done(store, owner, past)
    plan = _marked(past.plan, done)
    rest = plan.waiting if wanted is None else _usable(wanted)
    if not rest:
        raise InputRefused("Nothing of the plan is left to be done.", "Add a step, or ask a new question.")
    if len(rest) > most:
        raise InputRefused(
            f"These are {len(rest)} steps; {most} are the most.",
            "Leave some out, or allow more (max_steps).",
        )
    before = max((step.number for step in past.steps), default=max(past.asked.done, default=0))
    return Resumption(
        run_id=run_id,
        question=past.asked.question,
        resumed=Resumed(plan=plan.with_rest(rest).steps, done=done, before=before),
    )


async def _ensure_latest(store: Store, owner: UserId, past: Trajectory, events: Sequence[Event]) -> None:
    """The kernel is as the run left it, or as it was at one of the run's own steps."""
    end = next(event.sequence for event in events if isinstance(event.body, RunFinished))
    since = await store.events(owner, past.conversation_id, after=end, limit=_SINCE)
    for event in since:
        if event.run_id != past.run_id:
            happened = (
                "The variables were taken back to before an earlier question"
                if isinstance(event.body, Rewound)
                else "Something else was asked"
            )
            raise InputRefused(f"{happened} since then.", "Ask the question again.")


async def _done(store: Store, owner: UserId, past: Trajectory) -> tuple[Step, ...]:
    """The steps whose results are there, those of the runs before included."""
    earlier: list[Step] = []
    asked = past.asked
    while asked.resumes is not None:
        before = trajectory(await store.run_events(owner, asked.resumes))
        earlier = [step for step in before.steps if step.number in past.asked.done] + earlier
        asked = before.asked
    undone = min((rewound.step for rewound in past.rewound), default=None)
    own = (step for step in past.steps if step.succeeded and (undone is None or step.number < undone))
    return (*earlier, *own)


def _marked(plan: Sequence[PlannedStep], done: Sequence[Step]) -> Plan:
    """The plan, in which all that is neither done nor left out waits."""
    goals = [step.planned.goal for step in done if step.planned]
    marked = []
    for step in plan:
        if step.goal in goals:
            goals.remove(step.goal)
            marked.append(replace(step, status="done"))
        else:
            marked.append(step if step.status == "left-out" else replace(step, status="waiting"))
    return Plan(tuple(marked))


def _usable(wanted: Sequence[PlannedStep]) -> tuple[PlannedStep, ...]:
    steps = []
    for number, step in enumerate(wanted, 1):
        goal = " ".join(step.goal.split())
        if not goal:
            raise InputRefused(f"Step {number} says nothing.", "Say what it is to do, or leave it out.")
        if len(goal) > _LONGEST_GOAL:
            raise InputRefused(
                f"Step {number} has {len(goal)} characters; {_LONGEST_GOAL} are the most.", "Shorten it."
            )
        if max(len(step.approach), len(step.criterion)) > _LONGEST_DETAIL:
            raise InputRefused(f"The details of step {number} are too long.", "Shorten them.")
        steps.append(PlannedStep(goal=goal, approach=step.approach.strip(), criterion=step.criterion.strip()))
    return tuple(steps)
