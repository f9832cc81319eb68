"""Every page and every call of the API × every role, really asked; docs/permissions.csv must say the same.

A role is asked only where its permissions differ, in what the page looks at, from those of a role asked before, and where
its holder has to do with the row: the page's answer can then be no other. Roles have the permissions a school starts with, rows are somebody else's.
看情况: the door is open, the row's state decides. 看不到: as if there were no such row. SNAPSHOTS=write writes the file anew.
"""

import os
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

from logistics.platform.access import rules
from logistics.platform.access.permissions import ROLES
from logistics.platform.audit.models import Event
from logistics.platform.org.login import StaffOrPhoneBackend
from logistics.platform.org.models import User
from tests.architecture.addresses import Everything, Question

PAGE = settings.ROOT / "docs" / "permissions.csv"
ORDER = sorted(ROLES, key=lambda key: key in ("director", "admin", "principal"))  # those who made the rows come last

YES, DEPENDS, FORBIDDEN, HIDDEN = "可以", "看情况", "不可以", "看不到"


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


def _read_once(patch, asking: Asking, grants: dict[int, dict]) -> None:
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

    patch.setattr(rules, "_held", watched)
    patch.setattr(StaffOrPhoneBackend, "get_user", known_user)


@pytest.fixture(scope="module")
def asking(everything: Everything) -> Iterator[Asking]:
    """Pages are decided in full but not drawn."""
    cast, found = everything.cast, Asking({"anonymous": Client()}, {})
    roles = {getattr(cast, key).pk: key for key in ORDER}
    for kind, row in everything.made.items():
        found.near[kind] = {roles[pk] for pk in people_near(row) | ({row.pk} if isinstance(row, User) else set()) if pk in roles}
    for key in ORDER:
        person = getattr(cast, key)
        found.browsers[key] = Client()
        found.browsers[key].force_login(person)
        found.grants[key] = dict(rules._held(person))
    with pytest.MonkeyPatch.context() as patch:
        _read_once(patch, found, {getattr(cast, key).pk: found.grants[key] for key in ORDER})
        patch.setattr(SimpleTemplateResponse, "rendered_content", "")
        patch.setattr(Template, "render", lambda self, context=None, request=None: "")  # refusals, too: their menu would look at every permission
        patch.setattr(weasyprint.HTML, "write_pdf", lambda *given, **more: b"%PDF-1.7")
        yield found


HOW = "docs/permissions.csv says otherwise. See who may do what at the addresses below; when that is right, run with SNAPSHOTS=write and -n0:\n"
HEAD = "方法,地址,不登录,可以,看情况,不可以（403）,看不到（404）"
PARTS = 16  # of a few seconds each
WRITTEN: list[str] = []  # with SNAPSHOTS=write, the parts one after the other


def kept() -> list[str]:
    """The page's lines, without its head."""
    return PAGE.read_text(encoding="utf-8").splitlines()[1:]


@pytest.mark.once
@pytest.mark.parametrize("part", range(PARTS))
def test_every_address_answers_every_role_as_the_page_says(part, asking, everything, db):
    asked = everything.questions()
    lines = [line_of(asking, question) for question in asked[part * len(asked) // PARTS : (part + 1) * len(asked) // PARTS]]
    if os.environ.get("SNAPSHOTS") == "write":
        WRITTEN.extend(lines)
        if part == PARTS - 1:
            assert len(WRITTEN) == len(asked), "every part, in one process: add -n0"
            PAGE.write_text("\n".join([HEAD, *WRITTEN]) + "\n", encoding="utf-8")
        return
    known = kept()
    wrong = sorted(set(lines) - set(known))
    instead = [line for line in known if line.startswith(tuple(",".join(one.split(",")[:2]) + "," for one in wrong))]
    assert not wrong, HOW + "\n".join([*wrong, "--- instead of ---", *instead])


@pytest.mark.once
def test_the_page_says_nothing_of_other_addresses(everything, db):
    asked = everything.questions()
    starts = {f"{method},{question.shown}," for question in asked for method in ([question.method] if question.method else ["GET", "POST"])}
    gone = [line for line in kept() if not line.startswith(tuple(starts))]
    assert not gone, HOW + "\n".join(gone)
    assert len(kept()) == len(asked), HOW
