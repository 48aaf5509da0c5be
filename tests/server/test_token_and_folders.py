"""The agent's token does not go on in a conversation whose code can read a folder, nor see what that held."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_agent.ids import ConversationId
from jupyter_agent.server.extension import JupyterAgentExtension
from tests.server.client import Api, Fetch, events_until, listening

SENTENCE = "Code in this conversation can read a folder, and the agent's token opens none."


@pytest.fixture
def analysis(jp_root_dir: Path) -> Path:
    """A folder that is the person's."""
    (jp_root_dir / "analysis").mkdir()
    (jp_root_dir / "analysis" / "sales.csv").write_text("region,price\nNorth,10\n")
    return jp_root_dir / "analysis"


@pytest.fixture
def token(extension: JupyterAgentExtension) -> dict[str, str]:
    return {"Authorization": f"Bearer {extension.context.token.secret}"}


@pytest.fixture
def program(api: Api, token: dict[str, str]) -> Api:
    """A client that has the agent's token."""
    return api.as_(**token)


async def begun(api: Api, **question: object) -> Any:
    """A conversation in which something was asked, with a file in it."""
    reply = await api("POST", "sample", question)
    made = reply.body["conversation_id"]
    asked = await api("POST", "chat", {"message": "Hi", "agent_type": "chat", "conversation_id": made})
    assert asked.status == 200, asked.body
    return made


async def test_it_goes_on_in_none(
    api: Api, program: Api, analysis: Path, extension: JupyterAgentExtension
) -> None:
    made = await begun(api, folder="analysis")
    services = await extension.context.services.get()
    before = await services.store.last_sequences([ConversationId(made)])
    there = f"conversations/{made}"
    moment = {"run_id": "0" * 32, "step": 1, "attempt": 1}
    for refused in (
        await program("POST", "chat", {"message": "Hi", "agent_type": "chat", "conversation_id": made}),
        await program("POST", "chat", {"message": "Hi", "conversation_id": made, "wait": False}),
        await program.upload(("a.csv", b"1"), fields={"conversation_id": made}),
        await program.upload(("a.csv", b"1"), conversation_id=made),
        await program("POST", f"{there}/steer", {"message": "Read more."}),
        await program("POST", f"{there}/resume", {"run_id": "0" * 32}),
        await program("PATCH", there, {"profile": "parallel"}),
        await program("GET", f"{there}/kernel"),
        await program("POST", f"{there}/kernel/rewind", moment),
    ):
        assert refused.status == 403, refused.body
        assert refused.problem.startswith(SENTENCE)
        assert "Begin another conversation" in refused.problem
    assert await services.store.last_sequences([ConversationId(made)]) == before
    detail = (await api("GET", there)).body
    assert (len(detail["attachments"]), detail["conversation"]["profile"]) == (1, None)


async def test_nor_in_one_in_which_nothing_was_asked_yet(api: Api, program: Api, analysis: Path) -> None:
    begun = (await api("POST", "sample", {"folder": "analysis"})).body
    there = f"conversations/{begun['conversation_id']}"
    for refused in (
        await program("PATCH", there, {"folder": False}),
        await program("PATCH", there, {"folder": "analysis", "title": "Mine"}),
        await program("DELETE", f"{there}/attachments/{begun['attachments'][0]['id']}"),
    ):
        assert (refused.status, SENTENCE in refused.problem) == (403, True)
    detail = (await api("GET", there)).body
    assert (detail["folder"], len(detail["attachments"])) == ("analysis", 1)
    assert detail["conversation"]["title"] == ""


async def test_its_events_are_not_shown(
    api: Api, program: Api, token: dict[str, str], jp_ws_fetch: Fetch, analysis: Path
) -> None:
    made = await begun(api, folder="analysis")
    with pytest.raises(HTTPClientError) as refused:
        async with listening(jp_ws_fetch, made, **token):
            pass
    assert refused.value.code == 403
    async with listening(jp_ws_fetch, made) as socket:
        assert await events_until(socket, "run-finished"), "to the person they are"


async def test_it_can_still_list_stop_and_delete_them(api: Api, program: Api, analysis: Path) -> None:
    made = await begun(api, folder="analysis")
    there = f"conversations/{made}"
    assert [found["id"] for found in (await program("GET", "conversations")).body["conversations"]] == [made]
    assert (await program("GET", there)).body["folder"] == "analysis"
    assert (await program("PATCH", there, {"title": "Mine"})).status == 200
    assert (await program("POST", f"{there}/stop")).status == 204
    assert (await program("DELETE", there)).status == 204


async def test_conversations_without_a_folder_are_open_to_it(
    api: Api, program: Api, token: dict[str, str], jp_ws_fetch: Fetch, analysis: Path
) -> None:
    for by, question in ((program, {"folder": "analysis"}), (api, {}), (api, {"folder": ".hidden"})):
        made = await begun(by, **question)
        there = f"conversations/{made}"
        asked = {"message": "Hi", "agent_type": "chat", "conversation_id": made}
        assert (await program("POST", "chat", asked)).status == 200
        assert (await program.upload(("a.csv", b"1"), conversation_id=made)).status == 200
        assert (await program("PATCH", there, {"profile": "parallel"})).status == 200
        assert (await program("GET", f"{there}/kernel")).body["state"] == "not-started"
        async with listening(jp_ws_fetch, made, **token) as socket:
            assert await events_until(socket, "run-finished")


async def test_what_is_not_there_is_not_found_by_it(program: Api) -> None:
    nowhere = "0" * 32
    assert (await program("POST", "chat", {"message": "Hi", "conversation_id": nowhere})).status == 404
    assert (await program("GET", f"conversations/{nowhere}/kernel")).status == 404
