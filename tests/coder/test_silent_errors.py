"""What is found of programs that go wrong without an error, and of their look-alikes, in the real kernel."""

from __future__ import annotations

import time
from typing import get_args

import pytest

from jupyter_agent.coder.silent_errors import silent_errors
from jupyter_agent.kernel.sessions import RestrictedKernels
from jupyter_agent.protocols import Workspace
from jupyter_agent.steps import Execution, Join, SilentError, SilentErrorKind, Variable
from tests.coder.silent_corpus import FILES, Program, programs
from tests.kernel.conftest import kernels, kernelspecs, manager, run, workspace

__all__ = ["kernels", "kernelspecs", "manager", "workspace"]  # fixtures

LEAST = 12
"""Programs of each kind for each detector."""
TRIES = 5
NOT_LOOKED_AT = ("(not looked at: no time left)", "(takes too long to show)")


@pytest.fixture
def tables(workspace: Workspace) -> Workspace:
    for name, text in FILES.items():
        (workspace.attachments / name).write_text(text)
        (workspace.folder / name).unlink(missing_ok=True)
        (workspace.folder / name).symlink_to(workspace.attachments / name)
    return workspace


async def found_in(
    kernels: RestrictedKernels, workspace: Workspace, corpus: list[Program]
) -> dict[Program, tuple[SilentError, ...]]:
    """What is found of each program, one after the other in one conversation, each undone again."""
    return {program: await found_by_running(kernels, workspace, program) for program in corpus}


async def found_by_running(
    kernels: RestrictedKernels, workspace: Workspace, program: Program
) -> tuple[SilentError, ...]:
    """What is found; on a machine so busy that the kernel has no time to look at the variables, once more."""
    for _ in range(TRIES):
        session = kernels.session(workspace)
        ran = await run(session, program.code, label=program.title)
        assert ran.execution.status == "ok", (program.title, ran.execution.error)
        if ran.execution.protection.kind == "snapshot":
            assert (await session.undo(program.title)).rolled_back, program.title
        else:
            await kernels.close_session(workspace.conversation_id)
        if not any(variable.summary in NOT_LOOKED_AT for variable in ran.execution.variables):
            break
    return silent_errors(program.code, ran.execution)


async def test_all_true_cases_are_found_and_no_look_alike(
    kernels: RestrictedKernels, tables: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    found = await found_in(kernels, tables, programs())
    harmless = [program for program in found if program.kind == "harmless"]
    missed, alarms, lines = [], [], []
    for detector in get_args(SilentErrorKind):
        true = [program for program in found if (program.detector, program.kind) == (detector, "true")]
        own = {program.title for program in harmless if program.detector == detector}
        assert min(len(true), len(own)) >= LEAST, detector
        lost = [program.title for program in true if detector not in kinds(found[program])]
        false = [program.title for program in harmless if detector in kinds(found[program])]
        lines.append(
            f"{detector}: found {len(true) - len(lost)} of {len(true)},"
            f" false alarms {len(own.intersection(false))} of {len(own)}"
            f" ({len(false)} of {len(harmless)} over all look-alikes)"
        )
        missed += [(detector, title) for title in lost]
        alarms += [(detector, title) for title in false]
    unnoticed = [program for program in found if program.kind == "unnoticed"]
    lines += [f"not found, and known to be: {program.detector}: {program.title}" for program in unnoticed]
    with capsys.disabled():
        print("", *lines, sep="\n")
    assert (missed, alarms) == ([], [])
    wrongly = [program.title for program in unnoticed if program.detector in kinds(found[program])]
    assert wrongly == [], "these are found after all: they belong to the true cases"


def kinds(errors: tuple[SilentError, ...]) -> set[SilentErrorKind]:
    return {error.kind for error in errors}


@pytest.mark.parametrize("code", ["x = (", "%%bash\nls", f"x = {'-' * 900}1"])
def test_code_that_cannot_be_read_is_left_alone(code: str) -> None:
    assert silent_errors(code, Execution(status="ok", duration=0.1)) == ()


def test_much_code_is_read_in_a_moment() -> None:
    step = "df = df.merge(df[df['a'] > 1], on='a')\n"
    joins = (Join(how="inner", line=300, column=len(step) - 1, left=9, right=9, rows=5, left_lost=4),) * 20
    started = time.perf_counter()
    silent_errors(step * 300, Execution(status="ok", duration=0.1, joins=joins))
    assert time.perf_counter() - started < 2.0


def test_a_few_are_told_of_many() -> None:
    table = Variable(name="df", type="pandas.DataFrame", shape=(3, 1))
    code = "".join(f"df.drop(columns='c{n}')\n" for n in range(50)) + "print(df)"
    found = silent_errors(code, Execution(status="ok", duration=0.1, variables=(table,)))
    assert len(found) == 5
