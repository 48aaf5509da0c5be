"""Calls that can only fail in the kernel: they need the network, another process, a person or its end."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from .findings import Finding, Surroundings, patterns
from .flow import Flow, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Functions that fail for the same reason."""

    rule: str
    why: str
    names: re.Pattern[str]
    process: bool = False
    """They need another process only, which a parallel kernel has."""


def _kind(rule: str, why: str, names: str, *, process: bool = False) -> Kind:
    return Kind(rule=rule, why=why, names=patterns(names), process=process)


_VERBS = "(get|post|put|patch|delete|head|options|request)"

KINDS: tuple[Kind, ...] = (
    _kind(
        "call",
        "it starts another program or process, and the kernel starts none",
        r"""
        subprocess\.(run|call|check_call|check_output|Popen|getoutput|getstatusoutput)
        os\.(system|popen|fork|forkpty|exec[lv]\w*|spawn[lv]\w*|posix_spawnp?|startfile)
        multiprocessing\.(pool\.|context\.)?Pool multiprocessing\.(managers\.\w*)?Manager
        multiprocessing\.Process\(\)\.start concurrent\.futures\.(process\.)?ProcessPoolExecutor
        asyncio\.(subprocess\.)?create_subprocess_(exec|shell) pty\.(spawn|fork)
        get_ipython\(\)\.(system|system_raw|system_piped|getoutput)
        pexpect\.(spawn|run) webbrowser\.(open|open_new|open_new_tab) selenium\.webdriver\.\w+
        """,
        process=True,
    ),
    _kind(
        "call",
        "it needs the network, and the kernel has none",
        rf"""
        socket\.(socket|create_connection|create_server|getaddrinfo|gethostbyname(_ex)?|gethostbyaddr)
        socket\.(getnameinfo|if_nameindex)
        requests\.(api\.)?{_VERBS} requests\.(sessions\.)?[sS]ession
        httpx\.({_VERBS}|stream|Client|AsyncClient) aiohttp\.(ClientSession|request)
        urllib3\.(PoolManager|request|HTTPS?ConnectionPool)
        urllib\.request\.(urlopen|urlretrieve|build_opener\(\)\.open)
        http\.client\.HTTPS?Connection http\.server\.(Threading)?HTTPServer socketserver\.\w*(TCP|UDP)Server
        xmlrpc\.(client\.ServerProxy|server\.\w+Server) wsgiref\.simple_server\.make_server
        smtplib\.(SMTP|SMTP_SSL|LMTP) ftplib\.FTP(_TLS)? imaplib\.IMAP4\w* poplib\.POP3\w* telnetlib\.Telnet
        ssl\.get_server_certificate websockets?\.(connect|create_connection) paramiko\.(SSHClient|Transport)
        (psycopg2?|pymysql|mysql\.connector|pyodbc|asyncpg)\.connect pymongo\.MongoClient
        redis\.(Strict)?Redis boto3\.(client|resource)
        asyncio\.(open_connection|start_server)
        """,
    ),
    _kind(
        "fetch",
        "",
        r"""
        seaborn\.(load_dataset|get_dataset_names) sklearn\.datasets\.fetch_\w+
        statsmodels\.(api\.)?datasets\.get_rdataset
        yfinance\.(download|Tickers?) wget\.download gdown\.download
        nltk\.download kagglehub\.\w+ pandas_datareader\.(data\.)?\w*(DataReader|get_data_\w+)
        datasets\.load_dataset huggingface_hub\.\w*download torch\.hub\.load
        (tensorflow\.)?keras\.datasets\.\w+\.load_data
        """,
    ),
    _kind(
        "call",
        "it waits for somebody to type, and nobody can",
        r"(builtins\.)?input getpass\.getpass breakpoint pdb\.set_trace code\.interact IPython\.embed",
    ),
)
_ENDS = re.compile(r"(builtins\.)?(exit|quit)|sys\.exit|os\._exit|os\.abort")
_SIGNALS = re.compile(r"os\.kill|os\.killpg|signal\.raise_signal")
_FATAL = frozenset({"signal.SIGKILL", "signal.SIGTERM", "signal.SIGSTOP", "9", "15"})

MODULES = frozenset(
    {
        "subprocess",
        "socket",
        "multiprocessing",
        "requests",
        "httpx",
        "aiohttp",
        "urllib3",
        "ftplib",
        "smtplib",
    }
    | {"urllib.request", "http.client", "http.server", "pip", "webbrowser", "yfinance"}
)
"""Modules that are good for nothing else: their import is the mistake."""
_PROCESS_MODULES = frozenset({"subprocess", "multiprocessing", "webbrowser"})

_ON_CALL = frozenset(
    {"*", "Exception", "BaseException", "OSError", "IOError", "EnvironmentError", "PermissionError"}
)
_ON_CONNECTION = re.compile(
    r"\w*(?:RequestException|ConnectionError|ConnectTimeout|URLError|error|HTTPError)"
)
_ON_IMPORT = frozenset({"*", "Exception", "BaseException", "ImportError", "ModuleNotFoundError"})
_ON_END = frozenset({"*", "BaseException", "SystemExit"})


def refused_calls(flow: Flow, surroundings: Surroundings) -> Iterator[Finding]:
    """Calls that fail, unless the module's import is reported already."""
    imports = {name for name, _ in _refused_imports(flow, surroundings)}
    for place, call, name in flow.calls():
        if name is None or _is_replaced(flow, name):
            continue
        kind = _kind_of(flow, place, call, name, surroundings)
        if kind is not None and not (kind.rule == "call" and _within(name, imports)):
            shown = ast.unparse(call.func)
            yield Finding(rule=kind.rule, line=call.lineno, values={"name": shown, "why": kind.why})
        elif _ends_the_kernel(flow, place, call, name):
            why = "it ends the program or the kernel"
            yield Finding(rule="call", line=call.lineno, values={"name": ast.unparse(call.func), "why": why})


def refused_imports(flow: Flow, surroundings: Surroundings) -> Iterator[Finding]:
    """Imports of modules of which only functions that fail are used, or none."""
    for name, line in _refused_imports(flow, surroundings):
        need = "another process" if name.partition(".")[0] in _PROCESS_MODULES else "the network"
        yield Finding(rule="module", line=line, values={"name": name, "need": need})


def _refused_imports(flow: Flow, surroundings: Surroundings) -> Iterator[tuple[str, int]]:
    mentioned = {node.id for node in ast.walk(flow.tree) if isinstance(node, ast.Name)}
    refused = [
        name
        for place, call, name in flow.calls()
        if name and _kind_of(flow, place, call, name, surroundings) and not _is_replaced(flow, name)
    ]
    for place in (*flow.all(ast.Import), *flow.all(ast.ImportFrom)):
        if flow.caught(place) & _ON_IMPORT or flow.checked(place):
            continue
        for bound, name in _imported(place.node):
            module = next((m for m in MODULES if name == m or name.startswith(f"{m}.")), None)
            if module is None or (module in _PROCESS_MODULES and surroundings.profile == "parallel"):
                continue
            if _is_replaced(flow, name) or not (name == module or _kind_named(name) or name in refused):
                continue
            if any(_within(call, {name}) for call in refused) or bound not in mentioned:
                assert isinstance(place.node, ast.Import | ast.ImportFrom)
                yield name, place.node.lineno


def _imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The names that an import binds, each with the full name of what it stands for."""
    match node:
        case ast.Import(aliases):
            for alias in aliases:
                yield alias.asname or alias.name.partition(".")[0], alias.name
        case ast.ImportFrom(module, aliases) if module:
            for alias in aliases:
                yield alias.asname or alias.name, module if alias.name == "*" else f"{module}.{alias.name}"


def _kind_named(name: str) -> Kind | None:
    return next((kind for kind in KINDS if kind.names.fullmatch(name)), None)


def _kind_of(flow: Flow, place: Place, call: ast.Call, name: str, surroundings: Surroundings) -> Kind | None:
    """Why a call fails, if it does and nothing is prepared for that."""
    kind = _kind_named(name)
    if kind is None and name == "multiprocessing.Process" and flow.uses("start"):
        kind = KINDS[0]
    if kind is None and name == "sqlalchemy.create_engine" and _is_remote(call):
        kind = KINDS[1]
    if kind is None or (kind.process and surroundings.profile == "parallel"):
        return None
    if name.startswith("asyncio.") and any(keyword.arg == "sock" for keyword in call.keywords):
        return None
    caught = flow.caught(place)
    if flow.checked(place) or caught & _ON_CALL or any(_ON_CONNECTION.fullmatch(c) for c in caught):
        return None
    return kind


def _ends_the_kernel(flow: Flow, place: Place, call: ast.Call, name: str) -> bool:
    """Whether it does in every run: an exit in a branch may never be reached."""
    if place.conditional or place.function is not None or flow.caught(place) & _ON_END:
        return False
    if _ENDS.fullmatch(name):
        return True
    if not _SIGNALS.fullmatch(name):
        return False
    signal = call.args[-1] if call.args else None
    return signal is not None and (flow.resolve(signal, place) or ast.unparse(signal)) in _FATAL


def _is_remote(call: ast.Call) -> bool:
    match call.args:
        case [ast.Constant(str(address)), *_]:
            return not address.startswith(("sqlite", "duckdb"))
    return False


def _within(name: str, modules: set[str]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def _is_replaced(flow: Flow, name: str) -> bool:
    """Whether the program put something of its own in the place of the function or the module."""
    return name in flow.names.replaced or name.partition(".")[0] in flow.names.replaced
