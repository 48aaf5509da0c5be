"""Questions and answers over REST."""

from __future__ import annotations

import asyncio
import json

import pytest
from tornado.httpclient import HTTPClientError, HTTPError

from jupyter_agent.events import Planned, RunStarted, Steered
from jupyter_agent.models.scripted import ScriptedModel
from jupyter_agent.server.extension import JupyterAgentExtension
from tests.server.client import Api, Fetch, events_until, listening


def question(text: str, **more: object) -> dict[str, object]:
    return {"message": text, "agent_type": "chat", **more}


async def test_a_question_is_answered_and_the_conversation_goes_on(api: Api) -> None:
    first = await api("POST", "chat", question("How many?"))
    assert first.status == 200
    assert (first.body["status"], first.body["answer"]) == ("completed", "You asked: many?")
    second = await api("POST", "chat", question("And why?", conversation_id=first.body["conversation_id"]))
    assert second.body["conversation_id"] == first.body["conversation_id"]
    assert second.body["run_id"] != first.body["run_id"]
    (listed,) = (await api("GET", "conversations")).body["conversations"]
    assert listed["title"] == "How many?"


async def test_who_does_not_wait_is_answered_at_once(api: Api) -> None:
    accepted = await api("POST", "chat", question("How many?", wait=False))
    assert accepted.status == 202
    assert (accepted.body["status"], accepted.body["answer"]) == (None, None)
    path = f"conversations/{accepted.body['conversation_id']}"
    async with asyncio.timeout(30):
        while (await api("GET", path)).body["running"]:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"message": "  \n"}, 400, "empty"),
        ({"message": "x" * 60_000}, 400, "50,000"),
        ({"message": "x", "files": ["no-such-file"]}, 400, "no file no-such-file"),
        ({"message": "x", "agent_type": "magic"}, 400, "agent_type"),
        ({"message": "x", "conversation_id": "f" * 32}, 404, "no such conversation"),
        ({}, 400, "message"),
    ],
)
async def test_a_bad_question_is_refused_and_leaves_nothing(
    api: Api, body: dict[str, object], status: int, words: str
) -> None:
    refused = await api("POST", "chat", body)
    assert (refused.status, words in refused.problem) == (status, True), refused.body
    assert (await api("GET", "conversations")).body == {"conversations": [], "more": False}


class TestWithASlowModel:
    """The model thinks for a while."""

    @pytest.fixture
    def model(self) -> ScriptedModel:
        return ScriptedModel(lambda request: "word " * 400, delay=0.02)

    async def test_a_second_question_has_to_wait(self, api: Api) -> None:
        running = await api("POST", "chat", question("How?", wait=False))
        conversation = running.body["conversation_id"]
        busy = await api("POST", "chat", question("And?", conversation_id=conversation))
        assert (busy.status, "still answering" in busy.problem) == (409, True)
        assert int(busy.response.headers["Retry-After"]) > 0
        looked_at = await api("GET", f"conversations/{conversation}")
        assert looked_at.body["running"] == running.body["run_id"]
        late = await api.upload(("late.csv", b"1"), conversation_id=conversation)
        (file,) = late.body["attachments"]
        busy = await api("DELETE", f"conversations/{conversation}/attachments/{file['id']}")
        assert (busy.status, "still answering" in busy.problem) == (409, True)
        busy = await api("PATCH", f"conversations/{conversation}", {"profile": "parallel"})
        assert (busy.status, "still answering" in busy.problem) == (409, True)

    async def test_what_is_said_meanwhile_reaches_the_run(self, api: Api, jp_ws_fetch: Fetch) -> None:
        running = await api("POST", "chat", question("How?", wait=False))
        path = f"conversations/{running.body['conversation_id']}"
        told = await api("POST", f"{path}/steer", {"message": "Briefly."})
        assert (told.status, told.body) == (202, {"run_id": running.body["run_id"]})
        for nonsense in ({"message": " "}, {}, {"message": 1}, {"message": "x", "more": 1}):
            assert (await api("POST", f"{path}/steer", nonsense)).status == 400
        async with listening(jp_ws_fetch, running.body["conversation_id"]) as socket:
            events = await events_until(socket, "steered")
        assert events[-1].body == Steered(text="Briefly.")
        assert (await api("POST", f"{path}/stop")).status == 204
        over = await api("POST", f"{path}/steer", {"message": "Briefly."})
        assert (over.status, "a question of its own" in over.problem) == (409, True)

    async def test_stop_ends_the_run_and_who_waited_is_told(self, api: Api, jp_ws_fetch: Fetch) -> None:
        made = (await api("POST", "conversations")).body["id"]
        waiting = asyncio.create_task(api("POST", "chat", question("How?", conversation_id=made)))
        async with listening(jp_ws_fetch, made) as socket:
            await events_until(socket, "text-delta")
        assert (await api("POST", f"conversations/{made}/stop")).status == 204
        answer = await waiting
        assert (answer.status, answer.body["status"], answer.body["answer"]) == (200, "stopped", None)
        assert answer.body["message"]
        assert (await api("GET", f"conversations/{made}")).body["running"] is None

    async def test_a_client_that_goes_away_does_not_end_the_run(
        self, api: Api, jp_fetch: Fetch, extension: JupyterAgentExtension
    ) -> None:
        made = (await api("POST", "conversations")).body["id"]
        with pytest.raises((HTTPClientError, HTTPError)):
            await jp_fetch(
                "agent/api/chat",
                method="POST",
                body=json.dumps(question("How?", conversation_id=made)),
                headers={"Content-Type": "application/json"},
                request_timeout=0.5,
            )
        assert (await api("GET", f"conversations/{made}")).body["running"]

    async def test_deleting_a_conversation_stops_what_it_does(
        self, api: Api, extension: JupyterAgentExtension
    ) -> None:
        running = await api("POST", "chat", question("How?", wait=False))
        path = f"conversations/{running.body['conversation_id']}"
        assert (await api("DELETE", path)).status == 204
        assert (await api("GET", path)).status == 404


class TestResuming:
    """The model makes a plan, and then nothing more."""

    @pytest.fixture
    def model(self) -> ScriptedModel:
        return ScriptedModel([json.dumps({"steps": [{"goal": "One"}, {"goal": "Two"}]})])

    async def test_a_plan_is_taken_up_as_it_is_wanted(self, api: Api, jp_ws_fetch: Fetch) -> None:
        failed = await api("POST", "chat", question("Both?", agent_type="plan_execute"))
        assert failed.body["status"] == "failed"
        conversation, run = failed.body["conversation_id"], failed.body["run_id"]
        path = f"conversations/{conversation}/resume"
        for nonsense in (
            {},
            {"run_id": 1},
            {"run_id": run, "steps": [{}]},
            {"run_id": run, "steps": [{"goal": ""}]},
            {"run_id": run, "steps": [{"goal": "x", "status": "done"}]},
        ):
            assert (await api("POST", path, nonsense)).status == 400
        assert (await api("POST", path, {"run_id": "0" * 32})).status == 404

        resumed = await api("POST", path, {"run_id": run, "steps": [{"goal": "Another two"}]})

        assert resumed.status == 202
        async with listening(jp_ws_fetch, conversation) as socket:
            await events_until(socket, "run-finished")
            began, *_, planned = await events_until(socket, "plan")
        assert began.run_id == resumed.body["run_id"]
        assert isinstance(began.body, RunStarted)
        assert (began.body.question, began.body.resumes) == ("Both?", run)
        assert isinstance(planned.body, Planned)
        steps = [(step.goal, step.status) for step in planned.body.steps]
        assert steps == [("One", "left-out"), ("Two", "left-out"), ("Another two", "waiting")]


async def test_what_is_refused_takes_one_line_of_the_log(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    forged = "x\n[I 2026] all is well\x1b[2J"
    refused = await api("POST", "chat", {"message": "Hi", "files": [forged]})
    assert (refused.status, forged in refused.problem) == (400, True)
    (told,) = (line for line in caplog.messages if "has no file" in line)
    assert "has no file x [I 2026] all is well[2J. Upload" in told
