"""How often a model chooses the way of working that a person would: requests that no prompt shows.

    python -m tests.evaluation.router [--model NAME]

Uses the configured models (Ollama, else the embedded one). Not a test: models differ, so it prints what was
chosen otherwise, and the rate for each way.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import tomllib
from collections import defaultdict
from datetime import datetime
from pathlib import Path

from jupyter_agent.agents import Turn
from jupyter_agent.agents.router import choose
from jupyter_agent.files import profile
from jupyter_agent.models.providers import ProviderModels
from jupyter_agent.settings import Settings

REQUESTS = tomllib.loads((Path(__file__).parent / "requests.toml").read_text("utf-8"))


async def main(name: str | None) -> None:
    """Ask the model for each request."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sales.csv"
        file.write_text("region,price\nNorth,10\nSouth,30\n")
        attached = (await profile(file, file.name, "text/csv"),)
        models = ProviderModels(Settings(data_dir=Path(folder)))
        try:
            chosen = await models.choose(name)
            print(f"{chosen.provider} {chosen.classifier.name}")
            right: dict[str, list[bool]] = defaultdict(list)
            for mode, request in ((mode, request) for mode, all_ in REQUESTS.items() for request in all_):
                turn = Turn(
                    question=request,
                    agent_type="auto",
                    history=(),
                    profiles=attached,
                    now=datetime.now().astimezone(),
                )
                found = await choose(turn, chosen.classifier)
                right[mode].append(found.agent_type == mode)
                if found.agent_type != mode:
                    print(f"  {mode} → {found.agent_type} ({found.chosen_by}): {request}")
            print(", ".join(f"{mode}: {sum(marks)} of {len(marks)}" for mode, marks in right.items()))
        finally:
            await models.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", help="the model to ask")
    asyncio.run(main(parser.parse_args().model))
