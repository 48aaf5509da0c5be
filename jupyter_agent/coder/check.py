"""Finds, before code runs, what can only fail in the kernel or silently does nothing.

This is advice: it saves an attempt. The wall is the kernel itself. `RULES` is the list of what is looked for
(coder/checks); the sentences are in prompts/checks.toml. Only what is certain is told:

- Code that may not run counts as harmless: branches that are false, functions that nothing calls, what stands
  after a `return`, what a check of the surroundings guards (`if Path("a.csv").exists()`), and what stands in
  a `try` whose handlers catch the failure.
- Names count by what they stand for: a variable or a function of the program's own named `requests`,
  `socket` or `input` is its own.
- The import of a module that is good for nothing but the network or other processes is the mistake, unless
  the program uses none of it, or only such parts as work (`socket.gethostname`, `multiprocessing.cpu_count`).
- A loop is endless only if nothing leaves it and nothing that runs in it can change its condition. Threads
  may loop forever.
- A file is missing if nobody attached, wrote or named it, and the program does not write it before. Names are
  followed through loops, dictionaries and the calls of functions; patterns, if the program needs a match.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from jupyter_agent.prompts import advice, check_texts
from jupyter_agent.steps import Failure

from .checks.access import accesses
from .checks.files import files
from .checks.findings import Finding, Surroundings
from .checks.flow import Flow
from .checks.globs import unmatched_names
from .checks.loops import endless_loops
from .checks.magics import NOT_PYTHON, parse
from .checks.refused import fails_there, refused_calls, refused_imports
from .checks.tables import chained_assignments

__all__ = [
    "RULES",
    "Finding",
    "Surroundings",
    "check",
    "failure_of",
    "findings",
    "written_files",
]

Rule = Callable[[Flow, Surroundings], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    refused_imports,
    refused_calls,
    files,
    unmatched_names,
    chained_assignments,
    endless_loops,
)


ANYWHERE: tuple[Rule, ...] = (chained_assignments, endless_loops)
"""What is wrong in an unrestricted kernel, too."""


def check(code: str, surroundings: Surroundings) -> Failure | None:
    """The first mistake in `code` that is certain before it runs."""
    if not code.strip():
        return failure_of(Finding(rule="no-code"), "NoCode")
    try:
        found = findings(code, surroundings)
    except NOT_PYTHON as error:
        return Failure(
            error_class="syntax-error",
            name="SyntaxError",
            message=error.msg if isinstance(error, SyntaxError) else str(error) or "It is nested too deeply.",
            line=_line_within(code, error.lineno) if isinstance(error, SyntaxError) else None,
            advice=advice()["syntax-error"],
        )
    return failure_of(found[0]) if found else None


def findings(code: str, surroundings: Surroundings) -> list[Finding]:
    """All mistakes, in the order of their lines.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: the code is no program.
    """
    parsed = parse(code, surroundings.profile)
    if parsed.tree is None:
        return list(parsed.findings)
    try:
        flow = Flow(parsed.tree)
        rules = ANYWHERE if surroundings.profile == "unrestricted" else RULES
        found = [finding for rule in rules for finding in rule(flow, surroundings)]
    except RecursionError:
        return list(parsed.findings)  # nested too deeply to be looked at; the kernel will tell
    found += [finding for finding in parsed.findings if fails_there(flow, finding.line)]
    return sorted(found, key=lambda finding: finding.line or 0)


def written_files(code: str) -> frozenset[str]:
    """What may name a file that the program writes: the texts given to calls that do not read."""
    try:
        used = accesses(Flow(ast.parse(code)))
    except NOT_PYTHON:
        return frozenset()
    return frozenset(access.path for access in used.known if access.purpose != "read")


def failure_of(finding: Finding, name: str = "StaticCheck") -> Failure:
    """A finding as the next attempt and the person read it."""
    text = check_texts()[finding.rule]
    why = text.why[finding.why].format(**finding.values) if finding.why else ""
    return Failure(
        error_class=text.error_class,
        name=name,
        message=text.message.format(why=why, **finding.values),
        line=finding.line,
        advice=text.fix,
    )


def _line_within(code: str, line: int | None) -> int | None:
    return min(line, code.count("\n") + 1) if line else None
