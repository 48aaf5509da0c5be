"""What cannot be done is said, with what to do about it; nothing hangs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fake_ollama import FakeModel, FakeOllama, Reply

from .analyst import Analyst
from .lab import UPLOAD_LIMIT_MB
from .panel import Panel

pytestmark = pytest.mark.browser


def test_a_file_over_the_limit_is_refused_with_a_sentence(panel: Panel, tmp_path: Path, sales: Path) -> None:
    large = tmp_path / "large.csv"
    large.write_bytes(b"a,b\n" * (UPLOAD_LIMIT_MB * 1_000_000))
    panel.attach(large, sales)
    problem = panel.root.locator(".jp-Agent-chip-problem")
    problem.wait_for()
    assert f"{UPLOAD_LIMIT_MB} MB" in problem.inner_text()
    panel.root.locator(".jp-Agent-chip[data-state=done]", has_text="sales.csv").wait_for()


def test_a_model_that_was_removed_is_said_by_name(panel: Panel, analyst: Analyst, ollama: FakeOllama) -> None:
    panel.root.get_by_label("Model").select_option("gemma3:12b")
    ollama.models = [FakeModel(name="qwen3:8b")]
    panel.ask("Hello?")
    problem = panel.root.locator(".jp-Agent-card[data-level=error]")
    problem.wait_for()
    assert "gemma3:12b" in problem.inner_text()
    panel.status.get_by_text("gemma3:12b is not installed any more").wait_for()


def test_a_model_that_vanishes_in_mid_answer_is_said(panel: Panel, analyst: Analyst) -> None:
    analyst.mode = "chat"
    analyst.answer = Reply(text="word " * 50, break_after=10)
    panel.ask("Talk")
    panel.turns.last.locator(".jp-Agent-card[data-level=error]").wait_for()
    panel.wait_until_done()
    assert panel.turns.last.get_by_role("button", name="Ask again").is_visible()


def test_no_model_shows_what_is_missing_and_looks_again(panel: Panel, ollama: FakeOllama) -> None:
    installed, ollama.models = ollama.models, []
    panel.command("jupyterlab-agent:check-models")
    card = panel.root.locator(".jp-Agent-card[data-level=warning]")
    card.get_by_text("No model can answer yet").wait_for()
    assert panel.root.get_by_role("button", name="Try it with the sample data").is_disabled()
    panel.photograph("no-model")
    ollama.models = installed
    card.get_by_role("button", name="Check again").click()
    card.wait_for(state="detached")
