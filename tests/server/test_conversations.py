"""The conversations of a person, over REST."""

from __future__ import annotations

from pathlib import Path

import pytest

import jupyter_agent
from jupyter_agent import __version__
from jupyter_agent.compose import compose
from jupyter_agent.errors import ModelUnavailable
from jupyter_agent.ids import OWNER
from jupyter_agent.models.scripted import ScriptedModel, ScriptedModels
from jupyter_agent.protocols import ChosenModels, ModelOffer
from jupyter_agent.server.extension import JupyterAgentExtension
from jupyter_agent.server.handlers.conversations import PAGE
from tests.server.client import Api


async def test_a_conversation_lives_from_creation_to_deletion(api: Api) -> None:
    made = await api("POST", "conversations", {"title": "  Sales   2026 "})
    assert (made.status, made.body["title"]) == (201, "Sales 2026")
    path = f"conversations/{made.body['id']}"
    listed = await api("GET", "conversations")
    assert listed.body == {"conversations": [made.body], "more": False}
    looked_at = await api("GET", path)
    assert looked_at.body == {
        "conversation": made.body,
        "attachments": [],
        "running": None,
        "folder": None,
        "folder_note": "Code can read attached files only.",
    }
    renamed = await api("PATCH", path, {"title": "Costs"})
    assert (renamed.status, renamed.body["title"]) == (200, "Costs")
    stopped = await api("POST", f"{path}/stop")
    assert (stopped.status, stopped.body) == (204, None)
    deleted = await api("DELETE", path)
    assert (deleted.status, deleted.body) == (204, None)
    for method, body in (("GET", None), ("PATCH", {"title": "x"}), ("DELETE", None)):
        gone = await api(method, path, body)
        assert (gone.status, "no such conversation" in gone.problem) == (404, True)
    gone = await api("POST", f"{path}/stop")
    assert gone.status == 404


async def test_a_conversation_may_begin_without_a_title(api: Api) -> None:
    made = await api("POST", "conversations")
    assert (made.status, made.body["title"], made.body["owner"]) == (201, "", "owner")


@pytest.mark.parametrize("title", ["", "  \n", "x" * 201])
async def test_a_bad_title_is_refused(api: Api, title: str) -> None:
    made = await api("POST", "conversations", {})
    refused = await api("PATCH", f"conversations/{made.body['id']}", {"title": title})
    assert (refused.status, "title" in refused.problem) == (400, True)


async def test_a_profile_is_chosen(api: Api, jp_kernel_dir: Path) -> None:
    kernels = Path(jupyter_agent.__file__).parents[1] / "kernels"
    for name in ("jupyter-agent-strict", "jupyter-agent-parallel"):
        (jp_kernel_dir / name).symlink_to(kernels / name)
    made = await api("POST", "conversations", {"title": "a"})
    path = f"conversations/{made.body['id']}"
    assert made.body["profile"] is None
    assert (await api("GET", f"{path}/kernel")).body["profile"] == "strict"
    chosen = await api("PATCH", path, {"profile": "parallel"})
    assert (chosen.status, chosen.body) == (200, made.body | {"profile": "parallel"})
    assert (await api("GET", path)).body["conversation"] == chosen.body
    assert (await api("GET", f"{path}/kernel")).body["profile"] == "parallel"
    begun = await api("POST", "conversations", {"profile": "parallel"})
    assert (begun.status, begun.body["profile"]) == (201, "parallel")


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize("profile", ["unrestricted", "Strict", "", 1])
async def test_another_profile_is_refused(api: Api, method: str, profile: object) -> None:
    path = "conversations"
    if method == "PATCH":
        path += f"/{(await api('POST', 'conversations')).body['id']}"
    refused = await api(method, path, {"profile": profile})
    assert refused.status == 400
    assert "profile: Input should be 'strict' or 'parallel'" in refused.problem


async def test_the_sample_comes_with_its_conversation(api: Api) -> None:
    sample = await api("POST", "sample")
    assert sample.status == 201
    (attachment,) = sample.body["attachments"]
    assert attachment["media_type"] == "text/csv"
    looked_at = await api("GET", f"conversations/{sample.body['conversation_id']}")
    assert looked_at.body["attachments"] == [attachment]


async def test_the_models_are_listed(api: Api) -> None:
    reply = await api("GET", "models")
    assert reply.body["model"] == "scripted"
    assert [model["name"] for model in reply.body["models"]] == ["scripted"]


class NoModels(ScriptedModels):
    """Nothing answers and nothing is installed."""

    async def choose(self, name: str | None = None) -> ChosenModels:
        raise ModelUnavailable("There is no model.", "Install Ollama.")

    async def offer(self) -> ModelOffer:
        return ModelOffer(notice="There is no model. Install Ollama.")


async def test_having_no_model_is_an_answer_that_says_how_to_get_one(
    extension: JupyterAgentExtension, api: Api, model: ScriptedModel
) -> None:
    extension.compose = lambda settings, manager: compose(settings, manager, models=NoModels(model))
    reply = await api("GET", "models")
    assert reply.status == 200
    assert reply.body == {
        "model": "",
        "provider": "",
        "notice": "There is no model. Install Ollama.",
        "advice": "",
        "models": [],
        "agent_types": ["auto", "chat", "react", "plan_execute"],
    }
    answer = await api("POST", "chat", {"message": "Hello?", "agent_type": "chat"})
    assert (answer.status, answer.body["status"]) == (200, "failed")
    assert "Install Ollama" in answer.body["message"]


async def test_health_opens_nothing(api: Api) -> None:
    health = await api("GET", "health")
    assert health.body == {"version": __version__, "database": "unopened", "kernel": health.body["kernel"]}
    assert health.body["kernel"] == "ok" or "restricted kernel" in health.body["kernel"]
    await api("GET", "conversations")
    assert (await api("GET", "health")).body["database"] == "ok"


async def test_older_conversations_are_asked_for_by_the_last_one_s_time(
    api: Api, extension: JupyterAgentExtension
) -> None:
    store = (await extension.context.services.get()).store
    made = [(await store.create_conversation(OWNER, f"{number}")).id for number in range(PAGE + 2)]
    latest = (await api("GET", "conversations")).body
    older = (await api("GET", "conversations", before=latest["conversations"][-1]["updated"])).body
    assert (len(latest["conversations"]), latest["more"], older["more"]) == (PAGE, True, False)
    listed = [found["id"] for found in (*latest["conversations"], *older["conversations"])]
    assert listed == made[::-1]
    refused = await api("GET", "conversations", before="yesterday")
    assert (refused.status, "no time" in refused.problem) == (400, True)
