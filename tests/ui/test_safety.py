"""Nothing that a model or its code writes runs in the browser, or makes it ask anyone for anything."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from . import hostile
from .analyst import Analyst
from .hostile import Elsewhere
from .panel import Panel

pytestmark = pytest.mark.browser

LONG_ENOUGH = 1_500
"""Milliseconds in which what is drawn late would be drawn, and what it loads be asked for."""

NOTEBOOK = """async ({ cells, kernelName }) => {
    const { commands } = window.jupyterapp;
    const { context, content } = await commands.execute('notebook:create-new', { kernelName });
    await context.ready;
    await context.sessionContext.ready;
    const { sharedModel } = content.model;
    sharedModel.deleteCellRange(0, sharedModel.cells.length);
    const metadata = { trusted: true };
    sharedModel.insertCells(0, cells.map(source => ({ cell_type: 'code', source, metadata })));
    for (let index = 0; index < cells.length; index++) {
        content.activeCellIndex = index;
        await commands.execute('notebook:run-cell');
    }
}"""
"""A person opens a notebook on a kernel of ours and runs these cells: their outputs are trusted."""

PIXEL = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d49444154789c63f8cfc0f01f0005000201ff5ee0d5410000000049454e44ae426082"
    )
).decode()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    server = Elsewhere()
    yield server
    server.close()


def assert_nothing_happened(panel: Panel, elsewhere: Elsewhere, place: Locator) -> None:
    """Not even after a person has pointed at, and clicked, all that can be clicked."""
    page = panel.page
    page.wait_for_timeout(LONG_ENOUGH)
    for link in place.locator("a, svg text, details, b").all():
        link.dispatch_event("mouseover")
        # A link that leads elsewhere is a person's own choice; the others must lead nowhere.
        if not (link.get_attribute("href") or "").startswith("http"):
            link.dispatch_event("click")
    page.wait_for_timeout(200)
    assert page.evaluate("() => window.taken") is None
    assert elsewhere.visits == []
    assert [url for url in panel.requests if url.startswith(elsewhere.url)] == []
    assert panel.strangers() == []
    acting = "script, iframe, object, embed, video, audio, link, meta, base, form, style, [onclick], [onload]"
    assert place.locator(acting).all_inner_texts() == []
    assert place.locator("[onerror], [ontoggle], [ping], [href^=javascript]").count() == 0


def test_the_sidebar_loads_and_runs_nothing(
    panel: Panel, analyst: Analyst, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    # They are longer than a program that a model may write.
    (tmp_path / "fails.txt").write_text(hostile.failure(elsewhere.url))
    (tmp_path / "shows.txt").write_text(hostile.program(elsewhere.url))
    panel.attach(tmp_path / "fails.txt", tmp_path / "shows.txt")
    analyst.programs = [f'exec(open("{name}.txt").read())' for name in ("fails", "shows")]
    analyst.answer = hostile.markdown(elsewhere.url)
    panel.ask("Show me something")
    panel.wait_until_done()
    panel.steps.first.get_by_role("button", name="Attempt 1 of 2 Fails").click()
    outputs = panel.steps.first.locator(".jp-Agent-outputs").last
    for shown in ("html-shown", "html-updated", "markdown-shown"):
        outputs.get_by_text(shown).first.wait_for()
    panel.answer.get_by_text("markdown-shown").wait_for()
    panel.answer.get_by_text("[image not loaded: one]").wait_for()
    panel.answer.locator("mjx-container").first.wait_for()
    assert_nothing_happened(panel, elsewhere, panel.turns.last)
    looked_up = panel.page.locator('head meta[http-equiv="x-dns-prefetch-control"]')
    assert looked_up.get_attribute("content") == "off"


def test_a_link_in_an_answer_is_a_link(panel: Panel, analyst: Analyst, elsewhere: Elsewhere) -> None:
    analyst.mode = "chat"
    analyst.answer = f"See [the source]({elsewhere.url}/link)."
    panel.ask("Where from?")
    panel.wait_until_done()
    link = panel.answer.get_by_role("link", name="the source")
    assert (link.get_attribute("href"), link.get_attribute("rel")) == (f"{elsewhere.url}/link", "noopener")
    link.hover()
    assert_nothing_happened(panel, elsewhere, panel.answer)


@pytest.mark.parametrize("kernel", ["jupyter-agent-strict", "jupyter-agent-parallel"])
def test_a_notebook_loads_and_runs_nothing(panel: Panel, elsewhere: Elsewhere, kernel: str) -> None:
    cells = [hostile.program(elsewhere.url), hostile.failure(elsewhere.url), "print('last-cell')"]
    notebook = run_in_notebook(panel.page, kernel, *cells)
    for shown in ("html-shown", "html-updated", "markdown-shown", "all-shown", "last-cell"):
        notebook.locator(".jp-OutputArea").get_by_text(shown).first.wait_for()
    notebook.locator("mjx-container").first.wait_for()
    assert_nothing_happened(panel, elsewhere, panel.page.locator(".jp-NotebookPanel .jp-OutputArea-output"))


def test_images_that_stand_in_an_output_are_shown(panel: Panel, analyst: Analyst) -> None:
    image = f'<img src="data:image/png;base64,{PIXEL}" alt="spark" width="8" height="8">'
    code = f"from IPython.display import HTML, display\ndisplay(HTML({json.dumps(image)}))"
    analyst.programs = [code]
    panel.ask("Draw a spark line")
    panel.wait_until_done()
    notebook = run_in_notebook(panel.page, "jupyter-agent-strict", code)
    for place in (panel.steps.first, notebook):
        shown = place.get_by_alt_text("spark")
        shown.wait_for()
        assert shown.evaluate("image => image.complete && image.naturalWidth") == 1


def run_in_notebook(page: Page, kernel: str, *cells: str) -> Locator:
    page.evaluate(NOTEBOOK, {"cells": list(cells), "kernelName": kernel})
    return page.locator(".jp-NotebookPanel")
