"""Attacks on the network, in the wide sense: any socket that somebody else listens at."""

from __future__ import annotations

from .attack import NETWORK as REFUSED
from .attack import SECCOMP, WORDS, Attack, By, raw

_ADDRESS = "address = b'\\x02\\0' + int.to_bytes({port}, 2, 'big') + bytes([127, 0, 0, 1]) + bytes(8)\n"
_UNIX = "address = b'\\x01\\0' + b'{socket}\\0'\n"
_HIDDEN = "address = b'\\x01\\0' + b'\\0{hidden}'\n"

_THROUGH_PYTHON = [
    Attack(
        name="connect to a server",
        code="import socket; socket.create_connection(('127.0.0.1', {port}))",
        by=WORDS,
    ),
    Attack(
        name="connect to a server by IPv6",
        code="import socket; socket.socket(socket.AF_INET6).connect(('::ffff:127.0.0.1', {port}))",
        by=REFUSED,
    ),
    Attack(
        name="talk to another kernel's ZeroMQ port",
        code="import socket\n"
        "s = socket.create_connection(('127.0.0.1', {plain_port})); assert s.recv(1) == b'\\xff'",
        by=WORDS,
    ),
    Attack(name="ask for an address", code="import socket; socket.getaddrinfo('localhost', 80)", by=WORDS),
    Attack(
        name="send to a name server",
        code="import socket\n"
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'query', ('127.0.0.1', {udp}))",
        by=REFUSED,
    ),
    Attack(name="listen on a port", code="import socket; socket.create_server(('127.0.0.1', 0))", by=REFUSED),
    Attack(
        name="fetch a page",
        code="import urllib.request as u; u.urlopen('http://127.0.0.1:{http}/')",
        by=WORDS,
    ),
    Attack(
        name="connect to a socket file",
        code="import socket; socket.socket(socket.AF_UNIX).connect('{socket}')",
        by=REFUSED,
    ),
    Attack(
        name="connect to a hidden socket",
        code="import socket; socket.socket(socket.AF_UNIX).connect('\\0{hidden}')",
        by=REFUSED,
    ),
    Attack(
        name="connect to another kernel's sockets",
        code="import socket; socket.socket(socket.AF_UNIX).connect('{neighbour}/s/k-1')",
        by=REFUSED,
    ),
    Attack(
        name="pair datagrams",
        code="import socket; socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
        by=SECCOMP,
    ),
    Attack(
        name="ask for the computer's addresses",
        code="import array, fcntl, socket, struct\n"
        "found = array.array('B', bytes(4096)); asked = struct.pack('iL', 4096, found.buffer_info()[0])\n"
        "fcntl.ioctl(socket.socketpair()[0], 0x8912, asked)",
        by=By("seccomp", r"Error: \[Errno 25\]"),
    ),
    Attack(
        name="write to the system's log",
        code="import socket; socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].sendto(b'x', '{log}')",
        by=SECCOMP,
        effect=True,
    ),
]

_PAST_PYTHON = [
    Attack(
        name="connect past Python",
        code=raw(_ADDRESS + "connect!(socket!(2, 1, 0), address, 16)"),
        by=REFUSED,
    ),
    Attack(
        name="connect to a socket file past Python",
        code=raw(_UNIX + "connect!(socket!(1, 1, 0), address, len(address))"),
        by=REFUSED,
    ),
    Attack(
        name="connect to a hidden socket past Python",
        code=raw(_HIDDEN + "connect!(socket!(1, 1, 0), address, len(address))"),
        by=REFUSED,
    ),
    Attack(
        name="connect a socket that it has",
        code=raw(
            "import socket; pair = socket.socketpair(); pair[0].shutdown(2)\n"
            + _UNIX
            + "connect!(pair[0].fileno(), address, len(address))"
        ),
        by=REFUSED,
        plain=False,
    ),
    Attack(
        name="connect a socket that it inherited",
        code=raw(
            "import stat\n"
            "def is_socket(fd):\n"
            "    try: return stat.S_ISSOCK(os.fstat(fd).st_mode)\n"
            "    except OSError: return False\n"
            "inherited = [fd for fd in range(1024) if is_socket(fd)]; assert inherited\n"
            + _ADDRESS
            + "for fd in inherited: connect!(fd, address, 16)"
        ),
        by=REFUSED,
        plain=False,
    ),
    Attack(
        name="connect by sending",
        code=raw(_ADDRESS + "fd = socket!(2, 1, 0); sendto!(fd, b'x', 1, 0x20000000, address, 16)"),
        by=REFUSED,
    ),
    Attack(
        name="connect by sending through a socket that it has",
        code=raw(
            "import socket; pair = socket.socketpair()\n"
            + _ADDRESS
            + "sendto!(pair[0].fileno(), b'x', 1, 0x20000000, address, 16)"
        ),
        by=REFUSED,
        plain=False,
    ),
    Attack(
        name="take a connection from a pair",
        code=raw("import socket; pair = socket.socketpair(); listen!(pair[0].fileno(), 1)"),
        by=SECCOMP,
        plain=False,
    ),
]

_FAMILIES = [
    Attack(name=f"make a socket: {what}", code=raw(f"socket!({arguments})"), by=REFUSED, plain=plain)
    for what, arguments, plain in (
        ("stream", "2, 1, 0", True),
        ("datagram", "2, 2, 0", True),
        ("IPv6", "10, 1, 0", True),
        ("family in the low half of a word", "(1 << 32) | 2, 1, 0", True),
        ("netlink", "16, 3, 0", True),
        ("netlink for routes", "16, 0x80003, 0", True),
        # These need privileges or modules that a plain kernel does not have.
        ("raw", "2, 3, 1", False),
        ("packets", "17, 3, 0", False),
        ("vsock", "40, 1, 0", False),
        ("kernel's ciphers", "38, 5, 0", False),
        ("Bluetooth", "31, 3, 1", False),
    )
]

NETWORK: tuple[Attack, ...] = (*_THROUGH_PYTHON, *_PAST_PYTHON, *_FAMILIES)
