"""Every address of the site with its blanks filled, and a school that has a row of everything."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Model
from django.urls import URLPattern, get_resolver, reverse

import logistics.api_urls  # noqa: F401  fills the API's router
from logistics.platform.web.registry import all_records
from tests.conftest import Cast, make_cast, make_kinds, make_rooms
from tests.records.makers import MAKERS, School

NOBODY = 0  # the number of a row that belongs to others or does not exist

# What addresses are filled with that are neither a record's nor one person's own (inbox, devices, imports: nobody's row, so 404 for all).
EXAMPLES: dict[str, dict] = {
    "print-record": {"kind": "repairs.ticket", "pk": "repairs.ticket"},
    "verify": {"code": "AAAA-AAAA"},
    "attachments:file": {"token": "0" * 32},
    "attachments:thumb": {"token": "0" * 32},
    "notices:feed": {"token": "x" * 32},
    "imports:new": {"target": "people"},
    "imports:template": {"target": "people"},
    "rulebook:version": {"pk": "platform.regulation", "number": 1},
    "board:public-post": {"pk": "platform.boardpost"},
    "board:public-file": {"token": "0" * 32},
    "board:public-thumb": {"token": "0" * 32},
    "repairs:plan-item": {"pk": "repairs.planlist"},
    "repairs:public-follow": {"code": "nobody"},
    "repairs:public-new": {"code": "R305"},
    "canteen:public-survey": {"token": "nobody"},
    "cockpit:scan": {"code": "R305"},
    "cockpit:claim": {"code": "R305"},
}
# No matter of roles: signing in and out, the signs of life, and what everybody who is signed in may read about the API.
LEFT_OUT = {"cockpit:login", "cockpit:login-code", "cockpit:logout", "api-token", "api-schema", "api-docs", "healthz", "readyz"}


@dataclass(frozen=True)
class Question:
    """One address and one way to ask it."""

    method: str
    shown: str
    url: str
    kind: str = ""  # whose row it is about


def routes(patterns=None, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    """(name, address, pattern) of every route."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(one, "url_patterns"):
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from routes(one.url_patterns, f"{prefix}{one.pattern}", inner)
        else:
            yield f"{namespace}{one.name}", f"{prefix}{one.pattern}", one


def plain(route: str) -> str:
    return "/" + route.replace(r"(?P<pk>\d{1,18})", "<pk>").replace("^", "").replace("$", "").replace("<int:pk>", "<pk>")


def record_of(name: str, records: dict):
    """The record whose namespace the route's name begins with."""
    own = max((space for space in records if name.startswith(f"{space}-")), key=len, default="")
    return records.get(own)


BLANK = re.compile(r"<(?:(\w+):)?(\w+)>")


def filled(name: str, route: str, record, rows: dict[str, int]) -> dict:
    """What goes into the blanks of the address: the example, else the record's row, else what belongs to nobody."""
    example, kwargs = EXAMPLES.get(name, {}), {}
    for kind, key in BLANK.findall(route):
        usual = rows.get(record.kind, NOBODY) if record and key == "pk" else NOBODY if kind == "int" else "x"
        value = example.get(key, usual)
        kwargs[key] = rows.get(value, value) if key == "pk" else value
    return kwargs


def address(name: str, route: str, kwargs: dict | None = None) -> str:
    """Where the route leads; the API's names stand in a list of their own."""
    if route.startswith("api/"):
        return "/api" + reverse(name, urlconf="logistics.api_urls", kwargs=kwargs)
    return reverse(name, kwargs=kwargs)


def questions(rows: dict[str, int]) -> Iterator[Question]:
    """Every way to ask every route, in order of address."""
    records = {record.namespace: record for record in all_records()}
    for name, route, pattern in sorted(routes(), key=lambda found: found[1]):
        if name in LEFT_OUT:
            continue
        viewset = getattr(pattern.callback, "cls", None)
        if hasattr(pattern.callback, "actions"):
            kwargs = {"pk": rows.get(viewset.record.kind, NOBODY)} if "<pk>" in route else {}
            for method in sorted(set(pattern.callback.actions) - {"head"}):
                yield Question(method.upper(), plain(route), address(name, route, kwargs), viewset.record.kind if kwargs else "")
            continue
        if "<" not in route:
            yield Question("", plain(route), address(name, route))
            continue
        record = record_of(name, records)
        if record and name.removeprefix(f"{record.namespace}-") in ("action", "bulk"):
            yield from of_record(record, name, route, rows)
            continue
        kind = record.kind if record else EXAMPLES.get(name, {}).get("pk", "")
        yield Question("", plain(route), address(name, route, filled(name, route, record, rows)), kind)


def of_record(record, name: str, route: str, rows: dict[str, int]) -> Iterator[Question]:
    """A record's acts on one row or on many, one by one."""
    page, pk = name.removeprefix(f"{record.namespace}-"), rows.get(record.kind, NOBODY)
    for action in record.actions:
        if page == "action" or action.bulk:
            args = {"pk": pk, "action": action.name} if page == "action" else {"action": action.name}
            yield Question("", plain(route).replace("<slug:action>", action.name), reverse(name, kwargs=args), record.kind if page == "action" else "")


@dataclass(frozen=True)
class Everything:
    """The cast, and one row of each kind of record."""

    cast: Cast
    made: dict[str, Model]

    def questions(self) -> list[Question]:
        return list(questions({kind: row.pk for kind, row in self.made.items()}))


def row_of_everything() -> Everything:
    """A kind without a maker is missed by tests/records."""
    cast = make_cast()
    school = School(cast, make_rooms(cast), make_kinds(cast))
    return Everything(cast, {record.kind: MAKERS[record.kind](school, 1) for record in all_records() if record.kind in MAKERS})
