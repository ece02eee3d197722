"""How the account library behaves here: nobody signs up, accounts are given."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Closes sign-up; the administrator creates accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
