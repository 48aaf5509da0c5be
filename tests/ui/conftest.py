"""One JupyterLab, one model server and one Chromium for all; a page with its own workspace for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.fake_ollama import FakeModel, FakeOllama

from .analyst import Analyst
from .lab import Lab
from .panel import Panel

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000
"""Milliseconds that a test waits for what it expects to see."""


@pytest.fixture(autouse=True)
def jp_asyncio_loop() -> None:
    """Instead of pytest-jupyter's: it would close the loop that Playwright's synchronous interface runs."""


@pytest.fixture(autouse=True)
def jp_server_cleanup() -> None:
    """Instead of pytest-jupyter's: the server here runs in a process of its own."""


@pytest.fixture(scope="package")
def ollama() -> Iterator[FakeOllama]:
    models = (FakeModel(name="qwen3:8b"), FakeModel(name="gemma3:12b"))
    with FakeOllama(*models) as fake:
        yield fake


@pytest.fixture(scope="package")
def shared_lab(tmp_path_factory: pytest.TempPathFactory, ollama: FakeOllama) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("lab"), ollama.url)
    lab.start()
    yield lab
    lab.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.fail(
            "The browser tests need Chromium. Install it (Debian, Ubuntu: `apt-get install chromium`), "
            "or name its executable in the environment variable CHROMIUM."
        )
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield chrome
        chrome.close()


@pytest.fixture
def lab(shared_lab: Lab) -> Lab:
    return shared_lab


@pytest.fixture
def analyst(ollama: FakeOllama) -> Iterator[Analyst]:
    """What the model says in this test; with nothing set it answers `Done.`"""
    script = Analyst()
    models = list(ollama.models)
    ollama.answer = script
    yield script
    ollama.models = models


@pytest.fixture
def panel(lab: Lab, browser: Browser, analyst: Analyst, request: pytest.FixtureRequest) -> Iterator[Panel]:
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    context.set_default_timeout(PATIENCE)
    shown = Panel(context.new_page(), lab, request.node.name)
    shown.open()
    yield shown
    shown.photograph(request.node.name)
    context.close()
    assert shown.errors == []
    assert shown.strangers() == []


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    """A small table; the mean price is 15 in the North and 30 in the South."""
    path = tmp_path / "sales.csv"
    path.write_text("region,price\nNorth,10\nSouth,30\nNorth,20\n")
    return path
