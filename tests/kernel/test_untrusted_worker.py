"""The front survives whatever the worker sends it, and publishes nothing that it must not.

User code shares its process with the worker's own, so it can speak in its name. It may ruin its own kernel,
which then ends and says so; it must not get a kernel that hangs, nor anything past the front's allow-list.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.kernel.blocking import Kernel, Kernels, workspace_in

AS_THE_WORKER = """
import gc, os, socket, struct, threading
from jupyter_agent.kernel.frames import pack, pack_message, Kind
from jupyter_agent.kernel.worker import Worker
from jupyter_agent.kernel.worker_shell import Connection
gc.unfreeze()
connection = [each for each in gc.get_objects() if isinstance(each, Connection)][-1]
def say(**content): connection.send(pack_message(content))
def publish(kind, **content): say(publish=kind, content=content)
"""
BEYOND_THE_FORM = {
    "garbage": "connection.send(os.urandom(100_000))",
    "a kind that there is not": "connection.send(struct.pack('!BI', 77, 0))",
    "a frame without end": "connection.send(struct.pack('!BI', 0, 2**32 - 1))",
    "half a frame, and the end": "connection.send(struct.pack('!BI', 0, 100)); connection.socket.shutdown(2)",
    "something else than JSON": "connection.send(pack(Kind.MESSAGE, b'{'))",
    "something else than an object": "connection.send(pack(Kind.MESSAGE, b'[1]'))",
    "deep JSON": "connection.send(pack(Kind.MESSAGE, b'[' * 1_000_000))",
    "a long number": "connection.send(pack(Kind.MESSAGE, b'{\"reply\": ' + b'9' * 1_000_000 + b'}'))",
    "a reply to nothing": "say(reply='x', content={})",
    "a reply that is none": "say(reply=1, content=[])",
    "replies to what was not asked": "for n in range(10**6, 10**6 + 1000): say(reply=n, content={})",
    "replies before the end": "for n in range(2000): say(reply=n, content={'status': 'ok'})",
    "messages of no kind": "say(); say(publish=None); say(publish={}, content=1); say(publish='error')",
    "contents of the wrong types": (
        "for kind in ('display_data', 'execute_result', 'error', 'clear_output', 'stream'):\n"
        "    for data in (None, 1, {}, {'text/plain': 1}, {'': {}}):\n"
        "        publish(kind, data=data, metadata=[])\n"
        "    publish(kind)"
    ),
    "JSON of very many parts": (
        'connection.send(pack(Kind.MESSAGE, b\'{"publish": "display_data", "content": {"data":'
        " {\"application/json\": [' + b'[],' * 5_000_000 + b'0]}}}'))"
    ),
    "a frame longer than any output": (
        "connection.send(pack(Kind.MESSAGE, b'{\"publish\": [' + b'\"ab\",' * 12_000_000 + b'0]}'))"
    ),
    "pages nested without end": (
        "publish('display_data', data={'text/html': '<div>' * 1_000_000, 'text/plain': 'x'})"
    ),
    "pages of very many tags": (
        "for _ in range(9): publish('display_data', data={'text/html': '<br>' * 3_000_000})"
    ),
    "errors without end": "for _ in range(4_000): publish('error', traceback=['x' * 20_000])",
    "drawings nested without end": (
        "svg = '<svg xmlns=\"http://www.w3.org/2000/svg\">' + '<g>' * 9999 + '</g>' * 9999 + '</svg>'\n"
        "for _ in range(99): publish('display_data', data={'image/svg+xml': svg})"
    ),
    "numbers that JSON does not know": (
        "publish('display_data', data={'application/json': [float('nan'), float('inf')], 'text/plain': 'x'})"
    ),
    "JSON as deep as can be read": (
        "data = []\n"
        "for _ in range(400): data = [data]\n"
        "publish('display_data', data={'application/json': data, 'text/plain': 'x'})"
    ),
    "halves of characters": (
        "publish('display_data', data={'text/plain': '\\ud800', 'application/json': {'\\udfff': 1}})\n"
        "publish('error', ename='\\ud800', evalue='\\udfff', traceback=['\\ud800'])\n"
        "publish('display_data', data={'text/plain': 'x'}, transient={'display_id': '\\ud800'},"
        " metadata={'\\ud800': {'width': '\\ud800'}})\n"
        "connection.send(pack(Kind.STDOUT, b'\\xff\\xfe\\xed\\xa0\\x80'))"
    ),
    "blocks of no kind": "say(block=1); say(block={'kind': [], 'what': {}}); say(block={'kind': 'x'})",
    "more descriptors than anybody holds": (
        "for _ in range(5000): connection.send(pack(Kind.STDOUT, b''), 1)"
    ),
    "a reply with wrong contents": (
        "for n in range(2000): say(reply=n, content={'status': 7, 'payload': 'x', 'user_expressions': 1,"
        " 'traceback': {}, 'process': -1, 'variables': 'x', 'changes': []})"
    ),
}
IN_ANSWER_TO_THE_NEXT_REQUEST = {
    f"a snapshot that is {what}": f"""
def forged(self, request):
    self._connection.message({{"reply": request["id"], "content": {{"process": {process}}}}}, {descriptor})
Worker._snapshot = forged
"""
    for what, process, descriptor in (
        ("the front", "os.getppid()", "socket.socketpair()[0].detach()"),
        ("everybody", "-1", "socket.socketpair()[0].detach()"),
        ("process 1", "1", "socket.socketpair()[0].detach()"),
        ("itself", "os.getpid()", "socket.socketpair()[0].detach()"),
        ("no number", "'x'", "socket.socketpair()[0].detach()"),
        ("a large number", "2**70", "socket.socketpair()[0].detach()"),
        ("reached through a pipe", "os.getpid()", "os.pipe()[0]"),
        ("not there", "os.getpid()", "None"),
    )
} | {
    "an end": "Worker._snapshot = lambda self, request: os._exit(0)",
}


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernels]:
    kernels = Kernels(workspace_in(tmp_path_factory.mktemp("conversation")))
    yield kernels
    kernels.close()


def answered(kernel: Kernel, code: str, *, seconds: float = 45.0) -> list[dict[str, Any]]:
    """What was published while it ran, until it was answered or the kernel ended."""
    request = kernel.client.execute(code, allow_stdin=False, stop_on_error=False)
    deadline = time.monotonic() + seconds
    while kernel.manager.is_alive():
        assert time.monotonic() < deadline, "the front neither answers nor ends"
        if kernel.client.shell_channel.msg_ready():
            if kernel.client.get_shell_msg(timeout=1)["parent_header"].get("msg_id") == request:
                break
        else:
            time.sleep(0.01)
    published = []
    while kernel.client.iopub_channel.msg_ready():
        published.append(kernel.client.get_iopub_msg(timeout=1))
    return published


def revived(kernel: Kernel) -> None:
    """A kernel may have ended: whoever watches over kernels starts it again."""
    if not kernel.manager.is_alive():
        kernel.manager.restart_kernel(now=True)
        kernel.client.wait_for_ready(timeout=60)


@pytest.mark.parametrize("frames", BEYOND_THE_FORM.values(), ids=BEYOND_THE_FORM)
def test_what_the_worker_may_send(started: Kernels, frames: str) -> None:
    kernel = started.restricted()
    assert kernel.raised(AS_THE_WORKER) == ""
    answered(kernel, frames)
    answered(kernel, "1")
    revived(kernel)
    assert kernel.raised("assert 1 + 1 == 2") == ""


@pytest.mark.parametrize("answer", IN_ANSWER_TO_THE_NEXT_REQUEST.values(), ids=IN_ANSWER_TO_THE_NEXT_REQUEST)
def test_what_the_worker_may_answer(started: Kernels, answer: str) -> None:
    kernel, neighbour = started.restricted(), started.restricted(one=1)
    assert kernel.raised(AS_THE_WORKER + answer) == ""
    answered(kernel, "import os; os._exit(0)")
    revived(kernel)
    kernel.manager.restart_kernel(now=True)
    kernel.client.wait_for_ready(timeout=60)
    assert kernel.raised("assert 1 + 1 == 2") == ""
    assert neighbour.raised("assert 1 + 1 == 2") == ""


NOT_TO_BE_SENT = "[{'name': '\\ud800', 'type': float('nan'), 'size': float('inf'), 'summary': '\\udfff'}]"
TOLD_BESIDE = {
    "what it refused": "say(block={'kind': 'network', 'what': '\\ud800'})",
    "its variables": f"Worker._look = lambda self, **_: {NOT_TO_BE_SENT}",
    "changes": f"""
execute = Worker._execute
async def forged(self, request):
    return {{**await execute(self, request), "changes": {{"added": {NOT_TO_BE_SENT}}}}}
Worker._execute = forged
""",
}


@pytest.mark.parametrize("program", TOLD_BESIDE.values(), ids=TOLD_BESIDE)
def test_what_cannot_be_sent_does_not_keep_the_rest_back(started: Kernels, program: str) -> None:
    kernel = started.restricted(one=2)
    assert kernel.raised(AS_THE_WORKER + program) == ""
    assert kernel.raised("1") == ""
    assert kernel.raised("1 / 0") == "ZeroDivisionError: division by zero"
    kernel.manager.restart_kernel(now=True)
    kernel.client.wait_for_ready(timeout=60)


def failed(kernel: Kernel, code: str) -> dict[str, Any]:
    """What the metadata of the reply tell of code that fails."""
    reply = kernel.client.execute_interactive(code, timeout=30, allow_stdin=False, stop_on_error=False)
    assert reply["content"]["status"] == "error"
    told: dict[str, Any] = reply["metadata"]["agent"]
    return told


def test_half_a_character_does_not_keep_the_end_of_code_back(started: Kernels) -> None:
    told = failed(started.restricted(one=2), """raise PermissionError("[Errno 13] x: '\\ud800'")""")
    assert told["rolled_back"] is True
    assert [block["kind"] for block in told["blocks"]] == ["path"]


def test_what_is_said_of_a_protection_does_not_keep_the_rest_back(started: Kernels) -> None:
    kernel = started.restricted(one=2)
    assert kernel.raised("kept = 1") == ""
    assert (
        kernel.raised(
            f"""{AS_THE_WORKER}
from dataclasses import replace
from jupyter_agent.kernel import copies
Worker._snapshot = lambda self, request: self._connection.message(
    {{"reply": request["id"], "content": {{"refused": "\\ud800" * 2_000_000}}}})
take = copies.take
copies.take = lambda *some: replace(take(*some), left_out=("\\ud800" * 1000,) * 2_000)
"""
        )
        == ""
    )
    assert kernel.raised("kept = 2") == ""
    told = failed(kernel, "kept = 3; 1 / 0")
    assert (told["rolled_back"], told["protection"]["kind"]) == (True, "copies")
    assert set("".join(told["protection"]["left_out"])) == {"?"}
    assert kernel.raised("assert kept == 2") == ""
    kernel.manager.restart_kernel(now=True)
    kernel.client.wait_for_ready(timeout=60)


@pytest.mark.parametrize("process", ["os.getpid()", "self._forks[0]"], ids=["the worker", "another one"])
def test_a_snapshot_is_a_process_that_is_not_known_yet(started: Kernels, process: str) -> None:
    kernel = started.restricted(one=2)
    assert kernel.raised("1") == ""
    assert (
        kernel.raised(
            f"""{AS_THE_WORKER}
def forged(self, request):
    content = {{"process": {process}}}
    self._connection.message({{"reply": request["id"], "content": content}}, socket.socketpair()[0].detach())
Worker._snapshot = forged
"""
        )
        == ""
    )
    told = failed(kernel, "1 / 0")
    assert told["protection"]["kind"] == "copies"
    kernel.manager.restart_kernel(now=True)
    kernel.client.wait_for_ready(timeout=60)


def test_nothing_that_runs_or_loads_is_published(started: Kernels) -> None:
    kernel = started.restricted()
    assert kernel.raised(AS_THE_WORKER) == ""
    published = answered(
        kernel,
        """
evil = "<script>alert(1)</script><img src='//evil.example/x'><b style='background:url(//evil.example)'>x"
data = {kind: evil for kind in ("text/html", "image/svg+xml", "text/markdown", "text/latex", "text/x-evil",
                                "application/javascript", "application/vnd.jupyter.widget-view+json")}
for kind in ("display_data", "update_display_data", "execute_result", "comm_open", "comm_msg", "status",
             "set_next_input", "execute_input", "shutdown_reply", "debug_event", "agent_blocked"):
    publish(kind, data=data, metadata={"text/html": {"isolated": True}}, execution_state="dead", comm_id="x",
            target_name="jupyter.widget", code=evil, transient={"display_id": evil})
""",
    )
    kinds = {message["msg_type"] for message in published}
    assert kinds <= {"status", "execute_input", "display_data", "update_display_data", "execute_result"} | {
        "agent_meter"
    }
    assert "display_data" in kinds
    for message in published:
        if message["msg_type"] in ("display_data", "update_display_data", "execute_result"):
            data = message["content"]["data"]
            # The last one is typeset and not parsed.
            assert data.keys() <= {"text/html", "image/svg+xml", "text/latex"}
            drawn = data.get("text/html", "") + data.get("image/svg+xml", "")
            assert "x" in drawn
            assert "<script" not in drawn
            assert "evil.example" not in drawn
        assert message["content"].get("execution_state") != "dead"
