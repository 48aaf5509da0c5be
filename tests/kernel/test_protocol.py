"""Jupyter's own kernel tests give the same results for the restricted kernel as for a plain one."""

from __future__ import annotations

import unittest

import jupyter_kernel_test

from tests.kernel.conftest import STRICT


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
    code_inspect_sample = "zip"
    code_clear_output = "from IPython.display import clear_output; clear_output()"

    def test_history(self) -> None:
        """Instead of the inherited one, which depends on the user's earlier sessions."""
        for access in (
            {"hist_access_type": "tail", "n": 1},
            {"hist_access_type": "search", "pattern": "1?2*"},
        ):
            reply = self.history_helper(["1+2+3"], output=False, raw=True, **access)
            assert "1+2+3" in [line for _, _, line in reply["content"]["history"]]


def results(kernel: str) -> dict[str, str]:
    """How each test ended."""
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(
        type("Tests", (Sample,), {"kernel_name": kernel})
    )
    names = [test.id().rsplit(".")[-1] for test in suite if isinstance(test, unittest.TestCase)]
    result = suite.run(unittest.TestResult())
    ended = dict.fromkeys(names, "passed")
    for how, tests in (("failed", result.failures), ("error", result.errors), ("skipped", result.skipped)):
        ended |= {test.id().rsplit(".")[-1]: f"{how}: {why}" for test, why in tests}
    return ended


def test_the_restricted_kernel_is_as_good_as_a_plain_one() -> None:
    plain = results("python3")
    assert len(plain) >= 12
    assert set(plain.values()) == {"passed"}
    assert results(STRICT) == plain
