"""Typed readers for environment variables: a wrong value stops the start, never surprises later."""

import ipaddress
import os
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit


class WrongSetting(Exception):
    """An environment variable holds a value the product cannot use; the text says which and why."""


def text(name: str, default: str = "") -> str:
    """The value of NAME, or the content of the file named by NAME_FILE (for secrets), or default."""
    file_name = os.environ.get(f"{name}_FILE")
    if file_name:
        try:
            return Path(file_name).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise WrongSetting(f"{name}_FILE: cannot read {file_name}: {error}") from error
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    """True or False; accepts 1/0, true/false, yes/no, on/off."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise WrongSetting(f"{name}: expected a yes/no value, got {value!r}")


def number(name: str, default: int) -> int:
    """A whole number."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise WrongSetting(f"{name}: expected a whole number, got {value!r}") from error


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list, blanks removed."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def one_of(value: str, name: str, allowed: tuple[str, ...]) -> str:
    """The value, when it is one of those allowed."""
    if value not in allowed:
        raise WrongSetting(f"{name}: expected one of {', '.join(allowed)}, got {value!r}")
    return value


def networks(values: list[str], name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Addresses or networks (10.0.0.0/8) as networks."""
    try:
        return [ipaddress.ip_network(value) for value in values]
    except ValueError as error:
        raise WrongSetting(f"{name}: {error}") from error


def database(url: str) -> dict[str, object]:
    """Django's database settings from postgresql://user:password@host:port/name?host=/socket/folder."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise WrongSetting(f"DATABASE_URL: expected postgresql://…, got {parts.scheme!r}")
    query = parse_qs(parts.query)
    return {
        "ENGINE": "core.database",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [parts.hostname or ""])[0],
        "PORT": str(parts.port or ""),
    }


def day(name: str) -> date | None:
    """A date written YYYY-MM-DD, or None when the variable is empty."""
    value = os.environ.get(name, "").strip()
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise WrongSetting(f"{name}: expected YYYY-MM-DD, got {value!r}") from error
