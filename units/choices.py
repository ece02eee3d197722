"""Words of the organisation: kinds of units, roles, leader levels."""

from django.db import models


class UnitKind(models.TextChoices):
    MINISTRY = "ministry", "Bộ"
    DEPARTMENT = "department", "Vụ"
    OFFICE = "office", "Văn phòng"
    INSPECTORATE = "inspectorate", "Thanh tra"
    GENERAL_DEPARTMENT = "general_department", "Tổng cục"
    AGENCY = "agency", "Cục"
    INSTITUTE = "institute", "Viện"
    SCHOOL = "school", "Trường"
    CENTRE = "centre", "Trung tâm"
    PRESS = "press", "Báo, tạp chí, nhà xuất bản"
    PROVINCE_DEPARTMENT = "province_department", "Sở"
    SUB_AGENCY = "sub_agency", "Chi cục, chi nhánh"
    DIVISION = "division", "Phòng, ban"
    STATION = "station", "Đài, trạm"
    TEAM = "team", "Đoàn, đội"
    FUND = "fund", "Quỹ"
    COMPANY = "company", "Doanh nghiệp"
    ENTERPRISE = "enterprise", "Xí nghiệp"
    FEDERATION = "federation", "Liên đoàn"
    HOSPITAL = "hospital", "Bệnh viện"
    BOARD = "board", "Ban quản lý"
    COUNCIL_OFFICE = "council_office", "Văn phòng hội đồng, ủy ban"
    MASS_ORGANISATION = "mass_organisation", "Tổ chức đảng, đoàn thể"
    OTHER = "other", "Đơn vị khác"


class PlacementKind(models.TextChoices):
    ADMINISTRATIVE = "administrative", "Trực thuộc"
    PROFESSIONAL = "professional", "Theo ngành dọc"


class ChangeKind(models.TextChoices):
    """What a decision about the organisation does."""

    OPEN = "open", "Thành lập"
    RENAME = "rename", "Đổi tên"
    MOVE = "move", "Chuyển đơn vị cấp trên"
    MERGE = "merge", "Sáp nhập, hợp nhất"
    SPLIT = "split", "Chia, tách"
    CLOSE = "close", "Giải thể"


class ChangeState(models.TextChoices):
    PLANNED = "planned", "Chờ đến ngày hiệu lực"
    DONE = "done", "Đã thực hiện"
    CANCELLED = "cancelled", "Đã hủy"


class SuccessionKind(models.TextChoices):
    RENAMED = "renamed", "Đổi tên"
    MERGED = "merged", "Sáp nhập, hợp nhất"
    SPLIT = "split", "Chia, tách"


class Sex(models.TextChoices):
    FEMALE = "female", "Nữ"
    MALE = "male", "Nam"


class PersonStatus(models.TextChoices):
    OFFICIAL = "official", "Cán bộ"
    CIVIL_SERVANT = "civil_servant", "Công chức"
    PUBLIC_EMPLOYEE = "public_employee", "Viên chức"
    WORKER = "worker", "Người lao động"
    OTHER = "other", "Khác"


class PersonGrade(models.TextChoices):
    """Yearly quality grade of a person."""

    EXCELLENT = "HTXSNV", "Hoàn thành xuất sắc nhiệm vụ"
    GOOD = "HTTNV", "Hoàn thành tốt nhiệm vụ"
    COMPLETED = "HTNV", "Hoàn thành nhiệm vụ"
    FAILED = "KHTNV", "Không hoàn thành nhiệm vụ"
    NONE = "NONE", "Không xếp loại"


class DisciplineKind(models.TextChoices):
    REPRIMAND = "khien_trach", "Khiển trách"
    WARNING = "canh_cao", "Cảnh cáo"
    PAY_CUT = "ha_bac_luong", "Hạ bậc lương"
    DEMOTION = "giang_chuc", "Giáng chức"
    REMOVAL = "cach_chuc", "Cách chức"
    DISMISSAL = "buoc_thoi_viec", "Buộc thôi việc"


class HoldKind(models.TextChoices):
    """Why the law says to wait with an award."""

    DISCIPLINE = "discipline", "Đang xem xét kỷ luật"
    INSPECTION = "inspection", "Đang thanh tra, kiểm tra"
    INVESTIGATION = "investigation", "Đang điều tra, truy tố"
    COMPLAINT = "complaint", "Có đơn khiếu nại, tố cáo đang xem xét"
    PRESS = "press", "Báo chí nêu, đang xác minh"


class TrainingResult(models.TextChoices):
    EXCELLENT = "xuat_sac", "Xuất sắc"
    VERY_GOOD = "gioi", "Giỏi"
    GOOD = "kha", "Khá"
    AVERAGE = "trung_binh", "Trung bình"
    FAILED = "khong_dat", "Không đạt"


class LeadingPost(models.TextChoices):
    """Posts the law counts years in (contribution awards)."""

    MINISTER = "bo_truong", "Bộ trưởng"
    DEPUTY_MINISTER = "thu_truong", "Thứ trưởng"
    GENERAL_DIRECTOR = "tong_cuc_truong", "Tổng cục trưởng"
    DEPUTY_GENERAL_DIRECTOR = "pho_tong_cuc_truong", "Phó Tổng cục trưởng"
    DEPARTMENT_HEAD = "vu_truong", "Vụ trưởng và tương đương"
    DEPARTMENT_DEPUTY = "pho_vu_truong", "Phó Vụ trưởng và tương đương"
    DIRECTOR = "giam_doc", "Giám đốc Sở"
    DEPUTY_DIRECTOR = "pho_giam_doc", "Phó Giám đốc Sở"


class HandoverState(models.TextChoices):
    DRAFT = "draft", "Đang chuẩn bị"
    OFFERED = "offered", "Chờ người nhận xác nhận"
    CONFIRMED = "confirmed", "Đã bàn giao"
    DECLINED = "declined", "Người nhận từ chối"
    CANCELLED = "cancelled", "Đã hủy"


class LeaderLevel(models.TextChoices):
    """Level of the post held; statistics of the state count leaders by these groups."""

    MINISTER = "minister", "Lãnh đạo Bộ"
    DEPUTY_MINISTER = "deputy_minister", "Thứ trưởng"
    DEPARTMENT_HEAD = "department_head", "Cấp trưởng vụ, cục, sở"
    DEPARTMENT_DEPUTY = "department_deputy", "Cấp phó vụ, cục, sở"
    DIVISION_HEAD = "division_head", "Cấp trưởng phòng"
    DIVISION_DEPUTY = "division_deputy", "Cấp phó phòng"
    NONE = "none", "Không giữ chức vụ"


class Role(models.TextChoices):
    UNIT_OFFICER = "unit_officer", "Cán bộ TĐKT đơn vị"
    UNIT_HEAD = "unit_head", "Thủ trưởng đơn vị"
    DEPUTY_HEAD = "deputy_head", "Phó Thủ trưởng đơn vị"
    AWARD_SPECIALIST = "award_specialist", "Chuyên viên TĐKT (cơ quan thường trực)"
    COUNCIL_SECRETARY = "council_secretary", "Thư ký Hội đồng"
    MINISTRY_LEADER = "ministry_leader", "Lãnh đạo Bộ"
    AUDITOR = "auditor", "Thanh tra, kiểm tra"
    UNIT_ADMIN = "unit_admin", "Quản trị đơn vị"
    SYSTEM_ADMIN = "system_admin", "Quản trị hệ thống"
