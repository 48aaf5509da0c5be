"""Jupyter's own kernel tests give the same results for the restricted kernel as for a plain one."""

from __future__ import annotations

import unittest
from pathlib import Path

import jupyter_kernel_test
import pytest

from tests.kernel.conftest import STRICT

FAIL_IN_PLAIN = {"test_history (hist_access_type='range')"}
"""Parts of the test of the history: it expects the number of the session where ipykernel answers 0."""


class Sample(jupyter_kernel_test.KernelTests):  # type: ignore[misc]  # it has no types
    """What the tests try, in Python."""

    __test__ = False  # run below, twice

    language_name = "python"
    file_extension = ".py"
    code_hello_world = "print('hello, world')"
    code_stderr = "import sys; print('test', file=sys.stderr)"
    completion_samples = ({"text": "zi", "matches": {"zip"}},)
    complete_code_samples = ("1", "print('hello')", "def f(x):\n  return x*2\n\n\n")
    incomplete_code_samples = ("print('''hello", "def f(x):\n  x*2")
    invalid_code_samples = ("import = 7q",)
    code_page_something = "zip?"
    code_generate_error = "raise"
    code_execute_result = ({"code": "1+2+3", "result": "6"},)
    code_display_data = (
        {"code": "from IPython.display import HTML, display; display(HTML('<b>x</b>'))", "mime": "text/html"},
    )
    code_history_pattern = "1?2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "zip"
    code_clear_output = "from IPython.display import clear_output; clear_output()"


class Welcome(jupyter_kernel_test.IopubWelcomeTests):  # type: ignore[misc]
    """Skipped, since ipykernel sends no welcome."""

    __test__ = False


def results(kernel: str) -> dict[str, str]:
    """How each test ended, and each part of one that did not pass."""
    ended: dict[str, str] = {}
    for tests in (Sample, Welcome):
        suite = unittest.defaultTestLoader.loadTestsFromTestCase(
            type("Tests", (tests,), {"kernel_name": kernel})
        )
        names = [test.id() for test in suite if isinstance(test, unittest.TestCase)]
        result = suite.run(unittest.TestResult())
        ended |= dict.fromkeys(names, "passed")
        ended |= {test.id(): "skipped" for test, _ in result.skipped}
        ended |= {test.id(): why for test, why in (*result.failures, *result.errors)}
    return {name.rpartition("Tests.")[2]: how for name, how in ended.items()}


def test_the_restricted_kernel_gives_exactly_what_a_plain_one_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A history of its own, for the plain one, too.
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    plain = results("python3")
    assert results(STRICT) == plain
    whole = {name: how for name, how in plain.items() if "(" not in name}
    assert sorted(whole.values()) == ["passed"] * 12 + ["skipped"]
    assert plain.keys() - whole.keys() <= FAIL_IN_PLAIN, plain
