"""Numbers the school sets: kept above the law, from a day on, with their history."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.limits import registry
from logistics.platform.limits.models import LimitValue
from logistics.platform.limits.queries import limit, limit_shown, limits_on, standing_of_all
from logistics.platform.limits.registry import GUIDANCE, LAW, Limit, all_limits, limit_for, register
from logistics.platform.papers.queries import expiring
from logistics.platform.papers.rules import save_paper
from logistics.platform.school.limit_rules import change_limit
from repairs.acceptance.rules import check_can_sign_for
from repairs.ticket.models import Ticket
from repairs.work import rules as work
from repairs.work.watch import ungiven
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("REP-04")

TODAY = NOW.date()
GRAM = Limit("test.gram", "每份留样", "克", 125, floor=125, ceiling=500, force=LAW, basis="《学校食品安全与营养健康管理规定》第四十条")
FIRMS = Limit("test.firms", "至少几家", "家", 3, floor=3, force=GUIDANCE, basis="内部采购指引")
SHARE = Limit("test.share", "质保金", "%", Decimal("3.0"), ceiling=Decimal("3.0"), places=1)


@pytest.fixture(autouse=True)
def numbers(monkeypatch):
    """Three numbers of each force, for these tests only."""
    monkeypatch.setattr(registry, "_limits", dict(registry._limits))
    register(GRAM, FIRMS, SHARE)


@pytest.fixture
def change(cast):
    def act(code, value, on=TODAY, reason="", at=NOW, actor=None):
        return change_limit(actor=actor or cast.director, at=at, code=code, value=value, effective_on=on, reason=reason)

    return act


def refused(act, *, field: str, says: str) -> None:
    """The rule refuses at the field with these words, and nothing was written."""
    before = (LimitValue.objects.count(), Event.objects.count())
    with pytest.raises(RuleViolation, match=says) as refusal:
        act()
    assert refusal.value.field == field
    assert (LimitValue.objects.count(), Event.objects.count()) == before


def test_the_default_holds_until_the_school_sets_its_own(change):
    assert (limit("test.gram", TODAY), limit("test.share", TODAY)) == (125, Decimal("3.0"))
    change("test.gram", 150)
    assert (limit("test.gram", TODAY), type(limit("test.gram", TODAY))) == (150, int)


def test_a_number_counts_from_its_day_and_the_past_keeps_its_own(change):
    change("test.gram", 150, on=TODAY + timedelta(days=10))
    change("test.gram", 200, on=TODAY + timedelta(days=20))
    assert [limit("test.gram", TODAY + timedelta(days=n)) for n in (0, 9, 10, 19, 20)] == [125, 125, 150, 150, 200]
    change("test.gram", 160, on=TODAY + timedelta(days=10))
    assert limit("test.gram", TODAY + timedelta(days=10)) == 160, "the last word about a day counts"
    assert LimitValue.objects.count() == 3, "what was set before stays written down"


def test_nothing_is_set_for_the_past(change):
    refused(lambda: change("test.gram", 150, on=TODAY - timedelta(days=1)), field="effective_on", says="以前的事按当时的数算")


@pytest.mark.parametrize("value", [124, 0, 501])
def test_no_number_goes_beyond_the_law_and_the_sentence_names_it(change, value):
    refused(lambda: change("test.gram", value, reason="没有地方放"), field="value", says="《学校食品安全与营养健康管理规定》第四十条")
    assert limit("test.gram", TODAY) == 125


def test_below_the_guidance_a_written_reason_is_asked_for(change):
    refused(lambda: change("test.firms", 2, reason="  "), field="reason", says="内部采购指引.*请写明理由")
    row = change("test.firms", 2, reason="镇上只有两家")
    assert (limit("test.firms", TODAY), row.reason) == (2, "镇上只有两家")
    assert Event.objects.latest("id").changes == {"至少几家": ["3 家", "2 家"]}


def test_a_school_number_has_bounds_without_a_law(change):
    refused(lambda: change("test.share", Decimal("3.5")), field="value", says="不超过 3 %")


def test_numbers_are_as_fine_as_they_say(change):
    refused(lambda: change("test.gram", Decimal("150.5")), field="value", says="整数")
    refused(lambda: change("test.share", Decimal("1.55")), field="value", says="1 位小数")
    change("test.share", Decimal("1.5"))
    assert limit("test.share", TODAY) == Decimal("1.5")


def test_the_same_number_again_and_unknown_codes_are_refused(change):
    refused(lambda: change("test.gram", 125), field="value", says="不用改")
    refused(lambda: change("test.nothing", 1), field="code", says="没有这一项")
    with pytest.raises(LookupError):
        limit("test.nothing", TODAY)


def test_who_may_not_changes_nothing(change, cast):
    with pytest.raises(NotAllowed):
        change("test.gram", 150, actor=cast.teacher)
    assert not LimitValue.objects.exists()


def test_a_law_that_became_stricter_lifts_what_the_school_set_before(change, monkeypatch):
    change("test.gram", 130)
    stricter = Limit("test.gram", "每份留样", "克", 200, floor=200, force=LAW, basis="新规定")
    monkeypatch.setitem(registry._limits, "test.gram", stricter)
    assert limit("test.gram", TODAY) == 200
    assert standing_of_all(TODAY)["test.gram"]["value"] == 200


def test_several_numbers_take_one_query_and_those_only_shown_usually_none(change):
    change("test.gram", 150)
    with CaptureQueriesContext(connection) as seen:
        assert limits_on(TODAY, "test.gram", "test.firms") == {"test.gram": 150, "test.firms": 3}
    assert len(seen) == 1
    limit_shown("test.gram", TODAY)
    with CaptureQueriesContext(connection) as seen:
        assert (limit_shown("test.gram", TODAY), limit_shown("test.gram", TODAY - timedelta(days=1))) == (150, 125)
    assert len(seen) == 0
    change("test.gram", 160)
    assert limit_shown("test.gram", TODAY) == 160, "a change is shown at once"


@pytest.mark.parametrize(
    "wrong",
    [
        Limit("test.gram", "又一个", "克", 1),
        Limit("test.a", "超过自己的范围", "克", 1, floor=2),
        Limit("test.b", "没有依据的法", "克", 1, force=LAW),
        Limit("test.c", "没有这种性质", "克", 1, force="wish"),
    ],
    ids=lambda wrong: wrong.code,
)
def test_a_number_that_contradicts_itself_is_not_registered(wrong):
    with pytest.raises(ValueError, match=wrong.code):
        register(wrong)


def test_every_registered_number_is_complete():
    for known in all_limits():
        assert known.label
        assert known.unit
        assert known.group
        assert limit_for(known.code) is known


def test_the_standing_of_all_tells_what_is_coming(change):
    change("test.gram", 150, on=TODAY + timedelta(days=5))
    standing = standing_of_all(TODAY)["test.gram"]
    assert (standing["value"], standing["since"], standing["next"].effective_on) == (125, None, TODAY + timedelta(days=5))


# what reads them


def test_what_is_coming_is_shown_as_it_will_count(change, monkeypatch):
    change("test.gram", 130, on=TODAY + timedelta(days=9))
    stricter = Limit("test.gram", "每份留样", "克", 200, floor=200, ceiling=500, force=LAW, basis="新办法")
    monkeypatch.setitem(registry._limits, "test.gram", stricter)
    assert standing_of_all(TODAY)["test.gram"]["next"].value == limit("test.gram", TODAY + timedelta(days=9)) == 200


def test_acceptance_days_of_the_school_decide_until_when_the_reporter_signs(change, cast, rooms, kinds, later):
    from repairs.dispatch.rules import assign_ticket
    from repairs.ticket.rules import file_ticket

    def finished():
        ticket = file_ticket(actor=cast.teacher, at=NOW, place=rooms.room, kind=kinds.water, description="漏水")
        assign_ticket(actor=cast.director, at=NOW, record=ticket, repairer=kinds.plumber)
        work.arrive(actor=cast.plumber, at=later(1), record=ticket)
        work.finish(actor=cast.plumber, at=later(2), record=ticket, work_done="换阀", cause="natural", minutes=20)
        return Ticket.objects.get(pk=ticket.pk)

    assert finished().accept_by_on == date(2026, 11, 23)
    change("repairs.accept.days", 1)
    ticket = finished()
    assert ticket.accept_by_on == date(2026, 11, 19)
    with pytest.raises(RuleViolation):
        check_can_sign_for(cast.director, ticket, later(24))
    check_can_sign_for(cast.director, ticket, later(48))


def test_the_minutes_without_dispatch_are_the_schools(change, cast, rooms, kinds, later):
    from repairs.ticket.rules import file_ticket

    file_ticket(actor=cast.teacher, at=NOW, place=rooms.room, kind=kinds.water, description="漏水")
    assert ungiven(NOW + timedelta(minutes=20)) == 0
    change("repairs.dispatch.minutes", 15)
    assert ungiven(NOW + timedelta(minutes=20)) == 1


@pytest.mark.requirement("ORG-05")
def test_the_days_of_warning_before_a_paper_ends_are_the_schools(change, cast):
    paper = save_paper(actor=cast.director, at=NOW, person=cast.guard, kind="health", expires_on=TODAY + timedelta(days=45))
    assert not expiring(TODAY).exists()
    change("papers.warn.days", 60)
    assert list(expiring(TODAY)) == [paper]
