"""How many easy questions about a CSV file the whole path answers: router, profile, coder, answer.

    python -m tests.evaluation.easy [--model NAME] [--review-rounds N] [--only WORD]

Uses the configured models (Ollama, else the embedded one) and the restricted kernel. Not a test: models
differ, so it measures and prints, and fails for nothing. A question counts as answered when the expected
numbers and names stand in the answer (and a plot was drawn if one was asked for), and as computed when
they stand in what the code printed.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from jupyter_client.multikernelmanager import AsyncMultiKernelManager

from jupyter_agent.agents import Toolbox, Turn, answer
from jupyter_agent.errors import AgentError
from jupyter_agent.events import (
    AnswerGiven,
    AttemptFinished,
    AttemptStarted,
    EventBody,
    OutputReceived,
    Reviewed,
    Usage,
)
from jupyter_agent.files import FileProfile, profile
from jupyter_agent.ids import ConversationId, RunId, new_id
from jupyter_agent.kernel.sessions import RestrictedKernels
from jupyter_agent.messages import Message
from jupyter_agent.models.metered import Meter, MeteredModel
from jupyter_agent.models.providers import ProviderModels
from jupyter_agent.prompts.render import output_text
from jupyter_agent.protocols import ChosenModels, KernelSession, Workspace
from jupyter_agent.settings import Settings
from tests.evaluation.questions import FILE, QUESTIONS, Expected, Question, orders


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What became of a question."""

    question: Question
    answer: str = ""
    error: str = ""
    printed: str = ""
    code: str = ""
    plots: int = 0
    attempts: int = 0
    failures: tuple[str, ...] = ()
    rejected: int = 0
    seconds: float = 0.0

    def take(self, body: EventBody) -> None:
        match body:
            case AttemptStarted():
                self.attempts += 1
                self.code = body.code
            case OutputReceived():
                self.printed += output_text([body.output]) + "\n"
                self.plots += body.output.kind == "display" and "image/png" in body.output.data
            case AttemptFinished() if body.failure:
                self.failures += (body.failure.error_class,)
            case Reviewed(approved=False):
                self.rejected += 1
            case AnswerGiven():
                self.answer = body.text

    def drawn(self) -> bool:
        return not self.question.plot or (self.plots > 0 and bool(re.search(self.question.plot, self.code)))


def holds(text: str, expected: Expected) -> bool:
    """Whether a text says what is expected; rounded ones count while they keep a decimal."""
    if isinstance(expected, str):
        return expected.casefold() in text.casefold()
    for found in re.findall(r"-?\d[\d,]*(?:\.\d+)?", text):
        digits = found.replace(",", "")
        decimals = len(digits.partition(".")[2])
        exact = float(expected).is_integer()
        if (exact or decimals) and abs(float(digits) - float(expected)) <= 0.5001 * 10**-decimals:
            return True
    return False


async def ask(
    question: Question, models: ChosenModels, kernel: KernelSession, file: FileProfile, settings: Settings
) -> list[Outcome]:
    """Ask a question, after the one that comes before it; the last outcome is the question's."""
    texts = [question.after, question.text] if question.after else [question.text]
    history: tuple[Message, ...] = ()
    outcomes = []
    for text in texts:
        outcome = Outcome(question=question)
        started = time.monotonic()
        now = datetime(2026, 3, 2, 9, 30).astimezone()
        turn = Turn(question=text, agent_type="auto", history=history, profiles=(file,), now=now)
        toolbox = Toolbox(
            run=RunId(new_id()), models=models, kernel=kernel, workspace=settings.data_dir, settings=settings
        )
        try:
            async for body in answer(turn, toolbox):
                outcome.take(body)
        except AgentError as error:
            outcome.error = str(error)
        outcome.seconds = time.monotonic() - started
        history += (Message.user(text), Message.assistant(outcome.answer))
        outcomes.append(outcome)
    return outcomes


async def evaluate(
    models: ChosenModels,
    session: Callable[[Path], KernelSession],
    *,
    review_rounds: int,
    only: str = "",
    usage: Callable[[], str] = str,
) -> None:
    """Ask every question, each with a kernel of its own, and print what became of it.

    `usage` tells what the models did since it was asked last.
    """
    results: list[Result] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table = orders(folder)
        settings = Settings(data_dir=folder, review_rounds=review_rounds)
        file = await profile(folder / FILE, FILE, "text/csv")
        for question in QUESTIONS:
            if only.casefold() not in question.text.casefold():
                continue
            kernel = session(folder)
            try:
                outcome = (await ask(question, models, kernel, file, settings))[-1]
            finally:
                await kernel.close()
            results.append(judge(outcome, list(question.expected(table))))
            print(results[-1].report(usage()))
    seconds = sorted(result.outcome.seconds for result in results)
    print(
        f"{sum(result.answered for result in results)} of {len(results)} answered, "
        f"{sum(result.computed for result in results)} computed, "
        f"median {seconds[len(seconds) // 2]:.1f} s"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An outcome, judged."""

    outcome: Outcome
    expected: list[Expected]
    computed: bool
    answered: bool

    def report(self, usage: str) -> str:
        """One line; more when it was not answered."""
        o = self.outcome
        mark = "ok  " if self.answered else "comp" if self.computed else "FAIL"
        counts = f"{o.seconds:5.1f} s, {o.attempts} attempts, {o.rejected} rejected{usage}"
        line = f"{mark} {counts}: {o.question.text}"
        if self.answered:
            return line
        return "\n".join(
            (
                line,
                f"  expected {[str(value)[:12] for value in self.expected]}",
                f"  error    {o.error} {o.failures}",
                f"  answer   {o.answer[:400]!r}",
                f"  printed  {o.printed[:300]!r}",
                o.code,
            )
        )


def judge(outcome: Outcome, expected: list[Expected]) -> Result:
    drawn = outcome.drawn()
    return Result(
        outcome=outcome,
        expected=expected,
        computed=drawn and all(holds(outcome.printed, value) for value in expected),
        answered=bool(outcome.answer) and drawn and all(holds(outcome.answer, value) for value in expected),
    )


async def main(model: str | None, review_rounds: int, only: str) -> None:
    """Evaluate the configured models in the restricted kernel."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        models = ProviderModels(settings)
        manager = AsyncMultiKernelManager()
        kernels = RestrictedKernels(manager, settings.kernel_name)
        meter = Meter()

        def session(workspace: Path) -> KernelSession:
            return kernels.session(
                Workspace(
                    conversation_id=ConversationId(new_id()),
                    folder=workspace,
                    attachments=workspace,
                    variables=workspace,
                )
            )

        def usage() -> str:
            used, meter.usage = meter.usage, Usage()
            return f", {used.calls} calls, {used.prompt_tokens} + {used.completion_tokens} tokens"

        try:
            chosen = await models.choose(model)
            print(chosen.general.name, chosen.notice)
            await evaluate(
                replace(
                    chosen,
                    general=MeteredModel(chosen.general, meter),
                    classifier=MeteredModel(chosen.classifier, meter),
                    coder=MeteredModel(chosen.coder, meter),
                ),
                session,
                review_rounds=review_rounds,
                only=only,
                usage=usage,
            )
        finally:
            await kernels.close()
            await manager.shutdown_all(now=True)
            await models.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", help="instead of the configured one")
    parser.add_argument("--review-rounds", type=int, default=1)
    parser.add_argument("--only", default="", help="only questions with this in their text")
    arguments = parser.parse_args()
    asyncio.run(main(arguments.model, arguments.review_rounds, arguments.only))
