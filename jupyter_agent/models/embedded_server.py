"""The embedded model's process: a small server that speaks Ollama's protocol on loopback.

    python -m jupyter_agent.models.embedded_server

`embedded.EmbeddedServer` starts it: a `Launch` comes in as one line on standard input, the port (or why
there is none) goes out as one line of JSON on standard output. When standard input ends, so does the
process: a Jupyter that was killed leaves no model in memory.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import threading
from collections.abc import Mapping
from typing import TextIO

from tornado.httpserver import HTTPServer

from jupyter_agent.errors import AgentError

from .embedded_protocol import Service, application
from .launch import Launch

LARGEST_BODY = 16 << 20


async def serve(service: Service, report: TextIO) -> None:
    """Listen on a port that the system chooses, say which, and serve for ever."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    server = HTTPServer(application(service), max_body_size=LARGEST_BODY)
    server.add_socket(listener)
    _say(report, {"port": listener.getsockname()[1]})
    await asyncio.Event().wait()


def main() -> None:
    """The process."""
    report = _own_standard_output()
    launch = Launch.from_line(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    try:
        service = Service(launch)
    except (AgentError, RuntimeError, ValueError) as error:
        _say(report, {"error": str(error)})
        sys.exit(1)
    asyncio.run(serve(service, report))


def _own_standard_output() -> TextIO:
    """Standard output for the report alone; what libraries print there goes to standard error instead."""
    report = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return report


def _say(report: TextIO, value: Mapping[str, str | int]) -> None:
    with report:
        report.write(json.dumps(value) + "\n")


def _end_with_standard_input() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    # At once: a generation in another thread would keep an orderly exit waiting, and nothing is lost.
    os._exit(0)


if __name__ == "__main__":
    main()
