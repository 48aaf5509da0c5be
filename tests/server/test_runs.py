"""Runs as documents, over REST."""

from __future__ import annotations

from pathlib import Path

import pytest
from traitlets.config import Config

from jupyter_agent.replay.recorded import from_document
from jupyter_agent.server.extension import JupyterAgentExtension
from tests.server.client import Api, Fetch
from tests.server.test_auth import NamesPeople


async def asked(api: Api, question: str = "Hello") -> dict[str, str]:
    reply = await api("POST", "chat", {"message": question, "agent_type": "chat"})
    assert reply.status == 200, reply.body
    return {name: reply.body[name] for name in ("conversation_id", "run_id")}


async def test_a_run_is_downloaded(api: Api, jp_fetch: Fetch) -> None:
    first = await asked(api)
    reply = await api("GET", f"runs/{first['run_id']}/trajectory")
    assert reply.status == 200
    assert reply.response.headers["Content-Type"] == "application/json"
    name = f"run-{first['run_id'][:12]}.json"
    assert reply.response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    found = from_document(reply.response.body)
    assert found.trajectory.run_id == first["run_id"]
    assert found.trajectory.conversation_id == first["conversation_id"]
    assert found.trajectory.asked.question == "Hello"
    assert found.history == ()

    again = await api(
        "POST",
        "chat",
        {"message": "Again", "agent_type": "chat", "conversation_id": first["conversation_id"]},
    )
    later = await api("GET", f"runs/{again.body['run_id']}/trajectory")
    assert [message.text for message in from_document(later.response.body).history] == [
        "Hello",
        "You asked: Hello",
    ]
    text = await jp_fetch("agent/api/runs", first["run_id"], "trajectory", params={"format": "md"})
    assert text.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert "You asked: Hello" in text.body.decode()


async def test_what_cannot_be_downloaded_is_a_problem(api: Api) -> None:
    run = (await asked(api))["run_id"]
    unknown = await api("GET", f"runs/{'0' * 32}/trajectory")
    assert (unknown.status, "There is no such run" in unknown.problem) == (404, True)
    wrong = await api("GET", f"runs/{run}/trajectory", format="pdf")
    assert (wrong.status, "json or md" in wrong.problem) == (400, True)


async def test_the_agents_token_sees_nothing_of_a_folder(
    api: Api, extension: JupyterAgentExtension, jp_root_dir: Path
) -> None:
    (jp_root_dir / "analysis").mkdir()
    made = (await api("POST", "sample", {"folder": "analysis"})).body["conversation_id"]
    question = {"message": "Hi", "agent_type": "chat", "conversation_id": made}
    run = (await api("POST", "chat", question)).body["run_id"]
    program = api.as_(Authorization=f"Bearer {extension.context.token.secret}")
    refused = await program("GET", f"runs/{run}/trajectory")
    assert (refused.status, "can read a folder" in refused.problem) == (403, True)
    mine = (await asked(api))["run_id"]
    assert (await program("GET", f"runs/{mine}/trajectory")).status == 200


class TestWithNames:
    """A provider that tells people apart."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config: Config) -> Config:
        jp_server_config.ServerApp.identity_provider_class = NamesPeople
        return jp_server_config

    async def test_others_runs_are_not_found(self, api: Api) -> None:
        anna, ben = api.as_(X_User="anna"), api.as_(X_User="ben")
        run = (await asked(anna))["run_id"]
        assert (await anna("GET", f"runs/{run}/trajectory")).status == 200
        refused = await ben("GET", f"runs/{run}/trajectory")
        assert (refused.status, "There is no such run" in refused.problem) == (404, True)
