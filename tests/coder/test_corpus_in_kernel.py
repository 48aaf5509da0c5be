"""The check's corpus is what it says: what is flagged cannot work in the real kernel, what is harmless works.

A sample of the whole analyses, another one each day (`tests.kernel.conftest.SAMPLE`).
"""

from __future__ import annotations

import random
from collections.abc import Iterable

from jupyter_agent.coder.checks.final_exit import without_final_exit
from jupyter_agent.kernel.sessions import RestrictedKernels
from jupyter_agent.protocols import Workspace
from jupyter_agent.steps import AttemptStatus
from tests.coder.check_corpus import Program, flagged, harmless, unnoticed
from tests.kernel.conftest import SAMPLE, kernels, kernelspecs, manager, run, workspace

__all__ = ["kernels", "kernelspecs", "manager", "workspace"]  # fixtures

SALES = "date,region,product,quantity,price,a,b\n" + "".join(
    f"2024-01-0{n},{'North' if n % 2 else 'South'},Widget {n},{n},{n * 10.5},{n},{n}\n" for n in range(1, 8)
)
FAIL_QUIETLY = frozenset({"a browser for a report", "pip as a module", "pip in a parallel kernel"})
"""They say in a text, or not at all, that nothing was done."""
MOST = 15


def sampled(programs: Iterable[Program]) -> list[Program]:
    strict = [program for program in programs if program.profile == "strict"]
    return random.Random(SAMPLE).sample(strict, min(len(strict), MOST))


async def endings(
    kernels: RestrictedKernels, workspace: Workspace, programs: list[Program], *, seconds: float
) -> dict[str, AttemptStatus]:
    """How each program ends, in a kernel that is as if none of the others had run."""
    (workspace.attachments / "sales.csv").write_text(SALES)
    found: dict[str, AttemptStatus] = {}
    for number, program in enumerate(programs):
        session, label = kernels.session(workspace), f"corpus/1/{number}"
        code = without_final_exit(program.code, "strict")
        ran = await run(session, code, timeout=seconds, label=label)
        found[program.title] = ran.execution.status
        if ran.execution.status == "ok":
            assert (await session.undo(label)).rolled_back, program.title
        if ran.execution.protection.kind != "snapshot":
            await kernels.close_session(workspace.conversation_id)
    return found


async def test_what_is_flagged_cannot_work(kernels: RestrictedKernels, workspace: Workspace) -> None:
    programs = [program for program in flagged(analyses=True) if program.title not in FAIL_QUIETLY]
    ended = await endings(kernels, workspace, [*sampled(programs), *unnoticed()], seconds=2.0)
    assert [title for title, status in ended.items() if status == "ok"] == []


async def test_what_is_harmless_works(kernels: RestrictedKernels, workspace: Workspace) -> None:
    ended = await endings(kernels, workspace, sampled(harmless(analyses=True)), seconds=60.0)
    assert {title: status for title, status in ended.items() if status != "ok"} == {}
