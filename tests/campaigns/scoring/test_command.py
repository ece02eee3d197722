"""The command as people script it: JSON on standard output, sentences on standard error, no database."""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.campaigns.scoring.sheets import DATA, item, read_file, scheme_data

ROOT = Path(__file__).resolve().parents[3]
# No server listens there: a command that asked for one would fail.
NOWHERE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}


def run(*arguments: str, given: bytes = b"") -> tuple[int, str, str]:
    """The command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "manage.py", "score_block", *arguments],
        cwd=ROOT,
        input=given,
        capture_output=True,
        check=False,
        env={**os.environ, **NOWHERE},
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def call(path: Path | str) -> tuple[int, str, str]:
    """The same command inside this process, for the many cases."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            call_command("score_block", str(path))
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
    return code, out.getvalue(), err.getvalue()


def sheet(tmp_path: Path, **more: Any) -> dict[str, Any]:
    data = {"scheme": scheme_data(item({"type": "ratio"}, "TC01")), "members": []}
    return json.loads(json.dumps({**data, **more}, default=float))


def refused(tmp_path: Path, content: bytes | dict[str, Any]) -> str:
    path = tmp_path / "khoi.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    code, out, err = call(path)
    assert (code, out) == (1, "")
    assert "Traceback" not in err
    return err


def holds(real: Any, said: Any) -> bool:
    """Whether what a document says stands in the real answer; lists may leave lines out."""
    if isinstance(said, dict):
        return isinstance(real, dict) and all(key in real and holds(real[key], said[key]) for key in said)
    if isinstance(said, list):
        return (said == real) if not said else all(any(holds(one, part) for one in real) for part in said)
    return bool(real == said)


def test_the_example_of_the_document_gives_the_answer_of_the_document(tmp_path: Path) -> None:
    document = (ROOT / "docs/scoring.md").read_text(encoding="utf-8")
    given, said = re.findall(r"```json\n(.*?)```", document, re.DOTALL)
    path = tmp_path / "khoi.json"
    path.write_text(given, encoding="utf-8")

    code, out, err = run(str(path))

    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert holds(answer, json.loads(said))
    assert [one["code"] for one in answer["ranking"][0]["places"]] == ["DV2", "DV3", "DV1"]


def test_the_document_names_every_key_of_the_answer(tmp_path: Path) -> None:
    document = (ROOT / "docs/scoring.md").read_text(encoding="utf-8")
    given, _ = re.findall(r"```json\n(.*?)```", document, re.DOTALL)
    path = tmp_path / "khoi.json"
    path.write_text(given, encoding="utf-8")
    _, out, _ = call(path)
    named = set(re.findall(r"\w+", document))

    def keys(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*(keys(one) for one in value.values()))
        return set().union(*(keys(one) for one in value)) if isinstance(value, list) else set()

    assert keys(json.loads(out)) - named == set()


def test_standard_input_and_a_byte_order_mark_are_fine() -> None:
    members = [{"code": "A", "name": "Cục A", "results": {"TC01": {"plan": 3, "actual": 1}}}]
    data = json.dumps(sheet(Path(), members=members)).encode()

    code, out, _ = run("-", given=b"\xef\xbb\xbf" + data)

    assert code == 0
    assert json.loads(out)["members"][0]["total"] == 3.33


def test_advice_goes_to_both_streams(tmp_path: Path) -> None:
    data = sheet(tmp_path)
    data["scheme"]["period"] = {"from": "2024-11-15", "to": "2025-11-15"}

    code, out, err = run("-", given=json.dumps(data).encode())

    assert code == 0
    assert json.loads(out)["warnings"][0]["place"] == "scheme.period"
    assert err.startswith("Lưu ý – scheme.period: kỳ 15/11/2024 – 15/11/2025 dài hơn một năm")


def test_bad_input_names_its_path(tmp_path: Path) -> None:
    members = [
        {"code": "A", "name": "Cục A"},
        {"code": "A", "name": "Cục A"},
        {"code": "C", "name": "Cục C", "results": {"TC01": {"plan": 100, "actual": "108"}}},
    ]

    assert (
        refused(tmp_path, sheet(tmp_path, members=members))
        == f"Tệp {tmp_path / 'khoi.json'} chưa dùng được, cần sửa 2 chỗ:\n- members[1]: mã đơn vị «A» đã dùng"
        " ở members[0].\n- members[2].results.TC01.actual: phải là số, hiện là chữ. Hãy bỏ dấu nháy, dùng"
        " dấu chấm cho phần lẻ.\n"
    )


def test_bad_input_ends_with_one_in_a_process_too(tmp_path: Path) -> None:
    code, out, err = run("-", given=json.dumps({**sheet(tmp_path), "members": [{}]}).encode())

    assert (code, out) == (1, "")
    assert err == (
        "Đầu vào chuẩn chưa dùng được, cần sửa 2 chỗ:\n"
        "- members[0]: thiếu «code».\n- members[0]: thiếu «name».\n"
    )


def test_a_bad_scheme_names_its_path(tmp_path: Path) -> None:
    data = sheet(tmp_path)
    data["scheme"]["groups"][0]["items"][0]["maximum"] = 0

    assert refused(tmp_path, data).endswith(
        "- scheme.groups[0].items[0].maximum: điểm tối đa phải lớn hơn 0 và không quá 1.000.000, hiện là 0.\n"
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"scheme": ', "Nội dung không phải JSON hợp lệ ở dòng 1, cột 12."),
        (b"", "Nội dung không phải JSON hợp lệ ở dòng 1, cột 1."),
        (b"[]", "phải là nhóm khóa – giá trị { … }, hiện là danh sách."),
        (b"{}", "thiếu «scheme»."),
        (b'{"scheme": {}, "members": [], "members": []}', "khóa «members» được ghi hai lần; hãy giữ một."),
        (b"a\n\xff\xfe", "Dòng 2 không phải UTF-8; hãy lưu lại tệp với mã UTF-8."),
        (b"[" * 200_000, "Nội dung JSON lồng nhau quá nhiều cấp."),
        (b'{"scheme": NaN, "members": 1e99999999999999999999}', "phải là nhóm khóa – giá trị"),
    ],
)
def test_what_is_no_sheet_at_all_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    assert sentence in refused(tmp_path, content)


def test_a_number_beyond_all_machines_is_refused(tmp_path: Path) -> None:
    text = json.dumps(sheet(tmp_path)).replace('"maximum": 10.0', '"maximum": 1e99999999999999999999')

    assert "không phải là một số hữu hạn" in refused(tmp_path, text.encode())


def test_many_faults_are_counted_and_not_all_printed(tmp_path: Path) -> None:
    members = [{"code": f"M{n}", "name": ""} for n in range(60)]

    said = refused(tmp_path, sheet(tmp_path, members=members)).splitlines()

    assert said[0].endswith("cần sửa 60 chỗ:")
    assert len(said) == 52
    assert said[-1] == "… và 10 chỗ khác."


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    code, out, err = call(tmp_path / "khong-co.json")

    assert (code, out) == (1, "")
    assert "Không có tệp này; hãy kiểm tra lại đường dẫn." in err


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    code, _, err = call(tmp_path)

    assert code == 1
    assert "Không đọc được tệp; hãy kiểm tra đó là tệp và có quyền đọc." in err


def test_wrong_usage_ends_with_two() -> None:
    code, out, _ = run()

    assert (code, out) == (2, "")


def test_help_shows_an_example() -> None:
    code, out, _ = run("--help")

    assert code == 0
    assert "Ví dụ: manage.py score_block khoi-iv-2025.json > ket-qua.json" in out


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.glob("*.json")))
def test_kept_schemes_run_without_members(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(json.dumps({"scheme": read_file(name), "members": []}, default=float), encoding="utf-8")

    code, out, _ = call(path)

    assert code == 0
    assert json.loads(out)["members"] == []


def test_the_engine_knows_neither_django_nor_the_database() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "campaigns/scoring").glob("*.py"))

    imported = set(re.findall(r"^(?:from|import) ([a-z_]+)", source, re.MULTILINE))

    assert imported - set(sys.stdlib_module_names) == {"campaigns", "core"}
    assert set(re.findall(r"^from (core[\w.]*)", source, re.MULTILINE)) == {"core.text"}
