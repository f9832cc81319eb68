"""Accidents: two clocks, steps that stay, four questions, days of peace (SAF-14)."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client

from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.terms.models import Term
from safety.accident import rules
from safety.accident.models import Accident, AccidentStep
from safety.accident.queries import accident_late, accident_todos, accidents_visible_to, clocks_of, peace
from tests.conftest import NOW
from tests.pdf import Pdf

pytestmark = pytest.mark.requirement("SAF-14")
FOUR = {"cause": "湿滑", "measure": "清扫", "blame": "体育组说明", "lesson": "全校讲了"}


def minutes(n: int):
    return NOW + timedelta(minutes=n)


def accident(cast, **given) -> Accident:
    words = {"kind": "injury", "level": "general", "where": "操场", "injured": 1, "dead": 0, "summary": "摔倒骨折"}
    return rules.open_accident(actor=cast.teacher, at=NOW, **words | given)


def told(cast, row, kind="phone", at=NOW, body="education") -> Accident:
    return rules.log_step(actor=cast.safety, at=at, record=row, kind=kind, body=body, contact="教育局 8200", words="已报")


def test_anybody_reports_and_leaders_are_told_with_both_clocks(cast):
    row = accident(cast, happened_at=minutes(-20))
    assert (row.phone_by, row.written_by) == (minutes(40), minutes(100))
    message = OutboxMessage.objects.get(key=f"safety.accident:{row.pk}:opened")
    assert {cast.principal.pk, cast.safety.pk, cast.vice.pk} <= set(message.payload["recipients"])
    assert "摔倒骨折" not in str(message.payload), "a group chat may hear it"
    for wrong, words in (({"happened_at": minutes(1)}, "不能晚于现在"), ({"summary": " "}, "请写经过"), ({"level": "minor", "dead": 1}, "不是轻微")):
        with pytest.raises(RuleViolation, match=words):
            accident(cast, **wrong)
    assert Accident.objects.count() == 1


def test_an_old_accident_is_written_down_late_and_says_so(cast):
    row = accident(cast, happened_at=NOW - timedelta(days=30))
    assert row.late.startswith("补记")


def test_the_first_report_of_each_kind_to_the_education_authority_stops_its_clock(cast):
    row = accident(cast)
    with pytest.raises(RuleViolation, match="接报人"):
        rules.log_step(actor=cast.safety, at=NOW, record=row, kind="phone", body="education", words="已报")
    told(cast, row, at=minutes(30), body="police")
    assert [clock.step for clock in clocks_of(row)] == [None, None]
    told(cast, row, at=minutes(50)), told(cast, row, "written", at=minutes(130))
    phone, written = clocks_of(row)
    assert (phone.minutes, phone.in_time, written.in_time) == (50, True, False)


def test_nobody_forgets_the_clock(cast):
    row = accident(cast)
    assert accident_todos(cast.safety, NOW)[0].title == f"立即上报：{row}"
    for at in (minutes(30), minutes(46), minutes(47), minutes(61), minutes(106), minutes(200)):
        rules.watch_clocks(at=at)
    kept = OutboxMessage.objects.filter(key__startswith=f"safety.accident:{row.pk}:").exclude(key__endswith="opened").count()
    assert kept == 4  # soon and over, once for each clock
    assert accident_late(cast.safety, minutes(61))[0].count == 1
    told(cast, row, at=minutes(62)), told(cast, row, "written", at=minutes(63))
    assert rules.watch_clocks(at=minutes(300)) == 0


def test_a_minor_one_stays_in_the_school_until_it_is_more(cast):
    row = accident(cast, level="minor")
    assert clocks_of(row) == []
    with pytest.raises(RuleViolation, match="请写依据"):
        rules.change_level(actor=cast.safety, at=NOW, record=row, level="general", injured=1, dead=0, reason="")
    row = rules.change_level(actor=cast.safety, at=NOW, record=row, level="general", injured=1, dead=0, reason="医院诊断骨折")
    assert len(clocks_of(row)) == 2
    assert OutboxMessage.objects.filter(key=f"safety.accident:{row.pk}:raised").exists()


def test_it_is_closed_when_everything_is_told_and_four_questions_are_answered(cast):
    row = accident(cast)
    with pytest.raises(RuleViolation, match="电话报告教育部门、书面报告教育部门"):
        rules.close_accident(actor=cast.principal, at=NOW, record=row, **FOUR)
    told(cast, row), told(cast, row, "written")
    for name in FOUR:
        with pytest.raises(RuleViolation) as refusal:
            rules.close_accident(actor=cast.principal, at=NOW, record=row, **FOUR | {name: " "})
        assert refusal.value.field == name
    with pytest.raises(NotAllowed):
        rules.close_accident(actor=cast.safety, at=NOW, record=row, **FOUR)
    rules.close_accident(actor=cast.principal, at=NOW, record=row, **FOUR)
    with pytest.raises(RuleViolation, match="已经结案"):
        told(cast, row)


def test_steps_and_the_moment_cannot_be_changed(cast):
    row = accident(cast)
    told(cast, row)
    for words in ("safety_accidentstep SET words = 'x'", "safety_accident SET phone_by = written_by"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {words}")
    assert AccidentStep.objects.get().words == "已报"


def test_days_of_peace_count_from_the_last_one_that_had_to_be_told(cast):
    Term.objects.create(name="秋", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2027, 1, 22))
    today = NOW.date()
    assert peace(today).days == 78
    accident(cast, level="minor", happened_at=NOW - timedelta(days=2))
    assert peace(today).days == 78
    accident(cast, happened_at=NOW - timedelta(days=5))
    assert (peace(today).days, peace(today).term["轻微"], peace(today).term["一般"]) == (5, 1, 1)


def test_whoever_reported_follows_that_one_only_and_the_paper_has_the_clocks(cast):
    own, other = accident(cast), rules.open_accident(actor=cast.nurse, at=NOW, kind="fire", level="minor", where="库房", injured=0, dead=0, summary="冒烟")
    assert list(accidents_visible_to(cast.teacher)) == [own]
    assert accidents_visible_to(cast.safety).count() == 2
    told(cast, own, at=minutes(20))
    browser = Client()
    browser.force_login(cast.teacher)
    assert browser.get(f"/safety/accident/{other.pk}/").status_code == 404
    text = Pdf(browser.get(f"/print/safety.accident/{own.pk}/").content).text()
    assert "发生后 20" in text
    assert "还没有上报" in text
