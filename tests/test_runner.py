"""Whole turns through the real store, journal, coder and restricted kernel; only the model is scripted."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import pytest

from jupyter_agent.compose import Services
from jupyter_agent.errors import Busy, InputRefused, ModelUnavailable, NotFound, StorageError
from jupyter_agent.events import (
    Activity,
    AnswerGiven,
    AttemptFinished,
    Notice,
    RunFinished,
    Spent,
    StepFinished,
    TextDelta,
)
from jupyter_agent.ids import OWNER, AttachmentId, ConversationId, RunId, UserId
from jupyter_agent.messages import AgentType
from jupyter_agent.models.scripted import ScriptedAnswer, ScriptedModel, ScriptedModels
from jupyter_agent.protocols import ModelRequest, Waiting
from jupyter_agent.run import Question
from jupyter_agent.steps import Failure, VariableChanges
from jupyter_agent.tokens import tokens_of
from tests.turns import Start, ask, bodies, converse, end, printed, program, until

TWO_STEPS = '{"steps": [{"goal": "The sum"}, {"goal": "The mean"}]}'


def failure_of(attempt: AttemptFinished) -> Failure:
    assert attempt.failure is not None
    return attempt.failure


def spent(body: StepFinished | AnswerGiven) -> Spent:
    assert body.spent is not None
    return body.spent


async def test_what_the_model_waits_for_is_shown_until_it_writes(started: Start) -> None:
    preparing = [Waiting(text="Preparing the model", progress=share / 2) for share in range(3)]
    slow = ScriptedAnswer(text='{"mode": "chat"}', waits=tuple(preparing), delay=0.8)
    services = await started(ScriptedModels(ScriptedModel([slow, "Hello."])))
    conversation, _ = await converse(services)
    await services.runner.start(OWNER, conversation, Question(text="Hello"))
    said = bodies(await until(services, conversation, "run-finished"), Activity)
    assert (said[0].text, said[-1].text) == ("Choosing how to work", "Choosing how to work")
    assert {activity.text for activity in said[1:-1]} == {"Preparing the model"}
    assert {activity.progress for activity in said[1:-1]} <= {0.0, 0.5, 1.0}
    assert said[-1].progress is None


async def test_a_model_that_heeds_no_limit_ends_with_its_attempts(started: Start) -> None:
    endless = ScriptedAnswer(text="```python\n" + "x = 1 ; y = 2\n" * 20_000)
    services = await started(ScriptedModels(ScriptedModel(lambda _: endless)), max_attempts=2)
    conversation, _ = await converse(services)
    events = await ask(services, conversation, "What is 6 times 7?")
    assert (end(events).status, end(events).message.split(".")[0]) == (
        "failed",
        "No program worked in 2 attempts",
    )
    assert [failure_of(one).name for one in bodies(events, AttemptFinished)] == ["CutOff", "CutOff"]


async def test_a_person_is_told_before_the_model_reads_less(started: Start) -> None:
    asked: list[int] = []

    def answer(request: ModelRequest) -> str:
        asked.append(tokens_of(request.messages) + (request.max_tokens or 0))
        return program("print(6 * 7)") if "Question:" in request.messages[-1].text else "It is 42."

    services = await started(ScriptedModels(ScriptedModel(answer), context=4_096))
    wide = ",".join(f"a_long_name_of_a_column_{number}" for number in range(200))
    conversation, _ = await converse(services, f"{wide}\n{','.join('1' * 200)}\n")
    events = await ask(services, conversation, "What is 6 times 7?")
    assert end(events).status == "completed"
    warned = [event.sequence for event in events if isinstance(event.body, Notice)]
    written = [event.sequence for event in events if isinstance(event.body, TextDelta)]
    assert warned
    assert max(warned) < min(written)
    notices = bodies(events, Notice)
    assert {notice.level for notice in notices} == {"warning"}
    assert len({notice.text for notice in notices}) == len(notices)
    assert max(asked) <= 4_096


@pytest.mark.parametrize("mode", ["react", "plan_execute"])
async def test_without_python_only_chat_is_possible(mode: AgentType, started: Start) -> None:
    services = await started(ScriptedModels(ScriptedModel(["Hello."])), python_enabled=False)
    conversation, _ = await converse(services)
    with pytest.raises(InputRefused, match="switched off") as refused:
        await services.runner.start(OWNER, conversation, Question(text="Sum it", agent_type=mode))
    assert "python_enabled" in refused.value.hint
    await services.runner.start(OWNER, conversation, Question(text="Hello"))
    events = await until(services, conversation, "run-finished")
    assert bodies(events, AnswerGiven)[0].text == "Hello."


async def test_an_answer_with_its_work(started: Start) -> None:
    load = "import pandas as pd\ndf = pd.read_csv('sales.csv')\nprint(df.price.mean())"
    model = ScriptedModel([program(load), "The mean price is 20.0."])
    services = await started(ScriptedModels(model, notice="A notice."))
    conversation, _ = await converse(services)

    events = await ask(services, conversation, "What is the mean price?")

    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    kinds = [event.body.kind for event in events if event.body.kind not in ("text-delta", "activity")]
    assert kinds == [
        "run-started",
        "model-chosen",
        "agent-chosen",
        "step-started",
        "attempt-started",
        "output",
        "attempt-finished",
        "step-finished",
        "answer",
        "run-finished",
    ]
    assert printed(events) == "20.0\n"
    assert bodies(events, AnswerGiven)[0].text == "The mean price is 20.0."
    assert end(events).status == "completed"
    assert end(events).usage.calls == 2
    (step,) = bodies(events, StepFinished)
    (attempt,) = bodies(events, AttemptFinished)
    of_step, of_answer = spent(step), spent(bodies(events, AnswerGiven)[0])
    assert (of_step.usage.calls, of_answer.usage.calls) == (1, 1)
    assert of_step.usage + of_answer.usage == end(events).usage
    assert of_step.kernel_seconds == round(attempt.duration, 3) > 0 == of_answer.kernel_seconds
    assert 0 < of_step.model_seconds + of_step.kernel_seconds <= step.duration
    assert of_answer.model_seconds > 0
    assert of_step.model_seconds + of_answer.model_seconds == pytest.approx(
        end(events).model_seconds, abs=0.003
    ), "each is rounded"
    assert "region" in model.requests[0].messages[-1].text


@pytest.mark.parametrize(
    ("agent", "script", "expected"),
    [
        ("react", ["print(60)", "It is 60."], [1, 1]),
        ("react", [program("print(60)"), "MORE: the mean", "print(20)", "60 and 20."], [1, 2, 1]),
        ("plan_execute", [TWO_STEPS, "print(60)", '{"keep": true}', "print(20)", "60 and 20."], [1, 1, 1]),
    ],
)
async def test_a_step_took_every_call_since_the_step_before_or_the_plan(
    started: Start, agent: AgentType, script: list[str], expected: list[int]
) -> None:
    """Code without a fence begins its step when the call that wrote it is over."""
    services = await started(ScriptedModels(ScriptedModel(script)))
    conversation, _ = await converse(services)
    await services.runner.start(OWNER, conversation, Question(text="The sum?", agent_type=agent))
    events = await until(services, conversation, "run-finished")
    taken = [spent(step) for step in bodies(events, StepFinished)]
    taken += [spent(answer) for answer in bodies(events, AnswerGiven)]
    assert [each.usage.calls for each in taken] == expected


async def test_variables_and_history_reach_the_next_turn(started: Start) -> None:
    model = ScriptedModel([program("total = 41\nprint(total)"), "41.", program("print(total + 1)"), "42."])
    services = await started(ScriptedModels(model))
    conversation, _ = await converse(services)

    first = await ask(services, conversation, "Compute the total.")
    second = await ask(services, conversation, "Add one.", after=first[-1].sequence)

    assert printed(second) == "42\n"
    prompt = model.requests[2].messages[-1].text
    assert "total" in prompt
    assert "Compute the total." in prompt


async def test_after_a_greeting_no_variables_are_said_to_be_gone(started: Start) -> None:
    model = ScriptedModel(["Hello.", program("print(1)"), "1."])
    services = await started(ScriptedModels(model))
    conversation, _ = await converse(services)
    await services.runner.start(OWNER, conversation, Question(text="Hello", agent_type="chat"))
    first = await until(services, conversation, "run-finished")
    second = await ask(services, conversation, "And now?", after=first[-1].sequence)
    assert end(second).status == "completed"
    assert not bodies(second, Notice)


async def test_variables_that_are_gone_are_said_to_be_gone(started: Start) -> None:
    model = ScriptedModel([program("total = 41\nprint(total)"), "41.", program("print(1)"), "1."])
    services = await started(ScriptedModels(model))
    conversation, _ = await converse(services)
    first = await ask(services, conversation, "Compute the total.")
    assert not bodies(first, Notice)
    await services.kernels.close_session(conversation)

    second = await ask(services, conversation, "And now?", after=first[-1].sequence)

    (notice,) = bodies(second, Notice)
    assert "no variables" in notice.text


async def test_a_failed_attempt_teaches_the_next(started: Start) -> None:
    wrong = "import pandas as pd\ndf = pd.read_csv('sales.csv')\nprint(df['Price'].sum())"
    model = ScriptedModel([program(wrong), program(wrong.replace("Price", "price")), "60."])
    services = await started(ScriptedModels(model))
    conversation, _ = await converse(services)

    events = await ask(services, conversation, "What is the sum?")

    failed, mended = bodies(events, AttemptFinished)
    assert (failed.status, failure_of(failed).error_class) == ("error", "key-error")
    assert "df" in [variable.name for variable in failure_of(failed).variables]
    assert (failed.protection.kind, failed.rolled_back) == ("snapshot", True)
    assert mended.status == "ok"
    assert mended.changes == VariableChanges(added=("df",))
    retry = "\n".join(message.text for message in model.requests[1].messages)
    assert "df['Price']" in retry
    assert "KeyError" in retry
    assert "Nothing that it did is kept" in retry
    assert end(events).status == "completed"


async def test_stop_while_the_model_writes(started: Start) -> None:
    slow = ScriptedAnswer(text=program("print(1)\n" * 200), delay=0.05)
    services = await started(ScriptedModels(ScriptedModel([slow, program("print(2)"), "2."])))
    conversation, _ = await converse(services)
    await services.runner.start(OWNER, conversation, Question(text="Print.", agent_type="react"))
    await until(services, conversation, "text-delta")

    assert await services.runner.stop(OWNER, conversation)

    events = await until(services, conversation, "run-finished")
    assert end(events).status == "stopped"
    assert bodies(events, TextDelta)
    assert not await services.runner.stop(OWNER, conversation)
    assert end(await ask(services, conversation, "Again.", after=events[-1].sequence)).status == "completed"


async def test_stop_while_the_code_runs_keeps_the_variables(started: Start) -> None:
    endless = "import time\nkept = 6\nprint('begun', flush=True)\ntime.sleep(600)"
    keep = [program("kept = 5\nprint(kept)"), "Five."]
    services = await started(
        ScriptedModels(ScriptedModel([*keep, program(endless), program("print(kept)"), "Five."]))
    )
    conversation, _ = await converse(services)
    before = await ask(services, conversation, "Keep five.")
    await services.runner.start(OWNER, conversation, Question(text="Wait.", agent_type="react"))
    await until(services, conversation, "output", before[-1].sequence)

    assert await services.runner.stop(OWNER, conversation)

    events = await until(services, conversation, "run-finished", before[-1].sequence)
    assert end(events).status == "stopped"
    again = await ask(services, conversation, "What was kept?", after=events[-1].sequence)
    assert printed(again) == "5\n"


async def test_a_model_that_vanishes_ends_the_run_with_its_reason(started: Start) -> None:
    gone = ScriptedAnswer(
        text="```python\na = 1\nprint(a)\n```",
        error=ModelUnavailable("The model went away."),
        pieces_before_error=4,
    )
    services = await started(ScriptedModels(ScriptedModel([gone])))
    conversation, _ = await converse(services)

    events = await ask(services, conversation, "Print.")

    assert end(events).status == "failed"
    assert end(events).message == "The model went away."
    assert bodies(events, TextDelta)


async def test_our_own_bug_ends_the_run_without_a_traceback(
    started: Start, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(request: object) -> str:
        raise RuntimeError("a bug")

    services = await started(ScriptedModels(ScriptedModel(broken)))
    conversation, _ = await converse(services)

    events = await ask(services, conversation, "Print.")

    assert end(events).status == "failed"
    assert "a bug" not in end(events).message
    assert "a bug" in caplog.text


async def test_what_cannot_be_asked_is_refused_and_leaves_nothing(started: Start) -> None:
    slow = ScriptedAnswer(text=program("print(1)"), delay=30)
    services = await started(ScriptedModels(ScriptedModel([slow])))
    conversation, _ = await converse(services)
    start = services.runner.start

    with pytest.raises(InputRefused, match="empty"):
        await start(OWNER, conversation, Question(text=" \n"))
    with pytest.raises(InputRefused, match="characters"):
        await start(OWNER, conversation, Question(text="x" * 50_001))
    with pytest.raises(InputRefused, match="no file"):
        await start(OWNER, conversation, Question(text="x", files=(AttachmentId("other"),)))
    with pytest.raises(NotFound):
        await start(OWNER, ConversationId("nowhere"), Question(text="x"))
    with pytest.raises(NotFound):
        await start(UserId("mallory"), conversation, Question(text="x"))
    assert await services.store.events(OWNER, conversation) == ()
    assert await services.store.running(OWNER, conversation) is None

    await start(OWNER, conversation, Question(text="x", agent_type="react"))
    with pytest.raises(Busy):
        await start(OWNER, conversation, Question(text="y"))
    with pytest.raises(NotFound):
        await services.runner.stop(UserId("mallory"), conversation)


async def test_closing_says_in_each_run_that_it_was_interrupted(started: Start) -> None:
    slow = ScriptedAnswer(text=program("print(1)"), delay=30)
    services = await started(ScriptedModels(ScriptedModel([slow])))
    conversation, _ = await converse(services)
    await services.runner.start(OWNER, conversation, Question(text="x", agent_type="react"))

    await services.runner.close()

    (last,) = (await services.store.events(OWNER, conversation))[-1:]
    assert isinstance(last.body, RunFinished)
    assert last.body.status == "interrupted"


async def test_nothing_begins_once_the_runner_is_closed(started: Start) -> None:
    services = await started(ScriptedModels(ScriptedModel(["Hello."])))
    conversation, _ = await converse(services)
    await services.runner.close()
    with pytest.raises(StorageError, match="answers no more questions"):
        await services.runner.start(OWNER, conversation, Question(text="x", agent_type="chat"))
    assert await services.store.events(OWNER, conversation) == ()


async def test_no_question_is_asked_in_the_midst_of_something_else(started: Start) -> None:
    services = await started(ScriptedModels(ScriptedModel([ScriptedAnswer(text="Hello.", delay=30)])))
    conversation, _ = await converse(services)
    question = Question(text="x", agent_type="chat")
    with services.runner.holding(conversation):
        with pytest.raises(Busy, match="going back"):
            await services.runner.start(OWNER, conversation, question)
        with pytest.raises(Busy), services.runner.holding(conversation):
            pass
        with pytest.raises(Busy):
            await services.kernel_states.rewind(OWNER, conversation, RunId("r"), 1, 1)
    await services.runner.start(OWNER, conversation, question)
    with pytest.raises(Busy, match="still answering"), services.runner.holding(conversation):
        pass


async def test_a_forgotten_conversation_leaves_nothing(started: Start) -> None:
    services = await started(ScriptedModels(ScriptedModel([program("print(1)"), "1."])))
    conversation, _ = await converse(services)
    await ask(services, conversation, "Print.")
    folder = services.workspaces.for_conversation(OWNER, conversation).folder

    await services.runner.forget(OWNER, conversation)

    assert not folder.exists()
    with pytest.raises(NotFound):
        await services.store.conversation(OWNER, conversation)


async def test_stop_is_not_lost_while_the_question_is_being_stored(started: Start) -> None:
    slow = ScriptedAnswer(text=program("print(1)"), delay=30)
    services = await started(ScriptedModels(ScriptedModel([slow])))
    conversation, _ = await converse(services)
    asked = asyncio.create_task(services.runner.start(OWNER, conversation, Question(text="x")))
    while not services.runner._runs:
        await asyncio.sleep(0)
    assert not asked.done()

    assert await services.runner.stop(OWNER, conversation)

    assert end(await until(services, conversation, "run-finished")).status == "stopped"


async def test_an_unrestricted_kernel_is_used_only_by_name_and_said_each_time(
    started: Start, caplog: pytest.LogCaptureFixture
) -> None:
    services = await started(
        ScriptedModels(ScriptedModel([program("print(next(open('/etc/' + 'passwd')))"), "Root."])),
        kernel_name="python3",
        allow_unrestricted_kernel=True,
    )
    conversation, _ = await converse(services)

    events = await ask(services, conversation, "Who is first?")

    (notice,) = (body for body in bodies(events, Notice) if "without restrictions" in body.text)
    assert notice.level == "error"
    assert "root" in printed(events)
    with suppress(NotFound):
        await services.runner.wait(events[0].run_id)
    await services.runner.close()
    assert "not kept" not in caplog.text, "such a kernel keeps nothing, and nobody expects it to"


async def test_halves_of_characters_hang_nothing(started: Start) -> None:
    code = "import json\nprint(json.loads('\"caf\\\\ud83d\"').encode('utf-8', 'surrogatepass')[:3])"
    answer = "It is \udce9."
    services = await started(ScriptedModels(ScriptedModel([program(code), answer])))
    conversation, _ = await converse(services)

    events = await ask(services, conversation, "caf\udce9?")

    assert end(events).status == "completed"
    assert bodies(events, AnswerGiven)[0].text == "It is ?."
    assert [message.text for message in await services.store.messages(OWNER, conversation)] == [
        "caf??",
        "It is ?.",
    ]


async def test_who_waits_gets_the_answer_of_that_run(started: Start) -> None:
    slow = ScriptedAnswer(text="Second.", delay=30)
    services = await started(ScriptedModels(ScriptedModel(["First.", slow])))
    conversation, _ = await converse(services)
    start, chat = services.runner.start, Question(text="Well?", agent_type="chat")
    waiting = asyncio.create_task(services.runner.wait(await start(OWNER, conversation, chat)))
    last = (await until(services, conversation, "run-finished"))[-1].sequence
    second = await start(OWNER, conversation, chat)
    unfinished = asyncio.create_task(services.runner.wait(second))
    await until(services, conversation, "agent-chosen", last)
    await services.runner.stop(OWNER, conversation)

    first = await waiting
    assert (first.end.status, first.answer) == ("completed", "First.")
    assert ((await unfinished).end.status, (await unfinished).answer) == ("stopped", None)


async def test_a_question_whose_asker_goes_away_is_answered(started: Start) -> None:
    services = await started(ScriptedModels(ScriptedModel(["Here."])))
    conversation, _ = await converse(services)
    question = Question(text="Well?", agent_type="chat")
    asking = asyncio.create_task(services.runner.start(OWNER, conversation, question))
    while not services.runner._runs:
        await asyncio.sleep(0)
    asking.cancel()

    assert end(await until(services, conversation, "run-finished")).status == "completed"


class TestTwoProcesses:
    """Two compositions on one database, as two servers of a person have it."""

    async def test_what_one_does_the_other_sees_heeds_and_stops(self, started: Start) -> None:
        slow = ScriptedAnswer(text="word " * 2000, delay=0.02)
        here = await started(ScriptedModels(ScriptedModel([slow])))
        there = await started(ScriptedModels(ScriptedModel(["Never asked."])))
        conversation, _ = await converse(here)
        run = await here.runner.start(OWNER, conversation, Question(text="Talk.", agent_type="chat"))

        live = await until(there, conversation, "text-delta")
        assert live[0].run_id == run
        with pytest.raises(Busy):
            await there.runner.start(OWNER, conversation, Question(text="And?"))
        with pytest.raises(NotFound):
            await there.runner.stop(UserId("mallory"), conversation)

        assert await there.runner.stop(OWNER, conversation)
        assert end(await until(here, conversation, "run-finished")).status == "stopped"
        assert not await there.runner.stop(OWNER, conversation)

    async def test_deleting_in_one_ends_what_the_other_does(self, started: Start) -> None:
        endless = program("import time\nprint('begun', flush=True)\ntime.sleep(600)")
        here = await started(ScriptedModels(ScriptedModel([endless])))
        there = await started(ScriptedModels(ScriptedModel([])))
        conversation, _ = await converse(here)
        run = await here.runner.start(OWNER, conversation, Question(text="Wait.", agent_type="react"))
        waiting = asyncio.create_task(here.runner.wait(run))
        await until(here, conversation, "output")
        folder = here.workspaces.for_conversation(OWNER, conversation).folder

        await there.runner.forget(OWNER, conversation)

        assert (await waiting).end.status == "stopped"
        assert not folder.exists()
        with pytest.raises(NotFound):
            await here.store.conversation(OWNER, conversation)


class TestWhenTheEndCannotBeStored:
    """As with a disk that is full for a while: all can be read, but one thing cannot be written."""

    async def asked(self, services: Services) -> tuple[ConversationId, RunId]:
        conversation, _ = await converse(services)
        question = Question(text="Well?", agent_type="chat")
        return conversation, await services.runner.start(OWNER, conversation, question)

    async def test_it_is_said_and_stored_as_soon_as_there_is_room(self, started: Start) -> None:
        services = await started(ScriptedModels(ScriptedModel(["Here."])))
        with no_room_for_ends(services):
            conversation, run = await self.asked(services)
            with pytest.raises(StorageError, match="no room"):
                await until(services, conversation, "run-finished")
            outcome = await services.runner.wait(run)
            assert (outcome.end.status, outcome.answer) == ("completed", "Here.")
            # Who comes later is told, too, after what there is to see.
            with pytest.raises(StorageError, match="no room"):
                await until(services, conversation, "run-finished")
            for action in (
                services.runner.start(OWNER, conversation, Question(text="And?")),
                services.runner.stop(OWNER, conversation),
            ):
                with pytest.raises(StorageError, match="no room"):
                    await action
            # Longer than the first pauses: it does not give up after a few attempts.
            await asyncio.sleep(3)
        async with asyncio.timeout(60):
            while await services.store.running(OWNER, conversation):
                await asyncio.sleep(0.1)
        assert end(await until(services, conversation, "run-finished")).status == "completed"

    async def test_closing_does_not_wait_for_room(self, started: Start) -> None:
        services = await started(ScriptedModels(ScriptedModel(["Here."])))
        with no_room_for_ends(services):
            _, run = await self.asked(services)
            await services.runner.wait(run)
            async with asyncio.timeout(5):
                await services.runner.close()

    async def test_a_last_attempt_is_made_when_closing(self, started: Start) -> None:
        services = await started(ScriptedModels(ScriptedModel(["Here."])))
        with no_room_for_ends(services):
            conversation, run = await self.asked(services)
            await services.runner.wait(run)
            await asyncio.sleep(1)
        await services.runner.close()
        (last,) = (await services.store.events(OWNER, conversation))[-1:]
        assert isinstance(last.body, RunFinished)


@contextmanager
def no_room_for_ends(services: Services) -> Iterator[None]:
    with closing(sqlite3.connect(services.settings.database, isolation_level=None)) as connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON events WHEN NEW.body LIKE '%run-finished%' "
            "BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
        yield
        connection.execute("DROP TRIGGER full")
