"""./run bench [--quick] [--only=sqlite|postgresql]: measure the site with many tickets, print a table, write bench/results.json.

SQLite runs with the embedded settings, PostgreSQL with those of production and a real Redis; both servers are private ones.
--quick takes SQLite and few rows, and writes nothing.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT / "tests")]

import services  # noqa: E402  # the tests' own servers

FULL = {"tickets": 50_000, "open": 5_000, "cards": 100_000, "rounds": 40, "singles": 400, "batch": 5_000, "import": 10_000, "seconds": 2.5}
QUICK = {"tickets": 2_000, "open": 500, "cards": 2_000, "rounds": 8, "singles": 50, "batch": 500, "import": 500, "seconds": 0.4}
STEPS = ("pages", "long_work", "serving", "bring_in", "things")
DATABASES = ("sqlite", "postgresql")
LOAD_MATTERS = 0.5  # running programs a core


def step(name: str, size: dict, environment: dict) -> dict:
    """What one step found; ends the program when it failed."""
    command = ["setpriv", "--pdeathsig", "TERM", "--", sys.executable, str(HERE / "steps.py"), name, json.dumps(size)]
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"bench: the step {name} failed")
    return json.loads(done.stdout.splitlines()[-1])


def environment_of(database: str, folder: Path, addresses: dict[str, str]) -> dict[str, str]:
    """A folder of its own and nothing of the caller's site."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    (folder / database).mkdir()
    given = kept | {"VAR_ROOT": str(folder / database), "STATIC_ROOT": str(folder / "static"), "PYTHONPATH": f"{ROOT}{os.pathsep}{HERE}", "TMPDIR": str(folder)}
    if database == "postgresql":
        address = f"{addresses['REDIS_URL_TEST']}?db=1"
        given |= {
            "DATABASE_URL": addresses["PG_URL_TEST"],
            "REDIS_URL": address,
            "SECRET_KEY": "only-for-the-bench",
            "ALLOWED_HOSTS": "127.0.0.1",
            "HTTPS": "0",
        }
    return given


def measure(database: str, size: dict, environment: dict) -> dict:
    start = time.monotonic()
    found = step("prepare", size, environment) | {"size": size}
    print(f"   {found['database']}: loaded in {time.monotonic() - start:.0f} s", flush=True)
    return found | {name: step(name, size, environment) for name in STEPS}


def keep(machine: dict, judged: dict[str, dict]) -> None:
    """Write results.json, with the other database's last results when only one was measured."""
    path = HERE / "results.json"
    before = json.loads(path.read_text())["databases"] if path.exists() else {}
    others = {name: one for name, one in before.items() if name.split()[0] not in {known.split()[0] for known in judged}}
    path.write_text(
        json.dumps({"date": datetime.now(UTC).date().isoformat(), "machine": machine, "databases": judged | others}, ensure_ascii=False, indent=1) + "\n"
    )


def main() -> int:
    signal.signal(signal.SIGTERM, services.leave)
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", choices=DATABASES)
    asked = parser.parse_args()
    size = QUICK if asked.quick else FULL
    chosen = [asked.only] if asked.only else ["sqlite"] if asked.quick else DATABASES
    start, busy = time.monotonic(), os.getloadavg()[0] / os.cpu_count()
    servers = services.running() if "postgresql" in chosen else nullcontext({})
    with servers as addresses, tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as name:
        environments = {database: environment_of(database, Path(name), addresses) for database in chosen}
        step("static", size, environments[chosen[0]])
        found = [measure(database, size, environments[database]) for database in chosen]
    from report import judged, lines  # after the long work, they import Django

    told = {one["database"]: judged(one) for one in found}
    for database, one in told.items():
        print("", *lines(database, one), sep="\n")
    print(f"{time.monotonic() - start:.0f} s")
    if busy > LOAD_MATTERS:
        print(f"The machine was busy before it began ({busy:.1f} programs a core): compare the ratios, not the milliseconds.")
    if not asked.quick:
        keep(found[0]["machine"] | {"busy": round(busy, 1)}, told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
