"""The Ollama adapter against a server that behaves, and against one that does not."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import replace

import pytest

from jupyter_agent.errors import ModelNotFound, ModelUnavailable
from jupyter_agent.events import Usage
from jupyter_agent.messages import Message, Tool, ToolCallPart
from jupyter_agent.models.complete import complete
from jupyter_agent.models.context_window import ContextWindow
from jupyter_agent.models.ollama import OllamaModel, OllamaServer
from jupyter_agent.protocols import ModelDescription, ModelRequest
from tests.fake_ollama import FakeModel, FakeOllama, Reply, called

SCHEMA = {"type": "object", "properties": {"mode": {"enum": ["chat", "react"]}}, "required": ["mode"]}
QUESTION = ModelRequest(messages=(Message.system("Be brief."), Message.user("Six times seven?")))


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    with FakeOllama() as server:
        yield server


class Connections:
    """Servers whose connections are closed with the test."""

    def __init__(self) -> None:
        self.opened: list[OllamaServer] = []

    def __call__(self, host: str, *, model_timeout: float = 60) -> OllamaServer:
        self.opened.append(OllamaServer(host, model_timeout=model_timeout))
        return self.opened[-1]


@pytest.fixture
def connect(jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[Connections]:
    connections = Connections()
    yield connections
    for server in connections.opened:
        jp_asyncio_loop.run_until_complete(server.close())


def qwen(server: OllamaServer, **settings: float | bool) -> OllamaModel:
    return OllamaModel(server=server, name="qwen3:8b", window=ContextWindow(16_384), **settings)  # type: ignore[arg-type]


async def test_an_answer_comes_in_pieces_and_ends_with_its_cost(
    fake: FakeOllama, connect: Connections
) -> None:
    fake.answer = lambda request: Reply(text="It is 42.", prompt_tokens=12)
    *pieces, last = [chunk async for chunk in qwen(connect(fake.url)).stream(QUESTION)]
    assert [piece.text for piece in pieces] == ["It", " is", " 42."]
    assert last.usage == Usage(calls=1, prompt_tokens=12, completion_tokens=3)
    assert not last.cut


async def test_the_request_says_what_was_asked_and_nothing_else(
    fake: FakeOllama, connect: Connections
) -> None:
    await complete(qwen(connect(fake.url)), QUESTION)
    (sent,) = fake.requests
    assert sent.pop("tools", []) == []
    assert sent == {
        "model": "qwen3:8b",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Six times seven?"},
        ],
        "stream": True,
        "options": {"num_ctx": 8192},
    }


async def test_everything_that_a_request_can_say_is_sent(fake: FakeOllama, connect: Connections) -> None:
    request = ModelRequest(
        messages=QUESTION.messages, schema=SCHEMA, temperature=0.7, max_tokens=30, stop=("```\n",)
    )
    await complete(qwen(connect(fake.url), temperature=0.1), request)
    (sent,) = fake.requests
    assert sent["format"] == SCHEMA
    assert sent["options"] == {"num_ctx": 8192, "temperature": 0.7, "num_predict": 30, "stop": ["```\n"]}


async def test_a_role_s_temperature_serves_where_the_request_has_none(
    fake: FakeOllama, connect: Connections
) -> None:
    await complete(qwen(connect(fake.url), temperature=0.0), QUESTION)
    assert fake.requests[0]["options"]["temperature"] == 0.0


async def test_thoughts_are_turned_off_and_kept_out_of_the_answer(
    fake: FakeOllama, connect: Connections
) -> None:
    fake.models = [FakeModel(name="qwen3:8b", capabilities=("completion", "thinking"))]
    fake.answer = lambda request: Reply(thinking="hmm let me see", text="<b>42</b>")
    answer = await complete(qwen(connect(fake.url), thinks=True), QUESTION)
    assert fake.requests[0]["think"] is False
    assert answer.text == "<b>42</b>"


async def test_who_cannot_but_think_does_so_briefly_and_has_room_for_it(
    fake: FakeOllama, connect: Connections
) -> None:
    fake.models = [FakeModel(name="gpt-oss:20b", capabilities=("completion", "thinking"))]
    model = replace(qwen(connect(fake.url), thinks=True), name="gpt-oss:20b")
    await complete(model, replace(QUESTION, max_tokens=100))
    assert fake.requests[0]["think"] == "low"
    assert fake.requests[0]["options"]["num_predict"] == 1_600


async def test_halves_of_characters_reach_neither_the_server_nor_the_answer(
    fake: FakeOllama, connect: Connections
) -> None:
    fake.answer = lambda request: Reply(text="It is 42\ud83d.")
    answer = await complete(
        qwen(connect(fake.url)), ModelRequest(messages=(Message.user("The column \ud83d?"),))
    )
    assert fake.requests[0]["messages"][0]["content"] == "The column ??"
    assert answer.text == "It is 42?."


async def test_no_proxy_stands_before_this_machine(
    fake: FakeOllama, connect: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert await connect(fake.url).installed()


async def test_an_answer_that_reached_its_limit_says_so(fake: FakeOllama, connect: Connections) -> None:
    fake.answer = lambda request: Reply(text="It is", done_reason="length")
    assert (await complete(qwen(connect(fake.url)), QUESTION)).cut


async def test_installed_models_are_described_once(fake: FakeOllama, connect: Connections) -> None:
    fake.models = [
        FakeModel(name="qwen3:8b", size=5, context_length=40_960, capabilities=("completion", "thinking")),
        FakeModel(name="bge-m3:latest", capabilities=("embedding",)),
        FakeModel(name="ancient:7b", size=3, context_length=None, capabilities=(), parameter_size=None),
    ]
    server = connect(fake.url)
    described = await server.installed()
    assert described == (
        ModelDescription(
            name="qwen3:8b",
            provider="ollama",
            size=5,
            context_length=40_960,
            capabilities=("completion", "thinking"),
            parameters=8_000_000_000,
        ),
        ModelDescription(name="ancient:7b", provider="ollama", size=3),
    )
    assert await server.installed() == described
    assert fake.calls.count("/api/show") == 3


@pytest.mark.parametrize(
    ("size", "parameters"),
    [
        ("8B", 8_000_000_000),
        ("1.5B", 1_500_000_000),
        ("35.7M", 35_700_000),
        ("1t", 10**12),
        (" 494.03m ", 494_030_000),
        ("8x7B", None),
        ("large", None),
        ("", None),
        (None, None),
    ],
)
async def test_a_models_parameters_are_counted_where_they_are_said(
    fake: FakeOllama, connect: Connections, size: str | None, parameters: int | None
) -> None:
    fake.models = [FakeModel(name="qwen3:8b", parameter_size=size)]
    (described,) = await connect(fake.url).installed()
    assert described.parameters == parameters


PYTHON = Tool(
    name="python",
    description="Run it",
    parameters={"type": "object", "required": ["code"], "properties": {"code": {"type": "string"}}},
)
CALLING = ModelRequest(
    messages=(
        Message.user("Six times seven?"),
        Message(
            role="assistant", parts=(ToolCallPart(name="python", arguments={"code": "print(6 * 7\ud83d)"}),)
        ),
        Message(role="tool", parts=Message.user("42\ud83d").parts),
    ),
    tools=(PYTHON,),
)


async def test_tools_and_calls_are_sent_as_ollama_has_them(fake: FakeOllama, connect: Connections) -> None:
    await complete(qwen(connect(fake.url)), CALLING)
    (sent,) = fake.requests
    assert sent["tools"] == [
        {
            "type": "function",
            "function": {"name": "python", "description": "Run it", "parameters": PYTHON.parameters},
        }
    ]
    assert sent["messages"] == [
        {"role": "user", "content": "Six times seven?"},
        {
            "role": "assistant",
            "tool_calls": [{"function": {"name": "python", "arguments": {"code": "print(6 * 7?)"}}}],
        },
        {"role": "tool", "tool_name": "python", "content": "42?"},
    ]


async def test_the_offer_of_tools_counts_as_part_of_the_prompt(
    fake: FakeOllama, connect: Connections
) -> None:
    wordy = replace(CALLING, tools=(replace(PYTHON, description="Run it. " * 3_000),))
    await complete(qwen(connect(fake.url)), wordy)
    assert fake.requests[0]["options"]["num_ctx"] == 16_384


async def test_a_model_that_calls_no_tools_refuses_them(fake: FakeOllama, connect: Connections) -> None:
    fake.models = [FakeModel(name="qwen3:8b", capabilities=("completion",))]
    with pytest.raises(ModelUnavailable, match="does not support tools"):
        await complete(qwen(connect(fake.url)), CALLING)


def function(**fields: object) -> dict[str, object]:
    return {"function": fields}


MALFORMED: list[tuple[object, list[tuple[str, object]]]] = [
    ([called("print(1)")], [("python", {"code": "print(1)"})]),
    (
        [called("a"), called("b", goal="g")],
        [("python", {"code": "a"}), ("python", {"code": "b", "goal": "g"})],
    ),
    ([function(name="python", arguments='{"code": "print(1)"}')], [("python", {"code": "print(1)"})]),
    ([function(name="python", arguments='{"code": "a\nb"}')], [("python", {"code": "a\nb"})]),
    ([function(name="python", arguments="print(1)")], [("python", {"code": "print(1)"})]),
    ([function(name="python", arguments='"print(1)"')], [("python", {"code": "print(1)"})]),
    ([function(name="python", arguments="[" * 100_000)], [("python", {"code": "[" * 100_000})]),
    ([function(name="python", arguments="")], [("python", {"code": ""})]),
    ([function(name="python", arguments=None)], [("python", {})]),
    ([function(name="python", arguments=["print(1)"])], [("python", {})]),
    ([function(name="python", parameters={"code": "print(1)"})], [("python", {"code": "print(1)"})]),
    ([function(name="python")], [("python", {})]),
    ([function(name="run_code", arguments={"source": "print(1)"})], [("run_code", {"source": "print(1)"})]),
    ([function(arguments={"code": "print(1)"})], [("", {"code": "print(1)"})]),
    ([function(name="py\ud83d", arguments={"code": "1\ud83d"})], [("py?", {"code": "1?"})]),
    ([function(name=7, arguments={"code": {"deep": [1, None]}})], [("7", {"code": {"deep": [1, None]}})]),
    ([{}, None, 3, "python", {"function": "python"}], []),
    ({"function": {"name": "python"}}, []),
    ("python", []),
]


@pytest.mark.parametrize(("sent", "read"), MALFORMED)
async def test_tool_calls_of_any_shape_are_read(
    fake: FakeOllama, connect: Connections, sent: object, read: list[tuple[str, object]]
) -> None:
    fake.answer = lambda request: Reply(text="Well: ", calls=sent)
    chunks = [chunk async for chunk in qwen(connect(fake.url)).stream(CALLING)]
    assert "".join(chunk.text for chunk in chunks) == "Well: "
    assert [(call.name, call.arguments) for chunk in chunks for call in chunk.calls] == read
    assert chunks[-1].usage is not None


BROKEN = [
    (Reply(status=500, text="cudaMalloc failed: out of memory"), "out of memory"),
    (Reply(status=503, text="server busy, please try again"), "server busy"),
    (Reply(status=400, text="the prompt exceeds the context"), "refused the request: the prompt exceeds"),
    (Reply(status=401, text="unauthorized"), "refused access"),
    (Reply(text="one two three", break_after=0), "broke the connection"),
    (Reply(text="one two three", break_after=2), "broke the connection"),
    (Reply(text="one two three", garbage_after=1), "not Ollama's protocol"),
    (Reply(text="one two three", error_after=1), "runner process has terminated"),
    (Reply(text="one two three", finished=False), "ended the answer before it was complete"),
    (Reply(text="one two three", hang_after=1), "sent nothing for 0.3 seconds"),
]


@pytest.mark.parametrize(("reply", "what_happened"), BROKEN)
async def test_a_failure_is_told_in_a_sentence_with_a_way_out(
    fake: FakeOllama, connect: Connections, reply: Reply, what_happened: str
) -> None:
    fake.answer = lambda request: reply
    with pytest.raises(ModelUnavailable, match=what_happened) as failure:
        await complete(qwen(connect(fake.url, model_timeout=0.3)), QUESTION)
    assert failure.value.message.endswith(".")
    assert failure.value.hint.endswith(".")


async def test_what_came_before_a_failure_is_not_lost(fake: FakeOllama, connect: Connections) -> None:
    fake.answer = lambda request: Reply(text="one two three", break_after=2, delay=0.05)
    async with aclosing(qwen(connect(fake.url)).stream(QUESTION)) as chunks:
        assert [(await anext(chunks)).text, (await anext(chunks)).text] == ["one", " two"]
        with pytest.raises(ModelUnavailable):
            await anext(chunks)


async def test_a_model_that_is_not_installed_says_how_to_get_it(
    fake: FakeOllama, connect: Connections
) -> None:
    model = OllamaModel(server=connect(fake.url), name="no-such:1b", window=ContextWindow(2048))
    with pytest.raises(ModelNotFound, match="ollama pull no-such:1b"):
        await complete(model, QUESTION)


async def test_a_slow_answer_is_not_a_silent_one(fake: FakeOllama, connect: Connections) -> None:
    """The timeout is between pieces: the whole answer may take many times as long."""
    fake.answer = lambda request: Reply(text="one two three four five six seven eight", delay=0.2)
    answer = await complete(qwen(connect(fake.url, model_timeout=1.0)), QUESTION)
    assert answer.text.endswith("eight")


async def test_nothing_there_is_told_with_the_address(connect: Connections) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ModelUnavailable, match=f"127.0.0.1:{port} does not answer"):
        await connect(f"127.0.0.1:{port}").installed()
    with pytest.raises(ModelUnavailable, match=f"127.0.0.1:{port} does not answer"):
        await complete(qwen(connect(f"127.0.0.1:{port}")), QUESTION)


async def test_something_else_at_the_address_is_recognised(connect: Connections) -> None:
    """A web page, say."""

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<html>no</html>")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        with pytest.raises(ModelUnavailable, match="not Ollama's protocol"):
            await connect(f"127.0.0.1:{listener.getsockname()[1]}").installed()
        thread.join()


async def test_closing_the_answer_ends_the_connection(fake: FakeOllama, connect: Connections) -> None:
    fake.answer = lambda request: Reply(text="one two three", hang_after=1)
    async with aclosing(qwen(connect(fake.url)).stream(QUESTION)) as chunks:
        await anext(chunks)
        assert not fake.disconnected.is_set()
    assert await asyncio.to_thread(fake.disconnected.wait, 10)


async def test_cancelling_the_reader_ends_the_connection(fake: FakeOllama, connect: Connections) -> None:
    fake.answer = lambda request: Reply(hang_after=0)
    task = asyncio.create_task(complete(qwen(connect(fake.url)), QUESTION))
    while not fake.requests:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(fake.disconnected.wait, 10)


@pytest.mark.parametrize(
    "host",
    [
        "ftp://example.com",
        "localhost:port",
        "localhost:99999",
        "a b",
        "http://[::1",
        "example.com?x=1",
        "file:///etc/passwd",
        "a\nb",
    ],
)
def test_a_host_that_is_no_address_is_refused(host: str) -> None:
    with pytest.raises(ModelUnavailable, match="is not an address"):
        OllamaServer(host, model_timeout=1)
