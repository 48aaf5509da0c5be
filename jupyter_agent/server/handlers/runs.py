"""`agent/api/runs/id/trajectory`: a run as a document to keep, to read or to replay elsewhere.

?format=md    Markdown to read, instead of the JSON that `jupyter agent replay` takes
"""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from jupyter_agent.errors import InputRefused
from jupyter_agent.ids import RunId
from jupyter_agent.replay.markdown import as_markdown
from jupyter_agent.replay.recorded import recorded, to_document

from .base import AgentHandler

_MEDIA_TYPES = {"json": "application/json", "md": "text/markdown; charset=utf-8"}


class TrajectoryHandler(AgentHandler):
    """One run, as a download."""

    @authenticated
    @authorized
    async def get(self, run_id: RunId) -> None:
        form = self.get_query_argument("format", "json")
        if form not in _MEDIA_TYPES:
            raise InputRefused(f"There is no format {form!r}.", "Ask for json or md.")
        services = await self.services()
        run = await services.store.run_events(self.owner, run_id, kinds=("run-started",))
        await self.require_open(services.store, self.owner, run[0].conversation_id)
        made = await recorded(
            services.store,
            services.workspaces,
            self.owner,
            run_id,
            history=services.settings.history_messages,
        )
        self.set_header("Content-Disposition", f'attachment; filename="run-{run_id[:12]}.{form}"')
        self.finish(
            to_document(made) if form == "json" else as_markdown(made), set_content_type=_MEDIA_TYPES[form]
        )
