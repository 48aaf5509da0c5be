"""The hooks that Jupyter looks for. Importing this imports nothing else of the package."""

from __future__ import annotations

from typing import Any

from ._version import __version__

__all__ = ["__version__"]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyterlab-agent"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    # Here, not above: a kernel that imports the package must not import the server.
    from .server.extension import JupyterAgentExtension

    return [{"module": "jupyter_agent", "app": JupyterAgentExtension}]
