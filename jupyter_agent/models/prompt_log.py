"""The prompt log: every call of a model with its answer, for whoever wants to know what was really asked."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncGenerator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import assert_never

from jupyter_agent.characters import encodable
from jupyter_agent.closing import closing
from jupyter_agent.errors import AgentError
from jupyter_agent.events import Usage
from jupyter_agent.ids import OWNER
from jupyter_agent.private_log import LARGEST, PrivateLog
from jupyter_agent.protocols import ChosenModels, Model, ModelChunk, ModelRequest, Role
from jupyter_agent.redaction import redacted
from jupyter_agent.settings import PromptContents, PromptFormat
from jupyter_agent.tokens import tokens_in, tokens_of

from .prompt_formats import FORMATS, LoggedAnswer, LoggedRequest

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """For whom a model is asked."""

    user: str
    conversation: str
    run: str


class PromptLog:
    """Writes calls to files in a folder, one for each format, from a thread of its own.

    A log that cannot be written says so in the server's log, and holds up nobody.

    Args:
        contents: `single-user` leaves the texts out for people whom the server knows by name.
        largest: bytes of a file before it is put aside, in the place of the one before.
    """

    def __init__(
        self,
        folder: Path,
        formats: Iterable[PromptFormat],
        *,
        contents: PromptContents = "single-user",
        largest: int = LARGEST,
    ) -> None:
        wanted = [FORMATS[name] for name in dict.fromkeys(formats)]
        self._files = [(form, PrivateLog(folder / form.file, largest)) for form in wanted]
        self._contents = contents
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="prompt-log")

    def logged(self, chosen: ChosenModels, caller: Caller) -> ChosenModels:
        """The same models, whose calls are written down."""
        if not self._files:
            return chosen
        return replace(
            chosen,
            general=LoggedModel(chosen.general, "general", caller, self),
            classifier=LoggedModel(chosen.classifier, "classifier", caller, self),
            coder=LoggedModel(chosen.coder, "coder", caller, self),
        )

    def add(self, request: LoggedRequest, answer: LoggedAnswer | None = None) -> None:
        """Write down a request, or how it was answered. Returns at once."""
        self._writer.submit(self._write, request, answer).add_done_callback(_say_if_failed)

    async def close(self) -> None:
        """Wait until everything is written."""
        await asyncio.to_thread(self._writer.shutdown)

    def _write(self, request: LoggedRequest, answer: LoggedAnswer | None) -> None:
        shown = redacted if self._shows(request.user) else _length
        request = replace(request, messages=tuple((role, shown(text)) for role, text in request.messages))
        if answer is not None:
            answer = replace(answer, text=shown(answer.text), ended=redacted(answer.ended))
        for form, file in self._files:
            text = form.request(request) if answer is None else form.answer(request, answer)
            try:
                file.append(encodable(text))
            except OSError:
                log.exception("the prompt log %s cannot be written", file.path)

    def _shows(self, user: str) -> bool:
        match self._contents:
            case "always":
                return True
            case "never":
                return False
            case "single-user":
                return user == OWNER
            case unknown:
                assert_never(unknown)


class LoggedModel:
    """A `Model` that answers as the one it wraps and has each call written down."""

    def __init__(self, model: Model, role: Role, caller: Caller, prompts: PromptLog) -> None:
        self._model = model
        self._role = role
        self._caller = caller
        self._prompts = prompts

    @property
    def name(self) -> str:
        return self._model.name

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelChunk, None]:
        logged = self._logged(request)
        self._prompts.add(logged)
        began = time.monotonic()
        text: list[str] = []
        usage: Usage | None = None
        ended = "stopped"
        try:
            async with closing(self._model.stream(request)) as chunks:
                async for chunk in chunks:
                    text.append(chunk.text)
                    text += (f"{call.text}\n" for call in chunk.calls)
                    if chunk.usage is not None:
                        usage, ended = chunk.usage, "cut off" if chunk.cut else "finished"
                    yield chunk
        except AgentError as error:
            ended = str(error)
            raise
        finally:
            answer = "".join(text)
            counted = (usage.prompt_tokens, usage.completion_tokens) if usage else (None, None)
            self._prompts.add(
                logged,
                LoggedAnswer(
                    call=logged.call,
                    time=datetime.now().astimezone(),
                    seconds=time.monotonic() - began,
                    text=answer,
                    ended=ended,
                    prompt_tokens=counted[0],
                    completion_tokens=counted[1],
                    estimated_tokens=tokens_in(answer),
                ),
            )

    def _logged(self, request: ModelRequest) -> LoggedRequest:
        messages = tuple((message.role, message.text) for message in request.messages)
        return LoggedRequest(
            call=secrets.token_hex(4),
            time=datetime.now().astimezone(),
            role=self._role,
            model=self.name,
            user=self._caller.user,
            conversation=self._caller.conversation,
            run=self._caller.run,
            messages=messages,
            tools=tuple(tool.name for tool in request.tools),
            schema=request.schema,
            temperature=request.temperature,
            max_tokens=request.max_tokens,
            estimated_tokens=tokens_of(request.messages, request.tools),
        )


def _say_if_failed(written: Future[None]) -> None:
    if (bug := written.exception()) is not None:
        log.error("a call is missing in the prompt log", exc_info=bug)


def _length(text: str) -> str:
    return f"({len(text):,} characters)"
