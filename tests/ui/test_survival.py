"""A reloaded page, a lost connection, a killed server, another process: nothing that was shown is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import WebSocketRoute

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


def test_a_reload_keeps_the_draft_and_files_not_asked_about(
    panel: Panel, analyst: Analyst, sales: Path
) -> None:
    chips = panel.root.locator(".jp-Agent-composer .jp-Agent-chip")
    analyst.programs = ["print(open('sales.csv').readline())\n"]
    panel.attach(sales)
    panel.ask("What is in it?")
    panel.wait_until_done()
    later = sales.with_name("later.csv")
    later.write_text("region,price\nEast,5\n")
    panel.attach(later)
    chips.and_(panel.page.locator("[data-state=done]")).wait_for()
    draft = "And how do they differ?"
    with panel.remembers(draft):
        panel.field.fill(draft)
    panel.reload()
    chips.wait_for()
    panel.photograph("draft-after-a-reload")
    assert panel.field.input_value() == draft
    assert chips.locator(".jp-Agent-chip-name").all_inner_texts() == ["later.csv"]
    panel.field.press("Enter")
    panel.turns.nth(1).wait_for()
    panel.wait_until_done()
    assert panel.turns.last.locator(".jp-Agent-chip-name").all_inner_texts() == ["later.csv"]
    assert chips.count() == 0
    assert panel.field.input_value() == ""


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


def test_who_is_not_let_in_any_more_is_told_and_can_try_again(panel: Panel, analyst: Analyst) -> None:
    sockets: list[WebSocketRoute] = []

    def connect(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    conversation = "**/agent/api/conversations/*"
    panel.page.route_web_socket(f"{conversation}/events*", connect)
    panel.reload()
    analyst.mode = "chat"
    panel.ask("Hello")
    panel.wait_until_done()
    panel.page.route(conversation, lambda route: route.fulfill(status=403, body="Forbidden"))
    sockets[-1].close(code=3000)
    panel.status.get_by_text("Not connected").wait_for()
    card = panel.root.locator(".jp-Agent-messages .jp-Agent-card[data-level=error]")
    assert "The server does not let you in." in card.inner_text()
    panel.photograph("refused")
    panel.page.unroute(conversation)
    card.get_by_role("button", name="Try again now").click()
    card.wait_for(state="detached")
    panel.status.get_by_text("Ollama").wait_for()
    panel.ask("Hello again")
    panel.wait_until_done()
    assert panel.turns.count() == 2


def test_what_cannot_be_stored_is_said_and_shown_once_there_is_room(
    panel: Panel, analyst: Analyst, lab: Lab
) -> None:
    analyst.mode = "chat"
    analyst.answer = "All is said."
    with closing(sqlite3.connect(lab.database, isolation_level=None)) as database:
        database.execute(
            "CREATE TRIGGER full BEFORE INSERT ON events WHEN NEW.body LIKE '%run-finished%' "
            "BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
        panel.ask("Talk")
        card = panel.root.locator(".jp-Agent-messages .jp-Agent-card[data-level=warning]")
        card.get_by_text("no room").wait_for()
        panel.status.get_by_text("Trying again…").wait_for()
        panel.answer.get_by_text("All is said.").wait_for()
        panel.photograph("cannot-store-light")
        panel.use_theme("JupyterLab Dark")
        panel.photograph("cannot-store-dark")
        panel.use_theme("JupyterLab Light")
        card.get_by_role("button", name="Try again now").click()
        panel.page.wait_for_timeout(500)
        assert card.is_visible(), "it goes only when the connection lasts"
        database.execute("DROP TRIGGER full")
    panel.wait_until_done()
    card.wait_for(state="detached")
    panel.status.get_by_text("Ollama").wait_for()


def test_a_question_in_a_terminal_is_seen_and_stopped(panel: Panel, analyst: Analyst, lab: Lab) -> None:
    analyst.mode = "chat"
    analyst.answer = slowly(NUMBERS, delay=0.2)
    with lab.ask("Count in the terminal") as asked:
        title = panel.root.locator(".jp-Agent-title")
        entry = panel.page.locator(".lm-Menu").get_by_text("Count in the terminal")
        while not entry.is_visible():
            assert asked.poll() is None
            panel.page.keyboard.press("Escape")
            panel.page.mouse.move(0, 0)
            title.hover()
            panel.page.wait_for_timeout(500)
            if title.is_enabled():
                title.click()
        entry.click()
        panel.answer.get_by_text("n20 ").wait_for()
        panel.root.get_by_role("button", name="Stop").click()
        panel.turns.last.get_by_text("Stopped by you").wait_for()
        panel.wait_until_done()
        _, progress = asked.communicate(timeout=60)
    assert asked.returncode == 130
    assert progress.rstrip().splitlines()[-1] == "jupyter agent: Stopped by you."


def test_conversations_can_be_switched_renamed_and_deleted(panel: Panel, analyst: Analyst, lab: Lab) -> None:
    lab.request("POST", "conversations", {"title": "Another one"})
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


def test_older_conversations_can_be_reached(panel: Panel, lab: Lab) -> None:
    begun = [
        lab.request("POST", "conversations", {"title": f"Number {number}"})["id"] for number in range(110)
    ]
    title = panel.root.locator(".jp-Agent-title")
    items = panel.page.locator(".lm-Menu-item[data-type=command]")
    older = items.get_by_text("Older…", exact=True)
    panel.reload()
    title.click()
    items.get_by_text("Number 109", exact=True).wait_for()
    assert items.count() == 26
    panel.photograph("conversations")
    for latest in (84, 59, 34, 9):
        older.click()
        items.get_by_text(f"Number {latest}", exact=True).wait_for()
    oldest = items.get_by_text("Number 0", exact=True)
    oldest.wait_for()
    panel.photograph("conversations-older")
    with panel.remembers(begun[0]):
        oldest.click()
    title.get_by_text("Number 0", exact=True).wait_for()
    panel.reload()
    title.get_by_text("Number 0", exact=True).wait_for()
    for conversation in begun:
        lab.request("DELETE", f"conversations/{conversation}")
