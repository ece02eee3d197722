"""Whether a text launches a movement, or only speaks of one; what kind of text it is."""

import re
from dataclasses import dataclass

_ABOUT_TITLE = re.compile(r"phát động", re.I)
_MOVEMENT = re.compile(r"thi đua|phong trào|giao ước", re.I)
_LAUNCH_TITLE = re.compile(
    r"phát động[^.;]{0,80}(?:thi đua|phong trào|đợt)|(?:tổ chức|triển khai|thực hiện|hưởng ứng|"
    r"về|kế hoạch)[^.;]{0,60}(?:phong trào(?! văn nghệ| thể)|đợt thi đua|thi đua)|"
    r"đẩy mạnh[^.;]{0,40}(?:phong trào )?thi đua|"
    r"^thi đua\b|^phong trào thi đua|^đợt thi đua|lập thành tích chào mừng|^phát động",
    re.I,
)
_CONTEST = re.compile(
    r"cuộc thi|hội thi|thể lệ|giải (?:báo chí|thưởng|bóng)|hội thao|hội diễn|tìm hiểu|thi viết|"
    r"dự thi|bài dự thi|trưng bày|triển lãm",
    re.I,
)
_REPORT = re.compile(
    r"báo cáo|sơ kết|tổng kết|kết quả (?:thực hiện|phong trào|công tác|thi đua)|nhìn lại|"
    r"đánh giá kết quả|hội nghị (?!phát động)",
    re.I,
)
_AWARD = re.compile(
    r"(?:tặng|trao|trao tặng|tặng thưởng|công nhận|khen thưởng|biểu dương|tuyên dương|tôn vinh|"
    r"vinh danh|đón nhận|nhận)\b[^.;]{0,60}(?:bằng khen|giấy khen|cờ thi đua|huân chương|"
    r"danh hiệu|kỷ niệm chương|điển hình|tập thể, cá nhân|cá nhân|tập thể|phần thưởng|gương)|"
    r"về việc khen thưởng|khen thưởng (?:thành tích|các tập thể|đột xuất)",
    re.I,
)
_GUIDANCE = re.compile(
    r"hướng dẫn|góp ý|lấy ý kiến|thẩm định|hồ sơ|thủ tục|bình xét|xét (?:tặng|khen)|"
    r"đề nghị (?:xét|khen)|cung cấp (?:số liệu|thông tin)|rà soát|kiện toàn|quy chế|quy định|"
    r"thông báo kết luận|giấy mời|mời |họp|tập huấn|chấm điểm|đăng ký (?:danh hiệu|thi đua)|"
    r"ký kết giao ước|phân công|thành lập|chia khối|sửa đổi|bổ sung",
    re.I,
)
_KINDS_NEVER = {
    "báo cáo",
    "hướng dẫn",
    "thể lệ",
    "quy chế",
    "biên bản",
    "tờ trình",
    "quy định",
    "giấy mời",
    "giao ước thi đua",
    "kết luận",
}
_KINDS_OF_ORDERS = {"kế hoạch", "chỉ thị", "lời kêu gọi", "thư kêu gọi", "bản phát động"}
_ISSUED = re.compile(
    r"ban hành\s+(?:Quyết định|Kế hoạch|Chỉ thị|Công văn|văn bản|Chương trình)[^.;\n]{0,200}"
    r"(?:phát động|phong trào|đợt)\s+thi đua",
    re.I,
)
_LAUNCHED = re.compile(r"(?:đợt|phong trào)\s+thi đua[^.;\n]{0,60}được\s+phát động", re.I)
_OTHER_PLANS = re.compile(
    r"đại hội thi đua|hội nghị|điển hình tiên tiến|kiểm tra|giám sát|tuyên truyền|"
    r"công tác thi đua|thi đua\s*[,-–]\s*khen thưởng",
    re.I,
)
_STORY = re.compile(
    r"\b(?:gương|tấm gương|nhân vật|tâm sự|kể lại|chị chia sẻ|anh chia sẻ|bà con|nhà tôi|chúng tôi gặp)\b",
    re.I,
)
_PAST = re.compile(
    r"\b(?:đã (?:được|đạt|hoàn thành|tổ chức|thực hiện|có|hưởng ứng|phát huy|tập trung)|"
    r"trong năm qua|năm qua|thời gian qua|kết quả đạt được|kết quả,|những năm qua)\b",
    re.I,
)


@dataclass
class Signs:
    """What was found that speaks for or against a launch."""

    is_official: bool
    kind: str | None
    title: str
    launches: int  # sentences in which somebody launches
    subjects: int  # … with a subject that is an office
    contents: int
    criteria: int
    has_theme: bool
    body: str


def is_launch(signs: Signs) -> bool:
    """Weigh the signs; a launch needs the act itself or a title that names it, and nothing stronger
    against.
    """
    title = signs.title
    if not _MOVEMENT.search(signs.body[:20_000]):
        return False
    launch_title = bool(_LAUNCH_TITLE.search(title))
    names_act = bool(_ABOUT_TITLE.search(title) and _MOVEMENT.search(title))
    score = 0.0
    if names_act:
        score += 4
    elif launch_title:
        is_order = signs.is_official and signs.kind in _KINDS_OF_ORDERS
        score += 3 if is_order else 2.5 if signs.is_official or signs.contents >= 2 else 1
    score += min(signs.subjects, 2) * 2 + (1 if signs.launches and not signs.subjects else 0)
    score += 1.5 if _ISSUED.search(signs.body[:1500]) else 0
    score += 1 if _LAUNCHED.search(signs.body[:4000]) else 0
    score += 1 if signs.contents >= 2 else 0
    score += 0.5 if signs.criteria >= 2 else 0
    score += 1 if signs.has_theme else 0
    return score - _against(signs, names_act=names_act) >= 3


def _against(signs: Signs, *, names_act: bool) -> float:
    title = signs.title
    against = 0.0
    if signs.kind in _KINDS_NEVER:
        against += 6
    contest = _CONTEST.search(title)
    launch = _ABOUT_TITLE.search(title)
    if contest and not (
        launch
        and re.search(r"phát động[^.;]{0,40}(?:phong trào|thi đua|đợt)", title, re.I)
        and contest.start() > launch.end() + 30
    ):
        against += 7
    elif not title and len(_CONTEST.findall(signs.body[:3000])) >= 4:
        against += 5
    if _REPORT.search(title) and not names_act:
        against += 6
    elif _REPORT.search(title):
        against += 1 if signs.contents >= 2 or signs.has_theme else 3
    if _AWARD.search(title):
        against += 3 if names_act else 6
    if (
        _GUIDANCE.search(title)
        and not names_act
        or re.search(
            r"^\W*(?:v/v\s+|về việc\s+)?(?:góp ý|hướng dẫn|đăng ký|lấy ý kiến|báo cáo|cung cấp|đề nghị)",
            title,
            re.I,
        )
    ):
        against += 5
    if not names_act and _OTHER_PLANS.search(title):
        against += 4
    if not signs.is_official:
        sample = signs.body[:8000]
        past = len(_PAST.findall(sample))
        against += 2.5 if past >= 4 and signs.contents < 2 else 0
        against += 2 if len(_STORY.findall(sample)) >= 4 else 0
    return against


def kind_of(signs: Signs, *, launch: bool, is_article: bool) -> str | None:
    """The kind of the document in words; None when it is neither an official document nor an article."""
    if signs.kind:
        return signs.kind
    if signs.is_official:
        return "công văn"
    if not is_article:
        return None
    opening = f"{signs.title}\n{signs.body[:2500]}"
    if launch:
        if (
            re.search(
                r"ban hành (?:kế hoạch|chương trình)|kế hoạch[^.]{0,80}(?:thực hiện|triển khai)",
                opening,
                re.I,
            )
            and re.search(r"thực hiện chỉ thị|triển khai|hưởng ứng|thực hiện", opening, re.I)
            and not re.search(r"với chủ đề", opening, re.I)
        ):
            return "bài báo về kế hoạch thực hiện phát động"
        return "bài báo về văn bản phát động"
    if _CONTEST.search(signs.title) or len(_CONTEST.findall(opening)) >= 3:
        return "bài báo về cuộc thi"
    if re.search(r"hội nghị[^.]{0,60}(?:tổng kết|sơ kết)", opening, re.I):
        block = re.search(r"(khối|cụm) thi đua", opening, re.I)
        kind = "tổng kết" if re.search(r"hội nghị[^.]{0,60}tổng kết", opening, re.I) else "sơ kết"
        return f"bài báo hội nghị {kind}" + (f" {block[1].capitalize()} thi đua" if block else "")
    if _AWARD.search(opening):
        return "bài báo về khen thưởng"
    return "bài báo"
