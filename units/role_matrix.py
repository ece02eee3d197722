"""The one table of who may do what: permission → its meaning and reach, role → permissions.

Reach SUBTREE: the right extends to the unit of the role and everything under it (seeing, following up).
Reach OWN: only at the unit whose turn it is (acting): a higher level never silently acts for a lower one.
"""

from units.choices import Role

OWN = "own"
SUBTREE = "subtree"

PERMISSIONS: dict[str, tuple[str, str]] = {
    "unit.view": ("Xem tổ chức và cá nhân trong phạm vi", SUBTREE),
    "organisation.edit": ("Thành lập, đổi tên, chuyển, sáp nhập, giải thể đơn vị", SUBTREE),
    "person.edit": ("Cập nhật hồ sơ cá nhân, chức vụ, xếp loại", SUBTREE),
    "campaign.view": ("Xem phong trào thi đua", SUBTREE),
    "campaign.edit": ("Soạn, sửa phong trào thi đua của đơn vị", OWN),
    "campaign.launch": ("Phát động phong trào thi đua", OWN),
    "campaign.receive": ("Xác nhận đã nhận văn bản phát động", OWN),
    "pledge.view": ("Xem đăng ký thi đua", SUBTREE),
    "pledge.edit": ("Lập đăng ký thi đua, cập nhật tiến độ", OWN),
    "pledge.approve": ("Duyệt hoặc trả lại đăng ký thi đua", OWN),
    "initiative.view": ("Xem sáng kiến", SUBTREE),
    "initiative.edit": ("Đăng ký, gửi sáng kiến", OWN),
    "initiative.recognise": ("Công nhận hoặc từ chối sáng kiến", OWN),
    "result.view": ("Xem kết quả xếp loại tập thể", SUBTREE),
    "result.edit": ("Ghi kết quả xếp loại tập thể trong phạm vi", SUBTREE),
    "round.view": ("Xem đợt xét khen thưởng", SUBTREE),
    "round.edit": ("Mở, đóng đợt xét khen thưởng", OWN),
    "nomination.view": ("Xem hồ sơ đề nghị khen thưởng", SUBTREE),
    "nomination.edit": ("Lập hồ sơ đề nghị khen thưởng", OWN),
    "nomination.approve": ("Ký trình hồ sơ của đơn vị", OWN),
    "nomination.appraise": ("Tiếp nhận, trả lại, chuyển hồ sơ đến", OWN),
    "nomination.record": ("Ghi kết quả bỏ phiếu của Hội đồng", OWN),
    "decision.view": ("Xem quyết định khen thưởng", SUBTREE),
    "decision.edit": ("Dự thảo quyết định khen thưởng", OWN),
    "decision.issue": ("Ban hành quyết định khen thưởng", OWN),
    "honour.view": ("Tra cứu sổ vàng khen thưởng", SUBTREE),
    "honour.import": ("Nhập danh sách khen thưởng các năm trước", SUBTREE),
    "report.view": ("Xem và tải báo cáo", SUBTREE),
    "report.request": ("Lập báo cáo", SUBTREE),
    "audit.view": ("Xem nhật ký", SUBTREE),
    "account.manage": ("Quản lý tài khoản và vai trò", SUBTREE),
    "role.confirm": ("Xác nhận phân vai trò quan trọng", SUBTREE),
    "system.watch": ("Theo dõi tình trạng hệ thống, sao lưu", SUBTREE),
}

_SEE = {
    "unit.view", "campaign.view", "pledge.view", "initiative.view", "result.view", "round.view",
    "nomination.view", "decision.view", "honour.view", "report.view",
}  # fmt: skip

# A deputy signs for the head: same rights, named as deputy wherever the name stands.
_HEAD = frozenset(
    _SEE | {"campaign.launch", "campaign.receive", "pledge.approve", "nomination.approve", "report.request"}
)

ROLE_MATRIX: dict[str, frozenset[str]] = {
    Role.UNIT_OFFICER: frozenset(
        _SEE
        | {"campaign.edit", "campaign.receive", "pledge.edit", "initiative.edit", "nomination.edit"}
        | {"nomination.appraise", "report.request", "person.edit"}
    ),
    Role.UNIT_HEAD: _HEAD,
    Role.DEPUTY_HEAD: _HEAD,
    Role.AWARD_SPECIALIST: frozenset(
        _SEE
        | {"campaign.edit", "campaign.launch", "initiative.recognise", "result.edit", "round.edit"}
        | {"nomination.appraise", "decision.edit", "report.request", "person.edit", "honour.import"}
    ),
    Role.COUNCIL_SECRETARY: frozenset(_SEE | {"nomination.record", "report.request"}),
    Role.MINISTRY_LEADER: frozenset(
        _SEE | {"campaign.launch", "decision.issue", "report.request", "role.confirm"}
    ),
    Role.AUDITOR: frozenset(_SEE | {"audit.view"}),
    Role.UNIT_ADMIN: frozenset({"unit.view", "account.manage"}),
    Role.SYSTEM_ADMIN: frozenset(
        {"unit.view", "organisation.edit", "audit.view", "account.manage", "role.confirm", "system.watch"}
    ),
}

# Roles that decide, sign, appraise, watch or give roles: given by one person, confirmed by another.
PRIVILEGED = frozenset(Role) - {Role.UNIT_OFFICER}
# Which roles the holder of a role may give, change and end, where account.manage reaches.
MAY_GIVE: dict[str, frozenset[str]] = {
    Role.SYSTEM_ADMIN: frozenset(Role),
    Role.UNIT_ADMIN: frozenset({Role.UNIT_OFFICER, Role.UNIT_HEAD, Role.DEPUTY_HEAD}),
}


def codename(permission: str) -> str:
    """The name of a permission in the grant tables ("pledge.approve" → "pledge_approve")."""
    return permission.replace(".", "_")


def grant_names() -> list[tuple[str, str]]:
    """All permissions as Django wants them on the model they are granted on."""
    return [(codename(key), label) for key, (label, _) in PERMISSIONS.items()]
