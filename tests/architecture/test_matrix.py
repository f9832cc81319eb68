"""Every page and every call of the API × every role, really asked; docs/permissions.csv must say the same.

A role is asked only where its permissions differ, in what the page looks at, from those of a role asked before, and where
its holder has to do with the row: the page's answer can then be no other. Roles have the permissions a school starts with, rows are somebody else's.
看情况: the door is open, the row's state decides. 看不到: as if there were no such row. SNAPSHOTS=write writes the file anew.
"""

import os
import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field

import pytest
import weasyprint
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.template.backends.django import Template
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

import logistics.api_urls  # noqa: F401  fills the API's router
from logistics.platform.access import rules
from logistics.platform.access.permissions import ROLES
from logistics.platform.audit.models import Event
from logistics.platform.org.login import StaffOrPhoneBackend
from logistics.platform.org.models import User
from logistics.platform.web.registry import all_records
from tests.conftest import make_cast, make_kinds, make_rooms
from tests.records.makers import MAKERS, School

PAGE = settings.ROOT / "docs" / "permissions.csv"
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
ORDER = sorted(ROLES, key=lambda key: key in ("director", "admin", "principal"))  # those who made the rows come last

YES, DEPENDS, FORBIDDEN, HIDDEN = "可以", "看情况", "不可以", "看不到"


@dataclass(frozen=True)
class Question:
    """One address and one way to ask it."""

    method: str
    shown: str
    url: str
    kind: str = ""  # whose row it is about


class Watched(dict):
    """A person's grants that remember what was looked at."""

    seen: dict

    def get(self, code, default=None):
        held = super().get(code, default)
        self.seen[code] = held and (held.scope, bool(held.lender))
        return held

    def items(self):
        self.seen["*"] = str(sorted((code, held.scope) for code, held in super().items()))
        return super().items()


@dataclass
class Asking:
    """Who asks: a browser per role, and each role's grants."""

    browsers: dict[str, Client]
    grants: dict[str, dict]
    near: dict[str, set[str]] = field(default_factory=dict)  # the roles whose holder has to do with the row of a kind
    seen: dict = field(default_factory=dict)


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


def status_of(client: Client, question: Question) -> tuple[str, int, str]:
    """(method, status, where it leads), and everything is as before."""
    with transaction.atomic():
        sent = {"content_type": "application/json"} if question.url.startswith("/api/v1/") else {}
        method = question.method or "GET"
        answer = client.generic(method, question.url, **sent)
        if answer.status_code == 429:  # asked too often: forget that and ask again
            cache.clear()
            answer = client.generic(method, question.url, **sent)
        if answer.status_code == 405 and not question.method:
            method, answer = "POST", client.post(question.url)
        transaction.set_rollback(True)
    return method, answer.status_code, answer.headers.get("Location", "")


def word_of(status: int) -> str:
    assert status < 500
    if status in (403, 404):
        return FORBIDDEN if status == 403 else HIDDEN
    return DEPENDS if status in (400, 409) else YES


def line_of(asking: Asking, question: Question) -> str:
    """The line of the table for one question."""
    answers: list[tuple[dict, str]] = []  # (what was looked at, the answer)
    words: dict[str, str] = {}
    method, status, to = status_of(asking.browsers["anonymous"], question)
    open_to_all = "要登录" if status == 401 or to.startswith("/login/") else "公开" if word_of(status) == YES else word_of(status)
    for key in ORDER:
        own, has_a_part = asking.grants[key], key in asking.near.get(question.kind, ())
        known = next((word for seen, word in answers if all(looked(own, code) == value for code, value in seen.items())), None)
        if known is None or has_a_part:
            asking.seen.clear()
            method, status, _ = status_of(asking.browsers[key], question)
            known = word_of(status)
            if not has_a_part:
                answers.append((dict(asking.seen), known))
        words[key] = known
    cells = [names([key for key in ROLES if words[key] == word]) for word in (YES, DEPENDS, FORBIDDEN, HIDDEN)]
    return ",".join([method, question.shown, open_to_all, *cells])


def looked(own: dict, code: str):
    held = own.get(code)
    if code == "*":
        return str(sorted((name, one.scope) for name, one in own.items()))
    return held and (held.scope, bool(held.lender))


def names(keys: list[str]) -> str:
    others = [name for key, name in ROLES.items() if key not in keys]
    if len(keys) <= len(ROLES) // 2:
        return "、".join(ROLES[key] for key in keys)
    return f"除{'、'.join(others)}以外" if others else "全部角色"


def people_near(row, back: int = 2) -> set[int]:
    """Who is named on the row, on what it belongs to, and on what belongs to it."""
    found: set[int] = set()
    for one in row._meta.get_fields():
        if one.related_model is User and one.concrete:
            found |= set(getattr(row, one.name).values_list("pk", flat=True)) if one.many_to_many else {getattr(row, one.attname)}
        elif one.concrete and one.many_to_one and (above := getattr(row, one.name, None)):
            found |= {getattr(above, name.attname) for name in above._meta.concrete_fields if name.related_model is User}
        elif one.one_to_many and back and hasattr(one, "field") and one.related_model is not Event:
            for below in one.related_model._base_manager.filter(**{one.field.name: row})[:20]:
                found |= people_near(below, back - 1)
    return found - {None}


def _read_once(monkeypatch, asking: Asking, grants: dict[int, dict]) -> None:
    """People and their grants are read once and not at each of thousands of requests; nothing asked here stays written."""
    held, get_user, people = rules._held, StaffOrPhoneBackend.get_user, {}

    def watched(user):
        pk = getattr(user, "pk", None)
        if pk in grants and not hasattr(user, "acting_for"):
            user.acting_for = {}
        known = Watched(grants[pk] if pk in grants else held(user))
        known.seen = asking.seen
        return known

    def known_user(self, pk):
        if pk not in people:
            people[pk] = get_user(self, pk)
        return copy(people[pk])

    monkeypatch.setattr(rules, "_held", watched)
    monkeypatch.setattr(StaffOrPhoneBackend, "get_user", known_user)


@pytest.fixture
def asking(db, monkeypatch) -> tuple[Asking, dict[str, int]]:
    """A school with a row of everything; pages are decided in full but not drawn."""
    cast = make_cast()
    school = School(cast, make_rooms(cast), make_kinds(cast))
    made = {record.kind: MAKERS[record.kind](school, 1) for record in all_records() if record.kind in MAKERS}  # tests/records misses the others
    rows = {kind: row.pk for kind, row in made.items()}
    found = Asking({"anonymous": Client()}, {})
    roles = {getattr(cast, key).pk: key for key in ORDER}
    for kind, row in made.items():
        found.near[kind] = {roles[pk] for pk in people_near(row) | ({row.pk} if isinstance(row, User) else set()) if pk in roles}
    for key in ORDER:
        person = getattr(cast, key)
        found.browsers[key] = Client()
        found.browsers[key].force_login(person)
        found.grants[key] = dict(rules._held(person))
    _read_once(monkeypatch, found, {getattr(cast, key).pk: found.grants[key] for key in ORDER})
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")
    monkeypatch.setattr(Template, "render", lambda self, context=None, request=None: "")  # refusals, too: their menu would look at every permission
    monkeypatch.setattr(weasyprint.HTML, "write_pdf", lambda *given, **more: b"%PDF-1.7")
    return found, rows


HOW = "docs/permissions.csv says otherwise. See who may do what at the addresses below; when that is right, run with SNAPSHOTS=write:\n"
HEAD = "方法,地址,不登录,可以,看情况,不可以（403）,看不到（404）\n"


@pytest.mark.once
@pytest.mark.timeout(900)  # it asks some thousand questions
def test_every_address_answers_every_role_as_the_page_says(asking):
    who, rows = asking
    text = HEAD + "\n".join(line_of(who, question) for question in questions(rows)) + "\n"
    if os.environ.get("SNAPSHOTS") == "write":
        PAGE.write_text(text, encoding="utf-8")
    kept = PAGE.read_text(encoding="utf-8").splitlines() if PAGE.exists() else []
    wrong = [line for line in text.splitlines() if line not in kept]
    gone = [line for line in kept if line not in text.splitlines()]
    assert not (wrong or gone), HOW + "\n".join([*wrong, "--- instead of ---", *gone])
