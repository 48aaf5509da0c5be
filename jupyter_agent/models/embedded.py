"""The embedded model: our own small Ollama-protocol server, started when it is first needed.

It is a process of its own, so that a crash or a long answer never touches Jupyter's. It ends with
`close`, when it was idle for a while, and in any case with the process that started it.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from importlib.util import find_spec
from urllib.parse import urlsplit

from jupyter_agent.errors import ModelUnavailable
from jupyter_agent.protocols import ModelChunk, ModelRequest, Waiting

from .context_window import ContextWindow
from .launch import Launch
from .ollama import OllamaModel, OllamaServer
from .weights import Report, Weights

NUM_CTX = 8192
"""Tokens of context: 230 MB of memory with the embedded model."""

START_SECONDS = 180.0
IDLE_SECONDS = 15 * 60.0
STOP_SECONDS = 5.0

RUNTIME_ENVIRONMENT = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "2000"}
"""Threads that wait without spinning: twice as fast on a busy machine, as fast on a quiet one."""

ASSEMBLING = "Preparing the model (first use)"
LOADING = "Loading the embedded model"
SIGN_OF_LIFE_SECONDS = 0.5
"""How often whoever waits for the start hears what it waits for."""

REMEDY = "Ask again: it is started anew. If that does not help, this machine may have too little memory."


def runtime_installed() -> bool:
    """Whether llama.cpp is there; it is not imported."""
    return find_spec("xllamacpp") is not None


class EmbeddedServer:
    """The embedded server's process, there while it is used.

    Args:
        weights: finds the file to serve; may take seconds, is called in a thread, and reports its progress.
        model_timeout: seconds without a new piece of an answer before the server counts as gone.
        threads: that generate; as many as there are processors unless given.
        idle_seconds: how long it stays in memory when nothing uses it.
    """

    def __init__(
        self,
        weights: Callable[[Report], Weights],
        *,
        model_timeout: float,
        num_ctx: int = NUM_CTX,
        threads: int | None = None,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self.num_ctx = num_ctx
        self.window = ContextWindow(num_ctx)
        self._weights = weights
        self._model_timeout = model_timeout
        self._threads = threads or available_processors()
        self._idle_seconds = idle_seconds
        self._process: Process | None = None
        self._connection: OllamaServer | None = None
        self._changing = asyncio.Lock()
        self._users = 0
        self._idle: asyncio.Task[None] | None = None
        self._starting = Waiting(text=LOADING)

    @property
    def starting(self) -> Waiting:
        """What a start that is under way is doing."""
        return self._starting

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return None if self._process is None or self._process.returncode is not None else self._process.pid

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[OllamaServer, None]:
        """The server, started if need be; it stays for as long as somebody is inside.

        Raises:
            ModelUnavailable: it could not be started.
        """
        self._users += 1
        if self._idle is not None:
            self._idle.cancel()
        try:
            yield await self._ready()
        finally:
            self._users -= 1
            if not self._users:
                self._idle = asyncio.create_task(self._stop_when_idle())

    async def close(self) -> None:
        """End the process."""
        if self._idle is not None:
            self._idle.cancel()
            await asyncio.wait({self._idle})
        async with self._changing:
            await self._stop()

    async def _ready(self) -> OllamaServer:
        async with self._changing:
            if self._connection is None or not await _listens(self._connection):
                await self._stop()
                self._connection = await self._start()
            return self._connection

    async def _start(self) -> OllamaServer:
        self._starting = Waiting(text=LOADING)
        weights = await asyncio.to_thread(self._weights, self._assembling)
        self._starting = Waiting(text=LOADING)
        token = secrets.token_urlsafe(32)
        launch = Launch(
            token=token,
            name=weights.name,
            path=str(weights.path),
            num_ctx=self.num_ctx,
            threads=self._threads,
        )
        self._process = await asyncio.create_subprocess_exec(
            # -P: a module in the current folder must not stand in for one of the library.
            *(sys.executable, "-P", "-m", "jupyter_agent.models.embedded_server"),
            stdin=PIPE,
            stdout=PIPE,
            env={**os.environ, **RUNTIME_ENVIRONMENT},
            start_new_session=True,  # Ctrl-C in Jupyter's terminal is not meant for it
        )
        try:
            port = await _port(self._process, launch)
        except BaseException:
            await self._stop()
            raise
        return OllamaServer(
            f"http://127.0.0.1:{port}",
            model_timeout=self._model_timeout,
            headers={"Authorization": f"Bearer {token}"},
            provider="embedded",
            called="The embedded model",
            remedy=REMEDY,
        )

    def _assembling(self, progress: float) -> None:
        """In the thread that assembles the weights."""
        self._starting = Waiting(text=ASSEMBLING, progress=progress)

    async def _stop(self) -> None:
        process, self._process = self._process, None
        connection, self._connection = self._connection, None
        if process is not None:
            await _end(process)
        if connection is not None:
            await connection.close()

    async def _stop_when_idle(self) -> None:
        await asyncio.sleep(self._idle_seconds)
        async with self._changing:
            if not self._users:
                await self._stop()


class EmbeddedModel:
    """A `Model` that the embedded server answers for."""

    def __init__(self, server: EmbeddedServer, name: str, *, temperature: float | None = None) -> None:
        self._server = server
        self._name = name
        self._temperature = temperature

    @property
    def name(self) -> str:
        return self._name

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelChunk, None]:
        async with AsyncExitStack() as stack:
            entering = asyncio.create_task(stack.enter_async_context(self._server.running()))
            async with aclosing(self._until_ready(entering)) as signs:
                async for sign in signs:
                    yield ModelChunk(text="", waiting=sign)
            connection = await entering
            model = OllamaModel(
                server=connection,
                name=self._name,
                window=self._server.window,
                temperature=self._temperature,
            )
            async with aclosing(model.stream(request)) as chunks:
                async for chunk in chunks:
                    yield chunk

    async def _until_ready(self, entering: asyncio.Task[OllamaServer]) -> AsyncGenerator[Waiting, None]:
        """What the start waits for, now and then. It is given up when its watcher leaves before its end."""
        try:
            while True:
                await asyncio.wait({entering}, timeout=SIGN_OF_LIFE_SECONDS)
                if entering.done():
                    return
                yield self._server.starting
        finally:
            entering.cancel()
            await asyncio.wait({entering})


def available_processors() -> int:
    """Those that this process may use, which in a container are fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


async def _port(process: Process, launch: Launch) -> int:
    """Tell the new process what to serve; the port that it reports when the model is loaded.

    Raises:
        ModelUnavailable: it reported an error or something else, ended, or took too long.
    """
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(launch.to_line())
        async with asyncio.timeout(START_SECONDS):
            report = json.loads(await process.stdout.readline() or b"{}")
    except TimeoutError as error:
        raise ModelUnavailable(
            f"The embedded model was not ready after {START_SECONDS:g} seconds.", REMEDY
        ) from error
    except ValueError:
        report = {"error": "its process did not report where it listens"}
    if "port" in report:
        return int(report["port"])
    reason = str(report.get("error", "its process ended; the server's log may say why")).rstrip(".")
    raise ModelUnavailable(
        f"The embedded model could not be started: {reason}.",
        "Free some memory and ask again, or install Ollama.",
    )


async def _listens(server: OllamaServer) -> bool:
    """Whether anything accepts connections: after a crash this is known sooner than the process's end."""
    address = urlsplit(server.url)
    try:
        _, writer = await asyncio.open_connection(address.hostname, address.port)
    except OSError:
        return False
    writer.close()
    return True


async def _end(process: Process) -> None:
    assert process.stdin is not None
    process.stdin.close()  # which it understands as the end
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
