"""System check: the document font is installed. Without it other fonts step in letter by letter, silently."""

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Warning

FAMILY = "Tinos"
FACES = ("Regular", "Bold", "Italic", "BoldItalic")
FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".fonts",
    Path.home() / ".local/share/fonts",
)


def check_fonts(app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> Iterable[CheckMessage]:
    """Register with ``checks.register(check_fonts)`` in the app's ``ready``."""
    missing = missing_faces()
    if not missing:
        return []
    return [
        Warning(
            f"The font {FAMILY} ({', '.join(missing)}) is not installed; PDF documents will mix other fonts.",
            hint="Install it (Debian, Ubuntu: apt-get install fonts-croscore), then run fc-cache -f.",
            id="core.W001",
        )
    ]


def missing_faces() -> list[str]:
    """Faces of the family that neither fontconfig nor the usual folders know."""
    names = _known_to_fontconfig()
    if names is None:
        names = {
            path.name for folder in FOLDERS if folder.is_dir() for path in folder.rglob(f"{FAMILY}-*.ttf")
        }
    return [face for face in FACES if f"{FAMILY}-{face}.ttf" not in names]


def _known_to_fontconfig() -> set[str] | None:
    """File names of the family's faces; None when fontconfig's list command is not here."""
    command = shutil.which("fc-list")
    if command is None:
        return None
    try:
        found = subprocess.run(  # noqa: S603 - a fixed command without input
            [command, "--format", "%{file}\n", f":family={FAMILY}"],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return {Path(line).name for line in found.stdout.splitlines() if line}
