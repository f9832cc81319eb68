"""./run bench [--quick] [--only=sqlite|postgresql]: measure the site with many tickets on both databases, print a table, write bench/results.json.

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
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import services  # noqa: E402  # the tests' own servers

FULL = {"tickets": 50_000, "open": 5_000, "rounds": 40, "singles": 400, "batch": 5_000, "import": 10_000, "seconds": 2.5}
QUICK = {"tickets": 3_000, "open": 500, "rounds": 8, "singles": 50, "batch": 500, "import": 500, "seconds": 0.5}
STEPS = ("pages", "long_work", "serving", "bring_in")
DATABASES = ("sqlite", "postgresql")


def step(name: str, size: dict, environment: dict) -> dict:
    """What one step found; ends the program with its words when it failed."""
    command = ["setpriv", "--pdeathsig", "TERM", "--", sys.executable, str(HERE / "steps.py"), name, json.dumps(size)]
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"bench: the step {name} failed")
    return json.loads(done.stdout.splitlines()[-1])


def environment_of(database: str, folder: Path, addresses: dict[str, str]) -> dict[str, str]:
    """A folder of its own and nothing of the caller's site."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    given = kept | {"VAR_ROOT": str(folder / database), "STATIC_ROOT": str(folder / "static"), "PYTHONPATH": f"{ROOT}{os.pathsep}{HERE}", "PYTHONDONTWRITEBYTECODE": "1"}
    (folder / database).mkdir()
    if database == "postgresql":
        given |= {"DATABASE_URL": addresses["PG_URL_TEST"], "REDIS_URL": f"{addresses['REDIS_URL_TEST']}?db=1", "SECRET_KEY": "only-for-the-bench", "ALLOWED_HOSTS": "127.0.0.1", "HTTPS": "0"}
    return given


def measure(database: str, size: dict, environment: dict) -> dict:
    found = step("prepare", size, environment)
    print(f"   {found['database']}: {size['tickets']:,} tickets, {size['open']:,} open, loaded in {found['load']:.0f} s", flush=True)
    return found | {name: step(name, size, environment) for name in STEPS}


def main() -> int:
    signal.signal(signal.SIGTERM, services.leave)
    asked = argparse.ArgumentParser(prog="./run bench", description=__doc__.splitlines()[0])
    asked.add_argument("--quick", action="store_true")
    asked.add_argument("--only", choices=DATABASES)
    asked = asked.parse_args()
    size = QUICK if asked.quick else FULL
    chosen = [asked.only] if asked.only else ["sqlite"] if asked.quick else DATABASES
    start = time.monotonic()
    with services.running() as addresses, tempfile.TemporaryDirectory(prefix="bench-", dir=addresses["TMPDIR"]) as name:
        environments = {database: environment_of(database, Path(name), addresses) for database in chosen}
        step("static", size, environments[chosen[0]])
        raw = {database: measure(database, size, environments[database]) for database in chosen}
    from report import told  # needs no Django

    results = {found["database"]: told(found) for found in raw.values()}
    ...
    return 0


if __name__ == "__main__":
    sys.exit(main())
