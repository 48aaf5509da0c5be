"""Uploads: whole or not at all, however they end, and little memory whatever their size."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path

import pytest
from traitlets.config import Config

from jupyter_agent.server.extension import JupyterAgentExtension
from tests.server.client import FORM, Api, form

MB = 1_000_000
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def files_in(data_dir: Path) -> list[Path]:
    return [path for path in (data_dir / "workspaces").rglob("*") if path.is_file()]


@pytest.mark.parametrize("last", [False, True])
async def test_a_file_joins_the_conversation_it_names(api: Api, data_dir: Path, last: bool) -> None:
    made = (await api("POST", "conversations")).body["id"]
    content = bytes(range(256)) * 4000
    reply = await api.upload(("noise.bin", content), fields={"conversation_id": made}, last=last)
    assert (reply.status, reply.body["conversation_id"]) == (200, made)
    (attachment,) = reply.body["attachments"]
    assert (attachment["name"], attachment["size"]) == ("noise.bin", len(content))
    (kept,) = {path.resolve() for path in files_in(data_dir)}
    assert kept.read_bytes() == content
    assert (await api("GET", f"conversations/{made}")).body["attachments"] == [attachment]


async def test_the_conversation_may_stand_in_the_query(api: Api) -> None:
    made = (await api("POST", "conversations")).body["id"]
    reply = await api.upload(("a.csv", b"1"), conversation_id=made)
    assert reply.body["conversation_id"] == made


async def test_without_a_conversation_a_new_one_is_begun(api: Api) -> None:
    reply = await api.upload(("a.csv", b"1"), ("a.csv", b"2"), ("Umsätze.csv", b"3"))
    assert [a["name"] for a in reply.body["attachments"]] == ["a.csv", "a (2).csv", "Umsätze.csv"]
    (listed,) = (await api("GET", "conversations")).body["conversations"]
    assert listed["id"] == reply.body["conversation_id"]


async def test_a_file_can_be_taken_out_again(api: Api, data_dir: Path) -> None:
    reply = await api.upload(("a.csv", b"1"), ("b.csv", b"2"))
    conversation, (unwanted, asked_about) = reply.body["conversation_id"], reply.body["attachments"]
    path = f"conversations/{conversation}/attachments"
    assert (await api("DELETE", f"{path}/{unwanted['id']}")).status == 204
    assert (await api("GET", f"conversations/{conversation}")).body["attachments"] == [asked_about]
    assert {file.name for file in files_in(data_dir)} == {"b.csv"}
    gone = await api("DELETE", f"{path}/{unwanted['id']}")
    assert (gone.status, "no such file" in gone.problem) == (404, True)

    question = {"message": "Well?", "conversation_id": conversation, "files": [asked_about["id"]]}
    await api("POST", "chat", {**question, "agent_type": "chat"})
    refused = await api("DELETE", f"{path}/{asked_about['id']}")
    assert (refused.status, "came with a question" in refused.problem) == (400, True)


async def test_a_picture_called_csv_is_a_picture(api: Api) -> None:
    reply = await api.upload(("sales.csv", PNG))
    assert reply.body["attachments"][0]["media_type"] == "image/png"


@pytest.mark.parametrize(
    ("raw", "content_type", "words"),
    [
        (form((), {}), FORM["Content-Type"], "no file"),
        (form((("../a.csv", b"1"),), {}), FORM["Content-Type"], "no path"),
        (form((("", b"1"),), {}), FORM["Content-Type"], "no name"),
        (form((("a.csv", b"1"),), {})[:-20], FORM["Content-Type"], "broke off"),
        (b"not a form at all", FORM["Content-Type"], "not a form"),
        (b"{}", "application/json", "not a form"),
        (b"x", "multipart/form-data", "not a form"),
        (form((("a.csv", b"1"),), {"note": "x" * 6000}), FORM["Content-Type"], "field"),
        (form(tuple((f"{n}.csv", b"1") for n in range(120)), {}), FORM["Content-Type"], "100 parts"),
        (b"", FORM["Content-Type"], "broke off"),
    ],
)
async def test_a_bad_upload_is_refused_and_leaves_nothing(
    api: Api, data_dir: Path, raw: bytes, content_type: str, words: str
) -> None:
    reply = await api("POST", "upload", raw=raw, headers={"Content-Type": content_type})
    assert (reply.status, words in reply.problem) == (400, True), reply.body
    assert not files_in(data_dir)
    assert (await api("GET", "conversations")).body == {"conversations": [], "more": False}


async def test_an_upload_to_an_unknown_conversation_leaves_nothing(api: Api, data_dir: Path) -> None:
    reply = await api.upload(("a.csv", b"1"), fields={"conversation_id": "f" * 32})
    assert (reply.status, "no such conversation" in reply.problem) == (404, True)
    assert not files_in(data_dir)


@pytest.mark.parametrize("size", [3 * MB + 1, 4 * MB + 100_000, 40 * MB])
async def test_what_is_over_the_limit_is_refused_and_leaves_nothing(
    api: Api, data_dir: Path, size: int
) -> None:
    reply = await api.upload(("big.csv", b"x" * size))
    assert (reply.status, "3 MB are the most" in reply.problem) == (413, True)
    assert not files_in(data_dir)
    assert (await api("GET", "conversations")).body == {"conversations": [], "more": False}
    assert (await api.upload(("small.csv", b"x" * 3 * MB))).status == 200


class Client:
    """A client that talks slowly, lies or goes away: bytes on a socket."""

    def __init__(self, port: int, base_url: str, token: str) -> None:
        self._port = port
        self._head = (
            f"POST {base_url}agent/api/upload HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Authorization: token {token}\r\nContent-Type: {FORM['Content-Type']}\r\n"
        )

    async def begin(self, *headers: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write((self._head + "".join(f"{header}\r\n" for header in headers) + "\r\n").encode())
        return reader, writer


@pytest.fixture
def client(extension: JupyterAgentExtension, api: Api, jp_http_port: int, jp_base_url: str) -> Client:
    return Client(jp_http_port, jp_base_url, extension.context.token.secret)


async def answer_of(reader: asyncio.StreamReader) -> tuple[int, dict[str, object]]:
    async with asyncio.timeout(30):
        status = int((await reader.readline()).split()[1])
        length = 0
        while (line := await reader.readline()) != b"\r\n":
            name, _, value = line.decode().partition(":")
            length = int(value) if name.lower() == "content-length" else length
        return status, json.loads(await reader.readexactly(length))


async def test_an_upload_that_is_far_too_large_is_answered_before_it_is_sent(
    client: Client, data_dir: Path
) -> None:
    reader, writer = await client.begin("Content-Length: 900000000")
    status, problem = await answer_of(reader)
    assert (status, problem["status"]) == (413, 413)
    for _ in range(50):  # a client that does not listen goes on talking
        writer.write(b"x" * 100_000)
        await writer.drain()
    writer.close()
    assert not files_in(data_dir)


async def test_an_upload_of_unknown_length_ends_at_the_limit(client: Client, data_dir: Path) -> None:
    reader, writer = await client.begin("Transfer-Encoding: chunked")
    body = form((("a.csv", b"x" * 6 * MB),), {})
    for start in range(0, len(body), 60_000):
        piece = body[start : start + 60_000]
        writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        await writer.drain()
    status, _ = await answer_of(reader)
    assert status == 413
    writer.close()
    assert not files_in(data_dir)


async def test_a_connection_that_breaks_leaves_nothing(client: Client, api: Api, data_dir: Path) -> None:
    body = form((("a.csv", b"x" * 2 * MB),), {})
    _, writer = await client.begin(f"Content-Length: {len(body)}")
    writer.write(body[: MB + MB // 2])
    await writer.drain()
    async with asyncio.timeout(30):
        while not files_in(data_dir):
            await asyncio.sleep(0.01)
        linger_zero = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_zero)
        writer.transport.abort()
        while files_in(data_dir):
            await asyncio.sleep(0.01)
    assert (await api("GET", "conversations")).body == {"conversations": [], "more": False}


async def test_a_stranger_is_refused_before_the_body_is_sent(
    extension: JupyterAgentExtension, api: Api, jp_http_port: int, jp_base_url: str, data_dir: Path
) -> None:
    reader, writer = await Client(jp_http_port, jp_base_url, "wrong").begin("Content-Length: 2000000")
    status, _ = await answer_of(reader)
    assert status == 403
    writer.close()
    assert extension.context.services.started is None, "nothing was started for a stranger"
    assert not data_dir.exists()


class TestWithAGenerousLimit:
    """Memory does not grow with the file."""

    @pytest.fixture
    def jp_server_config(self, jp_server_config: Config) -> Config:
        jp_server_config.JupyterAgent.upload_limit_mb = 1000
        return jp_server_config

    async def test_a_large_upload_needs_little_memory(self, client: Client, api: Api, data_dir: Path) -> None:
        size = 80 * MB
        opening, closing = form((("big.csv", b"|"),), {}).split(b"|")
        reader, writer = await client.begin(f"Content-Length: {len(opening) + size + len(closing)}")
        before = resident()
        writer.write(opening)
        for _ in range(80):
            writer.write(b"x" * MB)
            await writer.drain()
        writer.write(closing)
        status, reply = await answer_of(reader)
        writer.close()
        assert status == 200, reply
        assert resident() - before < size / 4
        assert sum(path.stat().st_size for path in files_in(data_dir) if not path.is_symlink()) == size


def resident() -> int:
    """Bytes of memory in use."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
