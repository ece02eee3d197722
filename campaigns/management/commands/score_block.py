"""Score and rank the members of one emulation block from a file; no database."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from campaigns.scoring import BadData, Fault, load_json, load_scheme, rank, read_members, score_member
from campaigns.scoring.output import block_data
from campaigns.scoring.reading import Node

MOST_SHOWN = 50


class Command(BaseCommand):
    help = "Chấm điểm, xếp hạng một Khối hoặc Cụm thi đua từ thang điểm và kết quả trong một tệp JSON."
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.epilog = (
            "Ví dụ: manage.py score_block khoi-iv-2025.json > ket-qua.json\n"
            "Tệp có hai khóa: scheme (thang điểm), members (kết quả từng đơn vị); xem docs/scoring.md.\n"
            "Kết quả là một dòng JSON trên đầu ra chuẩn: điểm kèm câu giải thích, thứ hạng, đề nghị.\n"
            "Mã thoát: 0 xong, 1 đầu vào sai, 2 sai cách dùng."
        )
        return parser

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="tệp JSON UTF-8; dấu - là đọc từ đầu vào chuẩn")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            answer = _score(_text(options["file"]))
        except BadData as error:
            self._explain(options["file"], error.faults)
            sys.exit(1)
        for advice in answer["warnings"]:
            self.stderr.write(f"Lưu ý – {advice['place']}: {advice['sentence']}")
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")

    def _explain(self, name: str, faults: tuple[Fault, ...]) -> None:
        where = "Đầu vào chuẩn" if name == "-" else f"Tệp {name}"
        self.stderr.write(f"{where} chưa dùng được, cần sửa {len(faults)} chỗ:")
        for fault in faults[:MOST_SHOWN]:
            self.stderr.write(f"- {fault}")
        if len(faults) > MOST_SHOWN:
            self.stderr.write(f"… và {len(faults) - MOST_SHOWN} chỗ khác.")


def _text(name: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except FileNotFoundError as error:
        raise BadData([Fault("", "Không có tệp này; hãy kiểm tra lại đường dẫn.")]) from error
    except (OSError, ValueError) as error:
        raise BadData([Fault("", "Không đọc được tệp; hãy kiểm tra đó là tệp và có quyền đọc.")]) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        sentence = f"Dòng {line} không phải UTF-8; hãy lưu lại tệp với mã UTF-8."
        raise BadData([Fault("", sentence)]) from error


def _score(text: str) -> dict[str, Any]:
    faults: list[Fault] = []
    node = Node(load_json(text), "", faults)
    found = node.fields(("scheme", "members"))
    if faults:
        raise BadData(faults)
    scheme, advice = load_scheme(found["scheme"].value, "scheme")
    members = read_members(scheme, found["members"].value)
    scores = [score_member(scheme, member) for member in members]
    return block_data(scheme, advice, scores, rank(scheme, scores))
