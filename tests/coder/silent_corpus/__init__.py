"""Programs that go wrong without an error, and look-alikes that are right, as data: a file or two a detector.

Each begins with a line `# %% true: what it is` or `# %% harmless: what it is`. Those that begin with
`# %% unnoticed:` go wrong, too, and are not found: it takes more than a look, or may as well be meant.
They read the tables in `FILES`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from jupyter_agent.steps import SilentErrorKind

FILES = {
    "orders.csv": """order_id,customer_id,product,region,quantity,price,day,note
1,C1,Lamp,North,2,10.5,03/01/2024,
2,C1,Chair,North,1,45.0,04/01/2024,
3,C2,Desk,South,1,120.0,11/01/2024,
4,C2,Lamp,South,4,10.5,15/01/2024,
5,C3,Chair,West,2,44.0,19/01/2024,
6,C3,Sofa,West,1,310.0,23/01/2024,
7,C4,Lamp,North,3,11.0,02/02/2024,
8,C4,Desk,North,1,118.0,06/02/2024,
9,C5,Chair,South,5,43.5,13/02/2024,
10,C6,Lamp,South,1,12.0,20/02/2024,
11,C9,Sofa,West,1,305.0,25/02/2024,
12,C9,Desk,North,2,119.0,28/02/2024,
""",
    "customers.csv": """customer_id,name,city,segment
C1,Ada,Bern,Retail
C2,Ben,Oslo,Business
C3,Cleo,Bern,Business
C4,Dan,Rome,Retail
C5,Eva,Oslo,Retail
C6,Finn,Rome,Business
C7,Gus,Bern,Retail
C8,Hanna,Oslo,Business
""",
    "contacts.csv": """customer_id,email
C1,ada@a.org
C1,ada@b.org
C2,ben@a.org
C2,ben@b.org
C3,cleo@a.org
C4,dan@a.org
C5,eva@a.org
C6,finn@a.org
C9,ida@a.org
""",
    "products.csv": "product,category,cost\nLamp,Light,6.0\nChair,Furniture,20.0\nDesk,Furniture,70.0\n"
    "Sofa,Furniture,180.0\n",
    "targets.csv": "region,month,target\nNorth,1,10\nNorth,2,12\nSouth,1,8\nSouth,2,9\nWest,1,5\nWest,2,6\n",
    "survey.csv": """id,age,score,spent,city,comment
1,34,7,12.50 EUR,Bern,
2,,5,3.20 EUR,Oslo,
3,51,9,40.00 EUR,Bern,
4,28,6,8.75 EUR,Rome,
5,,8,19.90 EUR,Oslo,
6,45,4,2.10 EUR,Bern,
""",
    "visits.csv": """visit_id,date,amount,rating,city
1,2024-01-05,"1,200.50",4,Bern
2,2024-01-19,80.00,5,Oslo
3,"February 2, 2024",95.50,n/a,Bern
4,13/02/2024,"2,310.00",3,Rome
5,2024-02-20,,unknown,Oslo
6,March 3 2024,$45.00,-,Bern
7,17/03/2024,60.25,2,Rome
8,2024-03-28,"1,005.00",4,Oslo
""",
}

Kind = Literal["true", "harmless", "unnoticed"]

_HEADING = re.compile(r"^# %% (true|harmless|unnoticed): (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program, and whether its detector is to find something."""

    detector: SilentErrorKind
    kind: Kind
    title: str
    code: str


def programs() -> list[Program]:
    """All of them."""
    folder = Path(__file__).parent / "programs"
    found = []
    for detector in get_args(SilentErrorKind):
        files = sorted(folder.glob(f"{detector.replace('-', '_')}*.py"))
        _, *parts = _HEADING.split("\n".join(file.read_text("utf-8") for file in files))
        for kind, title, code in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
            found.append(Program(detector=detector, kind=kind, title=title, code=code.strip("\n")))  # type: ignore[arg-type]
    return found
