"""Words of awards: categories, levels, grounds, states with tone and next step."""

from django.db import models


class Category(models.TextChoices):
    TITLE = "title", "Danh hiệu thi đua"
    FORM = "form", "Hình thức khen thưởng"


class Level(models.TextChoices):
    UNIT = "unit", "Cấp cơ sở"
    MINISTRY = "ministry", "Cấp Bộ"
    STATE = "state", "Cấp Nhà nước"


class SubjectKind(models.TextChoices):
    PERSON = "person", "Cá nhân"
    COLLECTIVE = "collective", "Tập thể"


# Who may receive an award, as the rule book names them; households are not nominated here yet.
RECEIVERS = {**dict(SubjectKind.choices), "household": "Hộ gia đình"}


class Ground(models.TextChoices):
    """Kinds of commendation. Source: Luật 06/2022/QH15, Điều 8"""

    MERIT = "merit", "Công trạng"
    CAMPAIGN = "campaign", "Phong trào thi đua"
    SPOT = "spot", "Đột xuất"
    THEMATIC = "thematic", "Chuyên đề"
    DEDICATION = "dedication", "Quá trình cống hiến"
    EXTERNAL = "external", "Đối ngoại"


class RoundState(models.TextChoices):
    OPEN = "open", "Đang nhận hồ sơ"
    CLOSED = "closed", "Đã kết thúc nhận hồ sơ"


class NominationState(models.TextChoices):
    DRAFT = "draft", "Bản nháp"
    AWAITING_HEAD = "awaiting_head", "Chờ thủ trưởng ký trình"
    RETURNED = "returned", "Bị trả lại"
    SUBMITTED = "submitted", "Đã trình"
    RECEIVED = "received", "Đã tiếp nhận"
    AWAITING_COUNCIL = "awaiting_council", "Chờ bình xét"
    PASSED = "passed", "Đạt"
    NOT_PASSED = "not_passed", "Không đạt"
    AWARDED = "awarded", "Đã khen thưởng"
    WITHDRAWN = "withdrawn", "Đã thu hồi"


class Paper(models.TextChoices):
    """Papers of a dossier. Source: R-DOS-1"""

    LETTER = "to_trinh", "Tờ trình"
    LIST = "danh_sach", "Danh sách kèm theo"
    REPORT = "bao_cao", "Báo cáo thành tích"
    MINUTES = "bien_ban", "Biên bản họp bình xét"
    BALLOT = "ket_qua_phieu", "Kết quả bỏ phiếu"
    INITIATIVE = "chung_nhan_sang_kien", "Chứng nhận sáng kiến"
    RESEARCH = "nghiem_thu_de_tai", "Văn bản nghiệm thu đề tài"
    GRADE = "xac_nhan_xep_loai", "Xác nhận mức xếp loại"
    OTHER = "khac", "Tài liệu khác"


class DecisionState(models.TextChoices):
    DRAFT = "draft", "Dự thảo"
    ISSUED = "issued", "Đã ban hành"


TONES: dict[str, str] = {
    RoundState.OPEN: "ok",
    NominationState.AWAITING_HEAD: "info",
    NominationState.RETURNED: "warn",
    NominationState.SUBMITTED: "info",
    NominationState.RECEIVED: "info",
    NominationState.AWAITING_COUNCIL: "info",
    NominationState.PASSED: "ok",
    NominationState.NOT_PASSED: "danger",
    NominationState.AWARDED: "honour",
    DecisionState.ISSUED: "ok",
}

NEXT_STEPS: dict[str, dict[str, str]] = {
    "nomination": {
        NominationState.DRAFT: "Hoàn thiện hồ sơ rồi gửi thủ trưởng ký trình.",
        NominationState.AWAITING_HEAD: "Chờ thủ trưởng đơn vị ký trình hoặc trả lại.",
        NominationState.RETURNED: "Xem lý do, bổ sung rồi gửi lại.",
        NominationState.SUBMITTED: "Chờ đơn vị cấp trên tiếp nhận.",
        NominationState.RECEIVED: "Đơn vị cấp trên thẩm định, chuyển tiếp hoặc trả lại.",
        NominationState.AWAITING_COUNCIL: "Chờ Hội đồng Thi đua - Khen thưởng bình xét.",
        NominationState.PASSED: "Đưa vào dự thảo quyết định khen thưởng.",
        NominationState.NOT_PASSED: "Hồ sơ không đạt số phiếu cần thiết; kết thúc xét.",
        NominationState.AWARDED: "Đã có quyết định; in bằng, lưu sổ vàng.",
        NominationState.WITHDRAWN: "Có thể sửa và trình lại.",
    },
    "decision": {
        DecisionState.DRAFT: "Kiểm tra danh sách rồi trình lãnh đạo ban hành.",
        DecisionState.ISSUED: "In bằng, trao thưởng và lưu hồ sơ.",
    },
}

# Names of what the trail records; those of the steps of a dossier come from the workflow.
ACTION_LABELS: dict[str, str] = {
    "award_kind.add": "Thêm danh hiệu, hình thức vào danh mục",
    "award_kind.change": "Đổi danh hiệu, hình thức trong danh mục",
    "round.open": "Mở đợt xét khen thưởng",
    "round.edit": "Sửa đợt xét khen thưởng",
    "round.close": "Kết thúc nhận hồ sơ",
    "round.reopen": "Mở lại đợt xét",
    "round.move": "Chuyển đợt xét sang đơn vị kế thừa",
    "nomination.move": "Chuyển hồ sơ sang đơn vị kế thừa",
    "decision.move": "Chuyển dự thảo quyết định sang đơn vị kế thừa",
    "nomination.create": "Lập hồ sơ đề nghị khen thưởng",
    "nomination.edit": "Sửa hồ sơ đề nghị khen thưởng",
    "nomination.attach": "Thêm giấy tờ vào hồ sơ",
    "nomination.detach": "Bỏ giấy tờ khỏi hồ sơ",
    "nomination.result": "Ghi kết quả bình xét",
    "decision.create": "Lập dự thảo quyết định khen thưởng",
    "decision.edit": "Sửa dự thảo quyết định khen thưởng",
    "decision.issue": "Ban hành quyết định khen thưởng",
    "honour.import": "Nhập khen thưởng năm trước vào sổ vàng",
}
