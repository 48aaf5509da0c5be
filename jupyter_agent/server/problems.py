"""Errors -> what the server answers: one mapping, and never a traceback."""

from __future__ import annotations

from http import HTTPStatus
from http.client import responses

from tornado.web import HTTPError

from jupyter_agent.errors import (
    AgentError,
    Busy,
    InputRefused,
    KernelError,
    ModelError,
    ModelNotFound,
    ModelUnavailable,
    NotAllowed,
    NotFound,
    Over,
    StorageError,
    TooLarge,
)
from jupyter_agent.wire import Problem

_STATUS: tuple[tuple[type[AgentError], HTTPStatus], ...] = (
    # The first that fits counts: special ones before general ones.
    (NotFound, HTTPStatus.NOT_FOUND),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (Busy, HTTPStatus.CONFLICT),
    (Over, HTTPStatus.CONFLICT),
    (InputRefused, HTTPStatus.BAD_REQUEST),
    (ModelNotFound, HTTPStatus.NOT_FOUND),
    (ModelUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (ModelError, HTTPStatus.BAD_GATEWAY),
    (KernelError, HTTPStatus.SERVICE_UNAVAILABLE),
    (StorageError, HTTPStatus.SERVICE_UNAVAILABLE),
)

_ADVICE: dict[int, str] = {
    HTTPStatus.FORBIDDEN: "Log in again, or reload the page. A program needs a token.",
    HTTPStatus.NOT_FOUND: "Check the address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Check the address and the method.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Send JSON, with Content-Type: application/json.",
}


def problem_of(error: BaseException | None, status: int) -> Problem:
    """What to answer; `status` counts where the error does not say."""
    if isinstance(error, AgentError):
        return Problem(title=error.message, detail=error.hint, status=_status_of(error))
    if isinstance(error, HTTPError):
        return Problem(title=_title_of(error, status), detail=_ADVICE.get(status, ""), status=status)
    return Problem(
        title="The server made an error of its own.", detail="Its log has the details.", status=status
    )


def _status_of(error: AgentError) -> int:
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


def _title_of(error: HTTPError, status: int) -> str:
    if status == HTTPStatus.FORBIDDEN:  # Jupyter's messages are for its log
        return "The server refused this request."
    if error.log_message:
        return error.log_message % error.args if error.args else error.log_message
    return responses.get(status, "Unknown error") + "."
