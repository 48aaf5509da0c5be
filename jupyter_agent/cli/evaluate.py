"""`jupyter agent eval`: how well a model answers a suite of questions, in the product and without it."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from traitlets import Bool, Float, Integer, Unicode

from jupyter_agent.characters import in_a_line, printable
from jupyter_agent.closing import closing
from jupyter_agent.errors import AgentError, InputRefused
from jupyter_agent.evaluation.outcome import Arm, Outcome
from jupyter_agent.evaluation.report import as_text, report_on
from jupyter_agent.evaluation.run import Evaluation
from jupyter_agent.evaluation.suite import Case, read_suite

from .command import EXIT_STOPPED, Command, complain, new_file

if TYPE_CHECKING:
    from jupyter_agent.compose import Services


class EvalApp(Command):
    """Answer the questions of a suite, and report how many answers are right and what they cost."""

    name = "jupyter-agent-eval"
    description = (
        "Answer the questions of a suite, through the agent and through a plain ReAct loop with the same "
        "model, and report how many answers are right and what they cost.\n\n"
        "Progress is shown on standard error, the report on standard output. Ctrl-C ends the evaluation and "
        "reports what there is. The exit status is 0 when all questions were asked, 1 when not, 2 when the "
        "request itself cannot be used, 130 after Ctrl-C."
    )
    examples = (
        "jupyter agent eval suite.jsonl --model qwen3:8b --output results.jsonl\n"
        "jupyter agent eval suite.jsonl --level easy --no-baseline"
    )
    aliases = {
        "model": "EvalApp.model",
        "budget": "EvalApp.budget",
        "level": "EvalApp.level",
        "output": "EvalApp.output",
        "seed": "EvalApp.seed",
        "timeout": "JupyterAgent.timeout",
        "ollama-host": "JupyterAgent.ollama_host",
        "config": "JupyterApp.config_file",
        "log-level": "Application.log_level",
    }
    flags = {
        **Command.flags,
        "json": ({"EvalApp": {"as_json": True}}, "Report as JSON, for programs."),
        "no-baseline": ({"EvalApp": {"baseline": False}}, "Ask the agent only."),
    }

    model = Unicode("", help="The model to use instead of the configured one.").tag(config=True)
    budget = Float(
        300.0, min=1.0, help="Seconds for each question, for the agent and for the plain loop alike."
    ).tag(config=True)
    level = Unicode("", help="Only the questions of this level.").tag(config=True)
    output = Unicode("", help="A new file for the results: a line of JSON for each, as they come.").tag(
        config=True
    )
    seed = Integer(0, min=0, help="Of the intervals' random numbers.").tag(config=True)
    as_json = Bool(False, help="Whether the report is JSON.").tag(config=True)
    baseline = Bool(True, help="Whether a plain ReAct loop answers the questions, too.").tag(config=True)

    async def work(self) -> int:
        """Evaluate the suite given on the command line."""
        cases = self._cases()
        settings = self.to_settings()
        with new_file(self.output, "Results") as output:
            async with self.services(settings) as services:
                return await self._evaluate(services, cases, output)

    def _cases(self) -> Sequence[Case]:
        if len(self.extra_args) != 1:
            raise InputRefused("Name one suite.", "Like this: jupyter agent eval suite.jsonl")
        cases = read_suite(Path(self.extra_args[0]).expanduser())
        chosen = [case for case in cases if self.level in ("", case.level)]
        if not chosen:
            levels = ", ".join(dict.fromkeys(case.level for case in cases if case.level)) or "none"
            raise InputRefused(f"No question has the level {self.level}.", f"The levels are: {levels}.")
        return chosen

    async def _evaluate(self, services: Services, cases: Sequence[Case], output: TextIO | None) -> int:
        chosen = await services.models.choose(self.model or None)  # or all questions would say so
        _say(f"Questions: {len(cases)}. {chosen.general.name} ({chosen.provider}). {chosen.notice}".rstrip())
        arms: tuple[Arm, ...] = ("product", "baseline") if self.baseline else ("product",)
        evaluation = Evaluation(services, model=self.model or None, budget=self.budget)
        outcomes: list[Outcome] = []

        async def collect() -> None:
            async with closing(evaluation.outcomes(cases, arms)) as coming:
                async for outcome in coming:
                    outcomes.append(outcome)
                    _keep(outcome, chosen.general.name, output)
                    _say(_progress(outcome, len(outcomes), len(cases) * len(arms)))

        collecting = asyncio.create_task(collect())
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, collecting.cancel)
        try:
            await asyncio.wait({collecting})
        finally:
            loop.remove_signal_handler(signal.SIGINT)
        # Whatever ended it: what there is was expensive.
        if outcomes:
            self._report(outcomes, chosen.general.name)
        if collecting.cancelled():
            return complain(AgentError("Stopped by you."), EXIT_STOPPED)
        collecting.result()
        return 0

    def _report(self, outcomes: Sequence[Outcome], model: str) -> None:
        report = report_on(outcomes, self.seed)
        if self.as_json:
            whole = {"suite": self.extra_args[0], "model": model, **asdict(report)}
            whole["outcomes"] = [asdict(outcome) for outcome in outcomes]
            sys.stdout.write(json.dumps(whole) + "\n")
        else:
            sys.stdout.write(printable(as_text(report, outcomes)) + "\n")
        sys.stdout.flush()


def _keep(outcome: Outcome, model: str, output: TextIO | None) -> None:
    if output is not None:
        output.write(json.dumps({"model": model, **asdict(outcome)}) + "\n")
        output.flush()


def _say(text: str) -> None:
    sys.stderr.write(in_a_line(text) + "\n")
    sys.stderr.flush()


def _progress(outcome: Outcome, number: int, total: int) -> str:
    reason = f": {outcome.reason}" if outcome.reason else ""
    return (
        f"{number}/{total} {outcome.id} ({outcome.arm}): {outcome.result.replace('-', ' ')} "
        f"in {outcome.seconds:.1f} s{reason}"
    )
