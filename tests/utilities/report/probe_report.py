"""A worker that is killed at every step of the monthly reports and started again: python probe_report.py DATABASE_NAME.

Prints one line of JSON: what was there after each death, and what there is in the end.
"""

import json
import os
import signal
import sys
from datetime import datetime
from importlib import import_module

import django
from django.conf import settings

STEPS = ("found", "saved", "told", "first")


def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)


def after(act):
    def acted(*args, **kwargs):
        act(*args, **kwargs)
        die()

    return acted


def prepared(rules, step: str) -> None:
    """Death waits: after the problems were found, after the row was saved, after everybody was told (both not committed), after the first report."""
    names = {"found": "find_missing", "told": "_tell", "first": "make_report"}
    if step == "saved":
        rules._tell = die
    else:
        setattr(rules, names[step], after(getattr(rules, names[step])))


def standing() -> dict:
    from django.db import connection

    from logistics.platform.notices.models import OutboxMessage
    from logistics.utilities.report.models import UtilityReport
    from logistics.utilities.usage.models import UseProblem

    reports = [[row.kind, str(row.first), row.version, row.figures] for row in UtilityReport.objects.order_by("pk")]
    told = OutboxMessage.objects.filter(key__startswith="utilities.report:").count()
    found = {"reports": reports, "problems": UseProblem.objects.count(), "told": told}
    connection.close()
    return found


def killed_at(step: str, at: datetime) -> dict:
    from logistics.utilities.report import rules

    child = os.fork()
    if child == 0:
        prepared(rules, step)
        rules.make_missing_reports(at=at)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return {"step": step, "signal": os.WTERMSIG(status)} | standing()


if __name__ == "__main__":
    django.setup()
    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    import_module(settings.ROOT_URLCONF)  # once, not in every child
    moment = datetime.fromisoformat(os.environ["AT"])
    deaths = [killed_at(step, moment) for step in STEPS]
    from logistics.utilities.report.rules import make_missing_reports

    make_missing_reports(at=moment)
    print(json.dumps({"deaths": deaths, "end": standing()}), flush=True)
