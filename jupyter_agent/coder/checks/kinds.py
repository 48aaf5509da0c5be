"""What can only fail in the kernel, as data: functions by the reason, and modules."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .findings import patterns


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Functions that fail for the same reason."""

    rule: str
    names: re.Pattern[str]


def _kind(rule: str, names: str) -> Kind:
    return Kind(rule=rule, names=patterns(names))


_VERBS = "(get|post|put|patch|delete|head|options|request)"

KINDS: tuple[Kind, ...] = (
    _kind(
        "process",
        r"""
        subprocess\.(run|call|check_call|check_output|Popen|getoutput|getstatusoutput)
        os\.(system|popen|fork|forkpty|exec[lv]\w*|spawn[lv]\w*|posix_spawnp?|startfile)
        multiprocessing\.(pool\.|context\.)?Pool multiprocessing\.(managers\.\w*)?Manager
        multiprocessing\.Process\(\)\.start concurrent\.futures\.(process\.)?ProcessPoolExecutor
        asyncio\.(subprocess\.)?create_subprocess_(exec|shell) pty\.(spawn|fork)
        (IPython\.(core\.getipython\.)?)?get_ipython\(\)\.(system|system_raw|system_piped|getoutput)
        pexpect\.(spawn|run) webbrowser\.(open|open_new|open_new_tab) selenium\.webdriver\.\w+
        """,
    ),
    _kind(
        "network",
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
        asyncio\.(open_connection|start_server) pip\.(_internal\.(cli\.main\.)?)?main
        (flask\.Flask|dash\.Dash)\(\)\.run(_server)? uvicorn\.run gradio\.\w+\(\)\.launch
        """,
    ),
    _kind(
        "fetch",
        r"""
        seaborn\.(load_dataset|get_dataset_names) sklearn\.datasets\.fetch_\w+
        statsmodels\.(api\.)?datasets\.get_rdataset
        yfinance\.(download|Tickers?) wget\.download gdown\.download
        nltk\.download kagglehub\.\w+ pandas_datareader\.(data\.)?\w*(DataReader|get_data_\w+)
        datasets\.load_dataset huggingface_hub\.\w*download torch\.hub\.load
        (tensorflow\.)?keras\.datasets\.\w+\.load_data
        transformers\.(pipeline|\w+\.from_pretrained) sentence_transformers\.SentenceTransformer
        torchvision\.datasets\.\w+ spacy\.cli\.download opendatasets\.download kaggle\.api\.\w*download\w*
        """,
    ),
    _kind(
        "person",
        r"(builtins\.)?input getpass\.getpass breakpoint pdb\.set_trace code\.interact IPython\.embed",
    ),
    _kind("person", r"matplotlib\.pyplot\.(waitforbuttonpress|ginput)"),
    _kind(
        "screen",
        r"""
        tkinter\.(Tk|(filedialog|messagebox|simpledialog)\.\w+) cv2\.(imshow|waitKey|namedWindow)
        pyautogui\.\w+ turtle\.\w+
        """,
    ),
    _kind("clipboard", r"(pandas|polars)\.read_clipboard .*\.to_clipboard pyperclip\.\w+"),
    _kind("colab", r"google\.colab\.\w+(\.\w+)?"),
)
"""Modules are named as they are imported; `()` stands for what a call returns."""

COMMANDS = re.compile(r"(IPython\.(core\.getipython\.)?)?get_ipython\(\)\.(run_(line|cell)_magic|magic)")
"""Functions that run the notebook command that their first argument names."""
PROGRAMS = re.compile(r"sx|system|bash|sh|script|pip|conda|mamba|ls|cat|cp|mv|rm|mkdir")
"""Commands that start a program."""

MODULES = {
    **dict.fromkeys(("subprocess", "multiprocessing", "webbrowser"), "process"),
    **dict.fromkeys(("socket", "requests", "httpx", "aiohttp", "urllib3", "ftplib", "smtplib"), "network"),
    **dict.fromkeys(("urllib.request", "http.client", "http.server", "pip", "yfinance"), "network"),
    "google.colab": "colab",
}
"""Modules that are good for nothing else, and their rules: if they are used, their import is the mistake."""
NOT_THERE = frozenset({"google.colab"})
"""Of these even the import fails."""
