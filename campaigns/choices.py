"""Words of campaigns, pledges and initiatives: kinds and states with tone and next step."""

from django.db import models


class CampaignKind(models.TextChoices):
    REGULAR = "regular", "Thường xuyên"
    THEMATIC = "thematic", "Theo chuyên đề"


class CampaignState(models.TextChoices):
    DRAFT = "draft", "Dự thảo"
    LAUNCHED = "launched", "Đang phát động"
    CLOSED = "closed", "Đã kết thúc"


class Audience(models.TextChoices):
    COLLECTIVE = "collective", "Tập thể"
    INDIVIDUAL = "individual", "Cá nhân"
    LEADER = "leader", "Thủ trưởng đơn vị"


class CriterionCheck(models.TextChoices):
    """Criteria the product can check by itself; others are read by people."""

    NONE = "", "Người xét đánh giá"
    UNIT_OUTSTANDING = "unit_outstanding", "Đơn vị là tập thể tiêu biểu xuất sắc"
    LAWMAKING_COMPLETE = "lawmaking_100", "Hoàn thành 100% nhiệm vụ xây dựng văn bản QPPL"


class ReportCycle(models.TextChoices):
    SIX_MONTH = "six_month", "6 tháng"
    YEAR_END = "year_end", "Cuối năm"


class PledgeState(models.TextChoices):
    DRAFT = "draft", "Bản nháp"
    SUBMITTED = "submitted", "Chờ thủ trưởng duyệt"
    RETURNED = "returned", "Bị trả lại"
    APPROVED = "approved", "Đã duyệt"


class Measure(models.TextChoices):
    NUMBER = "number", "Số lượng"
    PERCENT = "percent", "Tỷ lệ phần trăm"
    YES_NO = "yes_no", "Hoàn thành / chưa hoàn thành"


class InitiativeKind(models.TextChoices):
    INITIATIVE = "initiative", "Sáng kiến"
    RESEARCH = "research", "Đề tài, đề án khoa học"


class Scope(models.TextChoices):
    """Scope of effect of an initiative. Source: R-INI-2"""

    UNIT = "co_so", "Cơ sở"
    MINISTRY = "bo", "Bộ"
    NATION = "toan_quoc", "Toàn quốc"


class InitiativeState(models.TextChoices):
    DRAFT = "draft", "Bản nháp"
    SUBMITTED = "submitted", "Chờ xét công nhận"
    RECOGNISED = "recognised", "Đã công nhận"
    REFUSED = "refused", "Không công nhận"


class UnitGrade(models.TextChoices):
    EXCELLENT = "HTXSNV", "Hoàn thành xuất sắc nhiệm vụ"
    GOOD = "HTTNV", "Hoàn thành tốt nhiệm vụ"
    COMPLETED = "HTNV", "Hoàn thành nhiệm vụ"
    FAILED = "KHTNV", "Không hoàn thành nhiệm vụ"


TONES: dict[str, str] = {
    CampaignState.DRAFT: "neutral",
    CampaignState.LAUNCHED: "ok",
    CampaignState.CLOSED: "neutral",
    PledgeState.SUBMITTED: "info",
    PledgeState.RETURNED: "warn",
    PledgeState.APPROVED: "ok",
    InitiativeState.RECOGNISED: "ok",
    InitiativeState.REFUSED: "danger",
}

NEXT_STEPS: dict[str, dict[str, str]] = {
    "campaign": {
        CampaignState.DRAFT: "Hoàn thiện nội dung rồi phát động.",
        CampaignState.LAUNCHED: "Các đơn vị xác nhận đã nhận và đăng ký thi đua.",
        CampaignState.CLOSED: "Phong trào đã kết thúc; số liệu dùng cho tổng kết.",
    },
    "pledge": {
        PledgeState.DRAFT: "Hoàn thiện rồi gửi thủ trưởng duyệt.",
        PledgeState.SUBMITTED: "Chờ thủ trưởng đơn vị duyệt hoặc trả lại.",
        PledgeState.RETURNED: "Xem lý do, sửa rồi gửi lại.",
        PledgeState.APPROVED: "Cập nhật tiến độ; kiểm tra định kỳ 6 tháng và cuối năm.",
    },
    "initiative": {
        InitiativeState.DRAFT: "Hoàn thiện rồi gửi xét công nhận.",
        InitiativeState.SUBMITTED: "Chờ cơ quan thường trực xét công nhận.",
        InitiativeState.RECOGNISED: "Dùng làm căn cứ xét danh hiệu theo phạm vi được công nhận.",
        InitiativeState.REFUSED: "Xem lý do không công nhận.",
    },
}
