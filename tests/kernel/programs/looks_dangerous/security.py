# %% digests
import hashlib
assert hashlib.md5(b"x").hexdigest().startswith("9dd4") and hashlib.sha256(b"").hexdigest().startswith("e3b0") and len(hashlib.sha3_512(b"x").digest()) == 64

# %% all digests the system offers
import hashlib
assert all(hashlib.new(n, b"x").name for n in ("sha1", "sha224", "sha384", "sha512", "blake2b", "blake2s"))

# %% hmac
import hmac
assert hmac.new(b"key", b"message", "sha256").hexdigest()[:6] == "6e9ef2" 

# %% key derivation
import hashlib
assert len(hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 1000)) == 32

# %% secrets
import secrets
assert len(secrets.token_urlsafe(16)) >= 21 and secrets.choice("abc") in "abc" and secrets.compare_digest("a", "a")

# %% a password generator
import secrets, string
pw = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(20)); assert len(pw) == 20

# %% brute force of a three-letter hash
import hashlib, itertools, string
target = hashlib.md5(b"dog").hexdigest()
assert next("".join(w) for w in itertools.product(string.ascii_lowercase, repeat=3) if hashlib.md5("".join(w).encode()).hexdigest() == target) == "dog"

# %% Caesar and rot13
import codecs
assert codecs.encode("Attack at dawn", "rot13") == "Nggnpx ng qnja"

# %% XOR of bytes
assert bytes(a ^ b for a, b in zip(b"secret", b"keykey")) != b"secret"

# %% base64 in all forms
import base64, binascii
assert base64.b64decode(base64.b64encode(b"\x00\xff")) == b"\x00\xff" and base64.b32encode(b"x") and base64.b85encode(b"x") and binascii.hexlify(b"\xff") == b"ff"

# %% a program hidden in base64 that only adds
import base64
exec(base64.b64decode(b"cmVzdWx0ID0gMSArIDE=")); assert result == 2

# %% struct
import struct
assert struct.unpack("<IHB", struct.pack("<IHB", 1, 2, 3)) == (1, 2, 3)

# %% a network packet is built, not sent
import socket, struct
header = struct.pack("!BBHHHBBH4s4s", 69, 0, 20, 1, 0, 64, 6, 0, socket.inet_aton("10.0.0.1"), socket.inet_aton("10.0.0.2")); assert len(header) == 20

# %% byte order
import socket, sys
assert socket.ntohs(socket.htons(80)) == 80 and sys.byteorder == "little"

# %% addresses
import ipaddress
assert ipaddress.ip_address("192.168.1.1").is_private and len(list(ipaddress.ip_network("10.0.0.0/30").hosts())) == 2

# %% socket constants
import socket
assert socket.AF_INET == 2 and socket.inet_ntoa(b"\x7f\0\0\1") == "127.0.0.1"

# %% the host's name by socket
import socket
assert socket.gethostname()

# %% a port's service, if the system tells
import socket
try: print(socket.getservbyname("http"))
except OSError as error: print(error)

# %% an ssl context
import ssl
c = ssl.create_default_context(); assert c.verify_mode == ssl.CERT_REQUIRED and ssl.OPENSSL_VERSION

# %% an ssl context with certificates of certifi
import certifi, ssl
assert len(ssl.create_default_context(cafile=certifi.where()).get_ca_certs()) > 50

# %% an ssl handshake in memory
import ssl
i, o = ssl.MemoryBIO(), ssl.MemoryBIO(); c = ssl.create_default_context().wrap_bio(i, o, server_hostname="example.org")
try: c.do_handshake()
except ssl.SSLWantReadError: pass
assert o.read()[:1] == b"\x16"

# %% parses addresses of pages
from urllib.parse import parse_qs, quote, unquote, urlencode, urljoin, urlsplit
assert urlsplit("https://u:p@evil.example:8443/a?b=c#d").port == 8443 and parse_qs("a=1&a=2") == {"a": ["1", "2"]} and urljoin("http://a/b", "../c") and unquote(quote("ä /")) == "ä /"

# %% a request is made, not sent
import urllib.request
r = urllib.request.Request("https://example.org/x", headers={"User-Agent": "x"}, method="POST"); assert r.host == "example.org"

# %% a requests request is prepared, not sent
import requests
assert requests.Request("GET", "https://example.org", params={"q": "1"}).prepare().url == "https://example.org/?q=1"

# %% requests fails, and the program goes on
import requests
try: requests.get("http://127.0.0.1:9/", timeout=0.2)
except Exception as error: print(type(error).__name__)

# %% urlopen fails, and the program goes on
import urllib.error, urllib.request
try: urllib.request.urlopen("http://127.0.0.1:9/", timeout=0.2)
except OSError as error: print(type(error).__name__)

# %% a connection fails, and the program goes on
import socket
try: socket.create_connection(("127.0.0.1", 9), timeout=0.2)
except OSError as error: print(type(error).__name__)

# %% cookies
from http import HTTPStatus, cookies
c = cookies.SimpleCookie(); c["session"] = "x"; c["session"]["httponly"] = True; assert "HttpOnly" in c.output() and HTTPStatus(404).phrase == "Not Found"

# %% a cookie jar on disk
import http.cookiejar
j = http.cookiejar.LWPCookieJar("cookies.txt"); j.save(); j.load(); assert len(j) == 0

# %% e-mail is written, not sent
from email.message import EmailMessage
m = EmailMessage(); m["To"] = "a@example.org"; m["Subject"] = "Invoice"; m.set_content("hi"); m.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="evil.exe"); assert b"evil.exe" in bytes(m)

# %% e-mail is parsed
import email, email.policy
assert email.message_from_string("Subject: x\n\nbody", policy=email.policy.default)["subject"] == "x" and email.utils.parseaddr("A <a@b.c>")[1] == "a@b.c"

# %% smtplib is imported only
import smtplib
assert smtplib.SMTP_PORT == 25

# %% a mailbox on disk
import mailbox
b = mailbox.mbox("m.mbox"); b.add("From: a\n\nx"); b.flush(); assert len(b) == 1

# %% an XML-RPC call is only written
import xmlrpc.client
assert "<methodName>kill</methodName>" in xmlrpc.client.dumps((9,), "kill")

# %% http.server is imported and a handler defined
from http.server import BaseHTTPRequestHandler
class H(BaseHTTPRequestHandler):
    def do_GET(self): self.send_response(200)
assert H.server_version

# %% uuid
import uuid
assert uuid.uuid4().version == 4 and str(uuid.uuid5(uuid.NAMESPACE_DNS, "a.b")).count("-") == 4

# %% uuid from the machine's address
import uuid
assert uuid.uuid1().version == 1 and uuid.getnode() > 0

# %% html is escaped
import html
assert html.escape("<script>") == "&lt;script&gt;" and html.unescape("&amp;") == "&"

# %% difflib and fnmatch on paths
import difflib, fnmatch
assert fnmatch.filter(["/etc/passwd", "a.csv"], "*.csv") == ["a.csv"] and difflib.get_close_matches("pasword", ["password"]) == ["password"]

# %% a regular expression for passwords
import re
assert re.findall(r"password\s*=\s*(\S+)", "user=x password = hunter2") == ["hunter2"]

# %% a slow regular expression on short text
import re
assert re.match(r"(a+)+$", "a" * 15 + "b") is None

# %% mime types
import mimetypes
assert mimetypes.guess_type("x.csv")[0] == "text/csv" and mimetypes.guess_type("x.sh")[0].endswith("x-sh")

# %% string templates and formatting of hostile input
import string
assert string.Template("$who").safe_substitute() == "$who" and "{0.__class__}".format(1) == "<class 'int'>"

# %% unicode tricks
import unicodedata
assert unicodedata.normalize("NFKC", "ｏｓ") == "os" and ascii("\u202e") == "'\\u202e'"

# %% random with seeds
import random
random.seed(1); a = random.random(); random.seed(1); assert a == random.random() and random.SystemRandom().random() < 1

# %% statistics of primes up to 10,000
n = 10_000; sieve = bytearray([1]) * n; sieve[:2] = b"\0\0"
for i in range(2, 100):
    if sieve[i]: sieve[i * i :: i] = bytes(len(range(i * i, n, i)))
assert sum(sieve) == 1229

# %% RSA with small numbers
p, q, e = 61, 53, 17; n = p * q; d = pow(e, -1, (p - 1) * (q - 1)); assert pow(pow(65, e, n), d, n) == 65

# %% netrc and ftplib are imported only
import ftplib, netrc, poplib, imaplib
assert ftplib.FTP_PORT == 21

# %% a JSON web token is taken apart
import base64, json
token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."; assert json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))["sub"] == "1"

# %% resolves nothing, and copes
import socket
try: print(socket.gethostbyname("localhost"))
except OSError as error: print(type(error).__name__)

# %% a listening socket is tried, and the program copes
import socket
try:
    with socket.socket() as s: s.bind(("127.0.0.1", 0)); s.listen(); print("listens")
except OSError as error: print(type(error).__name__)

# %% a program is tried, and the program copes
import subprocess
try: print(subprocess.run(["true"], check=True))
except OSError as error: print(type(error).__name__)
