"""python bench/utilities.py [--meters=2000] [--months=36] [--only=sqlite|postgresql]: the monthly utility report of very many meters.

Loads meters in a tree with a reading on the first of every month into a private database, then finds the problems of the last month, makes its
report and the report of a term, each in seconds and in MB by which memory rose. Writes nothing.
"""

import argparse
import sys
import tempfile
import time
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from run import DATABASES, environment_of, services, step

SECONDS, MEMORY = 60, 400
BRANCHES = 20  # of one main meter
AT_ONCE = 2_000


def load_meters(size: dict) -> dict:
    """In the process of one database: the tables, buildings, meters, and their readings up to this month."""
    from django.core.management import call_command
    from django.utils import timezone

    from logistics.platform.org.models import User
    from logistics.platform.places.models import Level, Place
    from logistics.utilities.meter.models import Meter, MeterDevice, Reading

    call_command("migrate", interactive=False, verbosity=0)
    now, actor = timezone.now(), User.objects.system()
    months = months_until(timezone.localdate(now), size["months"])
    stamped = {"created_at": now, "created_by": actor}
    Place.objects.bulk_create([Place(name=f"{n} 号楼", full_name=f"{n} 号楼", code=f"U{n}", level=Level.BUILDING, path=f"/{n}/") for n in range(1, 41)])
    places = list(Place.objects.order_by("pk"))
    mains = [meter(n, places, months[0], stamped, parent=None) for n in range(size["meters"] // BRANCHES)]
    Meter.objects.bulk_create(mains, batch_size=AT_ONCE)
    mains = list(Meter.objects.order_by("pk"))
    below = [meter(n, places, months[0], stamped, parent=mains[n % len(mains)]) for n in range(len(mains), size["meters"])]
    Meter.objects.bulk_create(below, batch_size=AT_ONCE)
    meters = list(Meter.objects.order_by("pk"))
    MeterDevice.objects.bulk_create([MeterDevice(meter=one, digits=9, since_at=midnight(months[0]), **stamped) for one in meters], batch_size=AT_ONCE)
    devices = list(MeterDevice.objects.select_related("meter"))
    for n, month in enumerate(months):
        rows = [Reading(device=one, value=Decimal(n * used_by(one.meter)), read_at=midnight(month), **stamped) for one in devices]
        Reading.objects.bulk_create(rows, batch_size=AT_ONCE)
    return {"meters": len(meters), "readings": Reading.objects.count()}


def midnight(on: date) -> datetime:
    from logistics.utilities.usage.months import midnight as beginning

    return beginning(on)


def months_until(today: date, count: int) -> list[date]:
    """The first days of so many months and of the present one."""
    found = [today.replace(day=1)]
    while len(found) <= count:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found[::-1]


def meter(n: int, places: list, since: date, stamped: dict, *, parent):
    from logistics.utilities.meter.models import Meter

    medium = parent.medium if parent else ("power", "water")[n % 2]
    return Meter(name=f"表 {n}", code=f"M{n:05d}", medium=medium, parent=parent, place=places[n % len(places)], since=since, order=n % 1000, **stamped)


def used_by(one) -> int:
    """A month of a branch; a main meter lets through what its branches use and some more."""
    return 100 + one.pk % 50 if one.parent_id else 130 * BRANCHES


def make_reports(size: dict) -> dict:
    """{what: (seconds, MB more)}."""
    from batch import with_memory
    from django.utils import timezone

    from logistics.platform.org.models import User
    from logistics.utilities.report.rules import make_report
    from logistics.utilities.usage.months import Span, month_of, shifted
    from logistics.utilities.usage.problem_rules import find_problems

    at, actor = timezone.now(), User.objects.system()
    last = shifted(month_of(timezone.localdate(at)), -1)
    acts = {
        "find": lambda: find_problems(actor=actor, at=at, month=last),
        "month": lambda: make_report(actor=actor, at=at, kind="month", span=Span(last, last)),
        "term": lambda: make_report(actor=actor, at=at, kind="term", span=Span(shifted(last, -5), last)),
    }
    found = {}
    for name, act in acts.items():
        start = time.perf_counter()
        _, more = with_memory(act)
        found[name] = (time.perf_counter() - start, more)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python bench/utilities.py", description=__doc__.splitlines()[0])
    parser.add_argument("--meters", type=int, default=2_000)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--only", choices=DATABASES)
    asked = parser.parse_args()
    chosen = [asked.only] if asked.only else DATABASES
    size, fits = {"meters": asked.meters, "months": asked.months}, True
    servers = services.running() if "postgresql" in chosen else nullcontext({})
    with servers as addresses, tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        for database in chosen:
            environment = environment_of(database, Path(folder), addresses)
            loaded = step("load_meters", size, environment)
            print(f"\n== {database}: {loaded['meters']:,} meters, {loaded['readings']:,} readings", flush=True)
            for name, (seconds, more) in step("make_reports", size, environment).items():
                fits &= seconds < SECONDS and more < MEMORY
                print(f"  {name:8}{seconds:8.1f} s{more:8.0f} MB", flush=True)
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main())
