"""What is read back from a run's events, wherever they end and whoever wrote them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jupyter_agent.events import (
    AgentChosen,
    AnswerGiven,
    AttemptFinished,
    AttemptStarted,
    Blocked,
    EventBody,
    ModelChosen,
    Notice,
    OutputReceived,
    Planned,
    Reviewed,
    Rewound,
    RunFinished,
    RunStarted,
    Spent,
    StepFinished,
    StepStarted,
    TextDelta,
    Usage,
)
from jupyter_agent.steps import (
    Attempt,
    Block,
    Failure,
    PlannedStep,
    Protection,
    SilentError,
    Step,
    StreamOutput,
    Variable,
    VariableChanges,
)
from jupyter_agent.trajectory import trajectory
from jupyter_agent.wire import body_from_json
from tests.stored import START, stored

OUTPUT = StreamOutput(name="stdout", text="3\n")
BLOCK = Block("network", "The code tried to use the network.")
FAILURE = Failure(error_class="key-error", name="KeyError", message="'price'", line=1)
PLANNED = PlannedStep(goal="Count", approach="len", criterion="a number", status="working")
DOUBT = SilentError(kind="join", message="Rows were lost.")
TOTAL = Variable(name="total", type="int", summary="3")
SPENT = Spent(usage=Usage(calls=2, prompt_tokens=30, completion_tokens=4), model_seconds=1.5)
FAILED, WORKED, REVIEW = "df['price']", "print(total)", Reviewed(step=1, attempt=2, round=1, approved=True)
BODIES: tuple[EventBody, ...] = (
    RunStarted(question="How many?", agent_type="auto"),
    ModelChosen(model="m", provider="ollama"),
    AgentChosen(agent_type="plan_execute", chosen_by="model"),
    Planned(steps=(replace(PLANNED, status="waiting"),)),
    Planned(steps=(PLANNED,)),
    StepStarted(step=1, goal="Count", planned=PLANNED, missing=("Load",)),
    AttemptStarted(step=1, attempt=1, code=FAILED),
    Blocked(step=1, attempt=1, block=BLOCK),
    AttemptFinished(step=1, attempt=1, status="error", duration=0.5, failure=FAILURE, rolled_back=True),
    TextDelta(target="code", text=WORKED, step=1, attempt=2),
    REVIEW,
    AttemptStarted(step=1, attempt=2, code=WORKED),
    OutputReceived(step=1, attempt=2, output=OUTPUT),
    AttemptFinished(
        step=1,
        attempt=2,
        status="ok",
        duration=0.25,
        note="The kernel started again.",
        protection=Protection(kind="snapshot"),
        changes=VariableChanges(added=("total",)),
        variables=(TOTAL,),
        silent_errors=(DOUBT,),
    ),
    Notice(level="info", text=DOUBT.message),
    StepFinished(step=1, succeeded=True, duration=4.0, spent=SPENT),
    Planned(steps=(replace(PLANNED, status="done"),), reason="It is enough."),
    AnswerGiven(text="Three.", spent=SPENT),
    RunFinished(status="completed", duration=6.0, usage=Usage(calls=5), model_seconds=4.5),
    Rewound(step=1, attempt=2),
)
STEP = Step(
    number=1,
    goal="Count",
    planned=PLANNED,
    missing=("Load",),
    attempts=(
        Attempt(
            number=1,
            code=FAILED,
            status="error",
            duration=0.5,
            failure=FAILURE,
            rolled_back=True,
            blocks=(BLOCK,),
        ),
        Attempt(
            number=2,
            code=WORKED,
            status="ok",
            outputs=(OUTPUT,),
            duration=0.25,
            variables=(TOTAL,),
            silent_errors=(DOUBT,),
            note="The kernel started again.",
        ),
    ),
)


def test_a_whole_run() -> None:
    found = trajectory(stored(BODIES, after=7))
    assert (found.conversation_id, found.run_id) == ("conversation", "run")
    assert (found.sequence, (found.started - START).total_seconds()) == (8, 8)
    assert (found.asked, found.model, found.agent) == BODIES[:3]
    assert found.steps == (STEP,)
    assert found.first_plan == (replace(PLANNED, status="waiting"),)
    assert found.plan == (replace(PLANNED, status="done"),)
    assert found.plan_changes == ("It is enough.",)
    assert [notice.text for notice in found.notices] == [DOUBT.message]
    assert (found.answer, found.end) == (BODIES[17], BODIES[18])
    assert found.rewound == (Rewound(step=1, attempt=2),)
    assert found.seconds == 6.0
    (step,) = found.taken
    assert (step.succeeded, step.seconds, step.spent) == (True, 4.0, SPENT)
    first, second = step.attempts
    assert (first.reviews, second.reviews) == ((), (REVIEW,))
    assert second.changes == VariableChanges(added=("total",))
    assert second.protection.kind == "snapshot"


@pytest.mark.parametrize("length", range(1, len(BODIES) + 1))
def test_it_may_be_cut_off_anywhere(length: int) -> None:
    found = trajectory(stored(BODIES[:length]))
    assert found.asked == BODIES[0]
    attempts = [attempt for step in found.taken for attempt in step.attempts]
    assert len(attempts) == sum(isinstance(body, AttemptStarted) for body in BODIES[:length])
    assert sum(attempt.finished for attempt in attempts) == sum(
        isinstance(body, AttemptFinished) for body in BODIES[:length]
    )
    assert all(attempt.finished == (attempt.attempt.status != "stopped") for attempt in attempts)


def test_what_was_cut_off_keeps_what_there_was_of_it() -> None:
    found = trajectory(stored(BODIES[:13]))
    (step,) = found.taken
    assert (step.succeeded, step.seconds, step.spent) == (None, 7, None)
    assert step.attempts[1].attempt == Attempt(
        number=2, code=WORKED, status="stopped", outputs=(OUTPUT,), duration=1
    )
    assert found.plan == (PLANNED,)
    assert (found.answer, found.end, found.seconds) == (None, None, 12)


def test_a_rewind_much_later_makes_nothing_longer() -> None:
    bodies = (*BODIES[:13], *(Rewound(step=1, attempt=1),) * 5)
    assert trajectory(stored(bodies)).seconds == 12


def test_only_the_run_that_the_first_event_belongs_to_is_read() -> None:
    first, second = stored(BODIES[:-1], run="a"), stored(BODIES[:-1], run="b", after=19)
    back = stored(BODIES[-1:], run="a", after=38)
    assert trajectory([*first, *second, *back]) == trajectory([*first, *back])
    assert trajectory([*second, *back]) == trajectory(second)
    with pytest.raises(ValueError, match="events"):
        trajectory([])


def test_what_earlier_versions_stored_is_read() -> None:
    """As they stand in a database of the first version."""
    texts = (
        '{"kind":"run-started","question":"How many?","agent_type":"auto"}',
        '{"kind":"model-chosen","model":"m","provider":"ollama"}',
        '{"kind":"step-started","step":1,"goal":"Count"}',
        '{"kind":"attempt-started","step":1,"attempt":1,"code":"print(3)"}',
        '{"kind":"output","step":1,"attempt":1,"output":{"kind":"stream","name":"stdout","text":"3\\n"}}',
        '{"kind":"attempt-finished","step":1,"attempt":1,"status":"ok","duration":0.5}',
        '{"kind":"step-finished","step":1,"succeeded":true,"duration":2.0}',
        '{"kind":"answer","text":"Three."}',
        '{"kind":"run-finished","status":"completed","duration":3.0}',
    )
    found = trajectory(stored(map(body_from_json, texts)))
    attempt = Attempt(number=1, code="print(3)", status="ok", outputs=(OUTPUT,), duration=0.5)
    assert found.steps == (Step(number=1, goal="Count", attempts=(attempt,)),)
    assert found.taken[0].spent is None
    assert found.answer == AnswerGiven(text="Three.")
    assert (found.agent, found.plan, found.seconds) == (None, (), 3.0)
