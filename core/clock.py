"""The only clock of the product: today's working date and the instant that goes with it.

A demo ministry lives on a fixed WORKING_DATE so that its deadlines stay meaningful; everywhere else this is
the real calendar. Audit times come from the database and are always real.
"""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone


def today() -> date:
    """The working date in Asia/Ho_Chi_Minh."""
    return settings.WORKING_DATE or timezone.localdate()


def now() -> datetime:
    """The present instant, moved to the working date when one is set (the time of day stays real)."""
    instant = timezone.now()
    if settings.WORKING_DATE:
        instant += timedelta(days=(settings.WORKING_DATE - timezone.localdate(instant)).days)
    return instant
