"""What looks like a secret is taken out, and what only looks a little like one stays."""

from __future__ import annotations

import pytest

from jupyter_agent.redaction import redacted

SECRETS = (
    "sk-proj-" + "aB3dE5fG7hJ9kL1mN3pQ",
    "sk-ant-api03-" + "aB3dE5fG7hJ9kL1mN3pQ",
    "tvly-" + "abcdefghij0123456789",
    "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2",
    "AKIA" + "ABCDEFGHIJKLMNOP",
    "hf_" + "a1B2c3D4e5F6g7H8i9J0k1L2",
    "xoxb-" + "123456789012-abcdef",
    "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0." + "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAK\n-----END RSA PRIVATE KEY-----",
)
NAMED = (
    ("password = 'hunter2-hunter2'", "password = '[redacted]'"),
    ('{"api_key": "0123456789abcdef"}', '{"api_key": "[redacted]"}'),
    ("DB_PASSWORD=correct-horse-battery", "DB_PASSWORD=[redacted]"),
    ("Authorization: Bearer abcdefgh12345678", "Authorization: Bearer [redacted]"),
    ("postgresql://anna:s3cret@host/db", "postgresql://anna:[redacted]@host/db"),
    ("access_token: 0123456789abcdef", "access_token: [redacted]"),
)
HARMLESS = (
    "The token count is 812, the secretary has the key to the room.",
    "password = os.environ['PASSWORD']",
    "api_key = get_key('service')",
    "df['token'] = df['text'].str.split()",
    "Compare columns key and value; see https://example.org/a:b/c@d.",
    "risk-averse investors and a task-list-of-the-whole-company",
    "tokens: 12",
)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("around", ["{}", "key {} end", "x = '{}'\nprint(x)"])
def test_a_key_of_a_known_form(secret: str, around: str) -> None:
    assert redacted(around.format(secret)) == around.format("[redacted]")


@pytest.mark.parametrize(("text", "left"), NAMED)
def test_what_is_called_a_secret(text: str, left: str) -> None:
    assert redacted(text) == left


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_none(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["password", "sk-", "a://b:", "bearer ", "-----BEGIN PRIVATE KEY", "eyJ"])
def test_a_long_text_does_not_take_long(piece: str) -> None:
    assert redacted(piece * 20_000)
