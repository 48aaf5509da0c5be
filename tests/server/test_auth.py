"""Who may do what: the agent's own token, Jupyter's credentials, and people with names."""

from __future__ import annotations

from uuid import uuid4

import pytest
from jupyter_server.auth import IdentityProvider, User
from jupyter_server.auth.identity import PasswordIdentityProvider
from jupyter_server.base.handlers import JupyterHandler
from tornado.httpclient import HTTPClientError
from traitlets.config import Config

from jupyter_agent.server.extension import JupyterAgentExtension
from tests.server.client import FORM, Api, Fetch, form, listening


@pytest.fixture
def agent_token(extension: JupyterAgentExtension) -> str:
    return extension.context.token.secret


@pytest.mark.parametrize("scheme", ["token", "Bearer", "bearer"])
async def test_the_agents_token_opens_the_agents_routes(
    api: Api, agent_token: str, jp_ws_fetch: Fetch, scheme: str
) -> None:
    client = api.as_(Authorization=f"{scheme} {agent_token}")
    made = await client("POST", "conversations", {"title": "by token"})
    assert (made.status, made.body["owner"]) == (201, "owner")
    assert (await client.upload(("a.csv", b"1"))).status == 200
    assert len((await api("GET", "conversations")).body["conversations"]) == 2, "it is the same person"
    async with listening(jp_ws_fetch, made.body["id"], Authorization=f"{scheme} {agent_token}"):
        pass


@pytest.mark.parametrize("wrong", ["", "x", "{token}x", "x{token}", "{token} {token}", "é"])
async def test_only_the_whole_token_counts(api: Api, agent_token: str, wrong: str) -> None:
    client = api.as_(Authorization=f"Bearer {wrong.format(token=agent_token)}")
    assert (await client("GET", "conversations")).status == 403


async def test_the_agents_token_does_not_count_in_the_address(api: Api, agent_token: str) -> None:
    client = api.as_(Authorization="token wrong")
    assert (await client("GET", "conversations", token=agent_token)).status == 403


JUPYTERS_OWN = [
    ("GET", "api/kernels"),
    ("POST", "api/kernels"),
    ("GET", "api/sessions"),
    ("GET", "api/contents"),
    ("PUT", "api/contents/a.txt"),
    ("GET", "files/a.txt"),
    ("GET", "api/terminals"),
    ("POST", "api/terminals"),
    ("GET", "api/kernelspecs"),
    ("GET", "api/config/notebook"),
    ("GET", "api/me"),
    ("GET", "api/status"),
    ("POST", "api/shutdown"),
]


@pytest.mark.parametrize(("method", "path"), JUPYTERS_OWN)
async def test_the_agents_token_opens_nothing_of_jupyters(
    api: Api, agent_token: str, jp_fetch: Fetch, method: str, path: str
) -> None:
    options = {"method": method, "raise_error": False, "allow_nonstandard_methods": True}
    own_xsrf = {"Cookie": "_xsrf=known", "X-XSRFToken": "known"}
    refused = await jp_fetch(
        path, headers={"Authorization": f"token {agent_token}", **own_xsrf}, follow_redirects=False, **options
    )
    assert refused.code in (302, 403)
    if refused.code == 302:
        assert "/login" in refused.headers["Location"]


async def test_the_agents_token_opens_no_kernel_and_no_terminal(
    api: Api, agent_token: str, jp_fetch: Fetch, jp_ws_fetch: Fetch
) -> None:
    await jp_fetch("api/terminals", method="POST", body="")
    for path in (f"api/kernels/{uuid4()}/channels", "terminals/websocket/1", "api/events/subscribe"):
        with pytest.raises(HTTPClientError) as refusal:
            await jp_ws_fetch(path, headers={"Authorization": f"token {agent_token}"})
        assert refusal.value.code == 403, path


class TestWithLab:
    """JupyterLab's own page is served too."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config: Config) -> Config:
        jp_server_config.ServerApp.jpserver_extensions["jupyterlab"] = True
        return jp_server_config

    async def test_the_agents_token_does_not_open_the_page(
        self, api: Api, agent_token: str, jp_fetch: Fetch
    ) -> None:
        for headers, code in (({"Authorization": f"token {agent_token}"}, 302), ({}, 200)):
            page = await jp_fetch("lab", headers=headers, follow_redirects=False, raise_error=False)
            assert page.code == code


async def test_a_browsers_cookie_needs_the_xsrf_token_too(api: Api, jp_fetch: Fetch) -> None:
    login = await jp_fetch("api", "status")
    cookies = "; ".join(cookie.partition(";")[0] for cookie in login.headers.get_list("Set-Cookie"))
    with_cookie = {"Authorization": "", "Cookie": f"{cookies}; _xsrf=known"}
    assert (await api("GET", "conversations", headers={**with_cookie, "X-XSRFToken": "known"})).status == 200
    for path in ("conversations", "upload"):
        body = form((("a.csv", b"1"),), {}) if path == "upload" else b"{}"
        kind = FORM if path == "upload" else {"Content-Type": "application/json"}
        forged = await api("POST", path, headers={**with_cookie, **kind}, raw=body)
        assert forged.status == 403
        genuine = await api("POST", path, headers={**with_cookie, **kind, "X-XSRFToken": "known"}, raw=body)
        assert genuine.status in (200, 201)


async def test_all_who_enter_by_jupyters_token_are_one_person(api: Api) -> None:
    """The stock provider invents a new user for each of these requests."""
    await api("POST", "conversations", {"title": "one"})
    await api("POST", "conversations", {"title": "two"})
    listed = (await api("GET", "conversations")).body["conversations"]
    assert {conversation["owner"] for conversation in listed} == {"owner"}
    assert len(listed) == 2


class NamesPeople(IdentityProvider):
    """Single sign-on, as far as a test needs it: the name stands in a header."""

    async def get_user(self, handler: JupyterHandler) -> User | None:  # type: ignore[override]
        name = handler.request.headers.get("X-User")
        return User(username=name) if name else None

    def is_token_authenticated(self, handler: JupyterHandler) -> bool:  # type: ignore[override]
        return "X-User" in handler.request.headers


class TestWithNames:
    """A provider that tells people apart."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config: Config) -> Config:
        jp_server_config.ServerApp.identity_provider_class = NamesPeople
        return jp_server_config

    async def test_people_do_not_see_each_others_anything(self, api: Api, jp_ws_fetch: Fetch) -> None:
        anna, ben = api.as_(X_User="anna"), api.as_(X_User="ben")
        hers = await anna.upload(("secret.csv", b"1,2"))
        conversation = hers.body["conversation_id"]
        path = f"conversations/{conversation}"
        assert (await anna("GET", path)).status == 200
        assert (await ben("GET", "conversations")).body == {"conversations": [], "more": False}
        for method, where, body in (
            ("GET", path, None),
            ("PATCH", path, {"title": "mine"}),
            ("DELETE", path, None),
            ("POST", f"{path}/stop", None),
            ("POST", f"{path}/steer", {"message": "Delete it all."}),
            ("POST", f"{path}/resume", {"run_id": "0" * 32}),
            ("DELETE", f"{path}/attachments/{hers.body['attachments'][0]['id']}", None),
            ("POST", "chat", {"message": "What is in it?", "conversation_id": conversation}),
        ):
            assert (await ben(method, where, body)).status == 404, (method, where)
        assert (await ben.upload(("x.csv", b"1"), conversation_id=conversation)).status == 404
        stolen = {"message": "?", "files": [hers.body["attachments"][0]["id"]]}
        assert (await ben("POST", "chat", stolen)).status == 400
        async with listening(jp_ws_fetch, conversation, X_User="ben") as socket:
            assert await socket.read_message() is None
            assert socket.close_code == 4404
        looked_at = await anna("GET", path)
        assert [a["name"] for a in looked_at.body["attachments"]] == ["secret.csv"]

    async def test_the_agents_token_is_nobodys(self, api: Api, agent_token: str) -> None:
        client = api.as_(Authorization=f"token {agent_token}")
        assert (await client("GET", "conversations")).status == 403

    @pytest.mark.parametrize("name", ["owner", "x" * 256, "\x85sneaky"])
    async def test_a_name_that_nothing_can_be_kept_under_is_refused(self, api: Api, name: str) -> None:
        reply = await api.as_(X_User=name)("GET", "conversations")
        assert (reply.status, "user name" in reply.problem) == (400, True)

    async def test_who_cannot_be_named_cannot_listen(self, api: Api, jp_ws_fetch: Fetch) -> None:
        with pytest.raises(HTTPClientError) as refusal:
            async with listening(jp_ws_fetch, "f" * 32, X_User="owner"):
                pass
        assert refusal.value.code == 403


class TestWithAPassword:
    """A password and no token: how programs enter then is the agent's own token."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config: Config) -> Config:
        jp_server_config.PasswordIdentityProvider.hashed_password = "argon2:never-matched"
        jp_server_config.ServerApp.identity_provider_class = PasswordIdentityProvider
        return jp_server_config

    async def test_the_agents_token_opens_the_agents_routes(self, api: Api, agent_token: str) -> None:
        client = api.as_(Authorization=f"token {agent_token}")
        assert (await client("GET", "conversations")).status == 200
