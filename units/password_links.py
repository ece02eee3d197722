"""Links by which the holder of an account sets a password: an invitation, or help after a forgotten one."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.http import base36_to_int

from units.models import User

INVITATION_DAYS = 7
RESET_SECONDS = 24 * 60 * 60


class PasswordLinkGenerator(PasswordResetTokenGenerator):
    """Keys that are good once: setting a password, signing in, a new address, a newer or a revoked
    invitation and a suspension make them void. An account without a password has INVITATION_DAYS (the
    setting PASSWORD_RESET_TIMEOUT), one with a password RESET_SECONDS.
    """

    key_salt = "units.password_links"

    def _make_hash_value(self, user: AbstractBaseUser, timestamp: int) -> str:
        invited = f"{user.invited_at.timestamp():.6f}" if isinstance(user, User) and user.invited_at else ""
        return f"{super()._make_hash_value(user, timestamp)}{invited}{user.is_active}"

    def check_token(self, user: AbstractBaseUser | None, token: str | None) -> bool:
        """Whether the key is the user's, unused, and not too old."""
        if user is None or not user.is_active or not super().check_token(user, token):
            return False
        if not user.has_usable_password():
            return True
        made = base36_to_int(str(token).split("-")[0])
        return self._num_seconds(self._now()) - made <= RESET_SECONDS
