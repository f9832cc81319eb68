"""python bench/search.py [--rows=500000] [--only=sqlite|postgresql]: the search box among half a million reports, in milliseconds.

Loads that many reports into a private database, then asks for /search/ as the director, who sees all, and as a teacher, who sees few.
Prints the median and the worst of the answers by the clock, this process's own work, and how long the index took; writes nothing.
"""

import argparse
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from statistics import median
from urllib.parse import quote

from run import DATABASES, environment_of, services, step

TARGET = 300  # ms
TYPED = ("水管", "水龙头关不紧", "锅炉房阀门", "BX-2026-0042", "004211", "zjp", "教学楼 305", "a座305", "周建平", "校历", "没有的词", "楼 层")
ROUNDS = 7
LOADED = 20_000  # reports made one by one; the others are copies


def measure(size: dict) -> dict:
    """In the process of one database: {person: {what was typed: (median, worst, hits, bytes)}}."""
    from meter import Caller, Case
    from school import session_of

    from logistics.platform.org.models import User

    found: dict = {}
    for name in ("director", "teacher"):
        call = Caller(session_of(User.objects.get(username=name)), "")
        for path in ("/search/", "/search/suggest/"):
            for typed in TYPED:
                case, times = Case(typed, f"{path}?q={quote(typed)}"), []
                call(case)
                for _ in range(ROUNDS):
                    start, busy = time.perf_counter(), time.process_time()
                    answer = call(case)
                    times.append(((time.perf_counter() - start) * 1000, (time.process_time() - busy) * 1000))
                walls, cpus = zip(*times, strict=True)
                found.setdefault(f"{name} {path}", {})[typed] = (median(walls), max(walls), median(cpus), answer.count(b'class="cover"'), len(answer))
    return found


def grow(size: dict) -> dict:
    """Copies of the school's reports by plain SQL until there are enough, and the index over all of them from nothing."""
    from django.db import connection

    from logistics.platform.search.index import rebuild
    from repairs.ticket.models import Ticket

    first = Ticket.objects.count()
    columns = [field.column for field in Ticket._meta.concrete_fields if field.column != "id"]
    with connection.cursor() as cursor:
        for n in range(1, -(-size["rows"] // first)):
            number = f"'BX-2027-' || (id + {n * first})"
            others = {"number": number, "search": f"replace(search, lower(number), lower({number}))", "follow_code": "''"}
            values = ", ".join(others.get(column, column) for column in columns)
            cursor.execute(f"INSERT INTO repairs_ticket ({', '.join(columns)}) SELECT {values} FROM repairs_ticket WHERE id <= {first} ORDER BY id")
    start = time.perf_counter()
    entries = rebuild(anew=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return {"entries": entries, "seconds": time.perf_counter() - start, "rows": Ticket.objects.count()}


def told(found: dict) -> bool:
    fits = True
    for who, cases in found.items():
        print(f"\n{who:34}{'median':>8}{'worst':>8}{'cpu':>8}{'hits':>6}{'kB':>7}")
        for typed, (middle, worst, cpu, hits, size) in cases.items():
            fits &= middle < TARGET
            print(
                f"  {typed + ' ' * (26 - 2 * sum(not c.isascii() for c in typed) - sum(c.isascii() for c in typed)):26}"
                f"{middle:>14.1f}{worst:>8.1f}{cpu:>8.1f}{hits:>6}{size / 1000:>7.1f}{'' if middle < TARGET else '   over ' + str(TARGET)}"
            )
    return fits


def main() -> int:
    parser = argparse.ArgumentParser(prog="python bench/search.py", description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--only", choices=DATABASES)
    asked = parser.parse_args()
    chosen = [asked.only] if asked.only else DATABASES
    size, fits = {"tickets": min(asked.rows, LOADED), "open": 200, "rows": asked.rows}, True
    servers = services.running() if "postgresql" in chosen else nullcontext({})
    with servers as addresses, tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        for database in chosen:
            environment = environment_of(database, Path(folder), addresses)
            step("static", size, environment)
            prepared = step("prepare", size, environment)
            grown = step("grow", size, environment)
            print(
                f"\n== {prepared['database']}: {grown['rows']:,} reports; {grown['entries']:,} entries indexed from nothing in {grown['seconds']:.0f} s",
                flush=True,
            )
            fits &= told(step("search", size, environment))
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main())
