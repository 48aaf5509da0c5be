"""The address of an Ollama server, from all that `OLLAMA_HOST` may hold."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

_LISTENING = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read, never bound to
"""What a server listens on, and where a client finds it: "every interface" means this machine."""

_PORTS = {"http": 80, "https": 443}
_OLLAMA_PORT = 11434


def ollama_url(host: str) -> str:
    """The URL of `host`, of `host:port`, of `:port`, or of a URL, as Ollama itself reads them.

    Raises:
        ValueError: it is not an address; the message says so.
    """
    scheme, separator, rest = host.strip().rpartition("://")
    scheme = scheme.lower() if separator else "http"
    try:
        parts = urlsplit(f"//{rest}")
        port = parts.port
        if port is None:
            port = _PORTS.get(scheme) if separator else _OLLAMA_PORT
        name = parts.hostname or ""
    except ValueError as error:
        raise _not_an_address(host) from error
    if not port or scheme not in _PORTS or parts.query or parts.fragment or not _is_plain(rest):
        raise _not_an_address(host)
    name = _LISTENING.get(name, name)
    place = f"[{name}]" if ":" in name else name
    return f"{scheme}://{place}:{port}{parts.path.rstrip('/')}"


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine itself."""
    name = urlsplit(url).hostname or ""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def _is_plain(text: str) -> bool:
    return text.isprintable() and " " not in text


def _not_an_address(host: str) -> ValueError:
    return ValueError(f"The Ollama host {host!r} is not an address.")
