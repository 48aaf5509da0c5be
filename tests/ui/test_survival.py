"""A reloaded page, a lost connection, a killed server: nothing that was shown is lost."""

from __future__ import annotations

import pytest

from .analyst import Analyst, slowly
from .lab import Lab
from .panel import Panel

pytestmark = pytest.mark.browser

NUMBERS = " ".join(f"n{number}" for number in range(200))


def test_a_reload_in_mid_run_loses_nothing(panel: Panel, analyst: Analyst) -> None:
    analyst.mode = "chat"
    analyst.answer = slowly(NUMBERS, delay=0.08)
    panel.ask("Count")
    panel.answer.get_by_text("n30 ").wait_for()
    panel.reload()
    panel.answer.get_by_text("n30 ").wait_for()
    assert panel.root.get_by_role("button", name="Stop").is_visible()
    panel.wait_until_done()
    assert panel.answer.inner_text().split() == NUMBERS.split()
    assert panel.turns.count() == 1


def test_a_killed_server_is_said_and_nothing_shown_is_lost(panel: Panel, analyst: Analyst, lab: Lab) -> None:
    analyst.mode = "chat"
    analyst.answer = slowly("word " * 2000, delay=0.05)
    panel.ask("Talk")
    panel.answer.get_by_text("word word word").wait_for()
    lab.kill()
    panel.status.get_by_text("Connection lost, trying again…").wait_for()
    shown = panel.answer.inner_text().split()
    panel.photograph("connection-lost")
    lab.start()
    panel.turns.last.get_by_role("button", name="Ask again").wait_for()
    assert panel.status.get_by_text("Ollama").is_visible()
    assert panel.turns.last.locator(".jp-Agent-card[data-level=warning]").is_visible()
    assert panel.answer.inner_text().split()[: len(shown)] == shown


def test_conversations_can_be_switched_renamed_and_deleted(panel: Panel, analyst: Analyst) -> None:
    analyst.mode = "chat"
    analyst.answer = "The first answer."
    panel.ask("The first question")
    panel.wait_until_done()
    panel.command("jupyterlab-agent:rename-conversation")
    panel.page.get_by_label("Title").fill("Renamed by the test")
    panel.page.keyboard.press("Enter")
    title = panel.root.locator(".jp-Agent-title")
    title.get_by_text("Renamed by the test").wait_for()

    panel.root.get_by_label("New conversation").click()
    panel.root.get_by_text("Ask about your data", exact=True).wait_for()
    title.click()
    panel.page.locator(".lm-Menu").get_by_text("Renamed by the test").click()
    panel.answer.get_by_text("The first answer.").wait_for()

    panel.command("jupyterlab-agent:delete-conversation")
    panel.page.locator(".jp-Dialog").get_by_role("button", name="Delete").click()
    panel.root.get_by_text("Ask about your data", exact=True).wait_for()
    title.click()
    assert panel.page.locator(".lm-Menu").get_by_text("Renamed by the test").count() == 0
