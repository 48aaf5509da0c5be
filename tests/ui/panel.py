"""The sidebar as a person sees it: what tests do with it and look for in it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page

from .lab import TOKEN, Lab

COMMAND = "jupyterlab-agent:open"

SETTLED = 1_000
"""Milliseconds in which an empty JupyterLab's launcher takes the focus, after it is there."""


class Panel:
    """The agent's sidebar in one browser page with a workspace of its own."""

    def __init__(self, page: Page, lab: Lab, workspace: str) -> None:
        self.page = page
        self.errors: list[str] = []
        self.requests: list[str] = []
        self._lab = lab
        # JupyterLab takes a name with anything else in it for none, and all such tests would share one.
        self._workspace = re.sub(r"[^\w-]+", "-", workspace)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    @property
    def root(self) -> Locator:
        return self.page.locator(".jp-Agent")

    @property
    def field(self) -> Locator:
        return self.root.get_by_label("Message to the agent")

    @property
    def turns(self) -> Locator:
        return self.root.get_by_role("article")

    @property
    def steps(self) -> Locator:
        return self.root.locator(".jp-Agent-step")

    @property
    def answer(self) -> Locator:
        return self.turns.last.locator(".jp-Agent-answer")

    @property
    def status(self) -> Locator:
        return self.root.locator(".jp-Agent-status")

    @property
    def width(self) -> float:
        box = self.page.locator("#jupyterlab-agent").bounding_box()
        assert box is not None
        return box["width"]

    def open(self, provider: str = "Ollama") -> None:
        """Load JupyterLab with nothing in its workspace, and open the sidebar; `provider` has the model."""
        self._load(f"{self._lab.url}/lab/workspaces/{self._workspace}?reset&token={TOKEN}")
        # It is shown by itself, the first time in a workspace.
        self.field.wait_for()
        self.page.locator(".jp-Launcher").first.wait_for()
        self.page.wait_for_timeout(SETTLED)
        self.command(COMMAND)
        self.status.get_by_text(provider).wait_for()

    def reload(self) -> None:
        """Load the page again, with the state it had; the layout may not have been saved yet."""
        self._load(f"{self._lab.url}/lab/workspaces/{self._workspace}")
        self.command(COMMAND)
        self.field.wait_for()

    @contextmanager
    def remembers(self, text: str) -> Iterator[None]:
        """Wait until JupyterLab, which takes its time, has saved `text` with its workspace."""
        with self.page.expect_request(
            lambda request: "/api/workspaces/" in request.url and text in (request.post_data or "")
        ):
            yield

    def command(self, name: str) -> None:
        self.page.evaluate("name => void window.jupyterapp.commands.execute(name)", name)

    def attach(self, *files: Path) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.root.get_by_label("Attach files", exact=True).click()
        chooser.value.set_files([str(file) for file in files])

    def ask(self, question: str) -> None:
        self.field.fill(question)
        self.page.keyboard.press("Enter")
        self.turns.get_by_text(question).last.wait_for()

    def wait_until_done(self) -> None:
        """Wait for the end of the last turn, whatever it is."""
        self.root.get_by_label("Send", exact=True).wait_for()
        self.turns.last.locator(".jp-Agent-usage").wait_for()

    def use_theme(self, name: str) -> None:
        self.page.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", name
        )
        self.page.locator(f"body[data-jp-theme-name='{name}']").wait_for(state="attached")
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")

    def widen_to(self, width: int) -> None:
        """Drag the sidebar's edge until it is `width` pixels wide; a new theme may still move it."""
        for _ in range(10):
            self._drag_edge(self.width - width)
            self.page.wait_for_timeout(300)
            if abs(self.width - width) < 10:
                return
        raise AssertionError(f"the sidebar is {self.width} pixels wide, not {width}")

    def photograph(self, name: str) -> None:
        """Save a screenshot where UI_SHOTS says, if it says so."""
        if folder := os.environ.get("UI_SHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{name}.png")

    def strangers(self) -> list[str]:
        """Requests that went to anyone but this server."""
        known = ("data", "blob"), urlsplit(self._lab.url).netloc
        parts = [(url, urlsplit(url)) for url in self.requests]
        return [url for url, part in parts if part.scheme not in known[0] and part.netloc != known[1]]

    def _drag_edge(self, distance: float) -> None:
        handles = self.page.locator("#jp-main-split-panel > .lm-SplitPanel-handle").all()
        boxes = [box for handle in handles if (box := handle.bounding_box()) is not None]
        # The sidebar is on the right, and so is its edge.
        edge = max(boxes, key=lambda box: box["x"])
        middle = edge["x"] + edge["width"] / 2
        mouse = self.page.mouse
        mouse.move(middle, 400)
        mouse.down()
        mouse.move(middle + distance, 400, steps=5)
        mouse.up()

    def _load(self, address: str) -> None:
        self.page.goto(address)
        self.page.wait_for_function(
            "command => window.jupyterapp?.commands.hasCommand(command)"
            " && !document.querySelector('#jupyterlab-splash')",
            arg=COMMAND,
        )
        # Before that, JupyterLab would still rearrange what is opened.
        self.page.evaluate("() => window.jupyterapp.restored.then(() => null)")
