"""Regulations: versions, differences, who has read them (ORG-06)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.rulebook.models import ReadReceipt, Regulation, RegulationVersion, RuleState
from logistics.platform.rulebook.queries import counts, difference, in_force, regulations_visible_to, rule_todos, unread_by, versions_of
from logistics.platform.rulebook.rules import draft_version, publish_version, read_version, remind_unread, withdraw_rule
from logistics.platform.search.queries import find
from tests.conftest import NOW
from tests.pdf import Pdf

from .attachments_kit import PDF, upload

TODAY = NOW.date()
TEXT = "一、先报修，再维修。\n二、小修不隔夜。\n三、修完要签字。"


@pytest.fixture
def draft(cast):
    def make(title="报修制度", record=None, **fields) -> Regulation:
        given = {"category": "repair", "text": TEXT, "effective_on": TODAY} | fields
        return draft_version(actor=cast.director, at=NOW, record=record, title=title, **given)

    return make


@pytest.fixture
def issued(draft, cast):
    """A published regulation, as it is stored."""

    def make(**fields) -> Regulation:
        return publish_version(actor=cast.director, at=NOW, record=draft(**fields))

    return make


@pytest.fixture
def as_(client):
    def browser(person):
        client.force_login(person)
        return client

    return browser


@pytest.mark.requirement("ORG-06")
def test_a_draft_is_seen_by_its_keepers_only_until_it_is_published(draft, cast, as_):
    regulation = draft()
    assert not regulations_visible_to(cast.teacher).exists()
    assert as_(cast.teacher).get(f"/rules/{regulation.pk}/").status_code == 404
    assert as_(cast.vice).get(f"/rules/{regulation.pk}/").status_code == 200
    publish_version(actor=cast.vice, at=NOW, record=regulation)
    assert list(regulations_visible_to(cast.teacher)) == [regulation]
    told = OutboxMessage.objects.get(topic="notice")
    assert cast.teacher.pk in told.payload["recipients"]
    assert cast.nobody.pk not in told.payload["recipients"]
    page = as_(cast.teacher).get(f"/rules/{regulation.pk}/").content.decode()
    assert "小修不隔夜" in page and "我已阅读" in page and "谁还没读" not in page


@pytest.mark.requirement("ORG-06")
def test_a_revision_keeps_the_old_version_and_shows_what_changed(issued, draft, cast, as_):
    regulation = issued()
    first = regulation.current
    revised = TEXT.replace("小修不隔夜", "小修当天修好") + "\n四、每月公布一次。"
    regulation = publish_version(actor=cast.director, at=NOW, record=draft(record=regulation, text=revised, change_note="写清期限"))
    second = regulation.current
    assert (first.number, second.number) == (1, 2)
    assert RegulationVersion.objects.get(pk=first.pk).text == TEXT
    changes = [(change.tone, change.text) for change in difference(first, second) if change.tone != "same"]
    assert changes == [("removed", "二、小修不隔夜。"), ("added", "二、小修当天修好。"), ("added", "四、每月公布一次。")]
    page = as_(cast.teacher).get(f"/rules/{regulation.pk}/").content.decode()
    assert "<del>二、小修不隔夜。</del>" in page and "写清期限" in page
    old = as_(cast.teacher).get(f"/rules/{regulation.pk}/v/1/").content.decode()
    assert "不是最新的一版" in old and "小修不隔夜" in old
    assert as_(cast.teacher).get(f"/rules/{regulation.pk}/v/3/").status_code == 404


def test_a_waiting_draft_is_written_over_and_strangers_do_not_see_it(issued, draft, cast, as_):
    regulation = issued()
    draft(record=regulation, text="一、试写。")
    draft(record=regulation, text="一、改写。")
    assert [version.text for version in versions_of(regulation, cast.director)] == ["一、改写。", TEXT]
    assert [version.text for version in versions_of(regulation, cast.teacher)] == [TEXT]
    assert as_(cast.teacher).get(f"/rules/{regulation.pk}/v/2/").status_code == 404
    assert "改写" in as_(cast.director).get(f"/rules/{regulation.pk}/v/2/").content.decode()
    assert counts(cast.director)["drafts"] == 1


def test_a_version_of_the_future_leaves_the_old_one_in_force(issued, draft, cast, as_):
    regulation = issued(effective_on=date(2026, 1, 1))
    publish_version(actor=cast.director, at=NOW, record=draft(record=regulation, effective_on=date(2099, 1, 1)))
    versions = versions_of(regulation, cast.teacher)
    assert in_force(versions, TODAY).number == 1
    assert in_force(versions, date(2099, 1, 1)).number == 2
    assert in_force(versions, date(2025, 1, 1)) is None
    page = as_(cast.teacher).get(f"/rules/{regulation.pk}/").content.decode()
    assert "2099年1月1日起施行" in page and "仍按" in page


@pytest.mark.requirement("ORG-06")
def test_a_receipt_is_given_once_and_a_revision_asks_again(issued, draft, cast):
    regulation = issued()
    assert [todo.verb for todo in rule_todos(cast.guard, NOW)] == ["阅读"]
    receipt = read_version(actor=cast.guard, at=NOW, record=regulation)
    assert rule_todos(cast.guard, NOW) == []
    with pytest.raises(RuleViolation, match="已经读过"):
        read_version(actor=cast.guard, at=NOW, record=regulation)
    assert ReadReceipt.objects.get() == receipt
    assert cast.guard not in unread_by(regulation.current) and cast.teacher in unread_by(regulation.current)
    assert Event.objects.get(action="read").kind == "platform.readreceipt"
    publish_version(actor=cast.director, at=NOW, record=draft(record=regulation, text="一、新的。"))
    assert [todo.title for todo in rule_todos(cast.guard, NOW)] == ["报修制度"]
    assert counts(cast.guard)["unread"] == 1


def test_one_cannot_say_to_have_read_what_was_revised_meanwhile(issued, draft, cast, as_):
    regulation = issued()
    guard = as_(cast.guard)
    seen = guard.get(f"/rules/{regulation.pk}/").context["seen"]
    publish_version(actor=cast.director, at=NOW + timedelta(hours=1), record=draft(record=regulation, text="一、新的。"))
    assert guard.post(f"/rules/{regulation.pk}/read/", {"seen": seen}).status_code == 409
    assert not ReadReceipt.objects.exists()
    guard.post(f"/rules/{regulation.pk}/read/", {"seen": guard.get(f"/rules/{regulation.pk}/").context["seen"]})
    assert ReadReceipt.objects.get().version.number == 2


@pytest.mark.requirement("ORG-06")
def test_who_has_not_read_it_is_counted_named_and_reminded_once_a_day(issued, cast, as_):
    regulation = issued()
    read_version(actor=cast.guard, at=NOW, record=regulation)
    page = as_(cast.director).get(f"/rules/{regulation.pk}/").content.decode()
    assert "谁还没读" in page and "教某" in page and "门某" not in page.partition("各个版本")[0].partition("看名单")[2]
    count = remind_unread(actor=cast.director, at=NOW, record=regulation)
    told = OutboxMessage.objects.get(key__startswith="platform.regulation.unread")
    assert len(told.payload["recipients"]) == count == unread_by(regulation.current).count()
    assert cast.guard.pk not in told.payload["recipients"]
    with pytest.raises(RuleViolation, match="今天已经催过"):
        remind_unread(actor=cast.vice, at=NOW + timedelta(hours=5), record=regulation)
    remind_unread(actor=cast.vice, at=NOW + timedelta(days=1), record=regulation)
    assert OutboxMessage.objects.filter(key__startswith="platform.regulation.unread").count() == 2


def test_a_withdrawn_regulation_stays_readable_and_cannot_be_revised(issued, draft, cast, as_):
    regulation = issued()
    with pytest.raises(RuleViolation, match="原因"):
        withdraw_rule(actor=cast.director, at=NOW, record=regulation, reason=" ")
    withdraw_rule(actor=cast.director, at=NOW, record=regulation, reason="并入值班制度")
    assert "并入值班制度" in as_(cast.teacher).get(f"/rules/{regulation.pk}/").content.decode()
    for act in (
        lambda: draft(record=regulation),
        lambda: read_version(actor=cast.guard, at=NOW, record=regulation),
        lambda: remind_unread(actor=cast.director, at=NOW, record=regulation),
    ):
        with pytest.raises(RuleViolation):
            act()
    assert Regulation.objects.get().state == RuleState.WITHDRAWN
    assert rule_todos(cast.guard, NOW) == []


def test_only_keepers_write_and_publish(issued, draft, cast):
    regulation = issued()
    before = Event.objects.count()
    given = {"title": "x", "category": "repair", "text": TEXT, "effective_on": TODAY}
    for act in (
        lambda: draft_version(actor=cast.teacher, at=NOW, **given),
        lambda: withdraw_rule(actor=cast.teacher, at=NOW, record=regulation, reason="不要"),
        lambda: read_version(actor=cast.nobody, at=NOW, record=regulation),
        lambda: remind_unread(actor=cast.teacher, at=NOW, record=regulation),
    ):
        with pytest.raises(NotAllowed):
            act()
    draft(record=regulation)
    with pytest.raises(NotAllowed):
        publish_version(actor=cast.keeper, at=NOW, record=regulation)
    assert Event.objects.count() == before + 1


def test_nothing_is_published_twice(draft, cast):
    regulation = draft()
    publish_version(actor=cast.director, at=NOW, record=regulation)
    with pytest.raises((RuleViolation, Conflict), match="没有等待发布"):
        publish_version(actor=cast.director, at=NOW, record=regulation)
    assert RegulationVersion.objects.count() == 1


def test_the_database_itself_refuses_what_cannot_be(issued, cast):
    regulation = issued()
    read_version(actor=cast.guard, at=NOW, record=regulation)
    version = regulation.current
    copy = {"regulation": regulation, "text": "x", "effective_on": TODAY, "drafted_by": cast.director, "drafted_at": NOW}
    for act in (
        lambda: Regulation.objects.update(current=None),
        lambda: Regulation.objects.update(state="draft"),
        lambda: Regulation.objects.update(state="withdrawn"),
        lambda: RegulationVersion.objects.update(published_by=None),
        lambda: RegulationVersion.objects.create(number=1, **copy),
        lambda: [RegulationVersion.objects.create(number=n, **copy) for n in (2, 3)],
        lambda: ReadReceipt.objects.create(version=version, person=cast.guard, at=NOW),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_search_looks_into_titles_and_texts(issued, cast, as_):
    regulation = issued()
    issued(title="用电安全制度", text="一、不私接电线。")
    teacher = as_(cast.teacher)
    assert teacher.get("/rules/?q=不隔夜").context["total"] == 1
    assert teacher.get("/rules/?q=制度").context["total"] == 2
    assert [hit.url for found in find(cast.teacher, "不隔夜") for hit in found.hits] == [f"/rules/{regulation.pk}/"]
    assert find(cast.nobody, "不隔夜") == []
    for view in teacher.get("/rules/").context["views"]:
        assert view.count in (None, teacher.get(f"/rules/?{view.query}").context["total"])
    read_version(actor=cast.teacher, at=NOW, record=regulation)
    assert teacher.get("/rules/?read=yes").context["total"] == teacher.get("/rules/?read=no").context["total"] == 1


def test_the_page_writes_a_version_with_its_sealed_original(cast, as_):
    director = as_(cast.director)
    given = {"title": "仓库管理制度", "category": "assets", "text": "一、先登记后入库。", "effective_on": "2026-12-01", "change_note": ""}
    assert director.post("/rules/new/", given | {"text": " "}).status_code == 422
    director.post("/rules/new/", given | {"papers": [upload(PDF, "盖章.pdf")]})
    regulation = Regulation.objects.get()
    publish_version(actor=cast.director, at=NOW, record=regulation)
    assert "盖章.pdf" in as_(cast.teacher).get(f"/rules/{regulation.pk}/").content.decode()
    form = as_(cast.director).get(f"/rules/{regulation.pk}/edit/").context["form"]
    assert form.initial["text"] == "一、先登记后入库。"
    assert director.post("/rules/new/", given).status_code == 422
    assert Regulation.objects.count() == 1


@pytest.mark.requirement("ORG-06", "GEN-04")
def test_it_prints_with_title_version_and_day(issued, draft, cast, as_):
    regulation = issued()
    answer = as_(cast.teacher).get(f"/print/platform.regulation/{regulation.pk}/")
    words = "".join(Pdf(answer.content).text().split())
    assert "报修制度" in words and "第1版" in words and "2026年11月18日起施行" in words and "小修不隔夜" in words
    waiting = draft(title="没有发布")
    assert as_(cast.director).get(f"/print/platform.regulation/{waiting.pk}/").status_code == 400


def test_the_api_gives_the_text_and_takes_the_receipt(issued, cast):
    regulation = issued()
    teacher = APIClient()
    teacher.force_authenticate(cast.teacher)
    assert teacher.get("/api/v1/rulebook/rules/").json()["results"][0]["text"] == TEXT
    assert teacher.post(f"/api/v1/rulebook/rules/{regulation.pk}/read/").status_code == 200
    assert teacher.post(f"/api/v1/rulebook/rules/{regulation.pk}/read/").status_code == 400
    assert teacher.post(f"/api/v1/rulebook/rules/{regulation.pk}/withdraw/", {"reason": "x"}, format="json").status_code == 403
    assert ReadReceipt.objects.count() == 1
