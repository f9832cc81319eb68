"""Requests a second through gunicorn as `manage.py serve` starts it: 2 workers, 4 threads each, on loopback."""

import os
import re
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

from cases import cases
from meter import EMPTY, FIRST, Case
from school import session_of, token_of

from logistics.platform.org.models import User
from logistics.platform.queue.processes import commands
from repairs.ticket.models import Ticket

CLIENTS = 6
START_SECONDS = 30
WARM_UP_SECONDS = 0.5
BAD = -1
ASKED = (EMPTY, FIRST, "detail", "API list, 50", "API create")


def serve(*, seconds: float) -> dict:
    """Requests a second of each case with the server's CPU for one, seconds from start to the first answer, and the workers' memory afterwards."""
    director = User.objects.get(username="director")
    signs = {"cookie": f"Cookie: sessionid={session_of(director)}\r\n", "token": f"Authorization: Token {token_of(director)}\r\n"}
    chosen = [case for case in cases(Ticket.objects.count()) if case.name in ASKED]
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        begin = time.perf_counter()
        server = subprocess.Popen(commands(listening.fileno(), Path())["web"], pass_fds=[listening.fileno()])
        try:
            address, found = listening.getsockname(), {}
            cold = wait_for(address, begin, server)
            for case in chosen:
                load(address, case, signs[case.who], WARM_UP_SECONDS)  # both workers read their templates
                before, start = cpu_of(server.pid), time.perf_counter()
                count = load(address, case, signs[case.who], seconds)
                found[case.name] = {"rate": count / (time.perf_counter() - start), "cpu": (cpu_of(server.pid) - before) * 1000 / count}
            return {"cases": found, "cold": cold, "workers": worker_memory(server.pid)}
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)


def workers_of(parent: int) -> list[str]:
    return Path(f"/proc/{parent}/task/{parent}/children").read_text().split()


def cpu_of(parent: int) -> float:
    """Seconds of CPU that the workers have used."""
    times = [Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split() for worker in workers_of(parent)]
    return sum(int(time[11]) + int(time[12]) for time in times) / os.sysconf("SC_CLK_TCK")


def wait_for(address: tuple, begin: float, server: subprocess.Popen) -> float:
    """Seconds until the server answers for the first time."""
    request = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    while server.poll() is None and time.perf_counter() - begin < START_SECONDS:
        try:
            with socket.create_connection(address, timeout=START_SECONDS) as connection:
                connection.sendall(request)
                if connection.recv(12) == b"HTTP/1.1 200":
                    return time.perf_counter() - begin
        except OSError:
            time.sleep(0.02)
    raise SystemExit("the web server did not start")


def load(address: tuple, case: Case, sign: str, seconds: float) -> int:
    """Good answers to several clients that ask again as soon as they are answered."""
    end = time.perf_counter() + seconds
    counts = [0] * CLIENTS
    clients = [threading.Thread(target=ask, args=(address, case, sign, end, counts, n)) for n in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if BAD in counts or not any(counts):
        raise SystemExit(f"{case.name}: the server gave a bad answer")
    return sum(counts)


def ask(address: tuple, case: Case, sign: str, end: float, counts: list[int], mine: int) -> None:
    """One client on one kept connection; sockets by hand, because a client library would use more of the machine than the server."""
    with socket.create_connection(address, timeout=30) as connection:
        while time.perf_counter() < end:
            body = case.body(mine) if case.body else b""
            verb = "POST" if case.body else "GET"
            head = f"{verb} {case.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{sign}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            connection.sendall(head.encode() + body)
            if not read(connection):
                counts[mine] = BAD
                return
            counts[mine] += 1


def read(connection: socket.socket) -> bool:
    """Take one answer off the connection; whether it was a good one."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return False
        data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    wanted = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
    while len(rest) < wanted:
        rest += connection.recv(65536)
    return head.startswith(b"HTTP/1.1 2")


def worker_memory(parent: int) -> dict[str, float]:
    """Megabytes of the largest worker, without the database file that SQLite maps.

    "share" (PSS) counts a page that the master and both workers hold a third to each, so that the three add up to what the machine
    must have; it is what a worker costs, because the master reads the code before it forks. "whole" (RSS) counts such a page three times.
    """
    kept = [Path(f"/proc/{worker}/smaps").read_text() for worker in workers_of(parent)]
    return {name: max(memory_of(maps, kind) for maps in kept) for name, kind in (("share", "Pss"), ("whole", "Rss"))}


def memory_of(maps: str, kind: str) -> float:
    parts = re.split(r"(?m)^(?=[0-9a-f]+-[0-9a-f]+ )", maps)
    return sum(int(found[1]) for part in parts if ".sqlite3" not in part and (found := re.search(rf"(?m)^{kind}:\s+(\d+)", part))) / 1024
