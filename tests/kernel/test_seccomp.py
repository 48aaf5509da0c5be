"""Filters: the assembled program, run, does what the rules say."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_agent.kernel.seccomp import ALLOW, KILL, Rule, When, assemble, fail
from jupyter_agent.kernel.syscalls import AUDIT_ARCHITECTURE, LAST_KNOWN, Architecture, number
from tests.kernel import bpf

X86_64 = AUDIT_ARCHITECTURE["x86_64"]
CALLS = ("socket", "kill", "openat", "clone")
words = st.integers(0, 2**64 - 1)
small = st.integers(0, 7) | st.integers(0, 2**32 - 1)
tests_of_arguments = st.builds(
    When,
    argument=st.integers(0, 5),
    is_=st.sampled_from(("equal", "different", "any-bit", "no-bit")),
    value=small,
    mask=st.sampled_from((0xFFFFFFFF, 0xFF, 0x3)),
)
rules = st.builds(
    Rule,
    call=st.sampled_from(CALLS),
    action=st.sampled_from((fail(1), fail(13), fail(0))),
    when=st.none() | tests_of_arguments,
)


def expected(rule_list: list[Rule], call: str, arguments: list[int]) -> int:
    """The rules, read plainly."""
    for rule in rule_list:
        if rule.call != call:
            continue
        if rule.when is None:
            return rule.action
        test = rule.when
        value = arguments[test.argument] & 0xFFFFFFFF & test.mask
        holds = {
            "equal": value == test.value,
            "different": value != test.value,
            "any-bit": bool(value & test.value),
            "no-bit": not value & test.value,
        }
        if holds[test.is_]:
            return rule.action
    return ALLOW


@settings(database=None)
@given(
    rule_list=st.lists(rules, max_size=8),
    call=st.sampled_from(CALLS),
    arguments=st.lists(words | small, min_size=6, max_size=6),
    architecture=st.sampled_from(("x86_64", "aarch64")),
)
def test_the_program_does_what_the_rules_say(
    rule_list: list[Rule], call: str, arguments: list[int], architecture: Architecture
) -> None:
    called = number(call, architecture)
    assert called is not None
    result = bpf.run(
        assemble(rule_list, architecture),
        architecture=AUDIT_ARCHITECTURE[architecture],
        number=called,
        arguments=arguments,
    )
    assert result == expected(rule_list, call, arguments)


def test_a_foreign_architecture_ends_the_process() -> None:
    i386 = 0x40000003
    assert bpf.run(assemble((), "x86_64"), architecture=i386, number=1) == KILL


@pytest.mark.parametrize("called", [LAST_KNOWN + 1, 0x40000000 | 41, 2**32 - 1])
def test_unknown_calls_do_not_exist(called: int) -> None:
    assert bpf.run(assemble((), "x86_64"), architecture=X86_64, number=called) == fail(errno.ENOSYS)


def test_a_call_that_the_processor_does_not_have_needs_no_rule() -> None:
    assert assemble((Rule("fork", fail(1)),), "aarch64") == assemble((), "aarch64")
    assert assemble((Rule("fork", fail(1)),), "x86_64") != assemble((), "x86_64")


HEADERS: list[tuple[Architecture, str, dict[str, int]]] = [
    (
        "x86_64",
        "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
        {"socket": 41, "execve": 59, "ptrace": 101, "seccomp": 317, "clone3": 435, "process_mrelease": 448},
    ),
    (
        "aarch64",
        "/usr/include/asm-generic/unistd.h",
        {"socket": 198, "execve": 221, "ptrace": 117, "seccomp": 277, "clone3": 435, "process_mrelease": 448},
    ),
]


@pytest.mark.parametrize(("architecture", "header", "known"), HEADERS, ids=[row[0] for row in HEADERS])
def test_numbers_are_linux_s(architecture: Architecture, header: str, known: dict[str, int]) -> None:
    """Against the table that came with the system's C library, where it has one."""
    path = Path(header)
    if path.exists():
        lines = (line.split() for line in path.read_text().splitlines())
        known = known | {
            line[1].removeprefix("__NR_").removeprefix("__NR3264_"): int(line[2])
            for line in lines
            if line[:1] == ["#define"] and len(line) == 3 and line[2].isdecimal()
        }
    for name, value in known.items():
        try:
            ours = number(name, architecture)
        except KeyError:
            continue
        assert ours == value, name
