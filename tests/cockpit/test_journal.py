"""The journal's pages: finding, exporting, proving (GEN-01)."""

import pytest
from django.db import connection
from django.utils import timezone

from logistics.cockpit.setup.journal_heads import HEAD_SHEET, HeadSheet, heads_at, sheet_of
from logistics.platform.audit import triggers
from logistics.platform.audit.models import ChainHead, Event
from logistics.platform.org.rules import save_department
from logistics.platform.places.rules import save_place
from logistics.platform.printing.models import PrintedPaper
from logistics.platform.printing.queries import Standing, standing_of

from .conftest import words

pytestmark = pytest.mark.requirement("GEN-01")


@pytest.fixture
def history(cast, rooms, now):
    department = save_department(actor=cast.director, at=now, name="医务室")
    save_department(actor=cast.director, at=now, record=department, name="卫生室", phone="8260")
    save_place(actor=cast.keeper, at=now, record=rooms.other, kind="store")
    return department


@pytest.fixture
def inspector(as_person):
    return as_person("inspector")


def test_inspectors_read_the_journal_teachers_do_not(inspector, teacher, history):
    page = words(inspector.get("/setup/journal/"))
    assert "修改部门：名称、电话" in page
    for address in ("/setup/journal/", "/setup/journal/heads/", "/setup/journal/heads/print/", "/setup/journal/export/"):
        assert teacher.get(address).status_code == 403
    assert teacher.post("/setup/journal/heads/verify/").status_code == 403


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("q=卫生室", 1),
        ("q=医务室", 1),
        ("person=产某", 1),
        ("kind=platform.place", 1),
        ("since=2026-11-18&until=2026-11-18", 3),
        ("since=2026-11-19", 0),
        ("until=2026-11-17", 0),
        ("kind=platform.department&record={pk}", 2),
        ("record=abc", 0),
        ("since=bad", 0),
        ("kind=bad", 0),
    ],
)
def test_the_journal_is_found_by_person_kind_day_and_words(inspector, history, query, count):
    page = words(inspector.get("/setup/journal/?" + query.format(pk=history.pk)))
    assert page.count('<a class="name" href="/setup/journal/') == count


def test_an_entry_shows_before_and_after_and_leads_to_its_record(inspector, history):
    event = Event.objects.get(action="update", kind="platform.department")
    page = words(inspector.get(f"/setup/journal/{event.pk}/"))
    for said in ("医务室", "卫生室", "总某", "改前", "改后", event.digest, f'href="/setup/department/{history.pk}/"'):
        assert said in page


def test_the_journal_leaves_as_a_workbook(inspector, history):
    answer = inspector.get("/setup/journal/export/?person=产某")
    assert b"".join(answer.streaming_content).startswith(b"PK")


def test_the_heads_are_shown_and_checked(inspector, history):
    head = ChainHead.objects.get(chain="platform")
    assert head.digest in words(inspector.get("/setup/journal/heads/"))
    page = words(inspector.post("/setup/journal/heads/verify/", follow=True))
    assert "3 条日志逐条核对过了" in page


def forge(**values) -> None:
    """What somebody with the database in hand could do."""
    triggers.run(connection, "remove")
    Event.objects.filter(position=2).update(**values)
    triggers.run(connection, "install")


def test_a_changed_entry_is_named(inspector, history):
    forge(text="什么也没有发生")
    page = words(inspector.post("/setup/journal/heads/verify/", follow=True))
    assert "从第 2 条起对不上" in page


def test_a_printed_sheet_proves_the_past(inspector, director, history, cast):
    answer = inspector.get("/setup/journal/heads/print/")
    assert answer["Content-Type"] == "application/pdf"
    paper = PrintedPaper.objects.get(kind=HEAD_SHEET.kind)
    director.post("/setup/department/new/", {"name": "后来的", "head": "", "phone": "", "order": "0", "is_active": "on"})
    assert standing_of(paper) is Standing.SAME, "later entries leave the past as it was"
    assert paper.code in words(inspector.get(f"/verify/{paper.code}/"))
    last = heads_at(sheet_of(paper).at)[0].position
    triggers.run(connection, "remove")
    Event.objects.filter(chain="platform", position=last).update(digest="0" * 64)
    triggers.run(connection, "install")
    assert standing_of(paper) is Standing.CHANGED


def test_the_sheet_of_an_empty_journal_still_prints(inspector):
    assert inspector.get("/setup/journal/heads/print/").status_code == 200
    assert heads_at(timezone.now().replace(year=2000)) == []
    sheet = HeadSheet(timezone.now().replace(microsecond=123000))
    assert sheet_of(PrintedPaper(number=sheet.number)) == sheet
