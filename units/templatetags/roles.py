"""Where a role stands, in words."""

from datetime import date

from django import template

from units.models import RoleAssignment

register = template.Library()


@register.simple_tag
def role_standing(role: RoleAssignment, today: date) -> dict[str, str]:
    """key, label and tone of a role today: waiting for the second person, to come, in force, ended."""
    if role.is_pending:
        return {"key": "pending", "label": "Chờ xác nhận", "tone": "warn"}
    if role.has_ended(today):
        return {"key": "ended", "label": f"Đã thôi từ {role.valid_to:%d/%m/%Y}", "tone": "neutral"}
    if role.valid_from > today:
        return {"key": "future", "label": f"Có hiệu lực từ {role.valid_from:%d/%m/%Y}", "tone": "info"}
    return {"key": "active", "label": "Đang hiệu lực", "tone": "ok"}
