"""The first thing a new user sees: no Ollama, a real table, and the real embedded model in the sidebar."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser
from vega_datasets import local_data

from .conftest import PATIENCE
from .lab import Lab
from .panel import Panel
from .test_kernel import photograph_in_all_themes

pytestmark = [pytest.mark.browser, pytest.mark.embedded, pytest.mark.timeout(700)]

NOWHERE = "http://127.0.0.1:9"
"""Port 9: nothing answers there."""
ANSWER_PATIENCE = 600_000
"""Milliseconds, on a machine that has to assemble a gigabyte of weights first and is busy otherwise."""


@pytest.fixture
def panel(tmp_path: Path, browser: Browser, embedded_cache: Path) -> Iterator[Panel]:
    lab = Lab(tmp_path, NOWHERE, embedded_model=True)
    lab.data.mkdir(parents=True)
    (lab.data / "models").symlink_to(embedded_cache)
    lab.start()
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    context.set_default_timeout(PATIENCE)
    shown = Panel(context.new_page(), lab, "embedded")
    shown.open("embedded model")
    yield shown
    shown.photograph("embedded")
    context.close()
    lab.stop()
    assert shown.errors == []
    assert shown.strangers() == []


def test_a_real_question_gets_a_correct_number_and_a_plot(panel: Panel, tmp_path: Path) -> None:
    cars = pd.read_json(local_data.cars.filepath)
    cars.to_csv(tmp_path / "cars.csv", index=False)
    notice = panel.root.locator(".jp-Agent-modelNotice")
    panel.widen_to(300)
    line = notice.get_by_role("button", name="Small embedded model · get a larger one")
    label = line.locator(".jp-Agent-disclosure-label")
    assert label.evaluate("label => label.scrollWidth <= label.clientWidth"), "all of it is to be read"
    assert notice.evaluate("notice => notice.clientHeight") < 2 * label.evaluate(
        "label => label.clientHeight"
    )
    assert "ollama pull" not in notice.inner_text()
    line.click()
    assert "ollama pull" in notice.inner_text()
    photograph_in_all_themes(panel, "embedded-notice-open")
    line.click()
    photograph_in_all_themes(panel, "embedded-notice")

    # How to work is chosen by hand, which saves a call of the model; the command line's test leaves it to it.
    panel.root.get_by_label("How to work").select_option("react")
    panel.attach(tmp_path / "cars.csv")
    panel.ask("What is the mean horsepower per origin? Draw it as a bar chart.")
    panel.turns.last.locator(".jp-Agent-usage").wait_for(timeout=ANSWER_PATIENCE)

    assert panel.steps.last.get_attribute("data-state") == "succeeded"
    image = panel.turns.last.locator(".jp-Agent-figure img").first
    assert image.evaluate("image => image.complete && image.naturalWidth > 0")
    shown = panel.turns.last.inner_text()
    for mean in cars.groupby("Origin")["Horsepower"].mean():
        assert f"{mean:.1f}" in shown or f"{mean:.2f}" in shown or f"{int(mean)}." in shown
