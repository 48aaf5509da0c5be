"""References in an answer, as a person sees and uses them."""

from __future__ import annotations

from pathlib import Path

import pytest

from .analyst import Analyst
from .panel import Panel

pytestmark = pytest.mark.browser

MEANS = """
import pandas as pd
sales = pd.read_csv("sales.csv")
print(sales.groupby("region")["price"].mean())
print("share above 25:", (sales["price"] > 25).mean())
"""
PLOT = """
import matplotlib.pyplot as plt
sales.plot.scatter(x="region", y="price")
plt.show()
print(len(sales))
"""
ANSWER = """🐼 The mean price is **15.0** in North and **30.0** in South, of 3 rows in all.

| region | mean price |
| --- | ---: |
| North | 15.0 |
| South | 30.0 |

1. About `33%` of the prices are above 25.
2. The largest price is **417.5**, and it fell by 12.75.

South is the most expensive. The plot shows all prices."""


def test_numbers_and_claims_lead_to_their_steps_and_invented_ones_are_marked(
    panel: Panel, analyst: Analyst, sales: Path
) -> None:
    analyst.plan = [{"goal": "Compare the mean price per region"}, {"goal": "Plot the prices"}]
    analyst.programs = [MEANS, PLOT]
    analyst.answer = ANSWER
    panel.root.get_by_label("How to work").select_option("plan_execute")
    panel.attach(sales)
    panel.ask("Compare the regions, and how many prices are above 25?")
    panel.wait_until_done()
    answer = panel.answer

    assert answer.locator("strong").all_inner_texts() == ["15.0", "30.01", "417.5"]
    assert answer.locator("td").all_inner_texts() == ["North", "15.01", "South", "30.01"]
    assert answer.locator("code").all_inner_texts() == ["33%"]
    assert answer.locator(".jp-Agent-doubt").all_inner_texts() == ["417.5", "12.75"]
    assert answer.get_by_role("img", name="No output shows this number.").count() == 2
    plotted = answer.locator("p", has_text="The plot shows").get_by_role("button")
    assert [button.inner_text() for button in plotted.all()] == ["1", "2"]

    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        panel.use_theme(theme)
        panel.widen_to(300)
        answer.scroll_into_view_if_needed()
        panel.photograph(f"evidence-{theme.split()[-1].lower()}-300")
        assert not answer.evaluate("answer => answer.scrollWidth > answer.clientWidth")
    plotted.last.focus()
    panel.page.keyboard.press("Enter")
    card = panel.steps.nth(1)
    assert card.evaluate("card => card === document.activeElement")
    assert card.get_attribute("aria-label") == "Step 2: Plot the prices"
    panel.photograph("evidence-step")
