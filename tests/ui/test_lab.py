"""How the sidebar lives in JupyterLab: themes, sizes, notebooks, settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .analyst import Analyst
from .panel import Panel
from .test_questions import MISSPELT, PROGRAM

pytestmark = pytest.mark.browser

ANSWER = r"""The mean price is **30 in the South** and 15 in the North.

| region | mean price |
|---|---:|
| North | 15 |
| South | 30 |

The mean is $\bar{x} = \frac{1}{n}\sum_i x_i$.

```python
sales.groupby("region")["price"].mean()
```
"""

NEW_NOTEBOOK = """async () => {
    const { commands } = window.jupyterapp;
    const notebook = await commands.execute('notebook:create-new', { kernelName: 'python3' });
    await notebook.context.ready;
}"""
# JupyterLab forgets what it did itself to a new notebook, a moment after that is ready.
NOTHING_TO_UNDO = "() => !window.jupyterapp.shell.currentWidget.content.model.sharedModel.canUndo()"


def test_looks_right_light_and_dark_wide_and_narrow(panel: Panel, analyst: Analyst, sales: Path) -> None:
    panel.widen_to(440)
    panel.photograph("empty-light")
    analyst.programs = [MISSPELT, PROGRAM]
    analyst.answer = ANSWER
    panel.attach(sales)
    panel.ask("What is the mean price per region?")
    panel.wait_until_done()
    panel.answer.locator("mjx-container").first.wait_for()
    for theme in ("JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast"):
        panel.use_theme(theme)
        for width in (440, 300):
            panel.widen_to(width)
            name = theme.split(maxsplit=1)[1].lower().replace(" ", "-")
            panel.photograph(f"answer-{name}-{width}")
            too_wide = panel.root.evaluate("panel => panel.scrollWidth > panel.clientWidth")
            assert not too_wide, f"the sidebar scrolls sideways at {width} pixels"
    panel.use_theme("JupyterLab Dark")
    background = panel.root.locator(".jp-Agent-step").first.evaluate(
        "step => getComputedStyle(step.closest('.jp-AgentPanel')).backgroundColor"
    )
    assert background != "rgb(255, 255, 255)"
    panel.use_theme("JupyterLab Light")


def test_an_image_can_be_enlarged_and_escape_closes_it(panel: Panel, analyst: Analyst, sales: Path) -> None:
    analyst.programs = [PROGRAM]
    panel.attach(sales)
    panel.ask("Draw it")
    panel.wait_until_done()
    panel.steps.first.locator(".jp-Agent-figure button").click()
    dialog = panel.page.get_by_role("dialog")
    dialog.wait_for()
    with panel.page.expect_download() as download:
        dialog.get_by_role("button", name="Download the image").click()
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")
    panel.page.keyboard.press("Escape")
    dialog.wait_for(state="detached")


def test_code_goes_into_the_open_notebook_and_can_be_undone(
    panel: Panel, analyst: Analyst, sales: Path
) -> None:
    analyst.programs = [PROGRAM]
    panel.attach(sales)
    panel.ask("What is the mean price per region?")
    panel.wait_until_done()
    insert = panel.steps.first.get_by_label("Insert into the notebook")
    assert insert.count() == 0
    panel.page.evaluate(NEW_NOTEBOOK)
    panel.page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    panel.page.wait_for_function(NOTHING_TO_UNDO)
    insert.click()
    inserted = panel.page.locator(".jp-Notebook .jp-Cell", has_text="pd.read_csv")
    inserted.wait_for()
    panel.page.evaluate("() => void window.jupyterapp.commands.execute('notebook:undo-cell-action')")
    inserted.wait_for(state="detached")


@pytest.fixture
def shift_enter(panel: Panel) -> Iterator[None]:
    """The person prefers to send with Shift+Enter."""
    save = "raw => window.jupyterapp.serviceManager.settings.save('jupyterlab-agent:plugin', raw)"
    panel.page.evaluate(save, '{ "sendWithEnter": false }')
    panel.reload()
    yield
    panel.page.evaluate(save, "{}")


@pytest.mark.usefixtures("shift_enter")
def test_shift_enter_sends_when_the_settings_say_so(panel: Panel, analyst: Analyst) -> None:
    analyst.mode = "chat"
    analyst.answer = "As you like."
    panel.field.fill("One")
    panel.page.keyboard.press("Enter")
    panel.page.keyboard.type("two")
    expect(panel.field).to_have_value("One\ntwo")
    panel.page.keyboard.press("Shift+Enter")
    panel.wait_until_done()
