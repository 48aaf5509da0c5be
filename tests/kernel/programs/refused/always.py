# %% a symbolic link
import os
open("real.txt", "w").write("r"); os.symlink("real.txt", "link.txt"); assert os.readlink("link.txt") == "real.txt" and open("link.txt").read() == "r"

# %% a symbolic link in a temporary folder
import os, tempfile
with tempfile.TemporaryDirectory() as d: os.symlink("nowhere", d + "/l"); assert os.path.islink(d + "/l") and not os.path.exists(d + "/l")

# %% a named pipe
import os, threading
os.mkfifo("fifo"); t = threading.Thread(target=lambda: open("fifo", "w").write("x")); t.start(); assert open("fifo").read() == "x"; t.join()

# %% psutil: addresses
import psutil
psutil.net_if_addrs()

# %% opens a pseudo-terminal
import os
a, b = os.openpty(); assert os.isatty(b); os.close(a); os.close(b)

# %% network interfaces are listed
import socket
assert any(name == "lo" for _, name in socket.if_nameindex())

# %% a socket is made and closed
import socket
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.close()

# %% a port is looked for that is free
import socket
with socket.socket() as s: s.bind(("127.0.0.1", 0)); assert s.getsockname()[1] > 0

# %% a server on this machine
import http.server, threading, urllib.request
with http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as server:
    threading.Thread(target=server.handle_request).start()
    assert urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/").status == 200

# %% a socket in the file system
import os, socket, tempfile
with tempfile.TemporaryDirectory() as d, socket.socket(socket.AF_UNIX) as s: s.bind(d + "/s")

# %% datagrams
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as a, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as b:
    a.bind(("127.0.0.1", 0)); b.sendto(b"x", a.getsockname()); assert a.recv(1) == b"x"

# %% the list of users
assert "root" in open("/etc/passwd").read()

# %% the root folder is listed
import os
assert "usr" in os.listdir("/")

# %% a file outside the workspace
import os
with open("/var/tmp/programs-outside.txt", "w") as f: f.write("x")
os.unlink("/var/tmp/programs-outside.txt")
