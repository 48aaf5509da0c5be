"""Refusals in words: which audit events are refused in which profile, and who hears of it."""

from __future__ import annotations

import pytest

from jupyter_agent.kernel.policy import PARALLEL, STRICT, Profile
from jupyter_agent.kernel.refusals import explain, refused, snapshot


@pytest.mark.parametrize(
    ("event", "arguments", "strict", "parallel"),
    [
        ("os.fork", (), ("process", "start another process"), None),
        ("os.system", (b"ls -l",), ("program", "start another program (`ls -l`)"), None),
        ("subprocess.Popen", ("ls", ["ls", "-l"]), ("program", "start another program (`ls -l`)"), None),
        ("os.exec", ("ls", [b"ls"], None), ("program", "start another program (`ls`)"), None),
        *(
            (event, (), ("network", "use the network"), ("network", "use the network"))
            for event in ("socket.connect", "socket.bind", "socket.getaddrinfo")
        ),
        ("open", ("file", "r", 0), None, None),
        ("socket.__new__", (), None, None),
    ],
)
def test_what_is_refused(
    event: str,
    arguments: tuple[object, ...],
    strict: tuple[str, str] | None,
    parallel: tuple[str, str] | None,
) -> None:
    assert refused(event, arguments, STRICT) == strict
    assert refused(event, arguments, PARALLEL) == parallel


def test_a_refusal_is_told_and_raised() -> None:
    told: list[tuple[str, str]] = []
    heard = explain(STRICT, lambda kind, what: told.append((kind, what)))
    heard("open", ("file", "r", 0))
    assert told == []
    with pytest.raises(PermissionError, match="This kernel is restricted: it may not use the network"):
        heard("socket.connect", ())
    assert told == [("network", "use the network")]


@pytest.mark.parametrize("profile", [STRICT, PARALLEL])
def test_a_snapshot_is_no_process_of_the_code(profile: Profile) -> None:
    with snapshot():
        explain(profile, lambda kind, what: None)("os.fork", ())
    assert refused("os.fork", (), STRICT) is not None
