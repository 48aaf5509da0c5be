"""The routes under `agent/`, one file a resource."""

from __future__ import annotations

from typing import Any

from tornado.web import RequestHandler

from jupyter_agent.server.services import ServerContext

from .chat import ChatHandler
from .conversations import (
    AttachmentHandler,
    ConversationHandler,
    ConversationsHandler,
    ResumeHandler,
    SteerHandler,
    StopHandler,
)
from .events import EventsHandler
from .health import HealthHandler
from .kernel import KernelHandler, KernelRightsHandler, RewindHandler
from .models import ModelsHandler
from .readable import ReadableHandler
from .runs import TrajectoryHandler
from .sample import SampleHandler
from .unknown import UnknownHandler
from .uploads import UploadHandler

_CONVERSATION = r"agent/api/conversations/(?P<conversation_id>[0-9a-f]{32})"

HANDLERS: tuple[tuple[str, type[RequestHandler]], ...] = (
    (r"agent/api/chat", ChatHandler),
    (r"agent/api/upload", UploadHandler),
    (r"agent/api/sample", SampleHandler),
    (r"agent/api/conversations", ConversationsHandler),
    (_CONVERSATION, ConversationHandler),
    (_CONVERSATION + r"/stop", StopHandler),
    (_CONVERSATION + r"/steer", SteerHandler),
    (_CONVERSATION + r"/resume", ResumeHandler),
    (_CONVERSATION + r"/attachments/(?P<attachment_id>[0-9a-f]{32})", AttachmentHandler),
    (_CONVERSATION + r"/events", EventsHandler),
    (_CONVERSATION + r"/kernel", KernelHandler),
    (_CONVERSATION + r"/kernel/rewind", RewindHandler),
    (r"agent/api/runs/(?P<run_id>[0-9a-f]{32})/trajectory", TrajectoryHandler),
    (r"agent/api/kernel", KernelRightsHandler),
    (r"agent/api/readable", ReadableHandler),
    (r"agent/api/models", ModelsHandler),
    (r"agent/api/health", HealthHandler),
    (r"agent(?:/.*)?", UnknownHandler),
)
"""The last one catches what no other does."""


def routes(context: ServerContext) -> list[tuple[str, type[RequestHandler], dict[str, Any]]]:
    """What Jupyter is given: paths below its base URL, handlers, and what those are initialised with."""
    return [(path, handler, {"context": context}) for path, handler in HANDLERS]
