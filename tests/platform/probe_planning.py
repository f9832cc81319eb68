"""A worker that dies in the middle of planning: python probe_planning.py DATABASE_NAME."""

import os
import signal
import sys
from datetime import datetime

import django
from django.conf import settings

if __name__ == "__main__":
    django.setup()
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    from logistics.platform.duties import planning_rules

    insert = planning_rules._insert

    def die(rows):
        insert(rows[: len(rows) // 2])
        print("half", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

    planning_rules._insert = die
    planning_rules.make_by_clock(at=datetime.fromisoformat(os.environ["AT"]))
