import json
import os
import subprocess
import sys

import pytest

from tests.campaigns.importing import other_formats
from tests.campaigns.importing.agreement import CORPUS
from tests.test_repository import BASE

KEYS = [
    "is_launch",
    "doc_kind",
    "doc_number",
    "doc_date",
    "title",
    "theme",
    "year_from",
    "year_to",
    "period",
    "issuer",
    "responsible_unit",
    "recipients",
    "legal_basis",
    "contents",
    "stated_counts",
    "tasks",
    "criteria",
    "deadlines",
    "movements_named",
    "report_cycle",
    "warnings",
]


def run(*words: str, given: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
    environment = {
        **os.environ,
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
        "REDIS_URL": "redis://127.0.0.1:9/0",
        **more,
    }
    return subprocess.run(
        [sys.executable, "manage.py", "read_launch_document", *words],
        cwd=BASE, input=given, capture_output=True, env=environment, check=False, timeout=120,
    )  # fmt: skip


def test_command_prints_the_contract_without_a_database():
    done = run(str(CORPUS / "bo-tnmt-2024.txt"))

    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert list(answer) == KEYS
    assert set(answer["period"]) == {"from", "to", "to_text"}
    assert [set(item) for item in answer["contents"]] == [{"text", "start", "end"}] * 6
    assert set(answer["deadlines"][0]) == {"what", "date", "rule"}
    assert "phong trào" in done.stdout.decode()  # letters are written as they are


def test_command_reads_a_text_from_standard_input_whatever_the_locale():
    raw = (CORPUS / "bo-tnmt-2021.txt").read_bytes()

    done = run("-", given=raw, LC_ALL="C", PYTHONUTF8="0")

    assert done.returncode == 0
    assert json.loads(done.stdout.decode("utf-8"))["year_from"] == 2021


def test_command_reads_a_word_file(tmp_path):
    path = tmp_path / "ke hoach.docx"
    path.write_bytes(
        other_formats.as_docx((CORPUS / "ke-hoach-so-noi-vu-2025.txt").read_text(encoding="utf-8"))
    )

    assert json.loads(run(str(path)).stdout)["doc_number"] == "41/KH-SNV"


def test_bad_input_exits_one_with_a_sentence_and_no_answer(tmp_path):
    path = tmp_path / "rong.txt"
    path.touch()

    done = run(str(path))

    assert done.returncode == 1
    assert done.stdout == b""
    assert done.stderr.decode().strip() == "Tệp «rong.txt» rỗng. Hãy chọn lại tệp có nội dung."


@pytest.mark.parametrize("words", [(), ("a", "b"), ("--khong-co",)])
def test_wrong_usage_exits_two(words):
    assert run(*words).returncode == 2


def test_help_has_an_example():
    assert "manage.py read_launch_document ke-hoach-phat-dong.docx" in run("--help").stdout.decode()
