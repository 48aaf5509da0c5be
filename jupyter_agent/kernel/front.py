"""The front of a kernel: speaks Jupyter's protocol, holds the signing key, and never runs user code.

It has the worker run code, and looks at everything that comes back before it signs and publishes it: only
known kinds of content pass (`published.py`). Every execution is protected by a snapshot (`workers.py`). A
request of this package asks for a transaction (`protocol.py`): what fails is undone as a whole, and the
reply's metadata tells what happened.
"""

# ipykernel says what its types are, but not everywhere.
# mypy: allow-untyped-calls

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelbase import Kernel
from traitlets import Any as AnyTrait

from . import protocol
from .blocks import told_block
from .budgets import Budgets
from .child import StartedWorker
from .execution import Executions
from .frames import Frame
from .outcome import Outcome, Request
from .peer import PeerEnded
from .policy import PROFILES
from .published import REPLY_CHARACTERS, clean_reply, publication, short
from .publisher import Publisher, StreamName
from .rules_files import SHARED_MEMORY
from .shared_memory import SharedMemory
from .workers import WorkerLost, Workers, give_own_proc
from .workspace_files import WorkspaceFiles

_ASK_SECONDS = 5.0
"""Completions and the like are dropped when they take longer: an object may keep the worker."""


class FrontKernel(Kernel):
    """What Jupyter talks to."""

    # What the application passes to the kernels that it knows.
    user_ns = AnyTrait()
    debugpy_stream = AnyTrait()

    started: StartedWorker
    """Set before `start`."""
    executions: Executions
    _begun: asyncio.Task[None]

    # What is printed is published before the reply comes here: there is nothing to wait for.
    _execute_sleep = 0.0

    implementation = IPythonKernel.implementation
    implementation_version = IPythonKernel.implementation_version
    language_info = IPythonKernel.language_info
    banner = "Python in a restricted kernel: no network, no other programs, no files but its own."

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self._count = 1
        self._report: dict[str, Any] = {}
        self._asking: dict[str, Any] = {}
        for kind, handle in (
            (protocol.VARIABLES, self.agent_variables),
            (protocol.POINTS, self.agent_points),
            (protocol.REWIND, self.agent_rewind),
            (protocol.UNDO, self.agent_undo),
            (protocol.SAVE, self.agent_save),
            (protocol.LOAD, self.agent_load),
        ):
            self.shell_handlers[f"{kind}_request"] = self._answering(kind, handle)

    @property
    def kernel_info(self) -> dict[str, Any]:
        info: dict[str, Any] = super().kernel_info
        return {**info, "supported_features": [protocol.FEATURE]}

    def start(self) -> None:
        """Take over the worker, and begin to serve."""
        super().start()
        loop: asyncio.AbstractEventLoop = self.io_loop.asyncio_loop  # type: ignore[attr-defined]
        worker = self.started
        limits, folders = worker.launch.limits, worker.launch.folders
        pipes: dict[StreamName, int] = {"stdout": worker.stdout, "stderr": worker.stderr}
        publisher = Publisher(self._publish, pipes, limit=limits.output_mb * 1_000_000)
        supervisor = worker.supervisor

        def answer() -> None:
            if not supervisor.answer():
                loop.remove_reader(supervisor)

        loop.add_reader(supervisor, answer)
        for name, pipe in pipes.items():
            os.set_blocking(pipe, False)
            loop.add_reader(pipe, publisher.read, name)
        self.executions = Executions(
            Workers(
                worker.end,
                worker.process,
                supervisor,
                self._hear,
                loop,
                most_points=limits.snapshots,
            ),
            publisher,
            WorkspaceFiles(Path(folders.workspace), Path(folders.backups)),
            Budgets(limits, tuple(map(Path, folders.writable)), _shared_memory(worker.launch.profile)),
            blocked=lambda block: self._publish(protocol.BLOCKED, asdict(block)),
            measured=lambda meter: self._publish(protocol.METER, asdict(meter)),
        )
        supervisor.report_to(self.executions.block)
        loop.add_signal_handler(signal.SIGINT, self.executions.interrupt)
        self._publisher = publisher
        self._begun = loop.create_task(self._begin())
        self._guarding = loop.create_task(self.executions.guard.watch())

    async def _begin(self) -> None:
        # If the worker has ended already, the first execution notices.
        with contextlib.suppress(PeerEnded):
            await give_own_proc(self.executions.workers.worker)
            self.executions.prepare()
            await self.executions.prepared()
        self.started.ready()

    def _hear(self, frame: Frame, message: dict[str, Any] | None) -> None:
        if message is not None and "block" in message:
            self.executions.block(told_block(message["block"]))
        else:
            self._publisher.hear(frame, message)

    def pre_handler_hook(self) -> None:
        """Signals are handled by the loop at any time."""

    post_handler_hook = pre_handler_hook

    def _send_interrupt_children(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    async def _progressively_terminate_all_children(self) -> None:
        """The fork server ends the whole group with this process."""

    @property
    def execution_count(self) -> int:
        """The number of the next execution; requests that leave no trace do not count."""
        return self._count

    @execution_count.setter
    def execution_count(self, _: int) -> None:
        """The base class counts otherwise."""

    async def do_execute(
        self,
        code: str,
        silent: bool,
        store_history: bool = True,
        user_expressions: dict[str, Any] | None = None,
        allow_stdin: bool = False,
        *,
        cell_meta: dict[str, Any] | None = None,
        cell_id: str | None = None,
    ) -> dict[str, Any]:
        """Have the worker run the code."""
        self._asking = self.get_parent("shell")
        wish = protocol.Wish.of(cell_meta or {})
        number = self._count
        request = Request(
            code=code,
            silent=silent,
            store_history=store_history,
            user_expressions=user_expressions or {},
            number=number,
            wish=wish,
        )
        try:
            # A snapshot that is still being made would take the place of this execution's.
            await self._begun
            reply = self._told(await self.executions.execute(request), wish)
        except WorkerLost:
            # Nothing is left to go on from: whoever watches this kernel starts another one.
            os._exit(1)
        except Exception as error:
            # A bug; without a reply a notebook would wait for ever.
            self.log.exception("An execution was not carried out")
            reply = _failure(error)
            self._publish_error(reply)
        if store_history and not silent:
            self._count += 1
        return {**reply, "execution_count": number}

    def _told(self, outcome: Outcome, wish: protocol.Wish) -> dict[str, Any]:
        """The reply that tells of an outcome; what else is to be told is published, or goes beside it."""
        if outcome.note and not wish.transaction:
            self._publish("stream", {"name": "stderr", "text": f"{outcome.note}\n"})
        reply = clean_reply(outcome.reply)
        if not outcome.told:
            self._publish_error(reply)
        self._report = _report(outcome) if wish.transaction else {}
        return reply

    def _publish_error(self, reply: Mapping[str, Any]) -> None:
        self._publish("error", {key: reply[key] for key in ("ename", "evalue", "traceback")})

    def finish_metadata(
        self, parent: dict[str, Any], metadata: dict[str, Any], reply_content: dict[str, Any]
    ) -> dict[str, Any]:
        """What a transaction came to goes with its reply."""
        metadata["status"] = reply_content["status"]
        if self._report:
            metadata[protocol.METADATA] = self._report
            self._report = {}
        return metadata

    async def do_complete(self, code: str, cursor_pos: int | None) -> dict[str, Any]:
        position = len(code) if cursor_pos is None else cursor_pos
        nothing = {
            "status": "ok",
            "matches": [],
            "cursor_start": position,
            "cursor_end": position,
            "metadata": {},
        }
        return await self._asked(nothing, "complete", code=code, cursor_pos=position)

    async def do_inspect(
        self, code: str, cursor_pos: int, detail_level: int = 0, omit_sections: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        nothing = {"status": "ok", "data": {}, "metadata": {}, "found": False}
        reply = await self._asked(
            nothing,
            "inspect",
            code=code,
            cursor_pos=cursor_pos,
            detail_level=detail_level,
            omit_sections=list(omit_sections),
        )
        shown = publication("display_data", {"data": reply.get("data")})
        return {**reply, "data": shown.content["data"] if shown else {}}

    async def do_history(self, *_: Any, **arguments: Any) -> dict[str, Any]:
        return await self._asked({"status": "ok", "history": []}, "history", arguments=arguments)

    async def do_is_complete(self, code: str) -> dict[str, Any]:
        return await self._asked({"status": "unknown"}, "is_complete", code=code)

    async def do_shutdown(self, restart: bool) -> dict[str, Any]:
        return {"status": "ok", "restart": restart}

    async def create_subshell_request(self, socket: Any, ident: Any, parent: dict[str, Any]) -> None:
        """One worker runs one thing at a time."""
        self._refuse(socket, ident, parent, "create_subshell_reply")

    async def delete_subshell_request(self, socket: Any, ident: Any, parent: dict[str, Any]) -> None:
        self._refuse(socket, ident, parent, "delete_subshell_reply")

    async def list_subshell_request(self, socket: Any, ident: Any, parent: dict[str, Any]) -> None:
        self._refuse(socket, ident, parent, "list_subshell_reply")

    async def agent_variables(self, _: Mapping[str, Any]) -> dict[str, Any]:
        """The variables now."""
        return {"variables": await self.executions.look(failed=False)}

    async def agent_points(self, _: Mapping[str, Any]) -> dict[str, Any]:
        """What can be gone back to, oldest first, and what keeping that costs."""
        return self.executions.points()

    async def agent_rewind(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Go back to before the execution that `label` names."""
        return {"rewound": await self.executions.rewind(str(content.get("label", "")))}

    async def agent_undo(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Take back the last execution, if `label` names it."""
        return asdict(await self.executions.undo(str(content.get("label", ""))))

    async def agent_save(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Keep the variables in files, `limit` bytes in all."""
        return await self.executions.save(int(content.get("limit", 0)))

    async def agent_load(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Bring back the variables that were kept."""
        return await self.executions.load(int(content.get("limit", 0)))

    async def _asked(self, otherwise: dict[str, Any], op: str, **content: Any) -> dict[str, Any]:
        try:
            async with asyncio.timeout(_ASK_SECONDS):
                told = (await self.executions.workers.ask(op, **content)).content
                return short(told, characters=REPLY_CHARACTERS) or otherwise
        except TimeoutError:
            self.executions.interrupt()
        except PeerEnded:
            # The next execution notices it, too, and says what became of the variables.
            pass
        return otherwise

    def _answering(
        self, kind: str, handle: Callable[[Mapping[str, Any]], Any]
    ) -> Callable[[Any, Any, dict[str, Any]], Any]:
        async def answer(stream: Any, ident: Any, parent: dict[str, Any]) -> None:
            assert self.session is not None
            await self._begun
            content = {"status": "ok", **short(await handle(parent["content"]))}
            self.session.send(stream, f"{kind}_reply", content, parent, ident=ident)

        return answer

    def _refuse(self, stream: Any, ident: Any, parent: dict[str, Any], kind: str) -> None:
        assert self.session is not None
        why = {"status": "error", "ename": "NotSupported", "evalue": "This kernel has no subshells."}
        self.session.send(stream, kind, {**why, "traceback": []}, parent, ident=ident)

    def _publish(self, kind: str, content: Mapping[str, Any]) -> None:
        assert self.session is not None
        self.session.send(
            self.iopub_socket, kind, dict(content), parent=self._asking, ident=self._topic(kind)
        )


def _failure(error: Exception) -> dict[str, Any]:
    """The reply where this process itself has failed."""
    why = (
        f"The kernel could not carry this out ({type(error).__name__}: {error}). Restart it if that stays so."
    )
    return {"status": "error", **clean_reply({"ename": "KernelFailed", "evalue": why})}


def _report(outcome: Outcome) -> dict[str, Any]:
    """What a transaction came to, as the reply's metadata tell it."""
    beside = {
        "protection": asdict(outcome.protection),
        "files": asdict(outcome.files),
        "blocks": [asdict(block) for block in outcome.blocks],
        "note": outcome.note,
    }
    return {
        "rolled_back": outcome.rolled_back,
        "ended": outcome.ended,
        **short({"variables": list(outcome.variables), "changes": dict(outcome.changes)}),
        **short({"noticed": dict(outcome.noticed)}),
        **short(beside, characters=REPLY_CHARACTERS),
    }


def _shared_memory(profile: str) -> SharedMemory | None:
    return SharedMemory(Path(SHARED_MEMORY)) if PROFILES[profile].shared_memory else None
