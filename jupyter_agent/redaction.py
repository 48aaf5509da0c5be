"""Takes what looks like a secret out of a text that is kept for people to read.

Keys of well-known services by their form, and whatever stands behind a word such as `password`. It is a net,
not a wall: what looks like nothing in particular passes.
"""

from __future__ import annotations

import re

REDACTED = "[redacted]"

_FORMS = re.compile(
    r"""
      -----BEGIN\ [A-Z ]*PRIVATE\ KEY-----.*?(?:-----END\ [A-Z ]*PRIVATE\ KEY-----|\Z)
    | \b(?:sk|pk|rk)[-_](?:[a-z]+[-_])*[A-Za-z0-9_-]{16,}     # OpenAI, Anthropic, Stripe
    | \btvly-[A-Za-z0-9_-]{16,}                               # Tavily
    | \bgh[opsur]_[A-Za-z0-9]{20,}                            # GitHub
    | \bgithub_pat_[A-Za-z0-9_]{20,}
    | \bglpat-[A-Za-z0-9_-]{16,}                              # GitLab
    | \bhf_[A-Za-z0-9]{20,}                                   # Hugging Face
    | \bxox[abeoprs]-[A-Za-z0-9-]{10,}                        # Slack
    | \b(?:AKIA|ASIA)[A-Z0-9]{16}\b                           # Amazon
    | \bAIza[A-Za-z0-9_-]{30,}                                # Google
    | \bnpm_[A-Za-z0-9]{30,}
    | \bpypi-[A-Za-z0-9_-]{40,}
    | \beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}   # a signed token (JWT)
    """,
    re.VERBOSE | re.DOTALL,
)
_NAMED = re.compile(
    r"""
    (?P<name>
        (?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|private[_-]?key|token)
        [\w-]{0,20}["']?\s{0,3}[:=]\s{0,3}
      | \bauthorization["']?\s{0,3}[:=]\s{0,3}["']?(?:basic|bearer|token)\s
      | \bbearer\s
    )
    (?P<value>"[^"\n]{4,}"|'[^'\n]{4,}'|[^\s"',;)\]}]{8,})
    """,
    re.VERBOSE | re.IGNORECASE,
)
_IN_ADDRESS = re.compile(
    r"(?P<name>\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{0,80}:)[^\s/@]{1,200}(?=@)", re.IGNORECASE
)


def redacted(text: str) -> str:
    """The text with `[redacted]` for what looks like a secret."""
    text = _FORMS.sub(REDACTED, text)
    text = _IN_ADDRESS.sub(lambda found: found["name"] + REDACTED, text)
    return _NAMED.sub(_without_value, text)


def _without_value(found: re.Match[str]) -> str:
    value = found["value"]
    quote = value[0] if value[0] in "\"'" else ""
    if not quote and _is_code(value):
        return found[0]
    return f"{found['name']}{quote}{REDACTED}{quote}"


def _is_code(value: str) -> bool:
    """Whether an expression stands there, such as `os.environ[...]` or `get_token()`, and no value."""
    return "(" in value or "[" in value or value.startswith(("os.", "None", "True", "False"))
