"""Which files a program reads and writes, as far as it writes their paths down."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .findings import patterns
from .flow import Flow, Place
from .paths import is_address, is_path, path_pattern, path_text, path_texts

_READERS = patterns(
    r"""
    pandas\.(read_(csv|table|excel|json|parquet|feather|fwf|xml|html|pickle|stata|sas|spss|orc|hdf)|ExcelFile)
    numpy\.(load|loadtxt|genfromtxt|fromfile) (geopandas\.read_file|xarray\.open_dataset)
    polars\.(read|scan)_(?!database|clipboard)\w+ dask\.dataframe\.read_\w+ networkx\.read_\w+
    pyarrow\.(csv\.read_csv|json\.read_json|feather\.read_\w+|orc\.(read_table|ORCFile)|memory_map)
    pyarrow\.(parquet\.(read_\w+|ParquetFile)|dataset\.dataset)
    duckdb\.(connect\(\)\.)?(read_(csv|parquet|json)|from_(csv_auto|parquet))
    PIL\.Image\.open matplotlib\.(pyplot|image)\.imread imageio(\.v[23])?\.imread skimage\.io\.imread
    cv2\.imread openpyxl\.load_workbook xlrd\.open_workbook docx\.Document (pypdf|PyPDF2)\.PdfReader
    pdfplumber\.open fitz\.open joblib\.load torch\.load scipy\.io\.(loadmat|wavfile\.read)
    xml\.(etree\.ElementTree|dom\.minidom)\.parse lxml\.etree\.parse runpy\.run_path
    os\.(listdir|scandir|stat|remove|unlink|rename|replace|rmdir|chdir) os\.path\.get(size|mtime|ctime)
    shutil\.(copy|copy2|copyfile|copytree|move|unpack_archive)
    """
)
"""Functions that fail if the file that is their first argument is missing."""
_OPENERS = re.compile(
    r"(io\.|codecs\.|gzip\.|bz2\.|lzma\.)?open|tarfile\.open|zipfile\.ZipFile|h5py\.File|netCDF4\.Dataset|numpy\.memmap"
)
"""Functions whose mode says whether they read or write."""
_PATH_METHODS_READ = frozenset({"iterdir", "lstat", "read_bytes", "read_text", "rename", "rmdir", "stat"})
_PATH_METHODS_WRITE = frozenset({"mkdir", "touch", "write_bytes", "write_text"})
_EXPANDING = re.compile(r"(polars|duckdb|pyarrow|dask)\..*")
"""They take `*` for many files."""
_KEYWORDS = (
    *("filepath_or_buffer", "io", "path_or_buf", "path_or_buffer", "path", "source", "file", "fname"),
    "filename",
)
_WRITERS = re.compile(
    r"to_(csv|excel|parquet|json|feather|pickle|stata|html|hdf|orc|xml|markdown|latex)"
    r"|write_(csv|parquet|json|ndjson|ipc|excel|table|dataset|feather|image|html)|sink_\w+|savefig"
    r"|save|savez|savez_compressed|savetxt|tofile|imsave|imwrite|savemat|makedirs|mkdir|ExcelWriter"
    r"|make_archive|basicConfig|(Timed)?(Rotating)?FileHandler"
)
_SECOND = re.compile(r"joblib\.dump|torch\.save")
"""Functions that write their first argument to a file, whose path is the second."""
_DATABASES = frozenset({"sqlite3.connect", "duckdb.connect"})
_UNKNOWN_WRITERS = re.compile(
    r".*(\.extractall|\.extract|\.to_\w+|\.write_\w+|\.sink_\w+|\.save|\.savetxt|\.savez|\.tofile)"
    r"|shutil\.\w+|os\.(rename|replace|makedirs|mkdir)|joblib\.dump|exec|eval|runpy\.\w+"
    r"|subprocess\.\w+|os\.system|get_ipython\(\)\.\w+"
)
"""What may write any file, if the program does not write its path down."""
_NOT_PATHS = re.compile(
    r"print|display|len|str|repr|format|pathlib\.\w+|os\.path\.\w+|os\.(listdir|stat)|glob\.i?glob|logging\.(debug|info|warning|error)"
)
_SQL_READS = re.compile(
    r"\b(?:from|join)\s+'([^']+)'|\bread_(?:csv|csv_auto|parquet|json|json_auto|ndjson)\s*\(\s*'([^']+)'",
    re.IGNORECASE,
)
_SQL_WRITES = re.compile(r"\b(?:to|database|into|attach)\s+'([^']+)'", re.IGNORECASE)
_STATEMENTS = frozenset({"execute", "executescript", "sql", "query"})
_SQL = re.compile(r"duckdb\.(connect\(\)\.)?(sql|query|execute)")
_CREATES = re.compile(
    r"\b(create|attach|restore)\b|\.backup\b|to_sql|executescript|create_all", re.IGNORECASE
)

Purpose = Literal["read", "write", "mention"]
"""`mention`: what is called gets the path and may write it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A path that a call uses."""

    purpose: Purpose
    path: str
    place: Place
    line: int
    called: str
    """What is called, as the program writes it."""
    given: str = ""
    """The path, as the program writes it there."""
    site: Place | None = None
    """Where the path comes from, if that is elsewhere: the call that passes it."""


@dataclass(slots=True)
class Accesses:
    """All that a program does with files."""

    known: list[Access]
    patterns: list[re.Pattern[str]]
    """What paths look like that the program makes and writes."""
    unknown: list[tuple[Place, int]]
    """Calls that may write files whose paths cannot be told, with their lines."""


def accesses(flow: Flow) -> Accesses:
    """The files that the calls of a program read and write."""
    found = Accesses(known=[], patterns=[], unknown=[])
    for place, call, name in flow.calls():
        known = list(_of_call(flow, place, call, name or ""))
        found.known += known
        if any(access.purpose == "write" for access in known):
            continue
        reads = _reads_or_shows(name or "") or (_opens(call, name) and _mode(call) == "r")
        patterns = [p for a in call.args if not reads and (p := path_pattern(flow, place, a))]
        found.patterns += patterns
        if _may_write_anything(flow, place, call, name, has_pattern=bool(patterns), has_path=bool(known)):
            found.unknown.append((place, call.lineno))
    return found


def _may_write_anything(
    flow: Flow, place: Place, call: ast.Call, name: str | None, *, has_pattern: bool, has_path: bool
) -> bool:
    shown = name or ast.unparse(call.func)
    if _UNKNOWN_WRITERS.fullmatch(shown) and not has_pattern:
        told = any(path_text(flow, place, argument) for argument in call.args)
        if not told or ".extract" in shown or shown.startswith(("shutil", "exec")):
            return True
    if _opens(call, name) and _mode(call) != "r" and not (has_pattern or has_path):
        return True
    # A function from an earlier program.
    return isinstance(call.func, ast.Name) and name is None and not _is_defined(flow, place, call.func.id)


def _is_defined(flow: Flow, place: Place, name: str) -> bool:
    return bool(flow.names.bindings(name, place.scope))


def _of_call(flow: Flow, place: Place, call: ast.Call, name: str) -> Iterator[Access]:
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    receiver = _receiver(flow, place, call)
    first = call.args[1] if _SECOND.fullmatch(name) and len(call.args) > 1 else _first(call)

    def access(purpose: Purpose, path: str, site: Place | None = None) -> Access:
        return Access(
            purpose=purpose,
            path=path,
            place=place,
            line=call.lineno,
            called=ast.unparse(call.func),
            given="" if first is None else ast.unparse(first),
            site=site,
        )

    path = None if first is None else path_text(flow, place, first)
    if receiver is not None and (method in _PATH_METHODS_READ or method == "unlink"):
        if method != "unlink" or not (call.args or call.keywords):
            yield access("read", receiver)
    elif receiver is not None and method in _PATH_METHODS_WRITE:
        yield access("write", receiver)
    elif receiver is not None and method == "open":
        yield access("read" if _mode(call, position=0) == "r" else "write", receiver)
    elif path is None:
        if first is not None and needs_file(call, name):
            texts = path_texts(flow, place, first)
            yield from (access("read", text, site) for text, site in texts if _may_be_path(text))
        yield from (access("mention", text) for text in _mentioned(flow, place, call, name))
    elif _opens(call, name):
        if _mode(call) != "unknown":
            yield access("read" if _mode(call) == "r" else "write", path)
    elif _READERS.fullmatch(name):
        if not (_EXPANDING.fullmatch(name) and re.search(r"[*?\[]", path)) and _may_be_path(path):
            yield access("read", path)
        for other in call.args[1:2]:
            if (target := path_text(flow, place, other)) and name.startswith(("os.", "shutil.")):
                yield access("write", target)
    elif _SQL.fullmatch(name):
        for match in _SQL_READS.finditer(_raw(flow, place, first)):
            read = match[1] or match[2]
            if not re.search(r"[*?\[]", read):
                yield access("read", read.removeprefix("./"))
        for match in _SQL_WRITES.finditer(_raw(flow, place, first)):
            yield access("write", match[1].removeprefix("./"))
    elif name in _DATABASES and path.startswith(("/", "..")) and _CREATES.search(_all_text(flow)):
        yield access("write", path)
    elif name == "sqlite3.connect":
        if path != ":memory:" and not path.startswith("file:") and not _CREATES.search(_all_text(flow)):
            yield access("read", path)
    elif _SECOND.fullmatch(name) or _WRITERS.fullmatch(method or name):
        yield access("write", path)
    else:
        yield from (access("mention", text) for text in _mentioned(flow, place, call, name))
        if method in _STATEMENTS:
            written = _SQL_WRITES.finditer(_raw(flow, place, first))
            yield from (access("mention", match[1].removeprefix("./")) for match in written)


def needs_file(call: ast.Call, name: str) -> bool:
    """Whether the file that is its first argument has to be there."""
    return bool(_READERS.fullmatch(name)) or (_opens(call, name) and _mode(call) == "r")


def _reads_or_shows(name: str) -> bool:
    return bool(_NOT_PATHS.fullmatch(name) or _READERS.fullmatch(name))


def _mentioned(flow: Flow, place: Place, call: ast.Call, name: str) -> Iterator[str]:
    """The texts in the arguments of a call that may write files."""
    if _reads_or_shows(name) or _OPENERS.fullmatch(name):
        return
    waiting = [*call.args, *(keyword.value for keyword in call.keywords)]
    while waiting:
        argument = waiting.pop()
        if isinstance(argument, ast.Dict | ast.List | ast.Tuple):
            waiting += [child for child in ast.iter_child_nodes(argument) if isinstance(child, ast.expr)]
        elif text := path_text(flow, place, argument):
            yield text


def _receiver(flow: Flow, place: Place, call: ast.Call) -> str | None:
    """The path of the object of pathlib whose method is called."""
    match call.func:
        case ast.Attribute(value) if is_path(flow, place, value):
            return path_text(flow, place, value)
    return None


def _first(call: ast.Call) -> ast.expr | None:
    if call.args:
        return call.args[0]
    return next((k.value for k in call.keywords if k.arg in _KEYWORDS), None)


def _opens(call: ast.Call, name: str | None) -> bool:
    return bool(name and _OPENERS.fullmatch(name))


def _mode(call: ast.Call, position: int = 1) -> Literal["r", "w", "unknown"]:
    """Whether a call that opens a file needs it to be there: `r+` does, and counts as reading."""
    given = next((k.value for k in call.keywords if k.arg == "mode"), None)
    if given is None and len(call.args) > position:
        given = call.args[position]
    match given:
        case None:
            return "r"
        case ast.Constant(str(mode)):
            return "r" if mode.startswith("r") else "w"
    return "unknown"


def _may_be_path(text: str) -> bool:
    """A reader of JSON, XML or HTML may be given the text itself."""
    return is_address(text) or not ("\n" in text or text.lstrip().startswith(("{", "[", "<")))


def _raw(flow: Flow, place: Place, node: ast.expr | None) -> str:
    """A text as it is written, not tidied as a path."""
    match node:
        case ast.Constant(str(text)):
            return text
        case ast.Name(name):
            return _raw(flow, place, flow.names.value(name, place.scope))
    return ""


def _all_text(flow: Flow) -> str:
    """All texts and method names of the program, for a look whether it makes tables."""
    texts = [p.node.value for p in flow.all(ast.Constant) if isinstance(p.node, ast.Constant)]
    methods = [f".{p.node.attr}" for p in flow.all(ast.Attribute) if isinstance(p.node, ast.Attribute)]
    return " ".join([*(text for text in texts if isinstance(text, str)), *methods])
