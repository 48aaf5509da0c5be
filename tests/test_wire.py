"""Every event body survives the way through JSON, and what comes from outside is checked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from jupyter_agent.errors import InputRefused
from jupyter_agent.events import (
    Activity,
    AgentChosen,
    AnswerGiven,
    AttemptFinished,
    AttemptStarted,
    Blocked,
    Event,
    EventBody,
    Metered,
    ModelChosen,
    Notice,
    OutputReceived,
    Planned,
    QuestionBack,
    Reviewed,
    Rewound,
    RunFinished,
    RunStarted,
    Spent,
    Steered,
    StepFinished,
    StepStarted,
    TextDelta,
    Usage,
)
from jupyter_agent.evidence import Evidence
from jupyter_agent.ids import AttachmentId, ConversationId, RunId
from jupyter_agent.messages import Attachment
from jupyter_agent.steps import (
    Block,
    DisplayOutput,
    ErrorOutput,
    Failure,
    FileChanges,
    Meter,
    PlannedStep,
    Protection,
    SilentError,
    StreamOutput,
    Variable,
    VariableChanges,
)
from jupyter_agent.wire import (
    ChatRequest,
    body_from_json,
    body_to_json,
    from_json,
    json_schema,
    storable,
    to_json,
)

FAILURE = Failure(
    error_class="key-error",
    name="KeyError",
    message="'price'",
    line=2,
    advice="Use the exact column names.",
    variables=(Variable(name="df", type="pandas.DataFrame", shape=(3, 2), summary="a: int64"),),
)
METER = Meter(
    seconds=2.5,
    memory=1,
    memory_limit=2,
    snapshots=3,
    snapshot_memory=4,
    processor=0.5,
    processes=5,
    workspace=6,
    workspace_files=7,
    output=8,
)
SPENT = Spent(usage=Usage(calls=2, prompt_tokens=3), model_seconds=0.5, kernel_seconds=0.25)
BODIES: tuple[EventBody, ...] = (
    RunStarted(
        question="Wie viele? 🐼",
        agent_type="auto",
        attachments=(Attachment(id=AttachmentId("a"), name="x.csv", size=3, media_type="text/csv"),),
    ),
    ModelChosen(model="m", provider="ollama", notice="n", advice="a"),
    AgentChosen(agent_type="react", chosen_by="model"),
    Activity(text="Writing code"),
    Activity(text="Preparing the model", progress=0.5),
    Notice(level="warning", text="w"),
    Steered(text="only the North"),
    QuestionBack(question="Which?", choices=("this", "that")),
    Planned(
        steps=(
            PlannedStep(goal="g", approach="a", criterion="c", status="working"),
            PlannedStep(goal="h", status="left-out"),
        ),
        reason="r",
    ),
    StepStarted(step=1, goal="g", planned=PlannedStep(goal="g", status="working"), missing=("h",)),
    TextDelta(target="code", text="x\u2028", step=1, attempt=1),
    Reviewed(step=1, attempt=1, round=1, approved=False, problem="p"),
    AttemptStarted(step=1, attempt=1, code="df['price']"),
    OutputReceived(step=1, attempt=1, output=StreamOutput(name="stdout", text="1\n")),
    OutputReceived(step=1, attempt=1, output=DisplayOutput(data={"text/plain": "2"}, is_result=True)),
    OutputReceived(step=1, attempt=1, output=ErrorOutput(name="E", message="m", traceback="t")),
    Blocked(step=1, attempt=1, block=Block("network", "The code tried to use the network.")),
    Metered(step=1, attempt=1, meter=METER),
    AttemptFinished(
        step=1,
        attempt=1,
        status="error",
        duration=0.5,
        failure=FAILURE,
        note="n",
        protection=Protection(kind="copies", hazards=("libgomp",), left_out=("model",)),
        rolled_back=True,
        changes=VariableChanges(added=("a",), removed=("b",), changed=("c",)),
        files=FileChanges(removed=("d",), put_back=("e",), not_restored=("f",)),
        variables=FAILURE.variables,
        silent_errors=(SilentError(kind="join", message="m"),),
    ),
    StepFinished(step=1, succeeded=False, duration=1.5, spent=SPENT),
    AnswerGiven(text="**4**", spent=SPENT),
    AnswerGiven(
        text="🐼 It is **4**, and 5.",
        evidence=(
            Evidence(
                start=10,
                end=11,
                sentence=0,
                source="step",
                step=1,
                attempt=2,
                derivation="shown",
                line="a 4",
            ),
            Evidence(start=19, end=20, sentence=0, source="none", derivation="unsupported"),
        ),
    ),
    RunFinished(status="failed", duration=2.0, message="m", usage=SPENT.usage, model_seconds=1.0),
    Rewound(step=1, attempt=1),
)


def test_the_examples_cover_every_kind() -> None:
    assert {type(body) for body in BODIES} == set(get_args(EventBody))


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.kind)
def test_a_body_survives_json(body: EventBody) -> None:
    assert body_from_json(body_to_json(body)) == body


def test_an_event_carries_its_place_and_its_kind() -> None:
    event = Event(
        conversation_id=ConversationId("c"),
        run_id=RunId("r"),
        sequence=7,
        time=datetime(2026, 1, 2, tzinfo=UTC),
        body=BODIES[0],
    )
    text = to_json(event)
    assert '"sequence":7' in text
    assert '"kind":"run-started"' in text
    assert from_json(text, Event) == event
    assert from_json(to_json(replace(event, body=BODIES[-1])), Event).body == BODIES[-1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "EOF"),
        ("nonsense", "Invalid JSON"),
        ("[]", "object"),
        ("{}", "message"),
        ('{"message": 3}', "message"),
        ('{"message": "x", "agent_type": "plan"}', "agent_type"),
        ('{"message": "x", "surprise": 1}', "surprise"),
    ],
)
def test_a_bad_request_is_refused_by_field(text: str, said: str) -> None:
    with pytest.raises(InputRefused, match=said):
        from_json(text, ChatRequest)


def test_the_schema_names_every_kind() -> None:
    text = str(json_schema())
    assert all(f"'{body.kind}'" in text for body in BODIES)


def test_halves_of_characters_are_replaced_where_json_cannot_carry_them() -> None:
    broken = OutputReceived(step=1, attempt=1, output=StreamOutput(name="stdout", text="caf\udce9 \ud83d"))
    mended = storable(broken)
    assert isinstance(mended, OutputReceived)
    assert mended.output == StreamOutput(name="stdout", text="caf? ?")
    assert body_from_json(body_to_json(mended)) == mended
    assert storable(BODIES[0]) is BODIES[0]


@pytest.mark.parametrize(
    ("stored", "body"),
    [
        ('{"kind":"activity","text":"Writing code"}', Activity(text="Writing code")),
        ('{"kind":"answer","text":"**4**"}', AnswerGiven(text="**4**")),
        (
            '{"kind":"model-chosen","model":"m","provider":"embedded","notice":"Using a small one."}',
            ModelChosen(model="m", provider="embedded", notice="Using a small one."),
        ),
        ('{"kind":"step-started","step":1,"goal":"g"}', StepStarted(step=1, goal="g")),
        (
            '{"kind":"step-finished","step":1,"succeeded":true,"duration":2.0}',
            StepFinished(step=1, succeeded=True, duration=2.0),
        ),
        ('{"kind":"answer","text":"4"}', AnswerGiven(text="4")),
    ],
)
def test_what_was_stored_before_a_field_was_there_is_still_read(stored: str, body: EventBody) -> None:
    assert body_from_json(stored) == body
