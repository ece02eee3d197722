"""The words launching documents are made of: headings, audiences, offices, verbs that begin an item."""

import re
from enum import StrEnum

from campaigns.importing.numbering import CARDINALS


class Role(StrEnum):
    """What a part of a document is about."""

    CONTENTS = "contents"
    TARGETS = "targets"  # mục tiêu, chỉ tiêu: contents when the document has no contents of its own
    TASKS = "tasks"
    CRITERIA = "criteria"
    ORGANISATION = "organisation"
    REQUEST = "request"  # «yêu cầu các đơn vị:»
    LAUNCH = "launch"  # «phát động phong trào thi đua như sau:»
    PURPOSE = "purpose"
    TIME = "time"
    SUBJECTS = "subjects"
    AWARDS = "awards"
    THEME = "theme"
    OTHER = "other"


_LEAD = (
    r"(?:(?:về|các|một số|những|nhóm|phần|\d{1,2}|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)\s+)*"
    r"(?:nhóm\s+)?"
)
_STARTS: tuple[tuple[Role, str], ...] = (
    (Role.THEME, r"(?:chủ đề|khẩu hiệu|tên phong trào|tên gọi)\b"),
    (Role.PURPOSE, r"(?:mục đích|ý nghĩa|yêu cầu|quan điểm|sự cần thiết)\b(?!.*nội dung)"),
    (Role.CRITERIA, r"(?:(?:nguyên tắc|điều kiện|đối tượng|danh hiệu|hình thức|hệ thống|bộ|khung|"
        r"nội dung)\s*(?:,|và)?\s*(?:các\s+)?)*(?:tiêu chí|tiêu chuẩn)\b"),
    (Role.ORGANISATION, r"(?:công tác\s+)?(?:tổ chức\s+(?:triển khai\s+)?thực hiện|trách nhiệm|phân công|"
        r"tổ chức triển khai)\b"),
    (Role.CONTENTS, r"(?:nội dung|(?:mục tiêu|mục đích|chỉ tiêu|phương hướng|hình thức|chủ đề)\s*(?:,|và|"
        r",\s*yêu cầu,)\s*(?:các\s+)?nội dung)\b(?!.*(?:báo cáo|hồ sơ))"),
    (Role.TASKS, r"(?:nhiệm vụ|giải pháp|biện pháp)\b"),
    (Role.TIME, r"(?:thời gian|tiến độ|lộ trình|thời hạn|kế hoạch thời gian|các giai đoạn|mốc thời gian)\b"),
    (Role.SUBJECTS, r"(?:đối tượng|phạm vi)\b"),
    (Role.TARGETS, r"(?:mục tiêu|chỉ tiêu)\b"),
    (Role.AWARDS, r"(?:công tác\s+)?(?:khen thưởng|hình thức|kinh phí|hồ sơ|quy trình|cơ cấu|số lượng|sơ kết|"
        r"tổng kết|đánh giá|chế độ|thông tin|kiểm tra|đăng ký|bình xét|xét)\b"),
)  # fmt: skip
_STARTING = [(role, re.compile(_LEAD + pattern, re.I)) for role, pattern in _STARTS]
_ANYWHERE = (
    (
        Role.CRITERIA,
        re.compile(
            r"\b(?:tiêu chí|tiêu chuẩn)\s+(?:thi đua|khen thưởng|bình xét|đánh giá|cụ thể|chấm)|(?:các|"
            r"\d+|những)\s+(?:tiêu chí|tiêu chuẩn)\b",
            re.I,
        ),
    ),
    (
        Role.CONTENTS,
        re.compile(
            r"\bnội dung\s+(?:thi đua|trọng tâm|chủ yếu|chính|cơ bản|cụ thể|sau|phong trào)|(?:các|\d+|"
            r"những|một số|nhóm)\s+nội dung\b",
            re.I,
        ),
    ),
    (
        Role.TASKS,
        re.compile(
            r"\b(?:nhiệm vụ,\s*giải pháp|nhiệm vụ và giải pháp|giải pháp (?:thực hiện|chủ yếu|"
            r"trọng tâm)|nhiệm vụ (?:trọng tâm|cụ thể|chủ yếu|sau))\b",
            re.I,
        ),
    ),
)
_CLAUSE: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (Role.CRITERIA, re.compile(r"\b(?:tiêu chí|tiêu chuẩn)\b", re.I)),
    (Role.CONTENTS, re.compile(r"\bnội dung\b|thi đua tập trung (?:vào|thực hiện)|tập trung thi đua", re.I)),
    (Role.TASKS, re.compile(r"\b(?:nhiệm vụ|giải pháp|biện pháp|công việc|việc)\b", re.I)),
    (Role.TARGETS, re.compile(r"\b(?:mục tiêu|chỉ tiêu)\b", re.I)),
)
_REQUEST = re.compile(r"\b(?:đề nghị|yêu cầu|giao|chỉ đạo|quy định)\b", re.I)
LAUNCH_VERB = re.compile(
    r"\b(?:phát động|ban hành|xây dựng|tổ chức|triển khai)\b.{0,200}\b(?:thi đua|phong trào)\b", re.I
)
_OPENS = re.compile(r"\b(?:bao gồm|gồm có|gồm|cụ thể là|đó là)\s+(?!các văn bản)", re.I)
_EXAMPLES = re.compile(
    r"(?:\bnhư|phát động|trọng tâm là|tinh thần|chủ đề|phương châm|(?<!\d )(?<!các )mục tiêu|"
    r"khẩu hiệu)\s*:?\s*$",
    re.I,
)


def role_of_start(text: str) -> Role | None:
    """What a heading is about, by how it begins."""
    core = text.strip(" *_#“\"'.:-–")
    return next((role for role, pattern in _STARTING if pattern.match(core)), None)


def role_of_heading(text: str) -> Role | None:
    """What a short line standing alone is about: by its beginning, else by a set phrase in it."""
    return role_of_start(text) or next((role for role, pattern in _ANYWHERE if pattern.search(text)), None)


def role_of_clause(clause: str) -> Role | None:
    """What the clause in front of a colon announces: its last words decide."""
    if _EXAMPLES.search(clause):
        return None
    found = [(m.start(), role) for role, pattern in _CLAUSE for m in pattern.finditer(clause)]
    tail = len(clause) - 110
    near = [(at, role) for at, role in found if at >= tail]
    if near:
        first_of_clause = _last_clause_start(clause)
        own = [pair for pair in near if pair[0] >= first_of_clause] or near
        return min(own)[1]
    if LAUNCH_VERB.search(clause) and (
        re.search(r"(?:như sau|sau đây|cụ thể|sau)\s*$", clause) or "phát động" in clause[-220:]
    ):
        return Role.LAUNCH
    return Role.REQUEST if _REQUEST.search(clause[-200:]) else None


def _last_clause_start(clause: str) -> int:
    """Where the last part of the clause begins: after a comma that is followed by a verb of saying or by
    «với», «theo».
    """
    starts = [
        m.end()
        for m in re.finditer(
            r",\s+(?=với|trong đó|cụ thể|tập trung|theo)|(?:tập trung vào|với)\s+(?=các|\d|những|một số)",
            clause,
        )
    ]
    return starts[-1] if starts else 0


def opening(text: str) -> tuple[Role, int] | None:
    """(role, where the rest begins) of a paragraph that announces a list and begins it in the same breath:
    «… tập trung vào các nội dung: A», «… sáu nhóm nội dung, giải pháp, bao gồm A».
    """
    for at in (m.start() for m in re.finditer(":", text[:420])):
        if text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit():
            continue
        begin = max(text.rfind(". ", 0, at), text.rfind("; ", 0, at)) + 1
        role = role_of_clause(text[begin:at].strip())
        if role is not None and role != Role.REQUEST:
            return role, at + 1
        return None
    found = _OPENS.search(text[:420])
    if found and re.search(r"\bnội dung\b", text[: found.start()][-80:], re.I):
        return Role.CONTENTS, found.end()
    return None


# --- items ---------------------------------------------------------------------------------------------
_VERBS = """
bảo đảm|bảo vệ|biểu dương|bồi dưỡng|bám sát|bổ sung|ban hành|cải thiện|cải tiến|cải cách|cắt giảm|
chấp hành|chủ động|chú trọng|chăm lo|chăm sóc|chia sẻ|chỉ đạo|chống|có|coi trọng|cùng|củng cố|cụ thể hóa|
cụ thể hoá|duy trì|dạy|đăng ký|đảm bảo|đạt|đẩy mạnh|đẩy nhanh|đề cao|đề xuất|điều hành|đổi mới|đóng góp|
đoàn kết|đôn đốc|đa dạng hóa|đánh giá|đào tạo|đấu tranh|động viên|đi đầu|gắn|giảm|giải quyết|giáo dục|
giữ gìn|giữ vững|gìn giữ|giúp đỡ|góp phần|gương mẫu|hạn chế|hỗ trợ|học tập|hoàn thành|hoàn thiện|
hưởng ứng|huy động|hiện đại hóa|huấn luyện|không|khắc phục|khai thác|khen thưởng|khơi dậy|kịp thời|
kiểm tra|kiện toàn|kết hợp|làm|lan tỏa|lao động|lập|lồng ghép|lựa chọn|mở rộng|mỗi|nâng cao|nâng|nêu cao|
nêu gương|ngăn chặn|nghiêm túc|nghiên cứu|nhân rộng|nỗ lực|nội bộ|ổn định|phát động|phát hiện|phát huy|
phát triển|phấn đấu|phổ biến|phòng|phối hợp|phục vụ|quan tâm|quán triệt|quản lý|quyết tâm|ra sức|rà soát|
rèn luyện|sản xuất|sắp xếp|sáng tạo|siết chặt|sử dụng|tập trung|tăng cường|tăng|tạo|tham gia|tham mưu|
thi đua|thực hành|thực hiện|thường xuyên|thúc đẩy|tích cực|tiếp tục|tiết kiệm|tiếp nhận|tinh giản|tìm|
tổ chức|tôn vinh|trau dồi|triển khai|trồng|tuân thủ|tuyên truyền|tuyển chọn|tự giác|ủng hộ|ứng dụng|
vận động|vận hành|vượt|vệ sinh|xây dựng|xử lý|xóa|xoá|ưu tiên|100%|tỷ lệ|chất lượng|công tác|là|toàn dân|
toàn đơn vị|kiên quyết|kiểm soát|lãnh đạo|số hóa|chuyển đổi|đưa|phủ|giới thiệu|tặng|thăm|mua|khuyến khích|
giữ|nắm|nói|viết|đọc|bồi đắp|tu dưỡng|sống|trung thực|nhiệt tình|tận tụy
"""
BEGINS_ITEM = re.compile(
    rf"[*_“\"]*(?:{'|'.join(one.strip() for one in _VERBS.replace(chr(10), '').split('|'))})\b", re.I
)
NOT_ITEM = re.compile(
    r"[*_“\"]*(?:để\s|văn bản|theo đó|về\s|căn cứ|giao\s|trong (?:đó|quá trình|bối cảnh|năm|"
        r"thời gian)|các (?:đơn vị|cơ quan|sở|địa phương)|bộ (?:tn|trưởng|tài)|"
    r"sở\s|ủy ban|ubnd|hằng năm|hàng năm|định kỳ|ngoài ra|bên cạnh|cùng với|đồng thời|kết thúc|"
        r"thời gian|trên cơ sở|nhân dịp|tại\s|phát biểu|ông\s|bà\s|"
    r"đồng chí|ảnh|tin,|nguồn|đối với|riêng|nhận được|yêu cầu|đề nghị|khen thưởng:|kế hoạch|"
        r"phong trào|đợt thi đua|tiêu chí|tiêu chuẩn|trên đây|nơi nhận|qua đó|từ (?:ngày|nay)|"
    r"được biết|dịp này|sau (?:lễ|khi)|ngay sau|hội nghị|buổi lễ|lễ phát động|công đoàn|"
        r"ban giám|thủ trưởng|giám đốc|hiệu trưởng|chủ tịch|văn phòng|phòng tổ|vụ |cục |ban |"
        r"hội đồng)",
    re.I,
)  # fmt: skip


def is_item_like(text: str) -> bool:
    """Whether a paragraph without a number reads like an item: it begins with an act."""
    return bool(BEGINS_ITEM.match(text)) and not NOT_ITEM.match(text)


# --- counts --------------------------------------------------------------------------------------------
NUMBER = r"(?:\d{1,2}|" + "|".join(sorted(CARDINALS, key=len, reverse=True)) + ")"
STATED = re.compile(
    rf"(?<![\w/.,])\(?(?P<number>{NUMBER})\)?\s+(?:\(\d{{1,2}}\)\s+)?(?:nhóm\s+|"
    rf"khối\s+)?(?P<noun>nội dung|nhiệm vụ|giải pháp)\b(?P<rest>[^.;:\n]{{0,60}})",
    re.I,
)


def number_of(word: str) -> int:
    """«6», «06» or «sáu» as a number."""
    return int(word) if word.isdecimal() else CARDINALS[word.lower()]


# --- offices -------------------------------------------------------------------------------------------
_OFFICES = (
    "Thủ tướng|Phó Thủ tướng|Chính phủ|Bộ trưởng|Thứ trưởng|Bộ Chỉ huy|Bộ Tư lệnh|Bộ Chính trị|"
    "Bộ|Ban Thường vụ|Ban Chấp hành|BCH|BTV|Ban Bí thư|Ban Thường trực|Ban Giám hiệu|"
    "Ban Giám đốc|"
    "Ban Tổng Giám đốc|Ban Lãnh đạo|Ban Quản lý|Ban|Sở|Ủy ban|Uỷ ban|UBND|UBMTTQ|Chủ tịch|"
    "Phó Chủ tịch|Tổng cục trưởng|Tổng cục|Cục trưởng|Cục|Vụ|Viện trưởng|Viện|Trường|"
    "Nhà trường|"
    "Bệnh viện|Trung tâm|Công ty|Tổng công ty|Tập đoàn|Công đoàn|Liên đoàn|LĐLĐ|Hội đồng|Hội|"
    "Đoàn|Liên đội|Chi đoàn|Đảng ủy|Đảng bộ|Chi bộ|Huyện ủy|Tỉnh ủy|Thành ủy|Quận ủy|Thị ủy|"
    "Quân ủy|Tòa án|Toà án|TAND|Viện kiểm sát|VKSND|Trung đoàn|Sư đoàn|Lữ đoàn|Tiểu đoàn|"
    "Đại đội|Quân khu|Quân đoàn|Công an|Kho bạc|Thuế|Chi cục|Hải quan|Bảo hiểm|BHXH|Ngân hàng|"
    "Phòng|Tổng Giám đốc|"
    "Tổng giám đốc|Giám đốc|Hiệu trưởng|Chánh án|Viện trưởng|Chánh Văn phòng|Văn phòng|"
    "Thường trực|Khối Thi đua|Khối thi đua|Cụm Thi đua|Cụm thi đua|Thanh tra|Đài|Báo|Học viện|"
    "Đại học|Trạm|Tỉnh đoàn|"
    "Thành đoàn|Mặt trận|MTTQ|Liên minh|Hợp tác xã|Nhà máy|Xí nghiệp|Chi nhánh|Cơ quan|"
    "Tổng Công ty|Đồng chí|Tư lệnh|Tổ chức|Nông trường|Ngành"
)
OFFICE = re.compile(rf"(?:{_OFFICES})\b")
POSITION = re.compile(
    r"(?:Thủ tướng|Bộ trưởng|Thứ trưởng|Chủ tịch|Tổng cục trưởng|Cục trưởng|Viện trưởng|"
    r"Tổng Giám đốc|Tổng giám đốc|"
    r"Giám đốc|Hiệu trưởng|Chánh án|Trưởng ban|Tư lệnh|Bí thư)\b"
)
