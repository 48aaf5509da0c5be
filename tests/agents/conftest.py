"""A turn about a small file, and a toolbox with a scripted model and a real kernel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jupyter_agent.agents import Toolbox, Turn
from jupyter_agent.events import AnswerGiven, EventBody
from jupyter_agent.files import profile
from jupyter_agent.ids import RunId
from jupyter_agent.models.scripted import Script, ScriptedModel
from jupyter_agent.protocols import IN_TEXT, ChosenModels, Rendering
from jupyter_agent.settings import Settings
from tests.coder.plain_kernel import PlainKernel

CSV = "region,price\nNorth,10\nSouth,30\nNorth,20\n"


def given(bodies: Sequence[EventBody]) -> str:
    """The answer that a run ended with."""
    last = bodies[-1]
    assert isinstance(last, AnswerGiven)
    return last.text


@pytest.fixture
def kernel(jp_asyncio_loop: asyncio.AbstractEventLoop, tmp_path: Path) -> Iterator[PlainKernel]:
    session = PlainKernel(tmp_path)
    yield session
    jp_asyncio_loop.run_until_complete(session.close())


@pytest.fixture
def turn(jp_asyncio_loop: asyncio.AbstractEventLoop, tmp_path: Path) -> Turn:
    path = tmp_path / "sales.csv"
    path.write_text(CSV)
    file = jp_asyncio_loop.run_until_complete(profile(path, "sales.csv", "text/csv"))
    return Turn(
        question="What is the mean price per region?",
        agent_type="react",
        history=(),
        profiles=(file,),
        now=datetime(2026, 1, 5, 9, 0, tzinfo=UTC),
    )


@pytest.fixture
def toolbox(kernel: PlainKernel, tmp_path: Path) -> Callable[..., tuple[Toolbox, ScriptedModel]]:
    """Makes a toolbox around a script; keyword arguments change the settings."""

    def make(
        script: Script, rendering: Rendering = IN_TEXT, **settings: Any
    ) -> tuple[Toolbox, ScriptedModel]:
        model = ScriptedModel(script)
        chosen = ChosenModels(
            general=model, classifier=model, coder=model, provider="scripted", rendering=rendering
        )
        configured = replace(Settings(data_dir=tmp_path, review_rounds=0, timeout=60), **settings)
        return Toolbox(
            run=RunId("run"), models=chosen, kernel=kernel, workspace=tmp_path, settings=configured
        ), model

    return make
