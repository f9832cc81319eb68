"""One step of the bench on one database, in a process of its own: python bench/steps.py STEP. The last line it prints is what it found, as JSON."""

import gc
import json
import os
import platform
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ["DJANGO_SETTINGS_MODULE"] = "bench_settings"


def prepare(size: dict) -> dict:
    """Tables and the school."""
    from django.core.management import call_command
    from school import load

    start = time.perf_counter()
    call_command("migrate", interactive=False, verbosity=0)
    migrated = time.perf_counter()
    load(size["tickets"], size["open"], size["cards"])
    return {"migrate": migrated - start, "load": time.perf_counter() - migrated, "database": database_version()}


def static(size: dict) -> dict:
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    return {}


def pages(size: dict) -> dict:
    from cases import measure_cases

    gc.collect()
    gc.freeze()
    return measure_cases(rounds=size["rounds"])


def long_work(size: dict) -> dict:
    import batch

    return {"export": batch.export(size["tickets"]), "journal": batch.journal(size["singles"], size["batch"])}


def bring_in(size: dict) -> dict:
    import batch

    return batch.bring_in(size["import"])


def things(size: dict) -> dict:
    import things as ledger

    return ledger.work(size)


def load_meters(size: dict) -> dict:
    import utilities

    return utilities.load_meters(size)


def make_reports(size: dict) -> dict:
    import utilities

    return utilities.make_reports(size)


def search(size: dict) -> dict:
    from search import measure

    return measure(size)


def grow(size: dict) -> dict:
    from search import grow

    return grow(size)


def serving(size: dict) -> dict:
    from serving import serve

    return serve(seconds=size["seconds"])


def database_version() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return f"SQLite {connection.Database.sqlite_version}"
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"


def machine() -> dict:
    import django

    return {"cores": os.cpu_count(), "python": platform.python_version(), "django": django.get_version()}


STEPS = {step.__name__: step for step in (static, prepare, pages, long_work, bring_in, things, serving, search, grow, load_meters, make_reports)}


if __name__ == "__main__":
    import django

    django.setup()
    found = STEPS[sys.argv[1]](json.loads(sys.argv[2]))
    print(json.dumps(found | ({"machine": machine()} if sys.argv[1] == "prepare" else {})))
