"""The suite on SQLite and on PostgreSQL, beside a real Redis; arguments go to pytest. `--only=sqlite` runs one of them.

Every test that asks for a database runs on both; the others, and those with a browser, run once, with the first, and the random calls of the API with the last (docs/decisions/0007).
"""

import os
import signal
import subprocess
import sys
import tempfile
import time

import services

DATABASES = ("sqlite", "postgresql")
# Joins in the order they are written: to look for a better one takes longer than to read a few rows.
AS_WRITTEN = "-c join_collapse_limit=1 -c from_collapse_limit=1"


def suite(database: str, arguments: list[str], addresses: dict[str, str], *, is_first: bool, is_last: bool) -> tuple[str, bool]:
    """Run pytest on this database; returns its line of the closing table."""
    environment = {**os.environ, **addresses, "TEST_DATABASE": database, "TABLES_FOLDER": tempfile.gettempdir()}  # which outlives this run's own
    environment.pop("DATABASE_URL", None)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what Python has compiled is kept: every process compiles all anew otherwise
    for name, is_so in (("NOT_FIRST", not is_first), ("NOT_LAST", not is_last)):
        environment.pop(name, None)
        if is_so:
            environment[name] = "1"
    if database == "postgresql":
        environment["DATABASE_URL"] = addresses["PG_URL_TEST"]
        environment["PGOPTIONS"] = AS_WRITTEN
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.rows",
        *([] if any(part.startswith("-n") for part in arguments) else ["-n2", "--dist=worksteal"]),
        *arguments,
    ]
    print(f"== {database}", flush=True)
    start = time.monotonic()
    code = subprocess.run(["setpriv", "--pdeathsig", "TERM", "--", *command], env=environment).returncode
    said = {0: "passed", 5: "FAILED: no test was selected"}.get(code, f"FAILED (exit code {code})")
    return f"   {database:12} {said}, {time.monotonic() - start:.0f} s", code == 0


def main() -> int:
    signal.signal(signal.SIGTERM, services.leave)
    arguments = sys.argv[1:]
    only = [part.removeprefix("--only=") for part in arguments if part.startswith("--only=")]
    arguments = [part for part in arguments if not part.startswith("--only=")]
    if unknown := set(only) - set(DATABASES):
        sys.exit(f"unknown database: {', '.join(unknown)}")
    with services.running() as addresses:
        asked = only or DATABASES
        results = [suite(one, arguments, addresses, is_first=one == asked[0], is_last=one == asked[-1]) for one in asked]
    print("== results", *(line for line, _ in results), sep="\n", flush=True)
    return 0 if all(passed for _, passed in results) else 1


if __name__ == "__main__":
    sys.exit(main())
