"""Long work: the whole list as Excel, a big import, the journal's rate."""

import hashlib
import json
import re
import resource
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone
from meter import Caller, Case
from school import session_of, token_of

from logistics.platform.audit.models import ChainHead
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.exports.columns import Column, Sheet
from logistics.platform.exports.workbook import stream_workbook
from logistics.platform.imports import rules as imports
from logistics.platform.imports.models import RunState
from logistics.platform.imports.targets import target_for
from logistics.platform.org.models import SchoolClass, User
from repairs.ticket.models import Ticket

TRIES = 3
STATUS = Path("/proc/self/status")
EVENT_COLUMNS = "chain, position, at, written_at, actor_id, actor_name, for_id, source, action, kind, record_id, label, text, note, changes, previous, digest"


def memory(name: str) -> float:
    """Megabytes of this process now (VmRSS) or at its highest (VmHWM)."""
    return int(re.search(rf"{name}:\s+(\d+)", STATUS.read_text())[1]) / 1024


def with_memory(act: Callable) -> tuple[dict, float]:
    """(what it answers, MB by which memory rose at most meanwhile)."""
    Path("/proc/self/clear_refs").write_text("5")  # the highest mark starts again
    before = memory("VmRSS")
    found = act()
    return found, memory("VmHWM") - before


def export(rows: int) -> dict[str, float]:
    """Seconds to the first byte and to the last, MB more, and the file's size, for every ticket with every column."""
    director = User.objects.get(username="director")
    call = Caller(session_of(director), token_of(director))
    call(Case("warm up", "/repairs/ticket/"))
    path, names = "/repairs/ticket/export/", all_columns()

    def fetch() -> dict[str, float]:
        start, cpu, first, size = time.perf_counter(), time.process_time(), 0.0, 0
        for piece in call.pieces(path, f"cols={names}"):
            first = first or time.perf_counter() - start
            size += len(piece)
        return {"first": first, "total": time.perf_counter() - start, "cpu": time.process_time() - cpu, "kb": size / 1000}

    found, more = with_memory(fetch)
    return found | {"more": more, "rows": rows, "columns": names.count(",") + 1}


def all_columns() -> str:
    from repairs.ticket.pages import COLUMNS

    return ",".join(column.name for column in COLUMNS)


def pupils(rows: int) -> bytes:
    """An Excel file of new pupils."""
    classes = list(SchoolClass.objects.values_list("name", flat=True))
    columns = [Column(label) for label in ("学号", "姓名", "班级", "性别", "住校")]
    lines = ((f"N{n:06d}", f"学生{n}", classes[n % len(classes)], "男女"[n % 2], "走读" if n % 4 else "住校") for n in range(rows))
    return b"".join(stream_workbook([Sheet("学生", columns, lines)]))


def bring_in(rows: int) -> dict[str, float]:
    """Seconds from the uploaded file to committed, journaled rows: read, match, check with rehearsal, then check again and write."""
    actor, at, content = User.objects.get(username="admin"), timezone.now(), pupils(rows)

    def run() -> dict[str, float]:
        start, cpu = time.perf_counter(), time.process_time()
        found = imports.start_run(actor=actor, at=at, target=target_for("students"), name="学生.xlsx", content=content)
        previewed = time.perf_counter() - start
        if found.state != RunState.PREVIEWED or found.counts["bad"]:
            raise SystemExit(f"the import stopped at {found.state}: {found.counts}")
        found = imports.commit_run(actor=actor, at=at, run=found)
        total = time.perf_counter() - start
        if found.state != RunState.DONE:
            raise SystemExit(f"the import ended as {found.state}")
        return {"preview": previewed, "commit": total - previewed, "total": total, "cpu": time.process_time() - cpu}

    found, more = with_memory(run)
    reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return found | {"more": more, "reader": reader, "rows": rows}


def journal(singles: int, batch: int) -> dict[str, float]:
    """Events a second, one rule each and many in one rule, beside the same statements written by hand."""
    actor, ticket, at = User.objects.get(username="director"), Ticket.objects.latest("pk"), timezone.now()

    @rule
    def note(count: int) -> None:
        for _ in range(count):
            record_event(actor=actor, at=at, action="comment", record=ticket, text="留言", note="先关了阀门，下午课后动手。")

    ChainHead.objects.get_or_create(chain="bench")

    def one_by_one() -> None:
        for _ in range(singles):
            note(1)

    def by_hand_one_by_one() -> None:
        for _ in range(singles):
            append_by_hand(actor, ticket, at, 1)

    return {
        "single": rate(one_by_one, singles),
        "single_by_hand": rate(by_hand_one_by_one, singles),
        "batch": rate(lambda: note(batch), batch),
        "batch_by_hand": rate(lambda: append_by_hand(actor, ticket, at, batch), batch),
    }


def rate(act: Callable, count: int) -> float:
    """Acts a second in the best of a few tries."""
    times = []
    for _ in range(TRIES):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return count / min(times)


def append_by_hand(actor, ticket: Ticket, at, count: int) -> None:
    """The least a chained journal needs: lock the head, hash, insert, move the head. In a chain of its own."""
    lock = " FOR UPDATE" if connection.vendor == "postgresql" else ""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT position, digest FROM platform_chainhead WHERE chain = 'bench'{lock}")
        position, digest = cursor.fetchone()
        lines = []
        for _ in range(count):
            position += 1
            known = [
                "bench",
                position,
                at.isoformat(" "),
                at.isoformat(" "),
                actor.pk,
                actor.name,
                0,
                "后台",
                "comment",
                "repairs.ticket",
                ticket.pk,
                str(ticket),
                "留言",
                "先关了阀门，下午课后动手。",
                "{}",
                digest,
            ]
            digest = hashlib.sha256(json.dumps(known, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
            lines.append([*known, digest])
        for start in range(0, count, 50):  # 800 parameters a statement
            some = lines[start : start + 50]
            places = ", ".join(["(" + ", ".join(["%s"] * 17) + ")"] * len(some))
            cursor.execute(f"INSERT INTO platform_event ({EVENT_COLUMNS}) VALUES {places}", [value for line in some for value in line])
        cursor.execute("UPDATE platform_chainhead SET position = %s, digest = %s WHERE chain = 'bench'", [position, digest])
