"""Throw-away PostgreSQL and Redis for tests, on unix sockets in a temporary folder; gone when the tests are.

python tests/services.py COMMAND...     runs the command with their addresses in PG_URL_TEST and REDIS_URL_TEST
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

SOCKET_PATH_LIMIT = 80  # a unix socket's path holds 107 bytes, its name included
START_SECONDS = 30
LOCK_SECONDS = 90  # nothing waits longer for a lock, or keeps one and sleeps


def postgresql_programs() -> Path:
    """Folder of the newest PostgreSQL server on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    on_path = shutil.which("postgres")
    if not found and not on_path:
        sys.exit("PostgreSQL is missing: install the package postgresql, or start the tests by ./run test")
    return (found[-1] if found else Path(on_path)).parent


def redis_program() -> str:
    return shutil.which("redis-server") or sys.exit("Redis is missing: install the package redis-server, or start the tests by ./run test")


def start(command: list, *, end_by: signal.Signals, account: str = "") -> subprocess.Popen:
    """A server that the kernel ends with us, under another account when that is named."""
    who = [f"--reuid={account}", f"--regid={account}", "--clear-groups"] if account else []
    tied = ["setpriv", *who, "--pdeathsig", end_by.name[3:], "--", *map(str, command)]
    return subprocess.Popen(tied, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_until(ready: Callable[[], bool], server: subprocess.Popen, name: str) -> None:
    end = time.monotonic() + START_SECONDS
    while not ready():
        if server.poll() is not None or time.monotonic() > end:
            sys.exit(f"{name} did not start (exit code {server.poll()})")
        time.sleep(0.05)


def stop(server: subprocess.Popen, number: signal.Signals) -> None:
    server.send_signal(number)
    try:
        server.wait(15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Its database address; the server refuses to run as root, so then it runs as the package's own account."""
    programs = postgresql_programs()
    account = "postgres" if os.geteuid() == 0 else ""
    home = folder / "pg"
    home.mkdir()
    if account:
        shutil.chown(home, account, account)
    prefix = ["setpriv", f"--reuid={account}", f"--regid={account}", "--clear-groups"] if account else []
    create = [programs / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run([*prefix, *create], check=True, stdout=subprocess.DEVNULL, cwd=home)
    quick = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "jit=off", "max_connections=200", "listen_addresses=")
    quick = (*quick, f"lock_timeout={LOCK_SECONDS}s", f"idle_in_transaction_session_timeout={LOCK_SECONDS}s")
    command = [programs / "postgres", "-D", home / "data", "-k", home, *(part for option in quick for part in ("-c", option))]
    server = start(command, end_by=signal.SIGINT, account=account)
    try:
        wait_until(lambda: subprocess.run([programs / "pg_isready", "-q", "-h", home]).returncode == 0, server, "PostgreSQL")
        yield f"postgres://postgres@{quote(str(home), safe='')}/postgres"
    finally:
        stop(server, signal.SIGINT)


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    home = folder / "redis"
    home.mkdir()
    address = home / "socket"
    command = [redis_program(), "--port", "0", "--unixsocket", address, "--save", "", "--dir", home, "--databases", "64"]
    server = start(command, end_by=signal.SIGTERM)
    try:
        wait_until(address.exists, server, "Redis")
        yield f"unix://{address}"
    finally:
        stop(server, signal.SIGTERM)


@contextlib.contextmanager
def running() -> Iterator[dict[str, str]]:
    """Both servers; yields the environment that tests read their addresses from. Temporary files go with them."""
    place = tempfile.gettempdir() if len(tempfile.gettempdir()) < SOCKET_PATH_LIMIT else "/tmp"  # noqa: S108  # sockets need a short path
    with tempfile.TemporaryDirectory(prefix="services-", dir=place, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        scratch = folder / "tmp"
        scratch.mkdir(mode=0o700)
        with postgresql(folder) as database_url, redis(folder) as redis_url:
            yield {"PG_URL_TEST": database_url, "REDIS_URL_TEST": redis_url, "TMPDIR": str(scratch)}


def leave(number, frame):
    sys.exit(128 + number)


def main() -> int:
    signal.signal(signal.SIGTERM, leave)
    with running() as addresses:
        return subprocess.run(sys.argv[1:], env={**os.environ, **addresses}).returncode


if __name__ == "__main__":
    sys.exit(main())
