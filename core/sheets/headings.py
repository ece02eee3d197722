"""Column headings: recognised whatever their spaces, line breaks, case, normal form and tone placement."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.text import search_key

_HINT = re.compile(r"[(\[][^)\]]*[)\]]")
_NUMBERING = re.compile(r"^(?:[ivx]+|\d+)\s+(?=\D)")


@dataclass(frozen=True)
class Wanted:
    """What a column may be: the name of the field and every heading people give it."""

    name: str
    label: str
    synonyms: tuple[str, ...] = ()
    is_required: bool = False


def key_of(heading: str) -> str:
    """«  Họ và\\ntên (*)» → «ho va ten»: hints in brackets and a leading number do not count."""
    return _NUMBERING.sub("", search_key(_HINT.sub(" ", heading))) or search_key(heading)


def fingerprint(headings: Iterable[str]) -> str:
    """The mark of a sheet's row of headings, the same whatever its spelling details."""
    return hashlib.sha256("|".join(key_of(heading) for heading in headings).encode()).hexdigest()


def recognise(headings: Sequence[Sequence[str]], wanted: Sequence[Wanted]) -> dict[str, int]:
    """field name → place of its column. headings: for each column the texts it may be known by, best first.

    A field that two columns claim equally well is left out: a person decides.
    """
    known: dict[str, str] = {}
    for field in wanted:
        for text in (field.label, *field.synonyms):
            known.setdefault(key_of(text), field.name)
    claims: dict[str, list[tuple[int, int]]] = {}
    for place, texts in enumerate(headings):
        found = next(
            ((rank, known[key_of(text)]) for rank, text in enumerate(texts) if key_of(text) in known), None
        )
        if found:
            claims.setdefault(found[1], []).append((found[0], place))
    mapping = {}
    for name, places in claims.items():
        best = min(rank for rank, _ in places)
        candidates = [place for rank, place in places if rank == best]
        if len(candidates) == 1:
            mapping[name] = candidates[0]
    return mapping
