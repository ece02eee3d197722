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


class SuccessionKind(models.TextChoices):
    RENAMED = "renamed", "Đổi tên"
    MERGED = "merged", "Sáp nhập, hợp nhất"
    SPLIT = "split", "Chia, tách"


class Sex(models.TextChoices):
    FEMALE = "female", "Nữ"
    MALE = "male", "Nam"


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
    AWARD_SPECIALIST = "award_specialist", "Chuyên viên TĐKT (cơ quan thường trực)"
    COUNCIL_SECRETARY = "council_secretary", "Thư ký Hội đồng"
    MINISTRY_LEADER = "ministry_leader", "Lãnh đạo Bộ"
    AUDITOR = "auditor", "Thanh tra, kiểm tra"
    SYSTEM_ADMIN = "system_admin", "Quản trị hệ thống"
