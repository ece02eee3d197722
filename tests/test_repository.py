import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parent.parent
# Folders that are made, not written.
MADE = {".git", ".venv", ".mypy_cache", ".pytest_cache", ".ruff_cache", "__pycache__", "staticfiles", "var"}
LOCKS = ("requirements.lock", "requirements-demo.lock", "requirements-test.lock")
SCRIPTS = ("scripts/setup", "scripts/run", "scripts/test")


def text(name: str) -> str:
    return (BASE / name).read_text(encoding="utf-8")


def written_files(*suffixes: str) -> Iterator[Path]:
    for folder, folders, names in os.walk(BASE):
        folders[:] = sorted(set(folders) - MADE)
        yield from (Path(folder, name) for name in sorted(names) if name.endswith(suffixes))


def variables_read_in_config() -> set[str]:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (BASE / "config").rglob("*.py"))
    names = re.findall(r"\benv\.(?:text|flag|number|words|day)\(\s*\"([A-Z0-9_]+)\"", source)
    names += re.findall(r"\bos\.environ(?:\.get\(|\[)\s*\"([A-Z0-9_]+)\"", source)
    return set(names)


def pinned(name: str) -> set[tuple[str, str]]:
    return set(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", text(name), re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_lock_file_names_no_host(name: str) -> None:
    assert "://" not in text(name)


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash(name: str) -> None:
    blocks = re.split(r"^(?=[a-z0-9-]+==)", text(name), flags=re.MULTILINE)[1:]

    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_test_lock_contains_the_demo_lock_which_contains_the_base_lock() -> None:
    assert pinned("requirements.lock") - pinned("requirements-demo.lock") == set()
    assert pinned("requirements-demo.lock") - pinned("requirements-test.lock") == set()


def test_compose_file_follows_the_compose_schema() -> None:
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*checker, str(BASE / "docker-compose.yml")], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_environment_example_lists_exactly_what_is_read() -> None:
    listed = set(re.findall(r"^([A-Z0-9_]+)=", text(".env.example"), re.MULTILINE))
    compose = set(re.findall(r"\$\{([A-Z0-9_]+)[:}]", text("docker-compose.yml")))
    read = variables_read_in_config()

    assert read | compose == listed


def test_image_runs_as_an_ordinary_account() -> None:
    users = re.findall(r"^USER\s+(\S+)", text("Dockerfile"), re.MULTILINE)

    assert users
    assert users[-1] not in {"root", "0"}


def test_image_installs_the_font_and_checks_hashes() -> None:
    dockerfile = text("Dockerfile")

    assert "fonts-croscore" in dockerfile
    assert "--require-hashes" in dockerfile
    assert "requirements.lock" in dockerfile


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_is_executable_and_free_of_syntax_errors(name: str) -> None:
    done = subprocess.run(["sh", "-n", str(BASE / name)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert os.access(BASE / name, os.X_OK)
    assert text(name).startswith("#!/bin/sh\n")


def test_ci_script_is_executable_and_free_of_syntax_errors() -> None:
    done = subprocess.run(["bash", "-n", str(BASE / ".ci/run")], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert os.access(BASE / ".ci/run", os.X_OK)


def test_no_source_file_is_longer_than_500_lines() -> None:
    long = {
        str(path.relative_to(BASE)): lines
        for path in written_files(".py", ".html", ".css", ".js")
        if not {"migrations", "tests"} & set(path.relative_to(BASE).parts)
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > 500
    }

    assert long == {}
