"""Every class of error is reached by what the restricted kernel really raises, and has advice of its own."""

from __future__ import annotations

from typing import get_args

from jupyter_agent.coder.check import Surroundings, check
from jupyter_agent.coder.diagnose import diagnose
from jupyter_agent.kernel.sessions import RestrictedSession
from jupyter_agent.prompts import advice
from jupyter_agent.steps import ErrorClass
from tests.coder.error_classes import PROGRAMS, SETUP
from tests.kernel.conftest import kernels, kernelspecs, manager, run, session, workspace

__all__ = ["kernels", "kernelspecs", "manager", "session", "workspace"]  # fixtures

BEFORE_IT_RUNS: ErrorClass = "static-check"
ENDED_FROM_OUTSIDE = frozenset({"KernelDied", "MemoryBudget"})
"""Nobody knows at which line."""


async def test_each_class_is_reached_by_what_the_kernel_raises(session: RestrictedSession) -> None:
    assert (await run(session, SETUP, label="setup")).execution.status == "ok"
    wrong = {}
    programs = [(error_class, code) for error_class, codes in PROGRAMS.items() for code in codes]
    for error_class, code in programs:
        seconds = 2.0 if error_class == "timeout" else 60.0
        execution = (await run(session, code, timeout=seconds, label="run/1/1")).execution
        assert execution.status != "ok", code
        failure = diagnose(execution, code)
        if failure.error_class != error_class or failure.advice != advice()[error_class]:
            wrong[code] = (error_class, failure.error_class, failure.name, failure.message[:200])
        assert failure.line or failure.name in ENDED_FROM_OUTSIDE, code
    assert wrong == {}


def test_the_static_check_has_its_class() -> None:
    failure = check("df['a'][0] = 1", Surroundings(files=frozenset(), tables=frozenset({"df"})))
    assert failure is not None
    assert failure.error_class == BEFORE_IT_RUNS


def test_every_class_is_reached_and_has_advice_of_its_own() -> None:
    assert {*PROGRAMS, BEFORE_IT_RUNS} == set(get_args(ErrorClass)) == set(advice())
    assert len(set(advice().values())) == len(advice())
    assert "refused this on purpose" in advice()["restricted"]
