"""What is wrong for certain is found before it runs; what is right passes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jupyter_agent.coder.check import RULES, Finding, Surroundings, check, findings, written_files
from jupyter_agent.coder.checks.final_exit import without_final_exit
from jupyter_agent.prompts import check_texts
from tests.coder.check_corpus import Program, flagged, harmless, unnoticed
from tests.kernel.programs.cells import GROUPS, topics

HERE = Surroundings(
    files=frozenset({"sales.csv"}), said="Save it as result.csv", tables=frozenset({"orders"})
)

WRONG = {
    "subprocess": ("import subprocess\nsubprocess.run(['ls'])", "restricted", 1),
    "from subprocess": ("from subprocess import run\nrun(['ls'])", "restricted", 1),
    "socket": ("import socket\nsocket.socket()", "restricted", 1),
    "requests": ("import pandas as pd\nimport requests\nrequests.get('x')", "restricted", 2),
    "urllib": ("from urllib.request import urlopen\nurlopen('x')", "restricted", 1),
    "urllib member": ("from urllib import request\nrequest.urlopen('x')", "restricted", 1),
    "multiprocessing": ("from multiprocessing import Pool\nPool(2)", "restricted", 1),
    "module that is not there": ("from google.colab import files", "restricted", 1),
    "os.system": ("import os\nos.system('ls')", "restricted", 2),
    "input": ("name = input('Name?')", "restricted", 1),
    "exit": ("exit()", "restricted", 1),
    "exit before the end": ("exit()\nprint(1)", "restricted", 1),
    "exit as a failure": ("print(1)\nexit(1)", "restricted", 2),
    "address": ("import pandas as pd\ndf = pd.read_csv('https://example.org/a.csv')", "restricted", 2),
    "bundled data": ("import seaborn as sns\nt = sns.load_dataset('tips')", "restricted", 2),
    "fetched data": ("from sklearn.datasets import fetch_openml\nd = fetch_openml('x')", "restricted", 2),
    "pip": ("!pip install polars", "restricted", 1),
    "pip magic": ("import os\n%pip install polars", "restricted", 2),
    "bare pip": ("pip install polars\nimport polars", "restricted", 1),
    "cell magic": ("%%bash\nls", "restricted", 1),
    "unknown file": ("import pandas as pd\ndf = pd.read_csv('sale.csv')", "file-not-found", 2),
    "foreign folder": ("import pandas as pd\ndf = pd.read_csv('/mnt/data/sales.csv')", "file-not-found", 2),
    "open": ("text = open('notes.txt').read()", "file-not-found", 1),
    "chained fillna": ("df['a'].fillna(0, inplace=True)", "static-check", 1),
    "chained on an attribute": ("orders.price.fillna(0, inplace=True)", "static-check", 1),
    "chained on a selection": ("df[df.a > 0].drop_duplicates(inplace=True)", "static-check", 1),
    "chained assignment": ("orders['a'][orders['b'] > 1] = 0", "static-check", 1),
    "chained assignment to a read table": (
        "import pandas as pd\nt = pd.read_csv('sales.csv')\nt[t.a > 1]['b'] = 0",
        "static-check",
        3,
    ),
    "endless loop": ("n = 0\nwhile True:\n    n += 1", "static-check", 2),
    "break of an inner loop": ("while 1:\n    for i in x:\n        break", "static-check", 1),
    "syntax": ("a = 1\nprint((a", "syntax-error", 2),
    "nested beyond measure": ("x = " + "-" * 100_000 + "1", "syntax-error", None),
    "null byte": ("a = '\0'", "syntax-error", None),
}


FOLDER = Surroundings(readable=("/root/analysis/costs.csv", "/root/analysis/years/"))


@pytest.mark.parametrize(
    ("path", "error_class"),
    [
        ("/root/analysis/costs.csv", None),
        ("/root/analysis/years/2025.csv", None),
        ("/root/analysis/years", None),
        ("/root/other.csv", "restricted"),
        ("/root/analysis/costs.csv.bak", "restricted"),
        ("costs.csv", "file-not-found"),
    ],
)
def test_files_of_the_readable_folder_are_there_by_their_whole_paths(path: str, error_class: str) -> None:
    failure = check(f"print(open({path!r}).read())", FOLDER)
    assert (failure.error_class if failure else None) == error_class
    if error_class == "file-not-found":
        assert failure is not None
        assert "These are there: /root/analysis/costs.csv" in failure.message
    written = check(f"open({path!r}, 'w')", FOLDER)
    assert (written is None) == (path == "costs.csv")


@pytest.mark.parametrize(("code", "error_class", "line"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_found_where_it_is(code: str, error_class: str, line: int | None) -> None:
    failure = check(code, HERE)
    assert failure is not None
    assert (failure.error_class, failure.line) == (error_class, line)
    assert failure.message
    assert failure.advice


RIGHT = {
    "attached file": "import pandas as pd\ndf = pd.read_csv('sales.csv')\nprint(df['a'].mean())",
    "file that was spoken of": "import pandas as pd\ndf = pd.read_csv('result.csv')",
    "file written before": "import pandas as pd\norders.to_csv('out.csv')\ndf = pd.read_csv('out.csv')",
    "file opened for writing": "with open('report.txt', 'w') as f:\n    f.write('x')",
    "path made elsewhere": "import pandas as pd\ndf = pd.read_csv(path)",
    "inplace on a whole table": "df.fillna(0, inplace=True)",
    "assignment": "df['a'] = df['a'].fillna(0)",
    "nested dictionary": "d['a']['b'] = 1",
    "loc": "df.loc[df.a > 0, 'b'] = 1",
    "loop with break": "while True:\n    if done():\n        break",
    "loop with return": "def f():\n    while True:\n        return 1",
    "loop with condition": "while n < 10:\n    n += 1",
    "modulo on its own line": "print('%s'\n      % name)",
    "urllib.parse": "from urllib.parse import quote\nprint(quote('a b'))",
    "os.listdir": "import os\nprint(os.listdir())",
    "a module that nothing uses": "import requests\nprint(1)",
    "a function that nothing uses": "from multiprocessing import Pool\nprint(1)",
    "exit at the end": "print(1)\nexit()",
    "sys.exit at the end": "import sys\nprint(1)\nsys.exit(0)",
}


@pytest.mark.parametrize("code", RIGHT.values(), ids=RIGHT)
def test_what_is_right_passes(code: str) -> None:
    assert check(code, HERE) is None


def found_in(program: Program, said: str = "Save it as result.csv") -> list[Finding]:
    here = Surroundings(
        files=frozenset({"sales.csv"}),
        attachments=frozenset({"sales.csv"}),
        said=said,
        tables=frozenset({"orders"}),
        profile=program.profile,
        folder="/srv/work/c1",
        readable=("/data/shared",),
    )
    return findings(program.code, here)


def test_all_that_is_wrong_in_the_corpus_is_found(record_property: Callable[[str, object], None]) -> None:
    programs = list(flagged())
    missed = {
        program.title: found[0] if found else None
        for program in programs
        if not (found := found_in(program)) or (found[0].rule, found[0].line) != program.finding
    }
    record_property("found", f"{len(programs) - len(missed)} of {len(programs)}")
    print(f"found: {len(programs) - len(missed)} of {len(programs)} programs that cannot work")
    assert len(programs) >= 360
    assert not missed


def test_what_takes_more_than_a_look_goes_unnoticed() -> None:
    """Who makes the check find one of these moves it to the others."""
    programs = list(unnoticed())
    print(f"known to go unnoticed: {len(programs)} programs that cannot work")
    assert [program.title for program in programs if found_in(program)] == []


def test_nothing_is_found_in_the_harmless_part_of_the_corpus() -> None:
    programs = list(harmless())
    alarms = {program.title: found[0] for program in programs if (found := found_in(program))}
    print(f"false alarms: {len(alarms)} in {len(programs)} harmless programs")
    assert len(programs) >= 500
    assert not alarms


def test_nothing_is_found_in_programs_that_run_in_the_kernel() -> None:
    """Those of tests/kernel/programs, which run; what a cell leaves, those after it may count on."""
    alarms: dict[str, Finding] = {}
    number = 0
    for topic in topics(*GROUPS):
        said = ""
        for cell in topic.cells:
            number += 1
            program = Program(title=cell.title, code=cell.code, profile="strict")
            if found := found_in(program, said):
                alarms[f"{topic}: {cell.title}"] = found[0]
            said += cell.code
    print(f"false alarms: {len(alarms)} in {number} programs that run")
    assert not alarms


def test_a_mistake_in_a_parallel_kernel_is_only_the_network() -> None:
    """What needs processes is right there, and what needs the network is not."""
    process, network = "import os\nos.system('ls')", "import requests\nrequests.get('https://example.org')"
    assert check(process, Surroundings(profile="parallel")) is None
    assert check(network, Surroundings(profile="parallel")) is not None


def test_every_sentence_can_be_said() -> None:
    for program in flagged():
        failure = check(program.code, Surroundings(files=frozenset({"sales.csv"}), profile=program.profile))
        if failure is not None:
            assert "{" not in failure.message.replace(program.code, "") or "{" in program.code
            assert failure.message.endswith(".")
            assert failure.advice


def test_the_names_of_the_files_that_are_there_are_told() -> None:
    failure = check("import pandas as pd\npd.read_csv('x.csv')", HERE)
    assert failure is not None
    assert "sales.csv" in failure.message
    nothing = check("import pandas as pd\npd.read_csv('x.csv')", Surroundings())
    assert nothing is not None
    assert "No file is attached" in nothing.message


def test_a_file_that_is_no_table_is_not_read() -> None:
    reason = "The file photo.csv is not text: it looks like this: PNG image."
    here = Surroundings(files=frozenset({"photo.csv"}), unreadable={"photo.csv": reason})
    failure = check("import pandas as pd\npd.read_csv('photo.csv')", here)
    assert failure is not None
    assert failure.message == reason
    assert "print this sentence" in failure.advice


@pytest.mark.parametrize(
    "code",
    [
        "print(open('photo.csv', 'rb').read(8))",
        "print(open('photo.csv', encoding='latin-1').read(8))",
        "from pathlib import Path\nprint(Path('photo.csv').read_bytes()[:8])",
        "from pathlib import Path\nprint(Path('photo.csv').open('rb').read(8))",
        "import os\nprint(os.path.getsize('photo.csv'))",
        "import matplotlib.pyplot as plt\nprint(plt.imread('photo.csv').shape)",
        "import sqlite3\nprint(sqlite3.connect('photo.csv').execute('select 1').fetchall())",
        "import zipfile\nprint(zipfile.ZipFile('photo.csv').namelist())",
        "import pandas as pd\nprint(pd.read_csv('photo.csv', compression='gzip'))",
    ],
)
def test_a_file_that_is_no_text_may_be_read_as_what_it_is(code: str) -> None:
    here = Surroundings(files=frozenset({"photo.csv"}), unreadable={"photo.csv": "It is no text."})
    assert check(code, here) is None


@pytest.mark.parametrize(
    "code",
    [
        "print(open('photo.csv').read(8))",
        "print(open('photo.csv', 'r').read(8))",
        "from pathlib import Path\nprint(Path('photo.csv').read_text())",
        "import numpy\nprint(numpy.loadtxt('photo.csv'))",
        "import polars as pl\nprint(pl.read_csv('photo.csv'))",
        "import pandas\nprint(pandas.read_json('photo.csv'))",
    ],
)
def test_a_file_that_is_no_text_is_not_read_as_text(code: str) -> None:
    here = Surroundings(files=frozenset({"photo.csv"}), unreadable={"photo.csv": "It is no text."})
    failure = check(code, here)
    assert failure is not None
    assert failure.message == "It is no text."


def test_the_first_of_several_mistakes_is_told() -> None:
    failure = check("a = 1\nexit()\ninput()", HERE)
    assert failure is not None
    assert failure.line == 2


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import itertools\nfor n in itertools.count():\n    print(n)", "what it goes through has no end"),
        ("rows = [1]\nfor row in rows:\n    rows.append(row)", "each round adds to what it goes through"),
        ("import itertools\nprint(list(itertools.count()))", "what it collects has no end"),
        ("while True:\n    print(1)", "nothing in it leaves it"),
        ("n = 0\nwhile n < 10:\n    n -= 1", "`n -= 1` goes the wrong way"),
        ("n = 0\nwhile n < 10:\n    print(n)", "nothing in it changes n"),
    ],
)
def test_why_a_loop_never_ends_is_said(code: str, why: str) -> None:
    failure = check(code, HERE)
    assert failure is not None
    assert failure.message.endswith(f" never ends: {why}.")


def test_every_rule_has_its_text() -> None:
    rules = {"magic", "process", "network", "person", "screen", "clipboard", "colab", "end"}
    rules |= {"fetch", "file", "unreadable", "chained", "endless"}
    rules |= {"outside", "attachment", "no-code", "cut-off", "no-output", "empty-result"}
    rules |= {"no-such-tool", "same-program"}
    assert set(check_texts()) == rules
    assert len(RULES) == 6


def test_written_files_are_those_of_calls_that_write() -> None:
    code = "df.to_csv('a.csv')\nplt.savefig('b.png')\nopen('c.txt', 'w')\nopen('d.txt')\npd.read_csv('e.csv')"
    assert {"a.csv", "b.png", "c.txt"} <= written_files(code)
    assert not {"d.txt", "e.csv"} & written_files(code)


@pytest.mark.parametrize(
    ("code", "runs"),
    [
        ("import sys\nprint(1)\nsys.exit()", "import sys\nprint(1)\n"),
        ("print(1)\nexit(0)  # done\n# end", "print(1)\n"),
        ("print('é'); quit()", "print('é')"),
        ("%matplotlib inline\nprint(1)\nexit()", "%matplotlib inline\nprint(1)\n"),
    ],
)
def test_a_last_line_that_ends_the_program_does_not_run(code: str, runs: str) -> None:
    assert without_final_exit(code, "strict") == runs


@pytest.mark.parametrize(
    "code",
    [
        "exit()",
        "print(1)\nexit(1)",
        "def exit(): print(2)\nexit()",
        "exit()\nprint(1)",
        "print(1)\nsys.exit(main())",
        "print((exit()",
        "%%bash\nexit",
        "x = 1\nexits()",
    ],
)
def test_other_lines_run_as_they_are(code: str) -> None:
    assert without_final_exit(code, "strict") == code
