"""The pages and API calls that are measured, with the targets they are held to."""

import json
from urllib.parse import quote

from baselines import RAW
from django.db import connection
from meter import Caller, Case, Cost, by_hand, measure, statements_of
from school import rich_ticket, session_of, token_of

from logistics.platform.org.models import User
from logistics.platform.places.models import Level, Place, PlaceKind
from repairs.kind.models import FaultKind
from repairs.ticket.models import Ticket

PAGE = {"cpu": 12, "sql": 6, "kb": 60, "wall": 25}
HOUSE = {"sql": 10, "kb": 100}  # what every page keeps to
SEARCH = {"wall": 30, "db": 10}
DEEP = 1000  # page number
EMPTY, BARE, BY_HAND, FIRST = "empty view", "bare template, 50 rows", "raw SQL, 50 rows", "list, page 1"


def cases(tickets: int) -> list[Case]:
    """Every request that is measured; the baselines first."""
    room = Place.objects.filter(level=Level.ROOM, kind=PlaceKind.CLASSROOM).order_by("pk").first()
    kind = FaultKind.objects.order_by("pk").first()
    deep = min(DEEP, tickets // 50)

    def report(count: int) -> bytes:
        fields = {"place": room.code, "kind": kind.pk, "urgency": "normal", "anyway": True, "description": f"第 {count} 次试：洗手池水龙头关不紧，一直滴水。"}
        return json.dumps(fields).encode()

    tall = "/api/v1/repairs/tickets/"
    return [
        Case(EMPTY, "/baseline/empty/"),
        Case(BARE, "/baseline/list/"),
        Case(FIRST, "/repairs/ticket/", limits=PAGE),
        Case("list, filtered", f"/repairs/ticket/?state=closed&kind={kind.pk}&building={room.building_id}", limits=PAGE),
        Case("list, search 2 characters", f"/repairs/ticket/?q={quote('漏水')}", limits=SEARCH),
        Case("list, search 6 characters", f"/repairs/ticket/?q={quote('龙头关不紧，')}", limits=SEARCH),
        Case(f"list, page {deep:,}", f"/repairs/ticket/?page={deep}", limits={"times_first": 1.3}),
        Case("detail", f"/repairs/ticket/{rich_ticket()}/", limits={"cpu": 12, "sql": 10}),
        Case("board", "/repairs/board/", limits=HOUSE, heavy=True),
        Case("first page of the director", "/", limits=HOUSE),
        Case("public form", f"/public/repair/{room.code}/", who="nobody", limits=HOUSE),
        Case("API list, 50", tall, who="token", limits={"cpu": 5}),
        Case("API list, 1,000", f"{tall}?page_size=1000", who="token", limits={"cpu": 40}, heavy=True),
        Case("API create", tall, who="token", body=report),
    ]


def raw_list() -> None:
    with connection.cursor() as cursor:
        for statement in RAW:
            cursor.execute(statement)
            cursor.fetchall()


def measure_cases(*, rounds: int) -> dict[str, Cost]:
    """The cost of every case in this process, for the director; the list in raw SQL has no bytes."""
    director = User.objects.get(username="director")
    call = Caller(session_of(director), token_of(director))
    chosen = cases(Ticket.objects.count())
    acts = {case.name: (lambda case=case: call(case)) for case in chosen} | {BY_HAND: raw_list}
    for act in acts.values():
        act()  # templates, caches and plans are there from now on
    sent = {name: statements_of(act) for name, act in acts.items()}
    answers = {case.name: len(call(case)) / 1000 for case in chosen}
    times = measure(acts, {case.name: max(3, rounds // 4) if case.heavy else rounds for case in chosen} | {BY_HAND: rounds})
    return {name: Cost(*times[name], len(sent[name]), answers.get(name, 0), by_hand(sent[name])) for name in acts}
