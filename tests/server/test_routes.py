"""Every route refuses strangers and asks the authorizer; every answer that is no success is a problem."""

from __future__ import annotations

import re

import pytest
from jupyter_server.auth import Authorizer, User
from jupyter_server.base.handlers import JupyterHandler
from tornado.httpclient import HTTPClientError
from tornado.web import RequestHandler
from traitlets.config import Config

from jupyter_agent.server.handlers import HANDLERS
from jupyter_agent.server.handlers.events import EventsHandler
from tests.server.client import ANONYMOUS, Api, Fetch

SOMETHING = "0123456789abcdef" * 2


def path_of(pattern: str) -> str:
    path = re.sub(r"\(\?P<\w+>[^)]*\)", SOMETHING, pattern).replace("(?:/.*)?", "/api/nothing")
    assert re.fullmatch(pattern, path)
    return path.removeprefix("agent/api/")


ROUTES = [
    (method, path_of(pattern))
    for pattern, handler in HANDLERS
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
    if getattr(handler, method.lower()) is not getattr(RequestHandler, method.lower())
    and handler is not EventsHandler
]


def test_all_routes_are_walked() -> None:
    assert {path for _, path in ROUTES} | {f"conversations/{SOMETHING}/events"} == {
        path_of(pattern) for pattern, _ in HANDLERS
    }
    assert len(ROUTES) >= 15


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_strangers_are_refused(api: Api, method: str, path: str) -> None:
    reply = await api(method, path, {} if method in ("POST", "PATCH") else None, headers=ANONYMOUS)
    assert reply.status == 403
    assert method == "HEAD" or "refused" in reply.problem


async def test_strangers_cannot_listen(api: Api, jp_ws_fetch: Fetch) -> None:
    with pytest.raises(HTTPClientError) as refusal:
        await jp_ws_fetch(f"agent/api/conversations/{SOMETHING}/events", headers=dict(ANONYMOUS))
    assert refusal.value.code == 403


class NotTheAgent(Authorizer):
    """Lets people do everything but use the agent."""

    def is_authorized(self, handler: JupyterHandler, user: User, action: str, resource: str) -> bool:
        return resource != "jupyter_agent"


class TestWithoutAuthorisation:
    """People who may enter, but not use the agent."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config: Config) -> Config:
        jp_server_config.ServerApp.authorizer_class = NotTheAgent
        return jp_server_config

    @pytest.mark.parametrize(("method", "path"), ROUTES)
    async def test_the_unauthorised_are_refused(self, api: Api, method: str, path: str) -> None:
        if path == "upload":
            reply = await api.upload(("a.csv", b"1"))
        else:
            reply = await api(method, path, {} if method in ("POST", "PATCH") else None)
        assert reply.status == 403
        assert method == "HEAD" or reply.problem

    async def test_the_unauthorised_cannot_listen(self, api: Api, jp_ws_fetch: Fetch) -> None:
        with pytest.raises(HTTPClientError) as refusal:
            await jp_ws_fetch(f"agent/api/conversations/{SOMETHING}/events")
        assert refusal.value.code == 403


@pytest.mark.parametrize("path", ["nothing", "conversations/not-an-id", "chat/more", ""])
async def test_what_is_not_there_is_a_problem(api: Api, path: str) -> None:
    reply = await api("GET", path)
    assert reply.status == 404
    assert "There is nothing at" in reply.problem


async def test_a_wrong_method_is_a_problem(api: Api) -> None:
    reply = await api("DELETE", "chat")
    assert reply.status == 405
    assert "method" in reply.problem


async def test_only_json_is_taken_and_not_much_of_it(api: Api) -> None:
    text = await api("POST", "chat", raw=b"{}", headers={"Content-Type": "text/plain"})
    assert (text.status, "JSON" in text.problem) == (415, True)
    broken = await api("POST", "chat", raw=b'{"message": ')
    assert (broken.status, "Correct the request" in broken.problem) == (400, True)
    wrong = await api("POST", "chat", {"message": "x", "colour": "red"})
    assert (wrong.status, "colour" in wrong.problem) == (400, True)
    binary = await api("POST", "chat", raw=b"\xff\xfe\x00")
    assert binary.status == 400
    large = await api("POST", "chat", {"message": "x" * 1_000_001})
    assert (large.status, "1 MB" in large.problem) == (413, True)
