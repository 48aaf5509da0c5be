"""Every error that is raised on purpose has its status and sentence; any other tells no details."""

from __future__ import annotations

import pytest
from tornado.web import HTTPError

from jupyter_agent import errors
from jupyter_agent.errors import AgentError
from jupyter_agent.server.problems import problem_of
from jupyter_agent.wire import Problem

STATUS = {
    "InputRefused": 400,
    "NotFound": 404,
    "NotAllowed": 403,
    "TooLarge": 413,
    "Busy": 409,
    "Over": 409,
    "ModelError": 502,
    "ModelUnavailable": 503,
    "ModelInterrupted": 503,
    "ModelNotFound": 404,
    "ModelAnswerInvalid": 502,
    "KernelError": 503,
    "KernelRefused": 503,
    "KernelDied": 503,
    "StorageError": 503,
}


@pytest.mark.parametrize(("name", "status"), STATUS.items())
def test_what_is_raised_on_purpose_has_its_status(name: str, status: int) -> None:
    error = getattr(errors, name)("It happened.", "Do this.")
    assert problem_of(error, 500) == Problem(title="It happened.", detail="Do this.", status=status)


def test_every_error_of_the_package_is_covered() -> None:
    raised_in_runs_only = {"AgentError", "RunEnded", "OutOfBudget", "BudgetSpent"}
    known = {
        name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, AgentError)
    }
    assert known - raised_in_runs_only == set(STATUS)


def test_a_mistake_of_ours_tells_no_details() -> None:
    problem = problem_of(KeyError("secret"), 500)
    assert problem.status == 500
    assert "secret" not in problem.title + problem.detail


def test_jupyters_and_tornados_errors_are_sentences() -> None:
    assert problem_of(HTTPError(404), 404).title == "Not Found."
    assert problem_of(HTTPError(400, "%s is wrong", "it"), 400).title == "it is wrong"
    assert problem_of(HTTPError(599), 599).title == "Unknown error."
    assert problem_of(None, 500).status == 500
