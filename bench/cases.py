"""The pages and API calls that are measured, with the targets they are held to."""

import json
from urllib.parse import quote

import targets
import things
from baselines import RAW
from django.db import connection
from meter import BARE, BY_HAND, EMPTY, FIRST, LOOP, Caller, Case, by_hand, measure, statements_of
from school import rich_ticket, session_of, token_of

from logistics.platform.org.models import User
from logistics.platform.places.models import Level, Place, PlaceKind
from repairs.kind.models import FaultKind
from repairs.ticket.models import Ticket

DEEP_PAGE = 1000


def cases(tickets: int) -> list[Case]:
    """Every request that is measured; the baselines first."""
    room = Place.objects.filter(level=Level.ROOM, kind=PlaceKind.CLASSROOM).order_by("pk").first()
    kind = FaultKind.objects.order_by("pk").first()
    deep = min(DEEP_PAGE, tickets // 50)

    def report(count: int) -> bytes:
        fields = {"place": room.code, "kind": kind.pk, "urgency": "normal", "anyway": True, "description": f"第 {count} 次试：洗手池水龙头关不紧，一直滴水。"}
        return json.dumps(fields).encode()

    tall = "/api/v1/repairs/tickets/"
    return [
        Case(EMPTY, "/baseline/empty/"),
        Case(BARE, "/baseline/list/"),
        Case(FIRST, "/repairs/ticket/", limits=targets.PAGE),
        Case("list, filtered", f"/repairs/ticket/?state=closed&kind={kind.pk}&building={room.building_id}", limits=targets.PAGE),
        Case("list, search 2 characters", f"/repairs/ticket/?q={quote('漏水')}", limits=targets.SEARCH),
        Case("list, search 6 characters", f"/repairs/ticket/?q={quote('龙头关不紧，')}", limits=targets.SEARCH),
        Case(f"list, page {deep:,}", f"/repairs/ticket/?page={deep}", limits=targets.DEEP),
        Case("detail", f"/repairs/ticket/{rich_ticket()}/", limits=targets.DETAIL),
        Case("board", "/repairs/board/", limits=targets.HOUSE, heavy=True),
        Case("first page of the director", "/", limits=targets.HOME),
        Case("public form", f"/public/repair/{room.code}/", who="nobody", limits=targets.HOUSE),
        Case("API list, 50", tall, who="token", limits=targets.API_50),
        Case("API list, 1,000", f"{tall}?page_size=1000", who="token", limits=targets.API_1000, heavy=True),
        Case("API create", tall, who="token", body=report),
        *things.cases(),
    ]


def raw_list() -> None:
    with connection.cursor() as cursor:
        for statement in RAW:
            cursor.execute(statement)
            cursor.fetchall()


def loop() -> int:
    total = 0
    for n in range(100_000):
        total += n * n
    return total


def measure_cases(*, rounds: int) -> dict[str, dict]:
    """The cost of every case in this process, for the director, with its targets; the list in raw SQL and the loop have no bytes."""
    director = User.objects.get(username="director")
    call = Caller(session_of(director), token_of(director))
    chosen = cases(Ticket.objects.count())
    acts = {case.name: (lambda case=case: call(case)) for case in chosen} | {BY_HAND: raw_list, LOOP: loop}
    for act in acts.values():
        act()  # templates, caches and plans are there from now on
    sent = {name: statements_of(act) for name, act in acts.items()}
    sizes = {case.name: len(call(case)) / 1000 for case in chosen}
    times = measure(acts, {case.name: max(3, rounds // 4) if case.heavy else rounds for case in chosen} | {BY_HAND: rounds, LOOP: rounds})
    limits = {case.name: case.limits for case in chosen}
    return {
        name: {
            "cpu": times[name][0],
            "wall": times[name][1],
            "sql": len(sent[name]),
            "db": by_hand(sent[name]),
            "kb": sizes.get(name, 0),
            "limits": limits.get(name, {}),
        }
        for name in acts
    }
