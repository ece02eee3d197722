"""Settings of gunicorn that are the same everywhere: its own messages go through our formatters, and it
writes no
access log of its own, because that would hold addresses of pages and query strings (see core.logs).
"""

import logging

from config.settings import LOGGING

logging.captureWarnings(True)

logconfig_dict = LOGGING | {
    "loggers": {
        **LOGGING["loggers"],  # type: ignore[dict-item]
        "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
    }
}
accesslog = None
