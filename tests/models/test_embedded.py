"""The real embedded server with the real weights, through the same adapter and client as Ollama."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import aclosing
from pathlib import Path

import httpx
import ollama
import psutil
import pytest

from jupyter_agent.errors import ModelUnavailable
from jupyter_agent.messages import Message
from jupyter_agent.models.complete import complete, complete_json
from jupyter_agent.models.embedded import (
    ASSEMBLING,
    LOADING,
    EmbeddedModel,
    EmbeddedServer,
    available_processors,
)
from jupyter_agent.models.launch import Launch
from jupyter_agent.models.ollama import READING, OllamaServer
from jupyter_agent.models.weights import EMBEDDED_NAME, Report, Weights, weights_file
from jupyter_agent.protocols import ModelRequest, Waiting

pytestmark = [pytest.mark.embedded, pytest.mark.timeout(600)]

ONE_NUMBER = ModelRequest(messages=(Message.user("What is 6 times 7? Digits only."),), max_tokens=12)
ENDLESS = ModelRequest(messages=(Message.user("Count from 1 to 2000, one number a line."),))
COUNTING = [{"role": "user", "content": "Count from 1 to 2000, one number a line."}]
SCHEMA = {"type": "object", "properties": {"mode": {"enum": ["chat", "react"]}}, "required": ["mode"]}


def long_prompt(subject: str, question: str, *, rules: int = 14) -> ModelRequest:
    """About 15 tokens a rule."""
    text = " ".join(f"Rule {n}: column {subject}{n} holds {n * 7} numbers." for n in range(rules))
    return ModelRequest(messages=(Message.system(text), Message.user(question)), max_tokens=2)


def bearer(connection: OllamaServer) -> str:
    return str(connection.client._client.headers["Authorization"])


async def effort(server: EmbeddedServer, model: EmbeddedModel, request: ModelRequest) -> float:
    """Seconds of processor time that the answer takes, which a busy machine does not change much."""
    before = processor_seconds(server)
    await complete(model, request)
    return processor_seconds(server) - before


def processor_seconds(server: EmbeddedServer) -> float:
    times = psutil.Process(server.pid).cpu_times()
    return float(times.user + times.system)


async def test_the_unmodified_client_works(embedded: EmbeddedServer) -> None:
    async with embedded.running() as connection:
        client: ollama.AsyncClient = connection.client
        (listed,) = (await client.list()).models
        assert listed.model == EMBEDDED_NAME
        assert listed.size == 1_117_320_768
        (running,) = (await client.ps()).models
        assert running.context_length == 8192
        shown = await client.show(EMBEDDED_NAME)
        assert shown.capabilities == ["completion"]
        whole = await client.chat(
            EMBEDDED_NAME, [{"role": "user", "content": "Say hello."}], options={"num_predict": 8}
        )
        assert whole.done
        assert whole.message.content
        assert whole.prompt_eval_count
        loaded = await client.chat(EMBEDDED_NAME, [])
        assert loaded.done
        with pytest.raises(ollama.ResponseError, match="not found") as unknown:
            await client.chat("no-such:1b", [{"role": "user", "content": "Hello."}])
        assert unknown.value.status_code == 404
        with pytest.raises(ollama.ResponseError, match="does not support thinking"):
            await client.chat(EMBEDDED_NAME, [{"role": "user", "content": "Hello."}], think=True)


async def test_it_answers(embedded: EmbeddedServer) -> None:
    answer = await complete(EmbeddedModel(embedded, EMBEDDED_NAME, temperature=0), ONE_NUMBER)
    assert "42" in answer.text
    assert answer.usage.prompt_tokens > 10
    assert answer.usage.completion_tokens > 0
    assert not answer.cut


async def test_who_waits_hears_for_what(embedded: EmbeddedServer) -> None:
    """Until the model is loaded and the prompt is read; the second time the model is there."""
    model = EmbeddedModel(embedded, EMBEDDED_NAME)
    heard = [await waits(model, request) for request in (long_prompt("a", "One?"), ONE_NUMBER)]
    assert list(dict.fromkeys(heard[0])) == [LOADING, READING.text]
    assert set(heard[1]) == {READING.text}


async def waits(model: EmbeddedModel, request: ModelRequest) -> list[str]:
    """What an answer waits for, until its first word."""
    return [chunk.waiting.text async for chunk in model.stream(request) if chunk.waiting]


async def test_the_assembly_of_the_weights_is_told_with_its_progress(weights: Weights) -> None:
    halfway, may_go_on = threading.Event(), threading.Event()

    def assembled_slowly(report: Report) -> Weights:
        report(0.5)
        halfway.set()
        assert may_go_on.wait(60)
        return weights

    server = EmbeddedServer(assembled_slowly, model_timeout=120)
    async with aclosing(EmbeddedModel(server, EMBEDDED_NAME).stream(ONE_NUMBER)) as chunks:
        told = [(await anext(chunks)).waiting]
        assert halfway.wait(60)
        told.append((await anext(chunks)).waiting)
        may_go_on.set()
    await server.close()
    assert told[-1] == Waiting(text=ASSEMBLING, progress=0.5)
    assert server.pid is None


async def test_options_are_obeyed(embedded: EmbeddedServer) -> None:
    model = EmbeddedModel(embedded, EMBEDDED_NAME, temperature=0)
    cut = await complete(model, ModelRequest(messages=ENDLESS.messages, max_tokens=5))
    assert cut.cut
    assert cut.usage.completion_tokens == 5
    stopped = await complete(model, ModelRequest(messages=ENDLESS.messages, max_tokens=60, stop=("4",)))
    assert "3" in stopped.text
    assert "4" not in stopped.text
    assert not stopped.cut
    chosen = await complete_json(
        model, ModelRequest(messages=(Message.user("Plot a histogram."),), schema=SCHEMA, max_tokens=30)
    )
    assert chosen["mode"] in ("chat", "react")


async def test_a_prefix_is_read_once_even_when_another_came_between(embedded: EmbeddedServer) -> None:
    """Classifier and coder take turns: each finds its own long instructions already read."""
    model = EmbeddedModel(embedded, EMBEDDED_NAME)
    await complete(model, ONE_NUMBER)
    first = await effort(embedded, model, long_prompt("a", "One?"))
    await complete(model, long_prompt("b", "One?"))
    again = await effort(embedded, model, long_prompt("a", "Two?"))
    assert again < first / 3


async def test_a_prompt_beyond_the_context_is_told(embedded: EmbeddedServer) -> None:
    model = EmbeddedModel(embedded, EMBEDDED_NAME)
    with pytest.raises(ModelUnavailable, match="exceeds the available context size"):
        await complete(model, ModelRequest(messages=(Message.user("a b c " * 4000),)))
    assert (await complete(model, ONE_NUMBER)).text


BAD_REQUESTS: list[tuple[object, int, str]] = [
    ("not an object", 400, "object"),
    ({}, 400, "model"),
    ({"messages": [{"role": "robot", "content": ""}]}, 400, "messages.0.role"),
    ({"messages": "hello"}, 400, "messages"),
    ({"options": {"temperature": "hot"}}, 400, "options.temperature"),
    ({"messages": COUNTING, "format": {"type": "nonsense"}}, 400, "nonsense"),
    ({"messages": COUNTING, "tools": [{}]}, 400, "tools"),
    ({"messages": COUNTING, "think": "low"}, 400, "thinking"),
    ({"model": "no-such:1b"}, 404, "no-such:1b"),
]


async def test_bad_requests_are_refused_with_the_reason(embedded: EmbeddedServer) -> None:
    async with embedded.running() as connection, httpx.AsyncClient() as client:
        url = f"{connection.url}/api/chat"
        headers = {"Authorization": bearer(connection)}
        for body, status, what in BAD_REQUESTS:
            if isinstance(body, dict) and body:
                body = {"model": EMBEDDED_NAME, **body}
            answer = await client.post(url, json=body, headers=headers)
            assert (answer.status_code, what in answer.json()["error"]) == (status, True), (body, answer.text)
        broken = await client.post(url, content=b'{"model": ', headers=headers)
        assert broken.status_code == 400
        assert (await client.get(f"{connection.url}/no/such/page", headers=headers)).status_code == 404
        assert (await client.get(url, headers=headers)).status_code == 405


async def test_nothing_is_told_without_the_token(embedded: EmbeddedServer) -> None:
    async with embedded.running() as connection, httpx.AsyncClient() as client:
        for headers in ({}, {"Authorization": "Bearer guessed"}, {"Authorization": "Basic Og=="}):
            for path in ("/", "/api/tags", "/api/version", "/api/ps", "/no/such/page"):
                answer = await client.get(connection.url + path, headers=headers)
                assert answer.status_code == 401
                assert answer.json() == {"error": "unauthorized"}
            body = {"model": EMBEDDED_NAME, "messages": COUNTING}
            answer = await client.post(f"{connection.url}/api/chat", json=body, headers=headers)
            assert answer.status_code == 401


async def test_every_port_of_the_process_is_on_loopback_and_shut(embedded: EmbeddedServer) -> None:
    """The runtime opens a port of its own; it must not answer strangers either."""
    async with embedded.running() as connection, httpx.AsyncClient() as client:
        listening = [c.laddr for c in psutil.Process(embedded.pid).net_connections() if c.status == "LISTEN"]
        assert connection.url in [f"http://{address.ip}:{address.port}" for address in listening]
        for address in listening:
            assert address.ip == "127.0.0.1"
            for path in ("/v1/chat/completions", "/completion", "/api/chat"):
                url = f"http://127.0.0.1:{address.port}{path}"
                assert (await client.post(url, json={"prompt": "x"})).status_code == 401


async def test_the_token_is_not_in_the_arguments_or_the_environment(embedded: EmbeddedServer) -> None:
    async with embedded.running() as connection:
        token = bearer(connection).removeprefix("Bearer ")
        process = psutil.Process(embedded.pid)
        assert len(token) > 30
        assert token not in " ".join(process.cmdline())
        assert token not in " ".join(process.environ().values())


async def test_a_client_that_leaves_stops_the_generation(embedded: EmbeddedServer) -> None:
    """The next answer does not wait for the thousands of tokens that nobody reads any more."""
    model = EmbeddedModel(embedded, EMBEDDED_NAME, temperature=0)
    async with aclosing(model.stream(ENDLESS)) as chunks:
        async for chunk in chunks:
            if chunk.text:
                break
    await complete(model, ONE_NUMBER)
    before = processor_seconds(embedded)
    await asyncio.sleep(2)
    assert processor_seconds(embedded) - before < 0.5


async def test_a_client_that_leaves_while_its_prompt_is_read_stops_that(embedded: EmbeddedServer) -> None:
    """It stops after the batch in hand, of which this prompt has five."""
    model = EmbeddedModel(embedded, EMBEDDED_NAME)
    await complete(model, ONE_NUMBER)
    before = processor_seconds(embedded)
    async with aclosing(model.stream(long_prompt("c", "One?", rules=40))) as chunks:
        await anext(chunks)
    await complete(model, ONE_NUMBER)
    partly = processor_seconds(embedded) - before
    wholly = await effort(embedded, model, long_prompt("d", "One?", rules=40))
    assert partly < wholly * 0.6


async def test_answers_wait_for_their_turn(embedded: EmbeddedServer) -> None:
    model = EmbeddedModel(embedded, EMBEDDED_NAME, temperature=0)
    answers = await asyncio.gather(*(complete(model, ONE_NUMBER) for _ in range(3)))
    assert all("42" in answer.text for answer in answers)


async def test_who_waits_is_not_left_in_silence(embedded: EmbeddedServer) -> None:
    """Empty pieces come while another answer is made, so that waiting does not look like a dead server."""
    model = EmbeddedModel(embedded, EMBEDDED_NAME, temperature=0)
    async with aclosing(model.stream(ENDLESS)) as first, aclosing(model.stream(ONE_NUMBER)) as second:
        await anext(first)
        for _ in range(2):
            assert (await anext(second)).text == ""
        assert (await anext(first)).usage is None
        await first.aclose()
        assert "42" in "".join([chunk.text async for chunk in second])


async def test_a_crash_is_told_and_mended(embedded: EmbeddedServer) -> None:
    model = EmbeddedModel(embedded, EMBEDDED_NAME, temperature=0)
    first = None
    with pytest.raises(ModelUnavailable, match="The embedded model broke the connection"):  # noqa: PT012
        async for chunk in model.stream(ENDLESS):
            # Before the text comes what it waits for.
            if first is None and chunk.text:
                first = embedded.pid
                assert first is not None
                os.kill(first, signal.SIGKILL)
    assert "42" in (await complete(model, ONE_NUMBER)).text
    assert embedded.pid not in (None, first)


async def test_it_leaves_memory_when_idle_and_comes_back(weights: Weights) -> None:
    server = EmbeddedServer(lambda report: weights, model_timeout=120, idle_seconds=0.2)
    model = EmbeddedModel(server, EMBEDDED_NAME, temperature=0)
    assert server.pid is None
    await complete(model, ONE_NUMBER)
    first = psutil.Process(server.pid)
    async with asyncio.timeout(30):
        while first.is_running():
            await asyncio.sleep(0.05)
    assert server.pid is None
    assert "42" in (await complete(model, ONE_NUMBER)).text
    second = psutil.Process(server.pid)
    await server.close()
    assert not second.is_running()


async def test_a_file_that_cannot_be_loaded_is_told(weights: Weights, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.gguf"
    with weights.path.open("rb") as whole:
        damaged.write_bytes(whole.read(8 << 20))
    server = EmbeddedServer(lambda report: weights_file(damaged), model_timeout=60)
    with pytest.raises(ModelUnavailable, match="could not be started"):
        await complete(EmbeddedModel(server, "damaged"), ONE_NUMBER)
    assert server.pid is None
    await server.close()


def test_it_ends_with_the_process_that_started_it(weights: Weights) -> None:
    """Killed, not asked: only the pipe between the two ends."""
    launch = Launch(token="t", name="m", path=str(weights.path), num_ctx=512, threads=1)
    parent = (
        "import subprocess, sys\n"
        "server = [sys.executable, '-P', '-m', 'jupyter_agent.models.embedded_server']\n"
        "child = subprocess.Popen(server, stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        f"child.stdin.write({launch.to_line()!r}); child.stdin.flush()\n"
        "print(child.pid, child.stdout.readline().decode(), flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", parent]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pid, report = process.stdout.readline().split(maxsplit=1)
        child = psutil.Process(int(pid))
        socket.create_connection(("127.0.0.1", json.loads(report)["port"])).close()
        process.kill()
    psutil.wait_procs([child], timeout=30)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_it_uses_the_processors_it_may_use() -> None:
    assert available_processors() == len(os.sched_getaffinity(0))
