"""The agent's kernel as a person sees it: what was undone, blocked, used and changed, and going back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator

from tests.fake_ollama import FakeOllama

from .analyst import Analyst
from .conftest import PATIENCE
from .lab import Lab
from .panel import Panel

pytestmark = pytest.mark.browser

THEMES = ("JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast")

WORKS = """
import pandas as pd
sales = pd.read_csv("sales.csv")
means = sales.groupby("region", as_index=False)["price"].mean()
print(means["price"].tolist())
"""
FAILS = """
import pandas as pd
sales = pd.read_csv("sales.csv")
sales.to_csv("copy.csv")
print(sales["prize"].mean())
"""
CONNECTS = """
import importlib
for port in (9, 10):
    try:
        importlib.import_module("soc" + "ket").create_connection(("127.0.0.1", port))
    except OSError as error:
        print(type(error).__name__)
open("/etc/" + "wodahs"[::-1])
"""
TAKES_A_WHILE = """
import time
numbers = list(range(3_000_000))
for second in range(12):
    print(second, flush=True)
    time.sleep(1)
"""


def photograph_in_all_themes(panel: Panel, name: str) -> None:
    for theme in THEMES:
        panel.use_theme(theme)
        panel.photograph(f"{name}-{theme.split(maxsplit=1)[1].lower().replace(' ', '-')}")
    panel.use_theme(THEMES[0])


def variables(panel: Panel) -> Locator:
    return panel.root.get_by_role("region", name="Variables")


def test_a_failed_attempt_says_that_it_was_undone(panel: Panel, analyst: Analyst, sales: Path) -> None:
    panel.widen_to(440)
    analyst.programs = [FAILS, WORKS]
    panel.attach(sales)
    panel.ask("What is the mean price per region?")
    panel.wait_until_done()
    step = panel.steps.first
    assert "added sales, means" in step.locator(".jp-Agent-result").last.inner_text()
    step.get_by_role("button", name="Attempt 1 of 2 KeyError undone").click()
    step.get_by_text("Undone: variables and files are as before").wait_for()
    step.get_by_role("button", name="1 file removed").click()
    step.get_by_role("list", name="Removed").get_by_text("copy.csv").wait_for()
    photograph_in_all_themes(panel, "undone")


def test_what_the_kernel_refused_is_said(panel: Panel, analyst: Analyst) -> None:
    panel.widen_to(440)
    analyst.programs = [CONNECTS, "print('Without it, then.')"]
    panel.ask("Fetch the data")
    panel.wait_until_done()
    panel.steps.first.get_by_role("button", name="Attempt 1 of 2").click()
    blocked = panel.steps.first.locator(".jp-Agent-refusal")
    assert [item.get_attribute("data-kind") for item in blocked.all()] == ["network", "path"]
    assert blocked.first.inner_text().startswith("Blocked. The code tried to use the network")
    photograph_in_all_themes(panel, "blocked")


def test_what_code_uses_is_shown_while_it_runs(panel: Panel, analyst: Analyst) -> None:
    panel.widen_to(440)
    analyst.programs = [TAKES_A_WHILE]
    panel.ask("Count slowly")
    step = panel.steps.first
    line = step.locator(".jp-Agent-result")
    line.get_by_text("Running", exact=True).wait_for()
    before = line.bounding_box()
    meter = step.get_by_role("meter", name="Memory")
    meter.wait_for()
    after = line.bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] == before["height"]
    panel.photograph("meter-light")
    panel.use_theme("JupyterLab Dark")
    panel.widen_to(300)
    assert float(meter.get_attribute("aria-valuenow") or 0) > 0
    panel.photograph("meter-dark-300")
    panel.use_theme("JupyterLab Light")
    panel.wait_until_done()
    assert meter.count() == 0
    assert line.inner_text().startswith("Ran ")


def test_variables_are_shown_and_taken_back(panel: Panel, analyst: Analyst, sales: Path) -> None:
    panel.widen_to(440)
    panel.root.get_by_role("button", name="Show the variables").click()
    variables(panel).get_by_text("No kernel yet").wait_for()
    panel.photograph("variables-none")
    analyst.programs = [WORKS]
    panel.attach(sales)
    panel.ask("What is the mean price per region?")
    panel.wait_until_done()
    variables(panel).get_by_role("button", name="sales").wait_for()
    analyst.programs = ["means = None\nlabel = 'gone' * 100\nprint(label)\n"]
    panel.ask("Forget the means")
    panel.wait_until_done()
    variables(panel).get_by_role("button", name="label").wait_for()
    variables(panel).get_by_role("button", name="sales").click()
    variables(panel).get_by_role("button", name="2 moments to go back to").click()
    photograph_in_all_themes(panel, "variables")
    panel.widen_to(300)
    panel.photograph("variables-300")
    panel.widen_to(440)

    panel.steps.last.get_by_role("button", name="Go back to before this").click()
    dialog = panel.page.locator(".jp-Dialog")
    dialog.get_by_text("Files stay as they are.").wait_for()
    panel.photograph("rewind-dialog")
    dialog.get_by_role("button", name="Go back").click()
    panel.turns.last.get_by_text("Variables were taken back to before attempt 1 of step 1").wait_for()
    panel.steps.last.get_by_text("no longer in the kernel").wait_for()
    assert panel.field.evaluate("field => field === document.activeElement"), "the button is gone"
    assert panel.steps.first.get_by_text("no longer in the kernel").count() == 0
    variables(panel).get_by_role("button", name="label").wait_for(state="detached")
    variables(panel).get_by_role("button", name="1 moment to go back to").wait_for()
    assert panel.steps.last.get_by_role("button", name="Go back to before this").count() == 0
    photograph_in_all_themes(panel, "rewound")

    analyst.programs = ["print(means['price'].tolist())"]
    panel.ask("What were the means?")
    panel.wait_until_done()
    assert panel.steps.last.locator(".jp-Agent-stream").inner_text().strip() == "[15.0, 30.0]"
    panel.reload()
    panel.root.get_by_text("Variables were taken back to before attempt 1 of step 1").wait_for()
    variables(panel).get_by_role("button", name="means").wait_for()

    variables(panel).get_by_role("button", name="2 moments to go back to").click()
    variables(panel).get_by_role("button", name="Go back to before").last.click()
    dialog.get_by_role("button", name="Go back").click()
    divider = panel.turns.last.locator(".jp-Agent-divider")
    divider.get_by_text("“What is the mean price per region?”").wait_for()
    variables(panel).get_by_text("No variables.").wait_for()
    panel.photograph("rewound-further")


@pytest.fixture
def unrestricted(tmp_path: Path, browser: Browser, ollama: FakeOllama) -> Iterator[Panel]:
    """The sidebar of a server whose administrator has chosen an ordinary kernel."""
    lab = Lab(tmp_path, ollama.url, kernel="python3")
    lab.start()
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    context.set_default_timeout(PATIENCE)
    shown = Panel(context.new_page(), lab, "unrestricted")
    shown.open()
    yield shown
    context.close()
    lab.stop()
    assert shown.errors == []


def test_an_unrestricted_kernel_is_shown_in_red_for_good(unrestricted: Panel, analyst: Analyst) -> None:
    panel = unrestricted
    panel.widen_to(440)
    warning = panel.root.get_by_role("note", name="Unrestricted kernel")
    warning.wait_for()
    panel.photograph("unrestricted-empty")
    analyst.programs = ["x = 1\nprint(x / 0)", "print(1)"]
    panel.ask("Divide")
    panel.wait_until_done()
    panel.steps.first.get_by_role("button", name="Attempt 1 of 2").click()
    panel.steps.first.get_by_text("Not undone").wait_for()
    assert "JupyterAgent.kernel_name" in warning.inner_text()
    assert warning.get_by_role("button").count() == 0
    assert panel.root.get_by_text("Code can read the files").count() == 0, "it can read all files"
    for theme in THEMES:
        panel.use_theme(theme)
        red, green, blue = warning.evaluate(
            "note => getComputedStyle(note).borderBottomColor.match(/[0-9.]+/g).slice(0, 3).map(Number)"
        )
        assert red > 1.5 * max(green, blue), theme
    photograph_in_all_themes(panel, "unrestricted")
