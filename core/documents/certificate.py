"""Certificates: A4 landscape, a woven frame of our own drawing, one page for each receiver.

The words come from the caller; only the national title and its motto stand here. No emblem, no picture of a
seal.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from math import cos, pi, sin
from pathlib import Path
from typing import Literal

from core.documents.measure import balanced
from core.documents.pdf import COUNTRY, MM, MOTTO, render_html_pdf
from core.documents.tree import Node, Signature, place_and_day

_STYLE = Path(__file__).with_name("certificate.css")
_ROOM = 225 * MM
_LONG_FROM = 6
TAGGED_PAGES = 50

Frame = Literal["gold", "plain"]


@dataclass(frozen=True)
class CertificateText(Node):
    """All words on one certificate; an empty text leaves its line out."""

    issuer_superior: str
    issuer: str
    verb_line: str
    award_title: str
    receiver: str
    receiver_detail: str
    reason: str
    number_line: str
    place: str
    day: date | None
    signature: Signature
    book_line: str = ""
    frame: Frame = "gold"


def certificate_pdf(lines: CertificateText) -> bytes:
    """One certificate as PDF/UA-1."""
    return certificates_pdf([lines])


def certificates_pdf(many: Sequence[CertificateText]) -> bytes:
    """A page for each receiver; all have the frame of the first."""
    if not many:
        raise ValueError("No certificate to print")
    return render_html_pdf(certificates_html(many), certificate_css(), tagged=len(many) <= TAGGED_PAGES)


def certificates_html(many: Sequence[CertificateText]) -> str:
    """The page of one or many certificates, one sheet each, from escaped text only."""
    first = many[0]
    title = f"{first.award_title} - {first.receiver}" if len(many) == 1 else first.award_title
    day = first.day.isoformat() if first.day else ""
    created = f'<meta name="dcterms.created" content="{day}"><meta name="dcterms.modified" content="{day}">'
    sheets = "".join(_sheet(lines) for lines in many)
    return (
        f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="author" content="{escape(first.issuer)}">{created if day else ""}</head><body>'
        f'<div class="frame">{frame_svg(first.frame)}</div>{sheets}</body></html>'
    )


@cache
def certificate_css() -> str:
    """The style sheet of certificates, read once."""
    return _STYLE.read_text(encoding="utf-8")


def _sheet(lines: CertificateText) -> str:
    issuer = balanced(lines.issuer.upper(), _ROOM, 17, bold=True)
    receiver = balanced(lines.receiver, _ROOM, 24, bold=True)
    reason = balanced(lines.reason, _ROOM, 16)
    detail = balanced(lines.receiver_detail, _ROOM, 15)
    superior = [lines.issuer_superior.upper()] if lines.issuer_superior else []
    count = len(superior) + len(issuer) + len(receiver) + len(reason) + len(detail)
    if count > _LONG_FROM:
        receiver = balanced(lines.receiver, _ROOM, 20, bold=True)
        reason = balanced(lines.reason, _ROOM, 14)
    kind = f"{' is-long' if count > _LONG_FROM else ''}{' is-plain' if lines.frame == 'plain' else ''}"
    numbers = balanced(lines.number_line, 108 * MM, 12)
    signer = [*lines.signature.authority.splitlines(), *lines.signature.position.splitlines()]
    return (
        f'<section class="sheet{kind}"><div class="country"><div class="name">{COUNTRY}</div>'
        f'<div class="motto"><span>{MOTTO}</span></div></div><div class="honour">'
        f"{_line('superior', superior)}{_line('issuer', issuer)}{_line('verb', [lines.verb_line.upper()])}"
        f"<h1>{escape(lines.award_title.upper())}</h1>{_line('receiver', receiver)}"
        f"{_line('detail', detail)}{_line('reason', reason)}</div>"
        f'<div class="numbers">{_line("number", numbers)}{_line("book", [lines.book_line])}</div>'
        f'<div class="sign">{_line("day", [place_and_day(lines.place, lines.day)])}'
        f"{_line('words', [line.upper() for line in signer])}{_line('name', [lines.signature.name])}</div>"
        "</section>"
    )


def _line(kind: str, lines: Iterable[str]) -> str:
    text = "<br>".join(escape(line) for line in lines if line)
    return f'<p class="{kind}">{text}</p>' if text else ""


# --- Frame ---

_WIDE, _HIGH = 297.0, 210.0
_OUT, _BAND = 9.0, 10.0
_GOLD = ("#8a6a1a", "#b8902f", "#d3b15a")
_PLAIN = ("#3a3a3a", "#777777", "#a5a5a5")


@cache
def frame_svg(frame: Frame = "gold") -> str:
    """Double rules, a band of woven waves between them, a rosette in each corner."""
    dark, middle, light = _GOLD if frame == "gold" else _PLAIN
    parts = [
        _rule(_OUT, 1.0, dark),
        _rule(_OUT + 1.5, 0.3, middle),
        _rule(_OUT + _BAND + 1.5, 0.3, middle),
        _rule(_OUT + _BAND + 3.0, 0.7, dark),
    ]
    if frame == "gold":
        centre = _OUT + 1.5 + _BAND / 2
        edges = (
            (_WIDE, f"translate(0 {_n(centre)})"),
            (_WIDE, f"translate(0 {_n(_HIGH - centre)})"),
            (_HIGH, f"translate({_n(centre)} 0) rotate(90)"),
            (_HIGH, f"translate({_n(_WIDE - centre)} 0) rotate(90)"),
        )
        for length, turn in edges:
            parts.append(f'<g transform="{turn}">{_band(centre, length, (dark, middle, light))}</g>')
        corners = ((x, y) for x in (centre, _WIDE - centre) for y in (centre, _HIGH - centre))
        parts.extend(_rosette(x, y, dark, middle, light) for x, y in corners)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(_WIDE)} {_n(_HIGH)}" width="297mm" '
        f'height="210mm"><title>Khung trang trí</title>{"".join(parts)}</svg>'
    )


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def _rule(inset: float, stroke: float, colour: str) -> str:
    return (
        f'<rect x="{_n(inset)}" y="{_n(inset)}" width="{_n(_WIDE - 2 * inset)}" '
        f'height="{_n(_HIGH - 2 * inset)}" fill="none" stroke="{colour}" stroke-width="{_n(stroke)}"/>'
    )


def _band(corner: float, length: float, colours: tuple[str, str, str]) -> str:
    """Waves between two corners, in mirrored pairs, so that they cross like a weave.

    The frame is drawn again on every page, so it is made of few curves: one for each half wave.
    """
    dark, middle, light = colours
    start, end = corner + _BAND / 2 + 0.6, length - corner - _BAND / 2 - 0.6
    halves = 2 * round((end - start) / 10)
    high = _BAND / 2 - 0.9
    strands = [(1.0, light, 0.32), (0.66, middle, 0.32), (0.32, dark, 0.3)]
    return "".join(
        f'<path d="{_wave(start, (end - start) / halves, halves, high * share * sign)}" fill="none" '
        f'stroke="{colour}" stroke-width="{stroke}"/>'
        for share, colour, stroke in strands
        for sign in (1, -1)
    )


def _wave(start: float, half: float, halves: int, amplitude: float) -> str:
    """A sine wave: with handles at 4/3 of the height, a cubic curve peaks at the height itself."""
    path, x = [f"M{_n(start)} 0"], start
    for at in range(halves):
        handle = _n(amplitude * 4 / 3 * (1 if at % 2 == 0 else -1))
        path.append(f"C{_n(x + half * 0.364)} {handle} {_n(x + half * 0.636)} {handle} {_n(x + half)} 0")
        x += half
    return "".join(path)


def _rosette(x: float, y: float, dark: str, middle: str, light: str) -> str:
    """A flower of ellipses in a circle."""
    radius = _BAND / 2
    petals = "".join(
        f'<ellipse rx="{_n(radius - 0.5)}" ry="{_n(radius * 0.34)}" fill="none" '
        f'stroke="{middle if at % 2 else light}" stroke-width="0.28" transform="rotate({at * 15})"/>'
        for at in range(12)
    )
    far = radius * 0.55
    dots = "".join(
        f'<circle cx="{_n(far * cos(at * pi / 4))}" cy="{_n(far * sin(at * pi / 4))}" r="0.3" fill="{dark}"/>'
        for at in range(8)
    )
    return (
        f'<g transform="translate({_n(x)} {_n(y)})">'
        f'<circle r="{_n(radius)}" fill="#ffffff" stroke="{dark}" stroke-width="0.5"/>'
        f'{petals}{dots}<circle r="1.1" fill="{dark}"/></g>'
    )
