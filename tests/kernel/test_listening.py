"""Functions that the kernel listens to warn as they do without it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from jupyter_agent.kernel.listening import after
from jupyter_agent.kernel.sessions import RestrictedSession
from jupyter_agent.steps import StreamOutput
from tests.coder.plain_kernel import PlainKernel
from tests.kernel.conftest import run

WARNING = [
    "import pandas as pd\n\npd.to_datetime(['a', '2024-01-05'], errors='coerce').size",
    "import pandas as pd\n\ndef day(text):\n    return pd.to_datetime(text)\n\nday(['13/01/2024']).size",
    "import pandas as pd\npd.Series(['a', '5/2024']).pipe(pd.to_datetime, errors='coerce').size",
    "import pandas as pd\na = pd.DataFrame({'k': [1]})\n\na.merge(pd.DataFrame({'k': [1.5]}), on='k').size",
    "import matplotlib.pyplot as plt\nplt.title('\\u4f60')\nplt.savefig('x.png')\nplt.close()",
    "import matplotlib.pyplot as plt\nplt.title('\\u4f60')\nplt.show()",
]


@pytest.fixture
def plain(jp_asyncio_loop: asyncio.AbstractEventLoop, tmp_path: Path) -> Iterator[PlainKernel]:
    kernel = PlainKernel(tmp_path)
    yield kernel
    jp_asyncio_loop.run_until_complete(kernel.close())


async def test_a_warning_names_the_line_that_it_would_without_it(
    session: RestrictedSession, plain: PlainKernel
) -> None:
    for code in WARNING:
        expected = [output async for output in plain.execute(code, timeout=60)]
        warned = "".join(map(said, expected))
        assert "Warning" in warned, code
        assert "".join(map(said, (await run(session, code)).outputs)) == warned


def said(output: object) -> str:
    """What was written beside the results; a cell is another file in each kernel."""
    return (
        re.sub(r"^\S*/\d+\.py", "CELL", output.text, flags=re.M) if isinstance(output, StreamOutput) else ""
    )


def test_what_has_no_code_of_its_own_is_listened_to_as_well() -> None:
    heard: list[object] = []
    owner = SimpleNamespace(largest=max)
    after(owner, "largest", lambda *told: heard.append(told))
    after(owner, "not_there", heard.append)
    assert owner.largest(3, 4) == 4
    assert heard == [(4, 3, 4)]
    assert not hasattr(owner, "not_there")


def test_what_goes_wrong_in_listening_is_not_the_programs_affair() -> None:
    owner = SimpleNamespace(largest=max)
    after(owner, "largest", lambda *_: 1 / 0)
    assert owner.largest(3, 4) == 4
