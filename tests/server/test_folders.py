"""What code may read of the folder that a conversation was begun in: asked of a server, tried in a kernel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.auth import Authorizer, User
from jupyter_server.base.handlers import JupyterHandler
from traitlets.config import Config

import jupyter_agent
from jupyter_agent.events import OutputReceived
from jupyter_agent.ids import OWNER
from jupyter_agent.models.scripted import ScriptedModel
from jupyter_agent.protocols import ModelRequest
from jupyter_agent.server.extension import JupyterAgentExtension
from jupyter_agent.steps import StreamOutput
from tests.server.client import Api

ONLY_ATTACHED = "Code can read attached files only"


@pytest.fixture
def root(jp_root_dir: Path) -> Path:
    """Jupyter's folder, with one for the analysis in it."""
    for name in ("analysis/sales.csv", "analysis/.env", ".hidden/key", "secret.txt"):
        (jp_root_dir / name).parent.mkdir(exist_ok=True)
        (jp_root_dir / name).write_text(name)
    (jp_root_dir / "out").symlink_to(jp_root_dir.parent)
    return jp_root_dir


async def begun(api: Api, **new: object) -> Any:
    made = await api("POST", "conversations", new)
    assert made.status == 201, made.body
    return (await api("GET", f"conversations/{made.body['id']}")).body


async def test_the_folder_is_granted_and_told(api: Api, root: Path) -> None:
    detail = await begun(api, folder="/analysis/")
    assert detail["folder"] == "analysis"
    assert detail["folder_note"] == "Code can read the files in analysis/ and those attached."
    assert str(root) not in json.dumps(detail), "no path of the server is told"
    assert (await begun(api, folder=""))["folder"] == root.name


@pytest.mark.parametrize("folder", ["analysis", " spaced "])
async def test_each_way_to_begin_a_conversation_names_it(api: Api, root: Path, folder: str) -> None:
    (root / folder).mkdir(exist_ok=True)
    file = ("a.csv", b"1")
    for reply in (
        await api("POST", "chat", {"message": "Hi", "agent_type": "chat", "folder": folder}),
        await api("POST", "sample", {"folder": folder}),
        await api.upload(file, fields={"folder": folder}, last=True),
        await api.upload(file, folder=folder),
    ):
        detail = await api("GET", f"conversations/{reply.body['conversation_id']}")
        assert detail.body["folder"] == folder


async def test_what_would_be_granted_is_told_before(api: Api, root: Path) -> None:
    granted = await api("GET", "readable", folder="analysis")
    assert granted.body == {
        "folder": "analysis",
        "folder_note": "Code can read the files in analysis/ and those attached.",
    }
    hidden = await api("GET", "readable", folder=".hidden")
    assert (hidden.body["folder"], "is hidden" in hidden.body["folder_note"]) == (None, True)
    assert (await api("GET", "readable")).body["folder_note"] == f"{ONLY_ATTACHED}."
    assert (await api("GET", "readable", folder="..")).status == 400
    assert (await api("GET", "readable", folder="analysis/../..")).status == 400
    assert (await api("GET", "conversations")).body == {"conversations": [], "more": False}


async def test_the_folder_can_be_left_out_before_the_first_question(api: Api, root: Path) -> None:
    made = (await api.upload(("a.csv", b"1"), folder="analysis")).body["conversation_id"]
    there = f"conversations/{made}"
    assert (await api("PATCH", there, {"folder": True})).status == 400
    assert (await api("GET", there)).body["folder"] == "analysis"
    assert (await api("PATCH", there, {"folder": False})).status == 200
    detail = (await api("GET", there)).body
    assert (detail["folder"], detail["folder_note"]) == (None, f"{ONLY_ATTACHED}.")
    assert (await api("PATCH", there, {"folder": ".."})).status == 400
    assert (await api("PATCH", there, {"folder": ".hidden"})).status == 200
    assert "is hidden" in (await api("GET", there)).body["folder_note"]
    assert (await api("PATCH", there, {"folder": "analysis"})).status == 200
    assert (await api("GET", there)).body["folder"] == "analysis"
    made = (await api("POST", "chat", {"message": "Hi", "agent_type": "chat", "folder": "analysis"})).body
    late = await api("PATCH", f"conversations/{made['conversation_id']}", {"folder": False})
    assert (late.status, "first question" in late.problem) == (400, True)
    other = {"folder": "other", "profile": "parallel", "title": "Other"}
    late = await api("PATCH", f"conversations/{made['conversation_id']}", other)
    assert (late.status, "first question" in late.problem) == (400, True)
    conversation = (await api("GET", f"conversations/{made['conversation_id']}")).body["conversation"]
    assert (conversation["profile"], conversation["title"]) == (None, "Hi"), "all of it or nothing"


@pytest.mark.parametrize("path", ["..", "analysis/../..", "analysis/./..", "analysis/..", "a\0b"])
async def test_tricks_with_paths_are_refused(api: Api, root: Path, path: str) -> None:
    for way, body in (("conversations", {}), ("chat", {"message": "Hi"}), ("sample", {})):
        refused = await api("POST", way, {**body, "folder": path})
        assert (refused.status, "no path of a folder" in refused.problem) == (400, True)
    assert (await api("GET", "conversations")).body == {"conversations": [], "more": False}


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("gone", "there is no folder gone"),
        ("analysis/sales.csv", "there is no folder analysis/sales.csv"),
        ("/etc", "there is no folder etc"),
        ("RTC:analysis", "there is no folder"),
        ("x" * 300, "there is no folder"),
        ("out", "leads out"),
        (".hidden", "is hidden"),
    ],
)
async def test_what_cannot_be_granted_is_said(api: Api, root: Path, path: str, reason: str) -> None:
    detail = await begun(api, folder=path)
    assert detail["folder"] is None
    assert detail["folder_note"].startswith(f"{ONLY_ATTACHED}: ")
    assert reason in detail["folder_note"]


@pytest.mark.parametrize(("home", "reason"), [("", "begun in your home"), ("me", "your home folder is in")])
async def test_the_home_folder_and_what_holds_it_are_not_granted(
    api: Api, root: Path, monkeypatch: pytest.MonkeyPatch, home: str, reason: str
) -> None:
    (root / home).mkdir(exist_ok=True)
    monkeypatch.setenv("HOME", str(root / home))
    detail = await begun(api, folder="")
    assert (detail["folder"], reason in detail["folder_note"]) == (None, True)
    assert (await begun(api, folder="analysis"))["folder"] == "analysis"


class TestWithTheDataInside:
    """The agent's data is below what the file browser shows."""

    @pytest.fixture
    def data_dir(self, jp_root_dir: Path) -> Path:
        return jp_root_dir / "mine" / "agent"

    @pytest.mark.parametrize("path", ["", "mine", "mine/agent", "mine/agent/workspaces"])
    async def test_jupyters_own_data_is_not_granted(self, api: Api, data_dir: Path, path: str) -> None:
        (data_dir / "workspaces").mkdir(parents=True, exist_ok=True)
        detail = await begun(api, folder=path)
        assert (detail["folder"], "data of its own" in detail["folder_note"]) == (None, True)


async def test_the_agents_token_opens_no_folder(
    api: Api, root: Path, extension: JupyterAgentExtension
) -> None:
    client = api.as_(Authorization=f"Bearer {extension.context.token.secret}")
    detail = await begun(client, folder="analysis")
    assert detail["folder"] is None
    assert detail["folder_note"].startswith(
        f"{ONLY_ATTACHED}: the conversation was begun with the agent's token"
    )
    assert (await client("GET", "readable", folder="analysis")).body["folder"] is None
    sample = await client("POST", "sample", {"folder": "analysis"})
    assert (await api("GET", f"conversations/{sample.body['conversation_id']}")).body["folder"] is None


class NotTheFiles(Authorizer):
    """Lets people use the agent, but not see the server's files."""

    def is_authorized(self, handler: JupyterHandler, user: User, action: str, resource: str) -> bool:
        return resource != "contents"


class TestWithoutFiles:
    """People who may not see the server's files do not see them through code."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config: Config) -> Config:
        jp_server_config.ServerApp.authorizer_class = NotTheFiles
        return jp_server_config

    async def test_no_folder_is_granted(self, api: Api, root: Path) -> None:
        detail = await begun(api, folder="analysis")
        assert (detail["folder"], "not for you" in detail["folder_note"]) == (None, True)


class TestInAKernel:
    """The model reads what the prompt lists."""

    @pytest.fixture
    def asked(self) -> list[str]:
        return []

    @pytest.fixture
    def model(self, asked: list[str], by_token: bool, jp_root_dir: Path) -> ScriptedModel:
        folder = str(jp_root_dir.resolve() / "analysis")
        code = [
            # The static check follows paths that are written down, so this one is not.
            "for name in ('sales.csv', '.env', '../secret.txt'):",
            "    try:",
            f"        print('read', open('/'.join([{folder!r}, name])).read())",
            "    except PermissionError:",
            "        print('not allowed')",
        ]
        if not by_token:
            code += [f"print('read', open({folder + '/sales.csv'!r}).read())"]

        program = "```python\n" + "\n".join(code) + "\n```"

        def say(request: ModelRequest) -> str:
            asked.append(request.messages[-1].text)
            return program if "Question: " in asked[-1] else "It worked."

        return ScriptedModel(say)

    @pytest.mark.parametrize("by_token", [False, True])
    async def test_code_reads_the_folders_files_and_no_others(
        self,
        api: Api,
        extension: JupyterAgentExtension,
        root: Path,
        jp_kernel_dir: Path,
        asked: list[str],
        by_token: bool,
    ) -> None:
        name = "jupyter-agent-strict"
        (jp_kernel_dir / name).symlink_to(Path(jupyter_agent.__file__).parents[1] / "kernels" / name)
        client = api.as_(Authorization=f"Bearer {extension.context.token.secret}") if by_token else api
        reply = await client("POST", "chat", {"message": "Go", "agent_type": "react", "folder": "analysis"})
        assert reply.body["status"] == "completed", reply.body
        services = await extension.context.services.get()
        events = await services.store.events(OWNER, reply.body["conversation_id"])
        outputs = [event.body.output for event in events if isinstance(event.body, OutputReceived)]
        shown = "".join(output.text for output in outputs if isinstance(output, StreamOutput))
        listed = f'{json.dumps(str(root.resolve() / "analysis") + "/")}:\n"sales.csv".'
        assert (listed in asked[0], "can also read" in asked[0]) == (not by_token, not by_token)
        if by_token:
            assert shown == "not allowed\n" * 3
        else:
            assert shown == "read analysis/sales.csv\nnot allowed\nnot allowed\nread analysis/sales.csv\n"


class TestChosenAfterALook:
    """The sidebar looks at the kernel of a conversation that a file began, before anything is asked."""

    @pytest.fixture
    def model(self, jp_root_dir: Path) -> ScriptedModel:
        folder = str(jp_root_dir.resolve() / "analysis")
        program = f"```python\nprint(open('/'.join([{folder!r}, 'sales.csv'])).read())\n```"
        return ScriptedModel(
            lambda request: program if "Question: " in request.messages[-1].text else "It worked."
        )

    @pytest.mark.parametrize(("before", "after"), [("analysis", False), (".hidden", "analysis")])
    async def test_the_choice_counts(
        self,
        api: Api,
        extension: JupyterAgentExtension,
        root: Path,
        jp_kernel_dir: Path,
        before: str,
        after: str | bool,
    ) -> None:
        name = "jupyter-agent-strict"
        (jp_kernel_dir / name).symlink_to(Path(jupyter_agent.__file__).parents[1] / "kernels" / name)
        made = (await api.upload(("a.csv", b"1"), folder=before)).body["conversation_id"]
        assert (await api("GET", f"conversations/{made}/kernel")).body["state"] == "not-started"
        assert (await api("PATCH", f"conversations/{made}", {"folder": after})).status == 200
        await api("POST", "chat", {"message": "Go", "agent_type": "react", "conversation_id": made})
        services = await extension.context.services.get()
        outputs = [
            event.body.output
            for event in await services.store.events(OWNER, made)
            if isinstance(event.body, OutputReceived)
        ]
        shown = [output.text for output in outputs if isinstance(output, StreamOutput)]
        assert shown == (["analysis/sales.csv\n"] if after else [])


async def test_a_look_makes_no_session(api: Api, extension: JupyterAgentExtension) -> None:
    made = (await begun(api))["conversation"]["id"]
    assert (await api("GET", f"conversations/{made}/kernel")).body["state"] == "not-started"
    assert (await extension.context.services.get()).kernels.conversations == frozenset()
