"""Measuring one request: the worker's CPU, the clock, statements and bytes."""

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection

SERVER = {
    "SCRIPT_NAME": "", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
    "wsgi.errors": io.StringIO(), "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
}  # fmt: skip
# what the others are compared with; the loop tells how fast the machine was meanwhile
EMPTY, BARE, BY_HAND, LOOP, FIRST = "empty view", "bare template, 50 rows", "raw SQL, 50 rows", "a loop of plain Python", "list, page 1"
WARM_UP = 3
REPLAYS = 5


@dataclass(frozen=True)
class Case:
    """One request. `limits` are targets by measure: cpu, wall and db in ms, sql statements, kb, times_first against the first page of the list."""

    name: str
    path: str
    who: str = "cookie"  # cookie, token or nobody
    body: Callable[[int], bytes] | None = None  # makes it a POST of JSON
    limits: dict[str, float] = field(default_factory=dict)
    heavy: bool = False  # repeated less often


class Caller:
    """Sends requests through the WSGI application with every middleware, and no network. Each comes from another address, so no limit per address is met."""

    def __init__(self, session: str, token: str):
        self.application = get_wsgi_application()
        self.signs = {"cookie": {"HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}={session}"}, "token": {"HTTP_AUTHORIZATION": f"Token {token}"}, "nobody": {}}
        self.count = 0

    def __call__(self, case: Case) -> bytes:
        path, _, query = case.path.partition("?")
        return b"".join(self.pieces(path, query, who=case.who, body=case.body(self.count) if case.body else None))

    def pieces(self, path: str, query: str = "", *, who: str = "cookie", body: bytes | None = None) -> Iterator[bytes]:
        """The answer as it comes. Ends the program when the answer is not a good one."""
        self.count += 1
        said = []
        answer = self.application(self.environ(path, query, who, body), lambda status, headers, exc_info=None: said.append(status))
        try:
            if not said[0].startswith("2"):
                raise SystemExit(f"{path}?{query} answered {said[0]}\n{b''.join(answer)[:500].decode(errors='replace')}")
            yield from answer
        finally:
            answer.close()

    def environ(self, path: str, query: str, who: str, body: bytes | None) -> dict:
        address = f"10.{self.count >> 16 & 255}.{self.count >> 8 & 255}.{self.count & 255}"
        asked = {
            "REQUEST_METHOD": "GET" if body is None else "POST",
            "PATH_INFO": path.encode().decode("latin-1"),
            "QUERY_STRING": query,
            "REMOTE_ADDR": address,
        }
        sent = {"CONTENT_TYPE": "application/json" if body else "", "CONTENT_LENGTH": str(len(body or b"")), "wsgi.input": io.BytesIO(body or b"")}
        return {**SERVER, **asked, **sent, **self.signs[who]}


def statements_of(act: Callable) -> list[tuple]:
    """The statements that `act` sends, with their parameters."""
    sent = []

    def note(execute, sql, params, many, context):
        sent.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        act()
    return sent


def by_hand(statements: list[tuple]) -> float:
    """Milliseconds of the clock to send the reading ones again through a bare cursor and fetch what they answer."""
    reading = [(sql, params) for sql, params in statements if sql.startswith("SELECT") and "FOR UPDATE" not in sql]
    times = []
    for _ in range(REPLAYS):
        with connection.cursor() as cursor:
            start = time.perf_counter()
            for sql, params in reading:
                cursor.execute(sql, params)
                cursor.fetchall()
            times.append(time.perf_counter() - start)
    return median(times) * 1000


def timed(act: Callable) -> tuple[float, float]:
    """(CPU, clock) in milliseconds of this process, all its threads."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000


def measure(acts: dict[str, Callable], rounds: dict[str, int]) -> dict[str, tuple[float, float]]:
    """(CPU, clock) of every act: the lower quartile of the CPU, which busy neighbours of the machine disturb least, and the median of the clock.

    The acts take turns, so that a busy moment meets all of them.
    """
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in acts}
    for act in acts.values():
        for _ in range(WARM_UP):
            act()
    for turn in range(max(rounds.values())):
        for name, act in acts.items():
            if turn < rounds[name]:
                found[name].append(timed(act))
    return {name: (sorted(cpu for cpu, _ in times)[len(times) // 4], median(wall for _, wall in times)) for name, times in found.items()}
