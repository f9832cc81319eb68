"""值班: laid out fairly, signed in at the post, handed over in writing, changed by approval (SAF-08)."""

from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import User
from logistics.platform.places.models import Level
from safety.roster import change_rules, rules
from safety.roster.home import label_choices, late_shifts, roster_todos, shift_feed
from safety.roster.models import ChangeState, Handover, Shift, ShiftChange, ShiftKind, ShiftState, Watch
from safety.roster.queries import shares
from tests.conftest import NOW, make_place
from tests.pdf import Pdf

pytestmark = pytest.mark.requirement("SAF-08")
TODAY = NOW.date()
WORDS = {"rounds": "22:00 宿舍区", "incidents": "没有异常", "items": "钥匙一串"}


@pytest.fixture
def post(cast):
    return make_place("值班室", None, Level.ROOM, code="ZB1")


def kind_of(cast, post, name="白班", start="08:00", end="18:00", **given) -> ShiftKind:
    usual = {"days": "every", "needs": 1, "needs_leader": False, "weight": 1, "order": 1, "is_active": True}
    clock = {"start": time.fromisoformat(start), "end": time.fromisoformat(end)}
    return rules.save_kind(actor=cast.director, at=NOW, name=name, place=post, **clock, **usual | given)


def shift_of(cast, post, person, on=TODAY, kind=None) -> Shift:
    kind = kind or ShiftKind.objects.filter(name="白班").first() or kind_of(cast, post)
    return rules.add_shift(actor=cast.director, at=NOW - timedelta(hours=2), kind=kind, on=on, people=[person])


def at(clock: str, on=TODAY) -> datetime:
    return datetime.combine(on, time.fromisoformat(clock), timezone.get_default_timezone())


def test_a_period_is_laid_out_round_the_people_with_a_leader(cast, post):
    kinds = [kind_of(cast, post, needs_leader=True, days="working"), kind_of(cast, post, "节假日", days="off", order=2)]
    given = {"since": TODAY, "until": TODAY + timedelta(days=4), "kinds": kinds, "leaders": [cast.principal, cast.vice], "people": [cast.teacher, cast.keeper]}
    made = rules.lay_roster(actor=cast.director, at=NOW, **given)
    crews = [[(watch.role, watch.person.username) for watch in shift.crew] for shift in made]
    assert crews == [
        [("leader", "principal"), ("duty", "teacher")],
        [("leader", "vice"), ("duty", "keeper")],
        [("leader", "principal"), ("duty", "teacher")],
        [("duty", "keeper")],
        [("duty", "teacher")],
    ]
    assert OutboxMessage.objects.filter(key__startswith="safety.roster.laid").count() == 4
    with pytest.raises(RuleViolation, match="都排好了"):
        rules.lay_roster(actor=cast.director, at=NOW, **given)
    with pytest.raises(NotAllowed):
        rules.lay_roster(actor=cast.teacher, at=NOW, **given)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"since": TODAY - timedelta(days=1)}, "过去的日子"),
        ({"until": TODAY - timedelta(days=1)}, "日期反了"),
        ({"until": TODAY + timedelta(days=200)}, "最多排"),
        ({"people": []}, "排不出值班人"),
    ],
)
def test_a_plan_that_cannot_be_makes_nothing(cast, post, change, words):
    given = {"since": TODAY, "until": TODAY + timedelta(days=1), "kinds": [kind_of(cast, post)], "leaders": [], "people": [cast.teacher]}
    with pytest.raises(RuleViolation, match=words):
        rules.lay_roster(actor=cast.director, at=NOW, **given | change)
    assert not Shift.objects.exists()


def test_nobody_is_on_two_shifts_at_once(cast, post):
    shift_of(cast, post, cast.teacher)
    other = kind_of(cast, post, "巡逻", "17:00", "23:00")
    with pytest.raises(RuleViolation, match="不能同时值两班"):
        shift_of(cast, post, cast.teacher, kind=other)
    with pytest.raises(RuleViolation, match="已经排了"):
        shift_of(cast, post, cast.keeper)


def test_one_signs_in_by_the_label_of_the_post_in_time(cast, post):
    shift = shift_of(cast, post, cast.teacher)
    for who, moment, code, words in (
        (cast.keeper, NOW, "ZB1", "没有排您"),
        (cast.teacher, at("06:30"), "ZB1", "签到从"),
        (cast.teacher, NOW, "R305", "请扫值班室的标签"),
    ):
        with pytest.raises(RuleViolation, match=words):
            rules.sign_in(actor=who, at=moment, record=shift, code=code)
    done = rules.sign_in(actor=cast.teacher, at=NOW, record=shift, code="zb1")
    watch = Watch.objects.get()
    assert (done.state, watch.signed_at, watch.is_late) == (ShiftState.OPEN, NOW, True)


def test_the_next_shift_opens_only_after_a_written_handover(cast, post):
    first = shift_of(cast, post, cast.teacher)
    night = shift_of(cast, post, cast.keeper, kind=kind_of(cast, post, "夜班", "18:00", "08:00"))
    rules.sign_in(actor=cast.teacher, at=at("07:55"), record=first, code="ZB1")
    with pytest.raises(RuleViolation, match="没有写交班记录"):
        rules.sign_in(actor=cast.keeper, at=at("17:55"), record=night, code="ZB1")
    with pytest.raises(RuleViolation, match="下班前 1 小时"):
        rules.hand_over(actor=cast.teacher, at=at("12:00"), record=first, **WORDS)
    with pytest.raises(NotAllowed):
        rules.hand_over(actor=cast.keeper, at=at("17:50"), record=first, **WORDS)
    with pytest.raises(RuleViolation, match="有没有异常"):
        rules.hand_over(actor=cast.teacher, at=at("17:50"), record=first, **WORDS | {"incidents": " "})
    rules.hand_over(actor=cast.teacher, at=at("17:50"), record=first, **WORDS)
    rules.sign_in(actor=cast.keeper, at=at("17:55"), record=night, code="ZB1")
    paper = Handover.objects.get()
    assert (paper.written_by, paper.taken_by, paper.taken_at) == (cast.teacher, cast.keeper, at("17:55"))


def test_a_shift_nobody_came_to_stays_missed_and_its_handover_is_written_by_another(cast, post):
    shift = shift_of(cast, post, cast.teacher)
    late = at("20:00")
    assert shift.standing(late) == ("没有人签到", "late")
    assert next((one.label, one.count) for one in late_shifts(cast.director, late)) == ("值班没有人签到", 1)
    with pytest.raises(RuleViolation, match="照实留着"):
        rules.void_shift(actor=cast.director, at=late, record=shift, reason="不用")
    rules.hand_over(actor=cast.director, at=late, record=shift, **WORDS)
    assert Handover.objects.get().is_by_other and shares(TODAY, TODAY, late)[0].missed == 1


def test_a_swap_is_agreed_to_by_the_other_and_approved_by_a_third(cast, post):
    own, theirs = shift_of(cast, post, cast.teacher, TODAY + timedelta(days=1)), shift_of(cast, post, cast.keeper, TODAY + timedelta(days=2))
    change = change_rules.ask_change(actor=cast.teacher, at=NOW, watch=own.crew[0], swap_with=theirs.crew[0], reason="家长会")
    with pytest.raises(NotAllowed, match="本人答应"):
        change_rules.agree_change(actor=cast.stranger, at=NOW, record=change)
    with pytest.raises(RuleViolation):
        change_rules.approve_change(actor=cast.director, at=NOW, record=change)
    change_rules.agree_change(actor=cast.keeper, at=NOW, record=change)
    with pytest.raises(NotAllowed):
        change_rules.approve_change(actor=cast.keeper, at=NOW, record=change)
    change_rules.approve_change(actor=cast.director, at=NOW, record=change)
    on = {(watch.shift_id, watch.person.username) for watch in Watch.objects.filter(state="on")}
    assert on == {(own.pk, "keeper"), (theirs.pk, "teacher")}
    assert [(one.name, one.gave_away) for one in shares(TODAY, TODAY + timedelta(days=3), NOW)] == [(cast.keeper.name, 1), (cast.teacher.name, 1)]


def test_leave_needs_somebody_who_is_free_and_a_shift_that_has_not_begun(cast, post):
    shift = shift_of(cast, post, cast.teacher, TODAY + timedelta(days=1))
    with pytest.raises(NotAllowed, match="自己的班"):
        change_rules.ask_change(actor=cast.keeper, at=NOW, watch=shift.crew[0], substitute=cast.keeper, reason="x")
    change = change_rules.ask_change(actor=cast.teacher, at=NOW, watch=shift.crew[0], substitute=cast.keeper, reason="病假")
    with pytest.raises(RuleViolation, match="没办完"):
        change_rules.ask_change(actor=cast.teacher, at=NOW, watch=shift.crew[0], substitute=cast.stranger, reason="病假")
    change_rules.agree_change(actor=cast.keeper, at=NOW, record=change)
    with pytest.raises(RuleViolation, match="不能再换"):
        change_rules.approve_change(actor=cast.director, at=shift.starts_at + timedelta(minutes=1), record=change)
    assert ShiftChange.objects.get().state == ChangeState.AGREED and Watch.objects.get().person == cast.teacher
    assert [todo.verb for todo in roster_todos(cast.director, NOW)] == ["批准"]


def test_the_clock_says_it_once(cast, post):
    shift_of(cast, post, cast.teacher)
    system = User.objects.system()
    assert [rules.watch_roster(actor=system, at=at(clock)) for clock in ("07:00", "08:20", "08:25")] == [0, 1, 1]
    keys = list(OutboxMessage.objects.filter(key__startswith="safety.roster.").values_list("key", flat=True))
    assert sum("absent" in key for key in keys) == 1 and sum("soon" in key for key in keys) == 1


def test_calendar_label_and_todo_lead_to_the_shift(cast, post):
    now = timezone.localtime()
    start, end = (now - timedelta(minutes=30)).time().replace(microsecond=0), (now + timedelta(hours=2)).time().replace(microsecond=0)
    kind = kind_of(cast, post, start=start.isoformat(), end=end.isoformat())
    on = (now - timedelta(minutes=30)).date()
    shift = rules.add_shift(actor=cast.director, at=now, kind=kind, on=on, people=[cast.teacher])
    assert [choice.url for choice in label_choices(cast.teacher, post)] == [f"/safety/shift/{shift.pk}/sign_in/?code=ZB1"]
    assert label_choices(cast.keeper, post) == []
    assert [todo.verb for todo in roster_todos(cast.teacher, now)] == ["去签到"]
    assert [entry.start for entry in shift_feed(cast.teacher, on, on)] == [shift.starts_at]


def test_pages_and_papers(cast, post):
    shift = shift_of(cast, post, cast.teacher)
    client = Client()
    client.force_login(cast.director)
    for url in ("/safety/roster/", "/safety/roster/lay/", "/safety/roster/shares/", "/safety/shift-change/new/", f"/safety/shift/{shift.pk}/"):
        assert client.get(url).status_code == 200, url
    for url in (f"/safety/roster/print/?since={TODAY}&until={TODAY}", f"/print/safety.shift/{shift.pk}/"):
        assert Pdf(client.get(url).content).pages()
    assert client.get("/safety/roster/?since=2026-13-40").status_code == 200
    assert client.post("/safety/roster/lay/", {"since": "x"}).status_code == 422
    client.force_login(cast.teacher)
    assert client.get("/safety/roster/shares/").status_code == 403


def test_two_on_one_shift_cannot_swap_it(cast, post):
    kind = kind_of(cast, post, needs_leader=True)
    shift = rules.add_shift(actor=cast.director, at=NOW, kind=kind, on=TODAY + timedelta(days=1), people=[cast.teacher], leader=cast.vice)
    leader, own = shift.crew
    with pytest.raises(RuleViolation, match="同一班"):
        change_rules.ask_change(actor=cast.teacher, at=NOW, watch=own, swap_with=leader, reason="家长会")
    assert not ShiftChange.objects.exists()
