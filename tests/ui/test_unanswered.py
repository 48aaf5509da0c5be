"""A model that computes and then gives no answer: the person gets what there is, and the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fake_ollama import Reply

from .analyst import Analyst
from .panel import Panel

pytestmark = pytest.mark.browser


def test_the_last_result_stands_in_for_an_answer_that_breaks_off(
    panel: Panel, analyst: Analyst, sales: Path
) -> None:
    analyst.programs = [
        "import pandas as pd\nprint(pd.read_csv('sales.csv').groupby('region')['price'].mean())\n"
    ]
    analyst.answer = Reply(text="The mean price is highest in one of the regions.", break_after=4, delay=0.1)
    panel.attach(sales)
    panel.ask("Which region has the highest mean price?")
    panel.wait_until_done()

    assert "The mean price is […]" in panel.answer.inner_text()
    assert "North" in panel.answer.locator("pre").inner_text()
    assert panel.turns.last.get_by_text("broke the connection").is_visible()
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        panel.use_theme(theme)
        panel.photograph(f"unanswered-{theme.split()[-1].lower()}")
    panel.use_theme("JupyterLab Light")
