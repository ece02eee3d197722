"""A daemon that speaks clamd's INSTREAM and knows one virus, the EICAR test file. A process of its own:
`python -m tests.clamd_server unix:/path` or `… host:port`.
"""

import os
import socketserver
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bad_files import EICAR

BASE = Path(__file__).resolve().parent.parent


class Stream(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        if self.rfile.read(10) != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        found = EICAR in content
        self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if found else b"stream: OK\0")


class TcpServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class UnixServer(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


def serve(address: str) -> None:
    if address.startswith("unix:"):
        server: socketserver.BaseServer = UnixServer(address.removeprefix("unix:"), Stream)
    else:
        host, _, port = address.rpartition(":")
        server = TcpServer((host, int(port)), Stream)
    print("ready", flush=True)
    server.serve_forever()


@contextmanager
def clamd(address: str) -> Iterator[subprocess.Popen[bytes]]:
    """The daemon at the address for the time of the block."""
    command = [sys.executable, "-m", "tests.clamd_server", address]
    process = subprocess.Popen(command, cwd=BASE, env=os.environ, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process
    finally:
        process.kill()
        process.wait()
        if address.startswith("unix:"):
            Path(address.removeprefix("unix:")).unlink(missing_ok=True)


if __name__ == "__main__":
    serve(sys.argv[1])
