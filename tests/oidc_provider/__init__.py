"""A real identity provider for the tests: django-oauth-toolkit in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLIENT_ID, CLIENT_SECRET = "thi-dua", "bi-mat-cua-he-thong-thi-dua"
PASSWORD = "mat-khau-dinh-danh"


@contextmanager
def provider(folder: Path, redirect_uris: list[str], people: list[str]) -> Iterator[str]:
    """Run the provider; yields its issuer. people: «name:email:yes» (yes = the address was verified)."""
    command = [
        sys.executable,
        "-m",
        "tests.oidc_provider.server",
        str(folder),
        " ".join(redirect_uris),
        *people,
    ]
    with (folder / "provider.log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            line = process.stdout.readline().strip()  # type: ignore[union-attr]
            assert line.isdecimal(), (folder / "provider.log").read_text()
            yield f"http://localhost:{line}/o"
        finally:
            process.terminate()
            process.wait(10)
