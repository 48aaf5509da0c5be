"""The plan of a run: asked from a model, adapted to what came out, and how far it has come."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from jupyter_agent.coder import offered, to_adapt, to_plan
from jupyter_agent.errors import ModelError
from jupyter_agent.events import QuestionBack
from jupyter_agent.models.complete import complete, complete_json
from jupyter_agent.protocols import JsonSchema, ModelRequest
from jupyter_agent.steps import PlannedStatus, PlannedStep, Step

from .plan_text import question_in, steps_in
from .progress import Progress
from .turn import Toolbox

_STEPS: JsonSchema = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "goal": {"type": "string", "maxLength": 300},
            "approach": {"type": "string", "maxLength": 300},
            "criterion": {"type": "string", "maxLength": 200},
        },
        "required": ["goal", "approach", "criterion"],
        "additionalProperties": False,
    },
}
PLAN_SCHEMA: JsonSchema = {
    "type": "object",
    "properties": {"steps": _STEPS},
    "required": ["steps"],
    "additionalProperties": False,
}
ASKING_SCHEMA: JsonSchema = {
    "type": "object",
    "properties": {
        "steps": _STEPS,
        "ask": {"type": "string", "maxLength": 300},
        "choices": {"type": "array", "items": {"type": "string", "maxLength": 150}},
    },
    "additionalProperties": False,
}
ADAPT_SCHEMA: JsonSchema = {
    "type": "object",
    "properties": {
        "keep": {"type": "boolean"},
        "reason": {"type": "string", "maxLength": 200},
        "steps": _STEPS,
    },
    "required": ["keep"],
    "additionalProperties": False,
}
_MAX_TOKENS = 1_024
_REASON_CHARACTERS = 300
_NO_REASON = "What came out asks for other steps."


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done for a question, in this order."""

    steps: tuple[PlannedStep, ...]

    @property
    def next(self) -> int | None:
        """The place of the first step that waits; None if there is none."""
        return next((place for place, step in enumerate(self.steps) if step.status == "waiting"), None)

    @property
    def waiting(self) -> tuple[PlannedStep, ...]:
        return tuple(step for step in self.steps if step.status == "waiting")

    def marked(self, place: int, status: PlannedStatus) -> Plan:
        step = replace(self.steps[place], status=status)
        return Plan((*self.steps[:place], step, *self.steps[place + 1 :]))

    def waiting_for(self, goal: str) -> Plan:
        """The plan, in which the first step of this goal that is done waits again."""
        for place, step in enumerate(self.steps):
            if step.goal == goal and step.status == "done":
                return self.marked(place, "waiting")
        return self

    def with_rest(self, rest: tuple[PlannedStep, ...]) -> Plan:
        """The plan with other steps in the place of those that wait; what is dropped stays to be seen."""
        goals = {step.goal for step in rest}
        begun = (step for step in self.steps if step.status != "waiting")
        dropped = (replace(step, status="left-out") for step in self.waiting if step.goal not in goals)
        return Plan((*begun, *dropped, *rest))

    def given_up(self) -> Plan:
        """The plan when nothing more of it can be done."""
        ends: Mapping[PlannedStatus, PlannedStatus] = {"working": "failed", "waiting": "left-out"}
        return Plan(tuple(replace(step, status=ends.get(step.status, step.status)) for step in self.steps))

    def to_text(self) -> str:
        """As a model would have written it."""
        steps = [
            {"goal": step.goal, "approach": step.approach, "criterion": step.criterion}
            for step in self.steps
            if step.status != "left-out"
        ]
        return json.dumps({"steps": steps}, ensure_ascii=False)


async def planned(progress: Progress, toolbox: Toolbox) -> Plan | QuestionBack:
    """The model's plan, however long it is, without steps if its answer holds none; or what it has to know
    before.

    Raises:
        ModelError: as `Model.stream`.
    """
    request = ModelRequest(
        messages=to_plan(progress.task, toolbox.settings),
        tools=offered(progress.task.rendering),
        schema=ASKING_SCHEMA if progress.task.may_ask else PLAN_SCHEMA,
        temperature=0.0,
        max_tokens=_MAX_TOKENS,
    )
    answer = await complete(toolbox.models.general, request)
    if progress.task.may_ask and (asked := question_in(answer.text)):
        return asked
    return Plan(steps_in(answer.text))


async def adapted(
    plan: Plan, progress: Progress, step: Step, toolbox: Toolbox, *, most: int
) -> tuple[Plan, str]:
    """The plan after `step`, and why it is another one; empty if it is not.

    An answer that cannot be used leaves the plan as it is, and so does a model that fails: there is a plan.
    """
    messages = to_adapt(
        progress.task,
        progress.done,
        plan.waiting,
        toolbox.settings,
        most=most,
        failed=() if step.succeeded else (step,),
        said=progress.news,
    )
    request = ModelRequest(
        messages=messages,
        tools=offered(progress.task.rendering),
        schema=ADAPT_SCHEMA,
        temperature=0.0,
        max_tokens=_MAX_TOKENS,
    )
    try:
        found = await complete_json(toolbox.models.general, request)
    except ModelError:
        return plan, ""
    wanted = _wanted(found, most)
    if wanted is None:
        return plan, ""
    changed = plan.with_rest(tuple(step for step in wanted if not progress.has_done(step.goal)))
    if changed.waiting == plan.waiting:
        return plan, ""
    reason = found.get("reason")
    said = " ".join(reason.split())[:_REASON_CHARACTERS] if isinstance(reason, str) else ""
    return changed, said or _NO_REASON


def _wanted(found: Mapping[str, Any], most: int) -> tuple[PlannedStep, ...] | None:
    """The steps that are to take the place of the rest; None if that is not said in a usable form."""
    steps = found.get("steps")
    if found.get("keep") is not False or not isinstance(steps, list):
        return None
    wanted = steps_in(json.dumps({"steps": steps}))[:most]
    return wanted if wanted or not steps else None
