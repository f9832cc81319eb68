"""Real processes with a database, a port and a var/ of their own."""

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120  # seconds; a loaded machine is slow, a broken one never gets there


def until(ask: Callable, what: str, told: Callable = str):
    """The first true answer; fails naming what never came true and what was told meanwhile."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if answer := ask():
            return answer
        time.sleep(0.1)
    pytest.fail(f"not within {PATIENCE} s: {what}\n{told()}")


def service(name: str) -> str:
    """Address of a service that ./run test started. Without it the test fails: nothing is skipped silently."""
    return os.environ.get(name) or pytest.fail(f"{name} is not set: start the tests by ./run test")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(address: str, host: str = "") -> tuple[int, str]:
    """Status and text of a page; (0, "") when nobody answers."""
    request = urllib.request.Request(address, headers={"Host": host} if host else {})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read().decode()
    except OSError:
        return 0, ""


def family(pid: int) -> set[int]:
    """The process and everything it started, directly or not."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            children.setdefault(int(stat.read_text().rpartition(")")[2].split()[1]), []).append(int(stat.parent.name))
    found, waiting = set(), [pid]
    while waiting:
        found.add(one := waiting.pop())
        waiting += children.get(one, [])
    return found


def alive(pids: set[int]) -> set[int]:
    """Those that still run; a zombie whose new parent has not looked yet does not."""
    running = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                running.add(pid)
    return running


class Site:
    """The environment of one school on this machine and the processes that a test starts in it."""

    def __init__(self, folder: Path, database_url: str, **extra: str):
        self.folder, self.database_url = folder, database_url
        self.port = free_port()
        outside = {name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS"}}
        own = {"VAR_ROOT": str(folder), "DATABASE_URL": database_url, "PORT": str(self.port), "DEMO": "0", "PYTHONPATH": f"{ROOT}:{ROOT / 'tests' / 'setup'}"}
        self.env = {**outside, "DJANGO_SETTINGS_MODULE": "logistics.settings.local", **own, **extra}
        self.started: list[subprocess.Popen] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *arguments: str, **extra: str) -> subprocess.CompletedProcess:
        """Run manage.py to its end."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env={**self.env, **extra}, capture_output=True, text=True, timeout=PATIENCE, check=False)

    def start(self, *command: str, log: str = "output") -> subprocess.Popen:
        """Start a program in a session of its own; what it says goes to a file."""
        with (self.folder / log).open("ab") as said:
            process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=said, stderr=said, stdin=subprocess.DEVNULL, start_new_session=True)
        self.started.append(process)
        return process

    def serve(self) -> subprocess.Popen:
        """`manage.py serve`, waited for until the first page answers and the address is printed."""
        process = self.start(sys.executable, "manage.py", "serve")
        until(lambda: "已启动" in self.said() or process.poll() is not None, "the site opens", self.said)
        assert process.poll() is None, self.said()
        return process

    def worker(self, *arguments: str) -> subprocess.Popen:
        """A Celery worker that also knows the tasks of probe_tasks.py."""
        fixed = ["-m", "celery", "-A", "logistics", "worker", "-I", "probe_tasks", "--concurrency=2", "--loglevel=WARNING"]
        return self.start(sys.executable, *fixed, "--without-gossip", "--without-mingle", "--without-heartbeat", *arguments)

    def said(self, log: str = "output") -> str:
        path = self.folder / log
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def ask(self, sql: str) -> list[tuple]:
        """Rows of a query on the site's database, from outside."""
        with contextlib.closing(connect(self.database_url)) as link, contextlib.closing(link.cursor()) as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def end_all(self) -> None:
        for process in self.started:
            for pid in family(process.pid) if process.poll() is None else ():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait()


def connect(url: str):
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite3.connect(parts.path[1:])
    link = psycopg2.connect(host=urllib.parse.unquote(parts.hostname), user=parts.username, dbname=parts.path[1:])
    link.autocommit = True
    return link


@contextlib.contextmanager
def postgresql_database(name: str, template: str = "template1") -> Iterator[str]:
    """A database of this name on the real server, gone afterwards."""
    server = service("PG_URL_TEST")
    with contextlib.closing(connect(server)) as link, contextlib.closing(link.cursor()) as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield server.rpartition("/")[0] + "/" + name
    finally:
        with contextlib.closing(connect(server)) as link, contextlib.closing(link.cursor()) as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def on_postgresql() -> bool:
    return os.environ.get("DATABASE_URL", "").startswith("postgres")
