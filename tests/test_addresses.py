"""An `OLLAMA_HOST` is understood as Ollama itself does."""

from __future__ import annotations

import pytest

from jupyter_agent.addresses import is_loopback, ollama_url


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("http://127.0.0.1:11434", "http://127.0.0.1:11434"),
        ("http://127.0.0.1:11434/", "http://127.0.0.1:11434"),
        ("", "http://127.0.0.1:11434"),
        (" localhost ", "http://localhost:11434"),
        (":8080", "http://127.0.0.1:8080"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:8080", "http://127.0.0.1:8080"),
        ("[::1]:11434", "http://[::1]:11434"),
        ("[::]:8080", "http://[::1]:8080"),
        ("gpu.example.com", "http://gpu.example.com:11434"),
        ("http://gpu.example.com", "http://gpu.example.com:80"),
        ("HTTPS://gpu.example.com", "https://gpu.example.com:443"),
        ("https://example.com:8443/ollama/", "https://example.com:8443/ollama"),
    ],
)
def test_a_host_is_read_as_ollama_reads_it(host: str, url: str) -> None:
    assert ollama_url(host) == url


@pytest.mark.parametrize(
    "host", ["ftp://example.com", "localhost:port", "a b", "http://[::1", "example.com?x=1", "a\nb", "host:0"]
)
def test_what_is_no_address_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="is not an address"):
        ollama_url(host)


@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("http://127.0.0.1:11434", True),
        ("http://127.1.2.3:80", True),
        ("http://localhost:11434", True),
        ("http://[::1]:11434", True),
        ("http://gpu.example.com:80", False),
        ("http://192.168.0.2:11434", False),
    ],
)
def test_what_leads_to_this_machine(url: str, is_here: bool) -> None:
    assert is_loopback(url) == is_here
