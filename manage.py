#!/usr/bin/env python
"""Django command line; a command that needs the database finds the embedded servers running."""

import os
import sys

from django.core.management import execute_from_command_line

from config import services
from config.processes import ServiceError
from core import wall

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        wall.enter_system(f"lệnh {' '.join(sys.argv[1:2])}")
        with services.for_command(sys.argv):
            execute_from_command_line(sys.argv)
    except ServiceError as error:
        sys.exit(str(error))
