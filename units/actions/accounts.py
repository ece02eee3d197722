"""Accounts and their roles: create, password link, assign, end; grants follow in the same transaction."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from core import audit
from core.errors import RuleBroken
from core.text import clean
from units.choices import Role
from units.models import Person, Posting, RoleAssignment, Unit, User
from units.permissions import Actor, rebuild_grants, require


@transaction.atomic
def create_account(data: Mapping[str, Any], *, actor: Actor) -> User:
    """Take a person in with a first post and an account that cannot sign in before a password is set by link.

    data: full_name, sex, birth_year (None = not known), unit, title, leader_level, is_unit_head,
    is_direct_worker, since (first day of the post), username, email.
    Raises Forbidden, RuleBroken (closed unit), ValidationError.
    """
    unit: Unit = data["unit"]
    require(actor, "account.manage", unit)
    if not unit.is_open_on(data["since"]):
        raise RuleBroken(
            fields={"unit": ["Đơn vị không hoạt động vào ngày bắt đầu. Hãy chọn đơn vị kế thừa."]}
        )
    person = Person(
        code=f"NS{uuid.uuid4().hex[:10].upper()}",
        full_name=clean(data["full_name"]),
        sex=data["sex"],
        birth_year=data["birth_year"],
    )
    person.full_clean()
    person.save()
    user = User(username=clean(data["username"]), email=clean(data["email"]).lower(), person=person)
    user.set_unusable_password()
    user.full_clean()
    user.save()
    posting = Posting(
        person=person,
        unit=unit,
        title=clean(data["title"]),
        leader_level=data["leader_level"],
        is_unit_head=data["is_unit_head"],
        is_direct_worker=data["is_direct_worker"],
        valid_from=data["since"],
    )
    posting.full_clean()
    posting.save()
    audit.record(
        actor,
        "account.create",
        user,
        changes={
            "username": user.username,
            "unit": unit.code,
            "title": posting.title,
            "since": data["since"],
        },
    )
    return user


def _units_of(user: User, today: date) -> list[Unit]:
    """Units where the account has a role now or later, or its person a post today."""
    lasting = RoleAssignment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today), user=user)
    posts = Posting.objects.held_on(today).filter(person=user.person_id)
    return list(Unit.objects.filter(Q(pk__in=lasting.values("unit")) | Q(pk__in=posts.values("unit"))))


@transaction.atomic
def password_link(user_id: int, *, actor: Actor) -> str:
    """The path where the account's holder sets a password, good once and for PASSWORD_RESET_TIMEOUT seconds.

    Whoever hands it out could sign in as the holder, so the right is needed at every unit where the account
    holds or will hold a role and where its person holds a post. The trail notes that it was
    given, not the link. Raises Forbidden, RuleBroken (account locked).
    """
    user = User.objects.select_for_update(of=("self",)).select_related("person").get(pk=user_id)
    require(actor, "account.manage", actor.unit)
    for unit in _units_of(user, actor.today):
        require(actor, "account.manage", unit)
    if not user.is_active:
        raise RuleBroken("Tài khoản đang bị khóa nên không cấp được đường dẫn đặt mật khẩu.")
    key = default_token_generator.make_token(user)
    audit.record(actor, "account.link", user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})


@transaction.atomic
def assign_role(
    user_id: int,
    role: str,
    unit: Unit,
    *,
    valid_from: date,
    document: str,
    actor: Actor,
    valid_to: date | None = None,
) -> RoleAssignment:
    """Give an account a role at a unit from a day on; its rights follow at once when the day has come.

    Raises Forbidden outside the actor's scope, RuleBroken for a closed unit, ValidationError for a double
    role.
    """
    user = User.objects.select_for_update().get(pk=user_id)
    require(actor, "account.manage", unit)
    if not unit.is_open_on(valid_from):
        raise RuleBroken(
            fields={"unit": ["Đơn vị không hoạt động vào ngày bắt đầu vai trò. Hãy chọn đơn vị kế thừa."]}
        )
    assignment = RoleAssignment(
        user=user, role=role, unit=unit, valid_from=valid_from, valid_to=valid_to, document=clean(document)
    )
    assignment.full_clean()
    assignment.save()
    rebuild_grants(actor.today, user)
    audit.record(
        actor,
        "role.assign",
        assignment,
        changes={"user": user.username, "role": role, "unit": unit.code, "from": valid_from, "to": valid_to},
        note=document,
    )
    return assignment


@transaction.atomic
def appoint_first_admin(username: str, unit_code: str, *, document: str, actor: Actor) -> RoleAssignment:
    """Make an existing account the first administrator of a unit; every further role is given on the pages.

    For the command line of the installer only, hence no permission: it refuses as soon as an administrator
    is in office. Raises RuleBroken.
    """
    in_office = RoleAssignment.objects.active_on(actor.today).filter(
        role=Role.SYSTEM_ADMIN, user__is_active=True
    )
    if in_office.exists():
        raise RuleBroken(
            "Đã có quản trị hệ thống; hãy nhờ người đó phân vai trò trên trang «Tài khoản và vai trò»."
        )
    user = User.objects.select_for_update().filter(username=username).first()
    unit = Unit.objects.open_on(actor.today).filter(code=unit_code).first()
    if user is None:
        raise RuleBroken(f"Không có tài khoản «{username}». Hãy tạo bằng manage.py createsuperuser trước.")
    if unit is None:
        raise RuleBroken(f"Không có đơn vị đang hoạt động mang mã «{unit_code}».")
    assignment = RoleAssignment(
        user=user, role=Role.SYSTEM_ADMIN, unit=unit, valid_from=actor.today, document=clean(document)
    )
    assignment.full_clean()
    assignment.save()
    rebuild_grants(actor.today, user)
    audit.record(
        actor, "role.assign", assignment, changes={"user": username, "unit": unit.code}, note=document
    )
    return assignment


@transaction.atomic
def end_role(assignment_id: int, *, ends_on: date, actor: Actor) -> RoleAssignment:
    """End a role on a day (exclusive); from that day on its rights are gone.

    Raises RuleBroken before its first day.
    """
    assignment = (
        RoleAssignment.objects.select_for_update(of=("self",))
        .select_related("unit", "user")
        .get(pk=assignment_id)
    )
    User.objects.select_for_update().get(pk=assignment.user_id)  # two changes of roles rebuild grants in turn
    require(actor, "account.manage", assignment.unit)
    if assignment.valid_to is not None and assignment.valid_to <= ends_on:
        raise RuleBroken("Vai trò này đã kết thúc từ trước.")
    if ends_on <= assignment.valid_from:
        raise RuleBroken("Ngày thôi vai trò phải sau ngày bắt đầu giữ vai trò.")
    before = assignment.valid_to
    assignment.valid_to = ends_on
    assignment.save(update_fields=["valid_to"])
    rebuild_grants(actor.today, assignment.user)
    audit.record(actor, "role.end", assignment, changes={"valid_to": [before, ends_on]})
    return assignment
