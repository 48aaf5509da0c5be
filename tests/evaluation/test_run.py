"""Questions through the product and the baseline: real store, journal and kernels; the model is scripted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

import pytest
from jupyter_client.multikernelmanager import AsyncMultiKernelManager

from jupyter_agent.compose import Services, compose
from jupyter_agent.errors import ModelUnavailable
from jupyter_agent.evaluation.expected import InKernel, Number, String
from jupyter_agent.evaluation.outcome import Arm, Outcome
from jupyter_agent.evaluation.run import Evaluation
from jupyter_agent.evaluation.suite import Case
from jupyter_agent.ids import OWNER
from jupyter_agent.models.scripted import ScriptedAnswer, ScriptedModel, ScriptedModels
from jupyter_agent.protocols import ModelRequest
from jupyter_agent.settings import Settings

Start = Callable[[ScriptedModel], Awaitable[Services]]
BOTH: tuple[Arm, ...] = ("product", "baseline")
FRANCE = Case(id="france", question="Capital of France?", files=(), expected=String("Paris"))


def program(code: str) -> str:
    return f"I compute it.\n```python\n{code}\n```\nOutput: 41"


def is_baseline(request: ModelRequest) -> bool:
    return "You work in rounds" in request.messages[0].text


def says_paris(request: ModelRequest) -> str:
    return '{"mode": "chat"}' if request.schema else "FINAL ANSWER: Paris"


@pytest.fixture
def started(tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[Start]:
    """Composes services with a given model; closes them all at the end."""
    opened: list[Services] = []

    async def start(model: ScriptedModel) -> Services:
        settings = Settings(data_dir=tmp_path / "data", review_rounds=0, timeout=60)
        services = await compose(settings, AsyncMultiKernelManager(), models=ScriptedModels(model))
        opened.append(services)
        return services

    yield start
    for services in opened:
        jp_asyncio_loop.run_until_complete(services.close())


async def outcomes_of(
    services: Services, *cases: Case, arms: Sequence[Arm] = BOTH, budget: float = 120.0
) -> list[Outcome]:
    evaluation = Evaluation(services, budget=budget)
    return [outcome async for outcome in evaluation.outcomes(cases, arms)]


async def test_both_arms_answer_with_kernels_of_their_own(started: Start, tmp_path: Path) -> None:
    """The product's failure is undone; the baseline's is not, and what it was refused is counted."""
    (tmp_path / "sales.csv").write_text("region,price\nnorth,10\nsouth,20\nnorth,30\n")
    load = "import pandas as pd\ndf = pd.read_csv('sales.csv')\n"
    right = load + "mean = df.price.mean()\nprint(mean)"
    address = "('192.0.2.1', 80)"
    connect = (
        f"import socket\ntry:\n    socket.create_connection({address})\nexcept OSError:\n    print('no')"
    )
    product = iter([program(load + "mean = 1\nprint(df['Price'])"), program(right), "The mean is 20.0."])
    baseline = iter(
        [
            program("mean = 1\nmean"),
            program("mean = 2\n1 / 0"),
            "Let me think.",
            program(connect),
            program(right),
            "FINAL ANSWER: **20**",
        ]
    )
    model = ScriptedModel(
        lambda request: (
            '{"mode": "react"}' if request.schema else next(baseline if is_baseline(request) else product)
        )
    )
    services = await started(model)
    case = Case(
        id="mean",
        question="Store the mean price in mean.",
        files=(tmp_path / "sales.csv",),
        expected=InKernel("mean", Number(20)),
    )

    ours, plain = await outcomes_of(services, case)

    assert (ours.arm, ours.result, ours.reason) == ("product", "solved", "")
    assert (ours.steps, ours.attempts, ours.failed_attempts, ours.left_changed) == (1, 2, 1, ())
    assert (plain.arm, plain.result, plain.answer, plain.reason) == ("baseline", "solved", "**20**", "")
    assert (plain.steps, plain.attempts, plain.failed_attempts) == (4, 4, 1)
    assert plain.left_changed == ("mean",)
    assert plain.blocked == {"network": 1}
    assert plain.calls == 6
    assert plain.prompt_tokens > 0
    asked = [request for request in model.requests if is_baseline(request)]
    assert "sales.csv" in asked[0].messages[-1].text
    assert "region" not in asked[0].messages[-1].text  # no profile
    assert asked[1].messages[-1].text == "Output:\n1"
    assert asked[1].messages[-2].text.endswith("```")  # the output that it imagined is gone
    assert "ZeroDivisionError" in asked[2].messages[-1].text
    assert asked[4].messages[-1].text == "Output:\nno"
    assert await services.store.conversations(OWNER) == ()


async def test_the_arms_take_turns(started: Start) -> None:
    services = await started(ScriptedModel(says_paris))
    cases = [FRANCE, Case(id="spain", question="Spain?", files=(), expected=String("Madrid"))]
    outcomes = await outcomes_of(services, *cases)
    assert [(outcome.id, outcome.arm, outcome.result) for outcome in outcomes] == [
        ("france", "product", "solved"),
        ("france", "baseline", "solved"),
        ("spain", "baseline", "wrong"),
        ("spain", "product", "wrong"),
    ]


async def test_what_hangs_costs_its_budget_and_the_next_is_asked(started: Start) -> None:
    def answer(request: ModelRequest) -> str | ScriptedAnswer:
        if "Hang" in request.messages[-1].text:
            return ScriptedAnswer(text="never said", delay=600)
        return says_paris(request)

    services = await started(ScriptedModel(answer))
    hanging = Case(id="hang", question="Hang.", files=(), expected=Number(1))
    outcomes = await outcomes_of(services, hanging, FRANCE, budget=1.0)
    assert [outcome.result for outcome in outcomes] == ["no-answer", "no-answer", "solved", "solved"]
    for outcome in outcomes[:2]:
        assert (outcome.status, outcome.reason, outcome.seconds) == ("out-of-time", "no answer in time", 1.0)
        assert outcome.calls == 1  # what was stopped was counted, too
    assert await services.store.conversations(OWNER) == ()


async def test_what_fails_is_told_and_the_next_is_asked(started: Start, tmp_path: Path) -> None:
    def answer(request: ModelRequest) -> str | ScriptedAnswer:
        if "Fail" in request.messages[-1].text:
            return ScriptedAnswer(text="", error=ModelUnavailable("The model is gone.", "Start it."))
        return says_paris(request)

    services = await started(ScriptedModel(answer))
    failing = Case(id="fail", question="Fail.", files=(), expected=Number(1))
    without = Case(id="file", question="Read.", files=(tmp_path / "gone.csv",), expected=Number(1))
    outcomes = await outcomes_of(services, failing, without, FRANCE)
    told = [(outcome.result, outcome.status) for outcome in outcomes]
    assert told == [("no-answer", "failed")] * 4 + [("solved", "completed")] * 2
    assert "The model is gone. Start it." in outcomes[0].reason
    assert "The model is gone. Start it." in outcomes[1].reason
    assert "gone.csv" in outcomes[2].reason
    assert "gone.csv" in outcomes[3].reason


async def test_a_baseline_that_never_answers_ends(started: Start) -> None:
    model = ScriptedModel(lambda request: "Let me think.")
    (outcome,) = await outcomes_of(await started(model), FRANCE, arms=("baseline",))
    assert (outcome.result, outcome.reason) == ("no-answer", "No answer in 12 rounds.")
    assert len(model.requests) == 12


async def test_a_variable_that_no_code_made_is_told(started: Start) -> None:
    services = await started(ScriptedModel(says_paris))
    case = Case(id="x", question="Set x.", files=(), expected=InKernel("x", Number(1)))
    (outcome,) = await outcomes_of(services, case, arms=("product",))
    assert (outcome.result, outcome.reason) == ("wrong", "no code ran")
