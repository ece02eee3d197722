"""Passwords: long, not in a list, not a pattern; nothing is asked about capitals, digits or signs."""

import hashlib
import logging
import re
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

log = logging.getLogger(__name__)
WORDS = Path(__file__).parent / "data" / "common_passwords.txt"
LONGEST = 256
ADVICE = "Hãy ghép bốn, năm từ không liên quan với nhau, ví dụ một câu chỉ mình nhớ."
_LEET = str.maketrans("01345789@$!|", "oieastbgasii")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_ROWS = ("01234567890", _ALPHABET, "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv")
_NEIGHBOURS = {pair for row in _ROWS for way in (row, row[::-1]) for pair in pairwise(way)}


def fold(text: str) -> str:
    """Lower case without marks and separators: «Mật khẩu» and «mat-khau» are one."""
    plain = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return re.sub(r"[\s._\-,;:/\\]+", "", "".join(c for c in plain if not unicodedata.combining(c)))


def readings(password: str) -> set[str]:
    """The words somebody who guesses would read in a password: folded, without the figures and signs at its
    ends, and with the figures that stand for letters read as letters.
    """
    whole = fold(password)
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", whole)
    found = {whole, whole.translate(_LEET)}
    if len(whole) - len(bare) <= 10:
        found |= {bare, bare.translate(_LEET)}
    # signs that stand for letters may be the last ones: «m4tkh@u2024»
    lettered = re.sub(r"^\d+|\d+$", "", whole).translate(_LEET)
    found |= {lettered, re.sub(r"\W+", "", lettered)}
    return {_unit(word) for word in found if len(word) >= 4}


def _unit(text: str) -> str:
    """The part a text repeats: «abcabc» → «abc»; the text itself when it repeats nothing."""
    for size in range(1, len(text) // 2 + 1):
        if text == (text[:size] * (len(text) // size + 1))[: len(text)]:
            return text[:size]
    return text


@cache
def common_words() -> frozenset[str]:
    """Django's list of common passwords and our own of Vietnamese ones, folded."""
    own = WORDS.read_text(encoding="utf-8").splitlines()
    words = {fold(line) for line in own if line and not line.startswith("#")}
    return frozenset(words | {fold(word) for word in CommonPasswordValidator().passwords})


def is_pattern(password: str) -> bool:
    """Few different signs, a short part repeated, or little besides runs on the keyboard or the alphabet."""
    text = fold(password)
    if len(set(text)) <= 4 or len(_unit(text)) <= 6:
        return True
    runs = {i for i, pair in enumerate(pairwise(text)) if pair in _NEIGHBOURS or pair[0] == pair[1]}
    covered = {i for start in runs if {start - 1, start + 1} & runs for i in (start, start + 1)}
    return len(text) - len(covered) < 4


class GuessablePasswordValidator:
    """Refuses what is guessed first: common words with figures, one's own name, patterns."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raises ValidationError with the reason and a way out."""
        if len(password) > LONGEST:
            raise ValidationError(
                f"Mật khẩu dài quá {LONGEST} ký tự. Hãy rút ngắn.", code="password_too_long"
            )
        if is_pattern(password):
            raise ValidationError(
                "Mật khẩu chỉ lặp lại hoặc đi theo hàng phím, dãy số nên bị đoán ra ngay. " + ADVICE,
                code="password_pattern",
            )
        if readings(password) & common_words():
            raise ValidationError(
                "Mật khẩu này (kể cả khi thêm số, bỏ dấu hoặc thay chữ bằng số) nằm trong danh sách hay bị "
                "đoán. " + ADVICE,
                code="password_common",
            )
        person = getattr(user, "person", None)
        name = fold(person.full_name) if person else ""
        if len(name) >= 6 and name in fold(password):
            raise ValidationError(
                "Mật khẩu chứa họ tên của chính người dùng nên dễ đoán. " + ADVICE, code="password_own_name"
            )

    def get_help_text(self) -> str:
        """The rule in one line, beside the field."""
        return (
            "Không dùng mật khẩu phổ biến, họ tên, tên cơ quan hay dãy phím; không bắt buộc có chữ hoa hay "
            "ký hiệu."
        )


class LeakedPasswordValidator:
    """Refuses passwords whose SHA-1 stands in PASSWORD_LEAK_FILE; does nothing without such a file."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        """Raises ValidationError when the password was leaked somewhere."""
        if settings.PASSWORD_LEAK_FILE and is_leaked(password, Path(settings.PASSWORD_LEAK_FILE)):
            raise ValidationError(
                "Mật khẩu này đã bị lộ trong một vụ rò rỉ dữ liệu trên mạng nên không dùng được nữa, dù ở "
                "hệ thống nào. " + ADVICE,
                code="password_leaked",
            )

    def get_help_text(self) -> str:
        """Nothing that the other rules do not say."""
        return ""


def is_leaked(password: str, path: Path) -> bool:
    """Whether the file of sorted hashes holds the password: a binary search on disk, some thirty reads even
    for the whole collection. A file that cannot be read is logged, and refuses nothing.
    """
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    try:
        with path.open("rb") as file:
            low, high = 0, path.stat().st_size
            while low < high:
                middle = (low + high) // 2
                file.seek(middle)
                if middle:
                    file.seek(middle - 1)
                    file.readline()
                line = file.readline()
                if not line or line[:40].upper() >= wanted:
                    if line[:40].upper() == wanted:
                        return True
                    high = middle
                else:
                    low = file.tell()
    except OSError:
        log.exception("PASSWORD_LEAK_FILE cannot be read")
    return False
