"""A question that takes several steps, as a person sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fake_ollama import Reply

from .analyst import Analyst
from .panel import Panel

pytestmark = pytest.mark.browser

READ, MEND, COMPARE = (
    {
        "goal": goal,
        "approach": f"Use pandas to {goal[0].lower()}{goal[1:]}.",
        "criterion": "Numbers are printed.",
    }
    for goal in (
        "Read the table and count what is missing in each of its columns",
        "Fill the gaps in the prices",
        "Compare the mean price per region",
    )
)
REASON = "No price is missing, so nothing has to be filled."


def test_a_plan_is_carried_out_and_changed_in_sight(panel: Panel, analyst: Analyst, sales: Path) -> None:
    analyst.plan = [READ, MEND, COMPARE]
    analyst.look = {"keep": False, "reason": REASON, "steps": [COMPARE]}
    analyst.programs = [
        "import pandas as pd\nsales = pd.read_csv('sales.csv')\nprint(sales.isna().sum())\n",
        "print(sales.groupby('region')['price'].mean())\n",
    ]
    panel.root.get_by_label("How to work").select_option("plan_execute")
    panel.attach(sales)
    panel.ask("Mend the table, then compare its regions.")
    panel.wait_until_done()

    plan = panel.turns.last.get_by_role("region", name="Plan")
    states = [image.get_attribute("aria-label") for image in plan.get_by_role("img").all()]
    assert states == ["Done", "Left out", "Done"]
    assert plan.get_by_text("2 of 2 done").is_visible()
    assert plan.get_by_text(f"Changed: {REASON}").is_visible()
    assert panel.steps.locator(".jp-Agent-step-goal").all_inner_texts() == [READ["goal"], COMPARE["goal"]]

    plan.get_by_role("button", name=f"Done {READ['goal']}").focus()
    panel.page.keyboard.press("Enter")
    assert plan.get_by_text(READ["approach"]).is_visible()
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        panel.use_theme(theme)
        panel.widen_to(300)
        plan.scroll_into_view_if_needed()
        panel.photograph(f"plan-{theme.split()[-1].lower()}-300")
        assert not plan.evaluate("plan => plan.scrollWidth > plan.clientWidth")
    panel.use_theme("JupyterLab Light")


def test_a_step_that_failed_has_a_cross_in_the_plan_and_in_its_card(panel: Panel, analyst: Analyst) -> None:
    analyst.plan = [READ, COMPARE]
    analyst.programs = ["raise OSError('there is no table')\n"]
    panel.root.get_by_label("How to work").select_option("plan_execute")
    panel.ask("Compare the regions.")
    panel.wait_until_done()

    plan = panel.turns.last.get_by_role("region", name="Plan")
    states = [image.get_attribute("aria-label") for image in plan.get_by_role("img").all()]
    # The second one does not need the first: only when nothing is left to try does the run end.
    assert states == ["Failed", "Failed"]
    # JupyterLab's icon has discs that are not to be seen.
    discs = panel.turns.last.locator(".jp-Agent-state[data-state=failed] [fill=none]")
    assert discs.count() > 0
    assert {disc.evaluate("disc => getComputedStyle(disc).fill") for disc in discs.all()} == {"none"}


def test_a_plan_that_failed_is_changed_and_resumed(panel: Panel, analyst: Analyst, sales: Path) -> None:
    analyst.plan = [READ, MEND, COMPARE]
    load = "import pandas as pd\nsales = pd.read_csv('sales.csv')\nprint(len(sales))\n"
    wait = "import time\nprint('begun', flush=True)\ntime.sleep(600)\n"
    analyst.programs = [load, wait, "print(sales.groupby('region')['price'].mean())\n", "print(1)\n"]
    panel.root.get_by_label("How to work").select_option("plan_execute")
    panel.attach(sales)
    panel.ask("Mend the table, then compare its regions.")
    panel.steps.get_by_text("begun", exact=True).wait_for()
    panel.root.get_by_label("Stop (Escape)").click()
    panel.wait_until_done()

    first = panel.turns.last
    first.get_by_role("button", name="Change the plan").click()
    editor = first.get_by_role("form", name="Still to do")
    editor.get_by_label("Leave out step 1", exact=True).click()
    editor.get_by_role("button", name="Add a step").click()
    editor.get_by_label("Step 2", exact=True).fill("Count what is left")
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        panel.use_theme(theme)
        panel.widen_to(300)
        editor.scroll_into_view_if_needed()
        panel.photograph(f"plan-editor-{theme.split()[-1].lower()}-300")
        assert not editor.evaluate("editor => editor.scrollWidth > editor.clientWidth")
    panel.use_theme("JupyterLab Light")
    editor.get_by_role("button", name="Resume with this plan").click()
    panel.turns.nth(1).wait_for()
    panel.wait_until_done()

    assert panel.turns.count() == 2
    plan = panel.turns.last.get_by_role("region", name="Plan")
    states = [image.get_attribute("aria-label") for image in plan.get_by_role("img").all()]
    assert states == ["Done", "Left out", "Done", "Done"]
    assert panel.turns.last.get_by_text("Resumed").is_visible()
    goals = panel.turns.last.locator(".jp-Agent-step-goal").all_inner_texts()
    assert goals[1:] == [COMPARE["goal"], "Count what is left"]
    assert first.get_by_role("button", name="Change the plan").count() == 0, (
        "only the last one can be resumed"
    )
    panel.photograph("plan-resumed")


def test_what_is_said_meanwhile_is_taken_into_account(panel: Panel, analyst: Analyst, sales: Path) -> None:
    wait = "import time\nprint('begun', flush=True)\ntime.sleep(4)\nprint(60)\n"
    analyst.programs = [wait, "print(30)\n"]
    panel.root.get_by_label("How to work").select_option("react")
    panel.attach(sales)
    panel.ask("What is the sum?")
    panel.steps.get_by_text("begun", exact=True).wait_for()
    panel.field.fill("Only the North, please.")
    panel.photograph("steering-written")
    panel.page.keyboard.press("Enter")
    said = panel.turns.last.locator(".jp-Agent-question").get_by_text("Only the North, please.")
    said.wait_for()
    panel.wait_until_done()
    assert panel.turns.count() == 1
    assert panel.steps.count() == 2
    assert panel.field.input_value() == ""
    panel.photograph("steering-done")


def test_what_is_unclear_is_asked_and_answered_with_a_click(
    panel: Panel, analyst: Analyst, sales: Path
) -> None:
    asked = Reply(text="ASK: Which mean do you want? | of all rows | of the regions' means")
    analyst.programs = [asked, "print(20)\n"]
    panel.root.get_by_label("How to work").select_option("react")
    panel.attach(sales)
    panel.ask("What is the mean?")
    panel.wait_until_done()
    assert panel.steps.count() == 0
    question = panel.turns.first.get_by_role("region", name="Question of the agent")
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        panel.use_theme(theme)
        panel.widen_to(300)
        panel.photograph(f"question-back-{theme.split()[-1].lower()}-300")
    question.get_by_role("button", name="of all rows").click()
    panel.turns.nth(1).wait_for()
    panel.wait_until_done()
    assert panel.turns.nth(1).get_attribute("aria-label") == "of all rows"
    assert panel.steps.count() == 1
    assert not question.get_by_role("button", name="of all rows").is_enabled()
