"""Requirement rows against tests.

As a pytest plugin it keeps the outcome of every test marked `@pytest.mark.requirement("ID", …)`; run as a script it
prints for each ID how many tests name it and how many of them passed on each database when they last ran.
"""

import contextlib
import io
import json
import os
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.once import runs_on_every_database

RECORD = Path(os.environ.get("VAR_ROOT", Path(__file__).resolve().parents[1] / "var")) / "rows.json"
DATABASES = ("sqlite", "postgresql")


def kept() -> dict[str, dict[str, str]]:
    """Outcome by test, by database."""
    return json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}


class Outcomes:
    """Gathers in the process that reports; under xdist the marks travel there inside each test's report."""

    def __init__(self, config: pytest.Config):
        self.config = config
        self.seen: dict[str, str] = {}

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not any(name == "requirement" for name, _ in report.user_properties):
            return
        if report.outcome != "passed" or report.nodeid not in self.seen:
            self.seen[report.nodeid] = report.outcome

    @pytest.hookimpl
    def pytest_sessionfinish(self) -> None:
        if hasattr(self.config, "workerinput") or not self.seen:
            return
        record = kept()
        record.setdefault(os.environ.get("TEST_DATABASE", "sqlite"), {}).update(self.seen)
        RECORD.parent.mkdir(parents=True, exist_ok=True)
        RECORD.write_text(json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")


class Collected:
    """Which tests name which row, without running them."""

    def __init__(self):
        self.rows: dict[str, list[str]] = defaultdict(list)
        self.once: set[str] = set()

    @pytest.hookimpl
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            if not runs_on_every_database(item):
                self.once.add(item.nodeid)
            for row in rows_of(item):
                self.rows[row].append(item.nodeid)


def rows_of(item: pytest.Item) -> list[str]:
    return sorted({row for mark in item.iter_markers("requirement") for row in mark.args})


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Outcomes(config), "requirement-outcomes")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.user_properties += [("requirement", row) for row in rows_of(item)]


def main() -> int:
    """Print the table; 1 when a row has a test that did not pass on each database it runs on."""
    collected = Collected()
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = pytest.main(["--collect-only", "-p", "no:cacheprovider", "-p", "no:xdist"], plugins=[collected])
    if code:
        print(said.getvalue())
        return int(code)
    record = kept()
    print(f"{'ID':8} {'tests':>5} {'passed':>7}  " + "  ".join(f"{name:>10}" for name in DATABASES))
    complete = True
    for row, tests in sorted(collected.rows.items()):
        passed = [{test for test in tests if record.get(name, {}).get(test) == "passed"} for name in DATABASES]
        on_all = len(set.intersection(*passed) | set.union(*passed) & collected.once)
        complete = complete and on_all == len(tests)
        print(f"{row:8} {len(tests):5} {on_all:7}  " + "  ".join(f"{len(found):10}" for found in passed))
    said = "every test passed on each database it runs on" if complete else "not every test has passed on each database it runs on; ./run test runs them"
    print(f"{len(collected.rows)} rows, {said}")
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
