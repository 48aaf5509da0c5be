"""The conversations of a person, over REST."""

from __future__ import annotations

import pytest

from jupyter_agent import __version__
from tests.server.client import Api


async def test_a_conversation_lives_from_creation_to_deletion(api: Api) -> None:
    made = await api("POST", "conversations", {"title": "  Sales   2026 "})
    assert (made.status, made.body["title"]) == (201, "Sales 2026")
    path = f"conversations/{made.body['id']}"
    listed = await api("GET", "conversations")
    assert listed.body == {"conversations": [made.body]}
    looked_at = await api("GET", path)
    assert looked_at.body == {"conversation": made.body, "attachments": [], "running": None}
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


async def test_health_opens_nothing(api: Api) -> None:
    health = await api("GET", "health")
    assert health.body == {"version": __version__, "database": "unopened", "kernel": health.body["kernel"]}
    assert health.body["kernel"] == "ok" or "restricted kernel" in health.body["kernel"]
    await api("GET", "conversations")
    assert (await api("GET", "health")).body["database"] == "ok"
