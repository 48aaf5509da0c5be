"""A run's events as text for a terminal: the work on one stream, the answer on the other.

Progress goes to standard error and the answer to standard output, so that `jupyter agent ask … > answer.md`
keeps just the answer. Plots are saved and named where they appear.
"""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import TextIO, assert_never

from .characters import in_a_line, printable
from .events import (
    Activity,
    AgentChosen,
    AnswerGiven,
    AttemptFinished,
    AttemptStarted,
    Blocked,
    EventBody,
    Metered,
    ModelChosen,
    Notice,
    OutputReceived,
    Planned,
    QuestionBack,
    Reviewed,
    Rewound,
    RunFinished,
    RunStarted,
    Spent,
    Steered,
    StepFinished,
    StepStarted,
    TextDelta,
)
from .evidence import Evidence
from .steps import DisplayOutput, ErrorOutput, Output, StreamOutput

_AGENTS = {
    "auto": "choosing how to work",
    "chat": "answering from knowledge",
    "react": "analysing with code",
    "plan_execute": "planning, then analysing with code",
}
_IMAGES = {"image/png": ".png", "image/jpeg": ".jpg", "image/svg+xml": ".svg"}
"""The kinds of plots that are saved, the best first, with their file names' endings."""
_COLOURS = {"warning": "\x1b[33m", "error": "\x1b[31m"}
_PLAIN = "\x1b[0m"


class Terminal:
    """Writes events as they come. `saved` lists the plots, in order; `asked_back` is what the agent asked."""

    def __init__(self, *, progress: TextIO, answer: TextIO, plots: Path) -> None:
        self.saved: list[Path] = []
        self.asked_back: QuestionBack | None = None
        self._progress = progress
        self._answer = answer
        self._plots = plots
        self._streamed = ""
        """The answer, as far as it came in pieces."""
        self._planned = False
        self._activity = Activity(text="")

    def show(self, body: EventBody) -> None:
        """Write one event; raises `OSError` when a plot cannot be saved."""
        match body:
            case RunStarted():
                names = ", ".join(in_a_line(attachment.name) for attachment in body.attachments)
                self._say(f"● {body.question}" + (f"  [{names}]" if names else ""))
            case ModelChosen():
                self._say(f"  model: {body.model} ({body.provider})")
                if body.notice:
                    self._say(f"  {body.notice}. {body.advice}" if body.advice else f"  {body.notice}")
            case AgentChosen():
                self._say(f"  {_AGENTS[body.agent_type]}")
            case Activity():
                self._doing(body)
            case Notice():
                self._say(f"  {body.level}: {body.text}", colour=_COLOURS.get(body.level, ""))
            case Steered():
                self._say(f"● {body.text}")
            case Planned():
                self._plan(body)
            case StepStarted():
                self._say(f"\nStep {body.step}: {body.goal}")
            case TextDelta(target="answer"):
                self._streamed += body.text
                self._answer.write(printable(body.text))
                self._answer.flush()
            case TextDelta():
                pass  # the whole code follows with `attempt-started`
            case Reviewed():
                if not body.approved:
                    self._say(f"  review: {body.problem}")
            case AttemptStarted():
                self._say(f"  attempt {body.attempt}:")
                self._say(_indent(body.code or body.said, "    │ "))
            case OutputReceived():
                self._output(body.output)
            case Blocked():
                self._say(f"  blocked: {in_a_line(body.block.sentence)}")
            case Metered():
                self._say(f"  … {body.meter.seconds:.0f} s, {body.meter.memory / 1_000_000:,.0f} MB")
            case AttemptFinished():
                self._finish_attempt(body)
            case StepFinished():
                outcome = "done" if body.succeeded else "failed"
                self._say(f"  step {body.step} {outcome} in {body.duration:.1f} s{_of(body.spent)}\n")
            case AnswerGiven():
                self._finish_answer(body.text)
                self._evidence(body)
            case QuestionBack():
                self.asked_back = body
                self._say(f"\n{body.text}\n")
            case RunFinished():
                usage = body.usage
                self._say(
                    f"\n{body.status} in {body.duration:.1f} s · {usage.calls_in_words} · "
                    f"{usage.prompt_tokens} + {usage.completion_tokens} tokens"
                )
            case Rewound():
                self._say(f"  went back to before attempt {body.attempt} of step {body.step}")
            case _:
                assert_never(body)

    def _plan(self, plan: Planned) -> None:
        """The whole of it once, then a line for each change; the steps themselves say how they stand."""
        if not self._planned:
            self._planned = True
            self._say("\nPlan:")
            for number, step in enumerate(plan.steps, 1):
                self._say(f"  {number}. {in_a_line(step.goal)}")
        elif plan.reason:
            self._say(f"  plan changed: {in_a_line(plan.reason)}")

    def _output(self, output: Output) -> None:
        match output:
            case StreamOutput():
                self._say(_indent(output.text.rstrip("\n"), "    "))
            case DisplayOutput():
                if image := next((kind for kind in _IMAGES if kind in output.data), None):
                    self._say(f"    saved {self._save(image, output.data[image])}")
                elif "text/plain" in output.data:
                    self._say(_indent(output.data["text/plain"], "    "))
            case ErrorOutput():
                self._say(_indent(f"{output.name}: {output.message}", "    "))
            case _:
                assert_never(output)

    def _doing(self, activity: Activity) -> None:
        """A line for what begins, and for each further quarter of it."""
        before, self._activity, self._streamed = self._activity, activity, ""
        share = activity.progress or 0.0
        if activity.text == before.text and int(4 * share) == int(4 * (before.progress or 0.0)):
            return
        self._say(f"  … {activity.text}" + (f": {share:.0%}" if share else ""))

    def _finish_attempt(self, body: AttemptFinished) -> None:
        if body.status != "ok":
            advice = f" {body.failure.advice}" if body.failure else ""
            self._say(f"  attempt {body.attempt} {body.status} after {body.duration:.1f} s.{advice}")
        lost = ", ".join(body.files.not_restored)
        if body.rolled_back and lost:
            self._say(f"  undone: the variables are as they were before it; could not be put back: {lost}")
        elif body.rolled_back:
            self._say("  undone: variables and files are as they were before it")
        elif body.status in ("error", "timeout") and body.protection.kind != "snapshot":
            self._say("  not undone: what it changed before it failed is still so")
        if body.note:
            self._say(f"  {body.note}")

    def _finish_answer(self, text: str) -> None:
        """Write what was not streamed of it."""
        streamed, whole = self._streamed.strip(), text.strip()
        if whole.startswith(streamed):
            self._answer.write(printable(whole.removeprefix(streamed)))
        elif not streamed.startswith(whole):
            self._answer.write(printable(f"\n\n{whole}"))
        self._answer.write("\n")
        self._answer.flush()

    def _evidence(self, answer: AnswerGiven) -> None:
        """Which number comes from where, a line for each source."""
        places: dict[str, dict[str, None]] = {}
        for one in answer.evidence:
            if one.derivation not in ("named", "plotted"):
                places.setdefault(_place(one), {})[in_a_line(answer.text[one.start : one.end])] = None
        if places:
            self._say("\nWhere the numbers come from:")
        for place, numbers in places.items():
            self._say(f"  {place}: {', '.join(numbers)}")

    def _save(self, kind: str, data: str) -> Path:
        """Save a plot under the first free `plot-N`: an earlier answer's plots are never overwritten."""
        try:
            content = data.encode() if kind == "image/svg+xml" else base64.b64decode(data, validate=True)
        except binascii.Error as error:
            raise OSError("the kernel sent a plot that is not an image") from error
        number = len(self.saved) + 1
        while True:
            path = self._plots / f"plot-{number}{_IMAGES[kind]}"
            try:
                with path.open("xb") as file:
                    file.write(content)
            except FileExistsError:
                number += 1
                continue
            self.saved.append(path)
            return path

    def _say(self, text: str, colour: str = "") -> None:
        if colour and self._progress.isatty():
            self._progress.write(f"{colour}{printable(text)}{_PLAIN}\n")
        else:
            self._progress.write(printable(text) + "\n")
        self._progress.flush()


def _of(spent: Spent | None) -> str:
    """What of a step's time went where, if that was counted."""
    if spent is None:
        return ""
    tokens = spent.usage.prompt_tokens + spent.usage.completion_tokens
    return f" (model {spent.model_seconds:.1f} s, {tokens:,} tokens; kernel {spent.kernel_seconds:.1f} s)"


def _place(evidence: Evidence) -> str:
    """What a number comes from, in a few words."""
    match evidence.source:
        case "step":
            return f"step {evidence.step}"
        case "question":
            return "the question"
        case "earlier":
            return "an earlier message"
        case "none":
            return "perhaps chance" if evidence.derivation == "by-chance" else "NOT in any output"
        case _:
            assert_never(evidence.source)


def _indent(text: str, prefix: str) -> str:
    return "\n".join(prefix + line for line in text.splitlines())
