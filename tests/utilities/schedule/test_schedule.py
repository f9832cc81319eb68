"""When air conditioning, heating, hot water and lights may run, and what was approved besides (UTL-08)."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.terms.calendar import ZONE
from logistics.utilities.schedule import queries
from logistics.utilities.schedule.hours import covers, days_words, in_season, season_day, season_words
from logistics.utilities.schedule.models import AskState, RunException, RunRule
from logistics.utilities.schedule.queries import judged, outside_words, place_panel, run_todos, standings
from logistics.utilities.schedule.rules import approve_exception, ask_exception, refuse_exception, save_run_rule, usual_rules, withdraw_exception
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("UTL-08")
WORK = {"first": "06-01", "last": "09-30", "weekdays": [0, 1, 2, 3, 4], "starts": time(8), "until": time(17)}
NIGHT = {"first": "11-15", "last": "03-15", "weekdays": [4], "starts": time(21), "until": time(6)}
LIGHT = {"use": "light", "kinds": ["classroom"], "first": "1-1", "last": "12-31", "weekdays": list(range(7)), "starts": time(6, 30), "until": time(22)}


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("rule", "moment", "runs"),
    [
        (WORK, "2026-06-01 08:00", True),
        (WORK, "2026-06-01 17:00", False),
        (WORK, "2026-06-06 10:00", False),  # a Saturday
        (WORK, "2026-05-29 10:00", False),
        (NIGHT, "2026-11-20 23:00", True),  # a Friday
        (NIGHT, "2026-11-21 05:59", True),  # still Friday's night
        (NIGHT, "2026-11-21 21:00", False),
        (NIGHT, "2026-11-20 05:00", False),
        (NIGHT, "2027-03-13 01:00", True),
        (NIGHT, "2027-03-20 01:00", False),  # Friday the 19th is past the season
    ],
)
def test_hours_of_a_rule(rule, moment, runs):
    assert covers(**rule, moment=datetime.fromisoformat(moment)) is runs


def test_season_passes_the_turn_of_the_year():
    assert in_season("11-15", "03-15", date(2027, 1, 1))
    assert not in_season("11-15", "03-15", date(2027, 6, 1))


@pytest.mark.parametrize(("typed", "kept"), [("6-1", "06-01"), ("11月5日", "11-05"), ("2/29", "02-29")])
def test_season_days_as_people_write_them(typed, kept):
    assert season_day(typed) == kept


@pytest.mark.parametrize("typed", ["", "13-1", "2-30", "六月一日", "2026-06-01"])
def test_what_is_no_day_of_a_year(typed):
    with pytest.raises(ValueError, match=typed or "^$"):
        season_day(typed)


def test_words_of_days():
    assert [days_words(days) for days in ([0, 1, 2, 3, 4], list(range(7)), [5, 6])] == ["周一至周五", "每天", "周六、周日"]
    assert [season_words("01-01", "12-31"), season_words("11-15", "03-15")] == ["全年", "11月15日至3月15日"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"use": "cooling", "degrees": Decimal(25)}, "degrees"),
        ({"use": "heating", "degrees": Decimal(21)}, "degrees"),
        ({"degrees": Decimal(26)}, "degrees"),
        ({"first": "2-30"}, "first"),
        ({"weekdays": []}, "weekdays"),
        ({"until": time(6, 30)}, "until"),
    ],
)
def test_rule_that_cannot_be_is_refused(cast, fields, field):
    with pytest.raises(RuleViolation) as refused:
        save_run_rule(actor=cast.director, at=NOW, **LIGHT | fields)
    assert refused.value.field == field
    assert not RunRule.objects.exists()


@pytest.mark.django_db
def test_usual_rules_keep_the_national_temperatures(cast):
    made = [save_run_rule(actor=cast.director, at=NOW, **fields) for fields in usual_rules()]
    assert {(one.use, one.degrees) for one in made if one.degrees} == {("cooling", 26), ("heating", 20)}


@pytest.mark.django_db
def test_rule_for_the_place_stands_before_that_for_its_kind(cast, rooms):
    save_run_rule(actor=cast.director, at=NOW, **LIGHT)
    assert [one.may_run for one in standings(rooms.room, local("2026-11-18 21:00")) if one.use == "light"] == [True]
    save_run_rule(actor=cast.director, at=NOW, **LIGHT | {"place": rooms.building, "until": time(20)})
    assert [one.may_run for one in standings(rooms.room, local("2026-11-18 21:00")) if one.use == "light"] == [False]
    assert outside_words(rooms.room, ["light"], local("2026-11-18 21:00")).startswith("不在开放时间（全年 每天 06:30—20:00")
    assert outside_words(rooms.dorm, ["light"], local("2026-11-18 21:00")) == ""
    assert [one.use for one in place_panel(rooms.room, cast.teacher)["standings"]] == ["light"]
    assert place_panel(rooms.dorm, cast.teacher) is None


def asked(cast, rooms, **fields) -> RunException:
    given = {"use": "light", "place": rooms.room, "from_at": NOW + timedelta(hours=2), "to_at": NOW + timedelta(hours=5), "reason": "排练"} | fields
    return ask_exception(actor=cast.teacher, at=NOW, **given)


@pytest.mark.django_db
def test_approved_exception_lets_it_run(cast, rooms):
    save_run_rule(actor=cast.director, at=NOW, **LIGHT | {"starts": time(5), "until": time(6)})
    row = asked(cast, rooms, place=rooms.building)
    during = row.from_at + timedelta(minutes=1)
    assert outside_words(rooms.room, ["light"], during).startswith("不在")
    assert [todo.url for todo in run_todos(cast.director, NOW)] == [f"/utilities/run-exception/{row.pk}/"]
    approve_exception(actor=cast.director, at=NOW, record=row)
    assert outside_words(rooms.room, ["light"], during).startswith("批准延时使用")
    assert outside_words(rooms.room, ["light"], row.to_at).startswith("不在")
    withdraw_exception(actor=cast.teacher, at=NOW, record=RunException.objects.get(pk=row.pk))
    assert outside_words(rooms.room, ["light"], during).startswith("不在")


@pytest.mark.django_db
def test_nobody_decides_on_the_own_request(cast, rooms):
    own = ask_exception(actor=cast.director, at=NOW, use="light", place=rooms.room, from_at=NOW, to_at=NOW + timedelta(hours=1), reason="会议")
    with pytest.raises(NotAllowed, match="另一位"):
        approve_exception(actor=cast.director, at=NOW, record=own)
    with pytest.raises(IntegrityError), transaction.atomic():
        RunException.objects.filter(pk=own.pk).update(state="approved", decided_by=cast.director, decided_at=NOW)
    assert approve_exception(actor=cast.vice, at=NOW, record=own).state == AskState.APPROVED


@pytest.mark.django_db
def test_refusal_needs_words_and_is_told(cast, rooms):
    row = asked(cast, rooms)
    with pytest.raises(RuleViolation):
        refuse_exception(actor=cast.director, at=NOW, record=row, words=" ")
    refuse_exception(actor=cast.director, at=NOW, record=row, words="请用礼堂")
    assert OutboxMessage.objects.get(key=f"utilities.run:{row.pk}:refused").payload["recipients"] == [cast.teacher.pk]
    with pytest.raises(RuleViolation):
        approve_exception(actor=cast.vice, at=NOW, record=RunException.objects.get(pk=row.pk))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"to_at": NOW + timedelta(hours=1)}, "to_at"),
        ({"from_at": NOW - timedelta(hours=3), "to_at": NOW - timedelta(hours=1)}, "to_at"),
        ({"to_at": NOW + timedelta(days=40)}, "to_at"),
        ({"from_at": NOW + timedelta(days=4000), "to_at": NOW + timedelta(days=4001)}, "from_at"),
    ],
)
def test_period_that_cannot_be_is_refused(cast, rooms, fields, field):
    with pytest.raises(RuleViolation) as refused:
        asked(cast, rooms, **fields)
    assert refused.value.field == field
    assert not RunException.objects.exists()


@pytest.mark.django_db
def test_same_time_is_asked_for_once(cast, rooms):
    asked(cast, rooms)
    with pytest.raises(Conflict):
        asked(cast, rooms, from_at=NOW + timedelta(hours=4), to_at=NOW + timedelta(hours=6))
    asked(cast, rooms, use="heating")
    assert RunException.objects.count() == 2


@pytest.mark.django_db
def test_others_requests_are_not_seen(cast, rooms):
    row = asked(cast, rooms)
    assert [queries.exceptions_visible_to(who).filter(pk=row.pk).exists() for who in (cast.teacher, cast.director, cast.headteacher)] == [True, True, False]


def test_without_a_rule_nothing_is_judged():
    assert judged("light", [], [], NOW).may_run is None
