"""The audit log: what administrators can read of what agents ran."""

from __future__ import annotations

import json
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from jupyter_agent.audit import AuditLog
from jupyter_agent.compose import Services
from jupyter_agent.models.scripted import ScriptedModel, ScriptedModels
from jupyter_agent.steps import Block, ErrorOutput, Execution
from tests.turns import ask, converse, program

Start = Callable[..., Awaitable[Services]]

FAILED = Execution(
    status="error",
    duration=1.25,
    error=ErrorOutput(name="KeyError", message="'a'"),
    blocks=(Block("network", "The code tried to use the network."),),
)


def test_a_line_says_what_ran_and_how_it_ended(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    log.record("c", "r/1/1", "print(1)", FAILED)
    log.record("c", "r/1/2", "print(2)", Execution(status="ok", duration=0.5))
    first, second = (json.loads(line) for line in log.path.read_text().splitlines())
    assert (first["conversation"], first["attempt"], first["code"]) == ("c", "r/1/1", "print(1)")
    assert (first["status"], first["error"], first["seconds"]) == ("error", "KeyError", 1.25)
    assert first["blocks"] == [{"kind": "network", "sentence": "The code tried to use the network."}]
    assert second["error"] is None
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600


def test_a_large_file_is_put_aside(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl", largest=100)
    for number in range(3):
        log.record("c", f"r/1/{number}", "x", FAILED)
    assert json.loads(log.path.read_text())["attempt"] == "r/1/2"
    assert json.loads((tmp_path / "audit.jsonl.1").read_text())["attempt"] == "r/1/1"


def test_code_that_is_cut_is_marked(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    log.record("c", "r/1/1", "x" * 20_000, FAILED)
    log.record("c", "r/1/2", "x" * 20_001, FAILED)
    lines = [json.loads(line) for line in log.path.read_text().splitlines()]
    assert [(len(line["code"]), line["code_cut"]) for line in lines] == [(20_000, False), (20_000, True)]


def test_a_log_that_cannot_be_written_holds_up_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    AuditLog(tmp_path / "no" / "folder").record("c", "r/1/1", "x", FAILED)
    assert "cannot be written" in caplog.text


async def test_what_an_agent_runs_is_in_it(started: Start) -> None:
    programs = [
        program("import socket\nsocket.create_connection(('127.0.0.1', 1))"),
        program("print(1)"),
        "1.",
    ]
    services = await started(ScriptedModels(ScriptedModel(programs)))
    conversation, _ = await converse(services)
    events = await ask(services, conversation, "One.")
    lines = [json.loads(line) for line in services.settings.audit_file.read_text().splitlines()]
    assert [line["code"] for line in lines] == ["print(1)"], "what the static check refused never ran"
    assert lines[0]["conversation"] == conversation
    assert lines[0]["attempt"] == f"{events[0].run_id}/1/2"
