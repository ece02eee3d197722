"""Runs the whole product on one machine: database, queue, web, worker and scheduler under one process.

Nothing it starts can outlive it, even after kill -9. A dead worker or scheduler is started again; the end of
the database, the queue or the web server stops everything, and the message names the log to read.
"""

import contextlib
import http.client
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from config import services
from config.processes import ServiceError, log_tail, spawn, stop, wait_until

WORKING_DATE = "2024-12-16"
RESTARTS_PER_MINUTE = 5
QUEUES = "default,reports,mail"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _StopRequested(BaseException):
    """Ctrl-C, a request to end, or a closed terminal."""


class Supervisor:
    """One start of the demonstration; `run` returns the exit status."""

    def __init__(self, state_dir: Path, address: str, port: int, say: Callable[[str], None]) -> None:
        self.state = Path(state_dir).resolve()
        self.address = socket.gethostbyname(address) if address == "localhost" else address
        self.port = port
        self._say = say
        postgres, redis = services.wanted()
        self.servers = services.Services(self.state, postgres=postgres, redis=redis)
        self.logs = self.servers.logs
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.restarts: dict[str, deque[float]] = {"worker": deque(), "beat": deque()}

    def run(self, reset: bool = False) -> int:
        """Start everything in order, watch it, stop it in reverse order."""
        for number in SIGNALS:  # named one by one: a background job starts with SIGINT ignored
            signal.signal(number, _request_stop)
        status = 0
        try:
            self._start(reset)
            self._watch()
        except _StopRequested:
            self.say("Đang dừng…")
        except ServiceError as error:
            self.say(f"Lỗi: {error}")
            status = 1
        finally:
            for number in SIGNALS:  # a second signal must not interrupt the stopping
                signal.signal(number, signal.SIG_IGN)
            for child in self.children.values():
                child.send_signal(signal.SIGTERM)
            for name in reversed(list(self.children)):
                stop(self.children.pop(name), signal.SIGTERM, 10)
            self.servers.stop()
        self.say("Đã dừng." if status == 0 else "Đã dừng vì lỗi.")
        return status

    def say(self, text: str) -> None:
        """Tell the person at the terminal, if the terminal is still there."""
        with contextlib.suppress(OSError):
            self._say(text)

    # --- start ---------------------------------------------------------------------------------

    def _start(self, reset: bool) -> None:
        if not self.servers.lock():
            raise ServiceError(f"Hệ thống đang chạy trên thư mục {self.state}; hãy dừng bản đang chạy trước.")
        if reset:
            self._reset()
        self._check_port()
        self.say("Khởi động cơ sở dữ liệu và hàng đợi…")
        self.servers.start()
        static = self._manage("collectstatic", "--noinput", "--verbosity=0")
        self._finish("migrate", self._manage("migrate", "--noinput"))
        self._finish("seed_demo", self._manage("seed_demo", shown=True))
        self._finish("collectstatic", static)
        for name in ("web", "worker", "beat"):
            self.children[name] = self._spawn(name)
        wait_until(self._answers, self.children["web"], self.logs / "web.log", "Máy chủ web")
        self._announce()

    def _reset(self) -> None:
        if services.wanted() != (True, True):
            raise ServiceError("--reset chỉ xoá dữ liệu nhúng; hãy bỏ DATABASE_URL và REDIS_URL.")
        self.say("Xoá dữ liệu cũ…")
        self.servers.destroy()

    def _check_port(self) -> None:
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.address, self.port))
            except OSError as error:
                raise ServiceError(
                    f"Không mở được cổng {self.port} tại {self.address} ({error.strerror}); "
                    f"hãy chọn cổng khác bằng --port, ví dụ --port {self.port + 1}."
                ) from error

    def _environment(self) -> dict[str, str]:
        environment = {"DJANGO_SETTINGS_MODULE": "config.settings", "WORKING_DATE": WORKING_DATE} | os.environ
        if not ipaddress.ip_address(self.address).is_loopback:
            environment.setdefault("ALLOWED_HOSTS", "*")
        return environment | {"DEMO": "1", "STATE_DIR": str(self.state), "PYTHONUNBUFFERED": "1"}

    def _manage(self, command: str, *options: str, shown: bool = False) -> subprocess.Popen[bytes]:
        """Start a management command; its output goes to its log or, when shown, to the terminal."""
        line = [sys.executable, "manage.py", command, *options]
        log = None if shown else self.logs / f"{command}.log"
        child = spawn(line, log, signal.SIGKILL, self._environment(), services.BASE_DIR)
        self.children[command] = child
        return child

    def _finish(self, name: str, child: subprocess.Popen[bytes]) -> None:
        while child.poll() is None:
            self._check_servers()
            time.sleep(0.05)
        del self.children[name]
        if child.returncode:
            log = self.logs / f"{name}.log"
            raise ServiceError(f"Bước {name} không hoàn thành (mã {child.returncode}).\n{log_tail(log)}")

    def _spawn(self, name: str) -> subprocess.Popen[bytes]:
        host = f"[{self.address}]" if ":" in self.address else self.address
        celery = ["-m", "celery", "--app", "config.celery"]
        lines = {
            "web": [
                *("-m", "gunicorn", "config.wsgi", "--workers=2", "--threads=4"),
                *(f"--bind={host}:{self.port}", "--graceful-timeout=5", "--config=python:config.web_server"),
                "--no-control-socket",
            ],
            "worker": [*celery, "worker", "--concurrency=2", f"--queues={QUEUES}", "--loglevel=INFO"],
            "beat": [*celery, "beat", "--pidfile=", f"--schedule={self.state / 'celerybeat-schedule'}"],
        }
        # A polite signal would let a worker finish its task first, and nobody is left to wait for that.
        death_signal = signal.SIGTERM if name == "web" else signal.SIGKILL
        log = self.logs / f"{name}.log"
        return spawn(
            [sys.executable, *lines[name]], log, death_signal, self._environment(), services.BASE_DIR
        )

    def _answers(self) -> bool:
        self._check_servers()
        any_address = ipaddress.ip_address(self.address).is_unspecified
        host = "localhost" if any_address else self.address
        line = http.client.HTTPConnection(host, self.port, timeout=5)
        try:
            line.request("GET", "/healthz")
            return line.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def _announce(self) -> None:
        host = f"[{self.address}]" if ":" in self.address else self.address
        lines = ["", f"Hệ thống đã sẵn sàng: http://{host}:{self.port}/", ""]
        accounts = self.state / "demo-accounts.txt"
        if accounts.exists():
            lines += [accounts.read_text(encoding="utf-8").strip(), ""]
        lines += [f"Nhật ký: {self.logs}", "Nhấn Ctrl+C để dừng."]
        self.say("\n".join(lines))

    # --- watch ---------------------------------------------------------------------------------

    def _watch(self) -> None:
        while True:
            self._check_servers()
            for name, child in list(self.children.items()):
                if child.poll() is None:
                    continue
                if name not in self.restarts:
                    raise ServiceError(f"{name} đã dừng đột ngột. Xem nhật ký {self.logs / name}.log")
                self._restart(name, child)
            time.sleep(0.2)

    def _restart(self, name: str, child: subprocess.Popen[bytes]) -> None:
        times = self.restarts[name]
        now = time.monotonic()
        while times and now - times[0] > 60:
            times.popleft()
        if len(times) >= RESTARTS_PER_MINUTE:
            raise ServiceError(f"{name} dừng liên tục. Xem nhật ký {self.logs / name}.log")
        times.append(now)
        self.say(f"{name} đã dừng (mã {child.returncode}), đang khởi động lại…")
        stop(child, signal.SIGTERM)  # what is left of its group
        self.children[name] = self._spawn(name)

    def _check_servers(self) -> None:
        ended = self.servers.ended()
        if ended:
            raise ServiceError(f"{ended} đã dừng đột ngột. Xem nhật ký {self.logs / ended}.log")


def _request_stop(_number: int, _frame: FrameType | None) -> None:
    raise _StopRequested
