"""Child processes that cannot outlive their starter, and small questions to servers behind Unix sockets."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import IO

START_SECONDS = 60.0
STOP_SECONDS = 15.0

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


class ServiceError(Exception):
    """A server could not be started; the text is a Vietnamese sentence for the person at the terminal."""


def log_tail(path: Path) -> str:
    """The last lines of a log, for an error message."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-3:])


def open_log(path: Path) -> IO[bytes]:
    """A log opened for appending, readable by its owner only."""
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def tie_to_parent(signal_number: int, parent: int) -> None:
    """Runs in the child before exec: the kernel ends it when its parent dies, even by kill -9 (Linux)."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
        if os.getppid() != parent:  # the parent died between fork and prctl
            os._exit(1)


def spawn(
    command: Sequence[str | Path],
    log: Path | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    env: dict[str, str] | None = None,
    cwd: Path | str = "/",
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own that cannot outlive this process.

    Without a log its output is the starter's own. Call it from the main thread: the kernel's "parent" is the
    thread that forked.
    """
    output = open_log(log) if log is not None else None
    try:
        return subprocess.Popen(  # noqa: S603 (commands are ours)
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=partial(tie_to_parent, int(death_signal), os.getpid()),
        )
    finally:
        if output is not None:
            output.close()


def stop(process: subprocess.Popen[bytes], signal_number: int, seconds: float = STOP_SECONDS) -> None:
    """End a child politely, then its whole group by force."""
    if process.poll() is None:
        process.send_signal(signal_number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def ask(path: Path, question: bytes) -> bytes:
    """One question to a server behind a Unix socket; empty when nobody answers."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(2)
        line.connect(str(path))
        line.sendall(question)
        return line.recv(64)
    return b""


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, name: str) -> None:
    """Wait for a server that has just been started; its end or a long silence is an error."""
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise ServiceError(f"{name} không khởi động được. Xem nhật ký {log}:\n{log_tail(log)}")
        time.sleep(0.03)
