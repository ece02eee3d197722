"""Bytes and letters of the years before Unicode: UTF-16, Windows-1258, TCVN3 (the fonts .VnTime)."""

import re

_TCVN3 = dict(
    zip(
        "¸µ¶·¹¨¾»¼½Æ©ÊÇÈÉË®ÐÌÎÏÑªÕÒÓÔÖÝ×ØÜÞãßáâä«èåæçé¬íêëìîóïñòô\u00adøõö÷ùýúûüþ¡¢§£¤¥¦",
        "áàảãạăắằẳẵặâấầẩẫậđéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)
_TABLE = str.maketrans(_TCVN3)
_COMMON = re.compile(
    r"\b(?:và|của|các|được|có|trong|cho|với|đối|thi đua|phong trào|khen thưởng|nhiệm vụ|tổ chức|đơn vị|"
    r"thực hiện|công tác|cán bộ|là|để|năm|những|một|này|đã|người|không)\b",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 20_000


def vietnamese_share(text: str) -> float:
    """How many of the words are common Vietnamese ones written with their marks (0 to 1)."""
    sample = text[:_SAMPLE]
    words = len(_WORD.findall(sample))
    return len(_COMMON.findall(sample)) / words if words else 0.0


def from_old_fonts(text: str) -> str:
    """Text typed for the fonts of TCVN3, in Unicode; other text as it is."""
    if sum(text.count(char) for char in "®µ¸ªªÊ©«­") < 5 or vietnamese_share(text) > 0.05:
        return text
    turned = text.translate(_TABLE)
    return turned if vietnamese_share(turned) > max(0.05, 2 * vietnamese_share(text)) else text


def decoded(raw: bytes) -> str:
    """The text of the bytes, by their marks, else by which reading gives the most Vietnamese."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    if raw.startswith(b"\xef\xbb\xbf"):
        return from_old_fonts(raw[3:].decode("utf-8", "replace"))
    zeros = raw[:4000].count(0)
    if zeros > len(raw[:4000]) // 5:
        even = raw[:4000:2].count(0)
        return raw.decode("utf-16-be" if even > zeros // 2 else "utf-16-le", "replace")
    try:
        return from_old_fonts(raw.decode("utf-8"))
    except UnicodeDecodeError:
        readings = [raw.decode("utf-8", "replace"), raw.decode("cp1258", "replace")]
        readings.append(raw.decode("latin-1").translate(_TABLE))
        return max(readings, key=vietnamese_share)
