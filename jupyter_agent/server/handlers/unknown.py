"""Everything under `agent/` that is not there: a problem in JSON instead of Jupyter's page."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from jupyter_agent.errors import NotFound

from .base import AgentHandler


class UnknownHandler(AgentHandler):
    """Who is not logged in does not even learn that there is nothing."""

    @authenticated
    @authorized
    async def get(self) -> None:
        raise NotFound(f"There is nothing at {self.request.path}.", "Check the address.")

    head = post = put = patch = delete = get
