"""A real SMTP server in a process of its own: accepts, is silent like a black hole, or refuses addresses.

    python -m tests.smtp_server PORT_FILE MAILS MODE

It writes its port to PORT_FILE and each accepted letter to a file in the folder MAILS, atomically. MODE:
accept,
silent, refuse. A letter that comes twice has two files: tests count them.
"""

import os
import socket
import socketserver
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path
from threading import Event
from uuid import uuid4

BASE = Path(__file__).resolve().parent.parent


class _Session(socketserver.StreamRequestHandler):
    server: "_Server"

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def handle(self) -> None:
        if self.server.mode == "silent":
            Event().wait()  # the connection is taken and nothing is ever said
        self._say("220 test ready")
        while line := self.rfile.readline(4096):
            word = line.split(b" ")[0].strip().upper()
            if word == b"QUIT":
                self._say("221 bye")
                return
            if word == b"DATA":
                self._data()
            elif word == b"RCPT" and self.server.mode == "refuse":
                self._say("550 5.1.1 no such mailbox")
            else:
                self._say("250 ok")

    def _data(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline(1 << 20)) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        draft = self.server.mails / f".{uuid4().hex}"
        draft.write_bytes(b"".join(lines))
        draft.rename(self.server.mails / f"{time.time_ns()}-{uuid4().hex}.eml")
        self._say("250 kept")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, mails: Path, mode: str, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Session)
        self.mails, self.mode = mails, mode


@contextmanager
def smtp_server(folder: Path, mode: str = "accept", port: int = 0) -> Iterator[int]:
    """The server for the duration of a block; its port."""
    port_file, mails = folder / f"port-{uuid4().hex}", folder / "mails"
    mails.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tests.smtp_server", str(port_file), str(mails), mode, str(port)]
    process = subprocess.Popen(command, cwd=BASE)
    try:
        deadline = time.monotonic() + 20
        while not port_file.exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield int(port_file.read_text())
    finally:
        process.kill()
        process.wait()


def letters(folder: Path) -> list[Message]:
    """What the server accepted, oldest first."""
    return [
        message_from_bytes(p.read_bytes(), policy=default) for p in sorted((folder / "mails").glob("*.eml"))
    ]


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    with _Server(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])) as server:
        draft = Path(sys.argv[1] + ".new")
        draft.write_text(str(server.server_address[1]))
        os.replace(draft, sys.argv[1])
        server.serve_forever()
