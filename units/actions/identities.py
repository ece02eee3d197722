"""What the sign-in library leaves to us: links to identities, and the end of one's own sessions."""

from django.db import transaction

from core import audit
from units import sessions
from units.models import User
from units.permissions import Actor


@transaction.atomic
def record_link(user: User, subject: str, *, actor: Actor) -> None:
    """Note in the trail that an identity of the provider opens the account from now on."""
    audit.record(actor, "account.identity", user, changes={"subject": subject})


@transaction.atomic
def end_session(user: User, number: int, *, actor: Actor) -> int:
    """End one of one's own sessions; returns 0 when it had ended already."""
    ended = sessions.end_sessions(user, only=number)
    if ended:
        audit.record(actor, "session.end", user, changes={"sessions": ended})
    return ended


@transaction.atomic
def end_other_sessions(user: User, current: str | None, *, actor: Actor) -> int:
    """End all of one's own sessions but the one in use; returns how many."""
    ended = sessions.end_sessions(user, but=current)
    if ended:
        audit.record(actor, "session.end", user, changes={"sessions": ended})
    return ended
