"""What a person gets where a question is not answered: what was computed instead, and the reason."""

from __future__ import annotations

from textwrap import indent

from jupyter_agent.coder import MISSING
from jupyter_agent.errors import ModelAnswerInvalid, OutOfBudget
from jupyter_agent.prompts import clip, output_text
from jupyter_agent.steps import Attempt, Step

from .progress import Progress

UNANSWERED = "The model gave no whole answer. This is what the last program that worked showed:"
NOTHING_WORKED = "No program worked. This is what the last one had printed before it failed:"
_OUTPUT_CHARACTERS = 2_000
_MORE_PRECISELY = "Ask more precisely (name the file and the columns), or choose a larger model."
_MORE_TIME = "Ask for less at a time, or allow a program more time (c.JupyterAgent.timeout, in seconds)."


def unanswered(begun: str, progress: Progress) -> str:
    """What a person gets instead of an answer: its beginning, if there is one, and what was computed last.

    Empty if there is nothing to show.
    """
    beginning = f"{begun.strip()} […]" if begun.strip() else ""
    if progress.done:
        return "\n\n".join(filter(None, (beginning, UNANSWERED, _shown(progress.done[-1].attempts[-1]))))
    tried = progress.failed[-1].attempts if progress.failed else ()
    printed = next(filter(None, map(_shown, reversed(tried))), "")
    return f"{NOTHING_WORKED}\n\n{printed}" if printed else beginning


def _shown(attempt: Attempt) -> str:
    """What a program printed, as a block of code."""
    return indent(clip(output_text(attempt.outputs), _OUTPUT_CHARACTERS), "    ")


def nothing_worked(step: Step) -> OutOfBudget:
    """A step failed, and there is nothing before it to answer from."""
    attempt = step.attempts[-1]
    failure = attempt.failure
    reason = f"{failure.name}: {failure.message}" if failure else attempt.status
    return OutOfBudget(
        f"No program worked in {len(step.attempts)} attempts. The last one failed with {reason.rstrip('.')}.",
        _MORE_TIME if failure and failure.error_class == "timeout" else _MORE_PRECISELY,
    )


def no_program(attempts: int) -> OutOfBudget:
    """The model keeps to words, which are given."""
    return OutOfBudget(
        f"The model wrote no program in {attempts} attempts. This is only what it says: nothing "
        "was computed.",
        _MORE_PRECISELY,
    )


def too_many_steps(progress: Progress, goal: str, *, spent: bool) -> OutOfBudget:
    """The model still asks for more. `spent`: the time or the tokens are used up, too."""
    steps = f"{progress.taken} {'step' if progress.taken == 1 else 'steps'}"
    more = ", or more precisely." if spent or progress.failed else ", or allow more steps (max_steps)."
    wanted = " to compute more" if goal == MISSING else f": {goal.rstrip('.?!')}"
    return OutOfBudget(
        f"The question was not answered in {steps}; the model still wanted{wanted}.",
        f"The results so far are above. Ask for a part of it{more}",
    )


def no_answer() -> ModelAnswerInvalid:
    """The model says nothing, or nothing that is an answer."""
    return ModelAnswerInvalid(
        "The model gave no answer; the results above are complete.",
        "Ask again, or choose another model.",
    )
