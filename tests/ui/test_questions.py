"""From a question to its answer, as a person sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_agent.replay.recorded import read_document

from .analyst import Analyst, slowly
from .panel import Panel

pytestmark = pytest.mark.browser

PROGRAM = """
import matplotlib.pyplot as plt
import pandas as pd
sales = pd.read_csv("sales.csv")
means = sales.groupby("region", as_index=False)["price"].mean()
print(means["price"].tolist())
means.plot.bar(x="region")
plt.show()
means
"""

MISSPELT = PROGRAM.replace('"price"', '"prize"')


def test_answers_a_question_about_a_file(panel: Panel, analyst: Analyst, sales: Path) -> None:
    analyst.programs = [PROGRAM]
    analyst.answer = "The mean price is **15** in the North and **30** in the South."
    panel.attach(sales)
    panel.ask("What is the mean price per region?")
    panel.wait_until_done()

    step = panel.steps.first
    assert step.get_attribute("data-state") == "succeeded"
    assert "pd.read_csv" in step.locator(".jp-Agent-code").inner_text()
    assert step.locator(".jp-Agent-stream").first.inner_text().strip() == "[15.0, 30.0]"
    assert step.get_by_role("cell", name="30.0").is_visible()
    image = step.locator(".jp-Agent-figure img")
    assert image.evaluate("image => image.complete && image.naturalWidth > 0")
    # Behind the last number of the sentence is the number of its step.
    assert panel.answer.locator("strong").all_inner_texts() == ["15", "301"]
    assert "qwen3:8b" in panel.turns.last.locator(".jp-Agent-usage").inner_text()


def test_a_run_is_downloaded_and_its_id_copied(panel: Panel, analyst: Analyst, sales: Path) -> None:
    analyst.programs = [PROGRAM]
    panel.attach(sales)
    panel.ask("What is the mean price per region?")
    panel.wait_until_done()
    end = panel.turns.last.locator(".jp-Agent-usage")
    with panel.page.expect_download() as coming:
        end.get_by_role("button", name="Download this run").click()
    run = read_document(Path(coming.value.path()))
    assert coming.value.suggested_filename == f"run-{run.trajectory.run_id[:12]}.json"
    assert run.trajectory.asked.question == "What is the mean price per region?"
    assert [file.name for file in run.files] == ["sales.csv"]
    assert end.get_by_role("button", name=f"Copy the id of this run: {run.trajectory.run_id}").is_visible()
    took = panel.steps.first.locator(".jp-Agent-step-meta").get_attribute("title")
    assert took is not None
    assert took.startswith("Model: ")
    panel.photograph("end-of-a-run")


def test_shows_how_the_second_attempt_mended_the_first(panel: Panel, analyst: Analyst, sales: Path) -> None:
    analyst.programs = [MISSPELT, PROGRAM]
    panel.attach(sales)
    panel.ask("What is the mean price per region?")
    panel.wait_until_done()

    step = panel.steps.first
    assert step.get_attribute("data-state") == "succeeded"
    assert "2 attempts" in step.locator(".jp-Agent-step-meta").inner_text()
    first = step.get_by_role("button", name="Attempt 1 of 2")
    assert first.get_attribute("aria-expanded") == "false"
    first.click()
    failure = step.locator(".jp-Agent-failure")
    assert "prize" in failure.locator(".jp-Agent-failure-message").inner_text()
    panel.photograph("failed-attempt-unfolded")


def test_a_file_that_is_taken_out_is_not_there_for_the_code(
    panel: Panel, analyst: Analyst, sales: Path
) -> None:
    analyst.programs = ["import os\nprint(os.listdir())\n"]
    panel.attach(sales)
    panel.root.locator(".jp-Agent-chip[data-state=done]").wait_for()
    with panel.page.expect_response(lambda reply: "/attachments/" in reply.url) as removed:
        panel.root.get_by_role("button", name="Remove sales.csv").click()
    assert removed.value.status == 204
    panel.ask("Which files are there?")
    panel.wait_until_done()
    assert panel.root.locator(".jp-Agent-chip").count() == 0
    assert panel.steps.first.locator(".jp-Agent-stream").first.inner_text().strip() == "[]"


def test_the_sample_question_works(panel: Panel, analyst: Analyst) -> None:
    analyst.programs = [
        "import pandas as pd\nprint(len(pd.read_csv('bike_sales.csv')))\n",
    ]
    panel.root.get_by_role("button", name="Try it with the sample data").click()
    panel.wait_until_done()
    assert panel.steps.first.locator(".jp-Agent-stream").first.inner_text().strip().isdigit()
    assert panel.turns.first.locator(".jp-Agent-chip-name").inner_text() == "bike_sales.csv"


def test_a_question_can_be_asked_with_the_keyboard_alone(panel: Panel, analyst: Analyst) -> None:
    analyst.mode = "chat"
    analyst.answer = "Hello to you."
    panel.page.keyboard.press("Alt+a")
    panel.page.keyboard.type("Hello")
    panel.page.keyboard.press("Shift+Enter")
    panel.page.keyboard.type("there")
    panel.page.keyboard.press("Enter")
    panel.wait_until_done()
    assert panel.answer.inner_text().strip() == "Hello to you."
    assert panel.turns.first.locator(".jp-Agent-question").inner_text().split("\n") == ["Hello", "there"]


def test_stops_in_mid_generation(panel: Panel, analyst: Analyst) -> None:
    analyst.mode = "chat"
    analyst.answer = slowly("word " * 1000, delay=0.05)
    panel.ask("Talk")
    panel.answer.get_by_text("word word").wait_for()
    panel.page.keyboard.press("Escape")
    panel.turns.last.get_by_text("Stopped by you").wait_for()
    assert "word word" in panel.answer.inner_text()
    panel.wait_until_done()


def test_stops_in_mid_execution(panel: Panel, analyst: Analyst) -> None:
    analyst.programs = ["import time\nprint('begun', flush=True)\ntime.sleep(250)\nprint('ended')\n"]
    panel.ask("Wait for me")
    panel.steps.first.locator(".jp-Agent-stream", has_text="begun").wait_for()
    panel.root.get_by_role("button", name="Stop").click()
    panel.turns.last.get_by_text("Stopped by you").wait_for()
    panel.wait_until_done()
    step = panel.steps.first
    assert step.get_attribute("data-state") == "unfinished"
    assert step.locator(".jp-Agent-stream").first.inner_text().strip() == "begun"


def test_asks_again(panel: Panel, analyst: Analyst) -> None:
    analyst.mode = "chat"
    analyst.answer = slowly("word " * 1000, delay=0.05)
    panel.ask("Talk")
    panel.answer.get_by_text("word word").wait_for()
    panel.page.keyboard.press("Escape")
    again = panel.turns.last.get_by_role("button", name="Ask again")
    again.wait_for()
    analyst.answer = "Briefly, then."
    again.click()
    panel.answer.get_by_text("Briefly, then.").wait_for()
    assert panel.turns.count() == 2
