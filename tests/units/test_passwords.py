import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.builders import make_person
from units.models import User
from units.validators import WORDS, common_words, is_leaked


def refusal(password: str, user: User | None = None) -> str:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@pytest.mark.parametrize(
    "password",
    [
        "song bien dat troi",
        "con voi tím uống cà phê muối",
        "xkqpvwzmtrhb",
        "đường về quê nội xa lắm",
        "a" * 10 + "Ngựa vằn gõ trống trên mái tôn " * 2,
        "chỉ-chữ-thường-không-số",
    ],
)
def test_a_long_password_needs_no_capitals_figures_or_signs(password: str) -> None:
    assert refusal(password) == ""


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("ngắn quá", "Mật khẩu quá ngắn, cần ít nhất 12 ký tự."),
        ("matkhau123456", "hay bị đoán"),
        ("Mật khẩu 2024", "hay bị đoán"),
        ("M4tKh@u-2025!", "hay bị đoán"),
        ("m@tkh4umoi2024", "hay bị đoán"),
        ("Tainguyenmoitruong@123", "hay bị đoán"),
        ("tài-nguyên-và-môi-trường", "hay bị đoán"),
        ("BoTNMT@20242024", "hay bị đoán"),
        ("NguyenVanMinh1990", "hay bị đoán"),
        ("nguyenthihuong", "hay bị đoán"),
        ("anhyeuem14022024", "hay bị đoán"),
        ("Th4nhc0ngr0i99", "hay bị đoán"),
        ("sunshine20242024", "hay bị đoán"),
        ("matkhaumatkhau", "hay bị đoán"),
        ("qwertyuiop1234", "hàng phím"),
        ("123456789012", "hàng phím"),
        ("abcabcabcabc", "hàng phím"),
        ("aaaaaaaaaaaaaa", "hàng phím"),
        ("1qaz2wsx3edc", "hàng phím"),
        ("x" * 300, "256 ký tự"),
    ],
)
def test_what_is_guessed_first_is_refused_with_the_reason_and_advice(password: str, words: str) -> None:
    said = refusal(password)

    assert words in said
    assert "Hãy" in said or "cần ít nhất" in said


@pytest.mark.django_db
def test_ones_own_name_in_a_password_is_refused() -> None:
    user = User(username="thuy.duong", email="td@example.test", person=make_person("Trịnh Thị Thuỳ Dương"))

    assert "họ tên của chính người dùng" in refusal("trinhthithuyduong vui vẻ", user)


def test_sixty_four_characters_are_welcome() -> None:
    assert refusal("mười hai con giáp đi chợ phiên vùng cao mua mèn mén ăn với đậu xị") == ""


def test_the_own_list_is_about_a_thousand_lines_and_read_with_djangos() -> None:
    own = [line for line in WORDS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]

    assert 1000 <= len(own) <= 1500
    assert own == sorted(set(own))
    assert {"matkhau", "dragon"} <= common_words()


def digest(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


@pytest.fixture
def leaked(tmp_path: Path) -> Path:
    lines = sorted(f"{digest(f'bị lộ số {number}')}:{number}" for number in range(5000))
    path = tmp_path / "leaked.txt"
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    return path


def test_every_line_of_the_leak_file_is_found_and_nothing_else(leaked: Path) -> None:
    assert all(is_leaked(f"bị lộ số {number}", leaked) for number in range(5000))
    assert not any(is_leaked(f"chưa lộ số {number}", leaked) for number in range(500))


def test_a_leaked_password_is_refused_by_the_rules(leaked: Path, settings: Any) -> None:
    settings.PASSWORD_LEAK_FILE = str(leaked)

    assert "rò rỉ dữ liệu" in refusal("bị lộ số 4999")
    assert refusal("chưa lộ số 4999 nhé") == ""


def test_an_unreadable_leak_file_is_logged_and_stops_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert not is_leaked("bất kỳ", tmp_path / "không có.txt")
    assert "PASSWORD_LEAK_FILE cannot be read" in caplog.text


def test_an_empty_leak_file_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "rỗng.txt").touch()

    assert not is_leaked("bất kỳ", tmp_path / "rỗng.txt")
