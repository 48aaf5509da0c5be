"""Many listen, one hook: in an interpreter of its own, since an audit hook stays for ever."""

from __future__ import annotations

import subprocess
import sys

HEARD = """
import sys
from jupyter_agent.kernel.audit_events import AuditEvents

def refuse(event, arguments):
    raise PermissionError(f"no {event}")

events, told = AuditEvents(), []
events.hear(("test.a", "test.b"), lambda event, arguments: told.append((event, *arguments)))
events.hear(("test.b",), refuse)
sys.audit("test.a", 0)
events.install()
sys.audit("test.a", 1, 2)
sys.audit("test.c")
try:
    sys.audit("test.b", 3)
except PermissionError as error:
    told.append(str(error))
events.hear(("test.c",), lambda event, arguments: told.append("later"))
sys.audit("test.c")
print(told)
"""


def test_those_who_listen_are_told_in_their_order() -> None:
    run = subprocess.run([sys.executable, "-c", HEARD], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == str([("test.a", 1, 2), ("test.b", 3), "no test.b", "later"])
