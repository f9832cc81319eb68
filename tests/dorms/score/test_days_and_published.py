"""Whose room it was on a day of moving, published rankings that changed, closed rooms, the sheet's form, far dates, a phone's refusal (DOR-04)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from dorms.bed.models import Stay
from dorms.score import appeal_rules, bulletin_rules, queries, rules
from dorms.score.bulletin_pages import asked_of_paper, bulletin_paper
from dorms.score.forms import SheetForm
from dorms.score.models import RoomScore, ScoreSheet
from dorms.score.pages import may_appeal
from logistics.platform.evidence.rules import strike
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.limits.models import LimitValue
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.offline.models import ArrivalState
from logistics.platform.offline.replay import outcome_of
from tests.conftest import NOW
from tests.dorms.score_kit import TODAY, dorm_of, moved
from tests.platform.attachments_kit import photo

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("DOR-04")]
DIRTY = ("卫生:地面有垃圾", "卫生:垃圾没倒", "卫生:卫生间脏", "内务:物品乱放")
DAY = timedelta(days=1)


@pytest.fixture
def dorm(cast):
    return dorm_of(cast)


def score(cast, room, faults=(), **fields) -> RoomScore:
    given = {"actor": cast.dormkeeper, "at": NOW} | fields
    return rules.score_room(room=room, faults=faults, **given)


def test_a_room_is_of_those_who_got_up_there_also_when_they_moved_that_day(cast, dorm):
    first, mixed, empty = dorm.rooms
    for n, stay in enumerate(list(Stay.objects.filter(bed__room=first).order_by("pk")), 11):
        moved(cast, stay, empty, n)  # both of 七年级1班
    moved(cast, Stay.objects.filter(bed__room=mixed, student__school_class=dorm.classes[1]).first(), first, 9)  # one of 七年级2班 moves in
    assert list(queries.lived_in(queries.rooms_to_score(cast.dormkeeper), TODAY)) == [first, mixed, empty]
    assert list(queries.lived_in(queries.rooms_to_score(cast.dormkeeper), TODAY + DAY)) == [first, mixed, empty]
    row = score(cast, first, ["内务:被子没叠"])
    assert list(row.classes.values_list("school_class__name", "heads")) == [("七年级1班", 2)]
    assert list(score(cast, empty).classes.values_list("school_class__name", "heads")) == [("七年级1班", 2)]  # nobody got up there: who moved in
    assert appeal_rules.appeal_score(actor=cast.headteacher, at=NOW, record=row, reason="已经搬走了")
    later = score(cast, first, at=NOW + DAY)
    assert list(later.classes.values_list("school_class__name", "heads")) == [("七年级2班", 1)]


def test_who_teaches_those_moving_in_or_out_does_not_score(cast, dorm):
    first, _, empty = dorm.rooms
    cast.dormkeeper.roles.get().holders.add(cast.headteacher)
    dorm.building.keepers.add(cast.headteacher)
    moved(cast, Stay.objects.filter(bed__room=first).first(), empty, 11)
    for room in (first, empty):
        with pytest.raises(RuleViolation, match="住着您班上的学生"):
            score(cast, room, actor=cast.headteacher)


def test_a_published_ranking_says_what_changed_since_and_its_officer_hears_of_an_appeal(cast, dorm, client):
    rows = [score(cast, room, ["内务:被子没叠"]) for room in dorm.rooms[:2]]
    appeal = appeal_rules.appeal_score(actor=cast.headteacher, at=NOW, record=rows[0], reason="当天有病号")
    at = NOW + timedelta(hours=1)
    bulletin = bulletin_rules.publish_ranking(actor=cast.director, at=at, kind="week", on=TODAY)
    assert queries.since_published(bulletin) == ""
    appeal_rules.decide_appeal(actor=cast.vice, at=at + timedelta(hours=1), record=appeal, changes=True, points=100, words="属实")
    told = OutboxMessage.objects.get(key=f"dorms.bulletin:{bulletin.pk}:appeal:{appeal.pk}").payload
    assert {cast.director.pk, cast.vice.pk} == set(told["recipients"])
    assert "原来 95 分，现在计 100 分" in told["body"]
    rules.score_room(actor=cast.dormkeeper, at=at + DAY, room=dorm.rooms[2])
    strike(actor=cast.dormkeeper, at=at + DAY, record=rows[1], reason="打错了")
    bulletin.refresh_from_db()
    assert [row[2] for row in bulletin.content["rooms"]] == ["95.0", "95.0"]
    assert queries.since_published(bulletin) == "申诉改判 1 次、划去 1 条、新打分 1 条"
    client.force_login(cast.director)
    assert "公布以后有变动：申诉改判 1 次" in client.get(reverse("dorms:score-bulletin-detail", args=[bulletin.pk])).content.decode()
    bulletin_rules.withdraw_ranking(actor=cast.director, at=at + DAY, record=bulletin, reason="申诉改判")
    again = bulletin_rules.publish_ranking(actor=cast.director, at=at + 2 * DAY, kind="week", on=TODAY)
    assert [row[2] for row in again.content["rooms"]] == ["100.0", "100.0"]
    assert queries.since_published(again) == ""


def test_a_published_ranking_shows_whose_place_changed_and_the_next_one_what_it_replaces(cast, dorm, client):
    first, second = (score(cast, room, ["内务:被子没叠"]) for room in dorm.rooms[:2])
    appeal = appeal_rules.appeal_score(actor=cast.headteacher, at=NOW, record=second, reason="当天有病号")
    at = NOW + timedelta(hours=1)
    bulletin = bulletin_rules.publish_ranking(actor=cast.director, at=at, kind="week", on=TODAY)
    client.force_login(cast.director)

    def page(record) -> str:
        return client.get(reverse("dorms:score-bulletin-detail", args=[record.pk])).content.decode()

    assert "公布以后的变化" not in page(bulletin)
    appeal_rules.decide_appeal(actor=cast.vice, at=at + timedelta(hours=1), record=appeal, changes=True, points=98, words="属实")
    shown = page(bulletin)
    assert "公布以后的变化" in shown and "第 1 名，95.0 分" in shown and "第 1 名，98.0 分" in shown and "第 2 名，95.0 分" in shown
    bulletin_rules.withdraw_ranking(actor=cast.director, at=at + DAY, record=bulletin, reason="申诉改判")
    again = bulletin_rules.publish_ranking(actor=cast.director, at=at + 2 * DAY, kind="week", on=TODAY)
    assert again.post.content.startswith("这是更正后的名次，代替2026年11月18日公布、已经撤回的那一次。")
    assert "和上一次公布的不同" in (shown := page(again)) and "第 2 名，95.0 分" in shown and "公布以后的变化" not in shown
    assert reverse("dorms:score-bulletin-detail", args=[again.pk]) in page(bulletin)
    assert "代替2026年11月18日公布" in bulletin_paper(again, cast.director)["note"]
    assert first.counted == 95


def test_a_score_is_low_by_the_mark_of_its_own_day(cast, dorm):
    score(cast, dorm.rooms[0], ["卫生:地面有垃圾"])  # 95
    LimitValue.objects.create(code="dorms.score.pass", value=96, effective_on=TODAY + DAY, created_by=cast.director, created_at=NOW)
    score(cast, dorm.rooms[0], ["卫生:地面有垃圾"], at=NOW + DAY, photos=[photo()])
    assert [(row.looks, row.low) for row in queries.standing_of(TODAY, TODAY + DAY).rooms] == [(2, 1)]


def test_what_arrives_late_still_has_its_days_to_be_put_right(cast, dorm):
    row = rules.import_score(actor=cast.dormkeeper, at=NOW, room=dorm.rooms[0], on=TODAY - 5 * DAY, points=60)
    assert row.due_on == TODAY + DAY


def test_what_was_begun_in_a_room_is_ended_when_the_room_is_closed(cast, dorm):
    row = score(cast, dorm.rooms[0], DIRTY, photos=[photo()])
    rules.fix_room(actor=cast.headteacher, at=NOW, record=row, words="扫了")
    type(dorm.rooms[0]).objects.filter(pk=dorm.rooms[0].pk).update(is_active=False)
    assert [todo.verb for todo in queries.score_todos(cast.dormkeeper, NOW)] == ["去复查"]
    assert rules.check_room(actor=cast.dormkeeper, at=NOW, record=row, is_good=True).state == "closed"


def test_the_button_of_an_appeal_goes_with_its_last_day(cast, dorm):
    row = score(cast, dorm.rooms[0], ["内务:被子没叠"], at=NOW - 365 * DAY)
    row.classes.create(school_class=dorm.classes[0], heads=2)
    appeal_rules.check_can_appeal(cast.headteacher, row)
    with pytest.raises(RuleViolation, match="已经过了"):
        may_appeal(cast.headteacher, row)


def test_the_sheet_gets_another_row_and_keeps_what_was_typed(cast, dorm, client):
    client.force_login(cast.director)
    old = queries.current_sheet()
    typed = {"name": "新表", "items-0-name": "甲", "items-0-points": "x", "items-0-faults": "乱 5；脏 3", "items-1-name": "乙", "items-more": ""}
    for url in (reverse("dorms:score-sheet-create"), reverse("dorms:score-sheet-update", args=[old.pk])):
        page = client.post(url, typed)
        text = page.content.decode()
        assert page.status_code == 200
        assert "乱 5；脏 3" in text and 'value="新表"' in text and "items-2-name" in text
        assert 'class="err"' not in text  # nobody has saved yet
        assert 'formaction="#items-next"' in text and text.index('id="items-next"') < text.index('name="items-2-name"')  # a phone comes back to the empty row
    assert list(ScoreSheet.objects.all()) == [old]
    rules.save_sheet(actor=cast.vice, at=NOW, name="别人的", items=[{"name": "整齐", "points": 100, "faults": []}], record=old)
    with pytest.raises(Conflict, match="刚刚有人改了评分表"):
        rules.save_sheet(actor=cast.director, at=NOW, name="我的", items=[{"name": "干净", "points": 100, "faults": []}], record=old)


@pytest.mark.parametrize("faults", ["乱 2.5", "乱 1005", "15", "乱 -2.5"])
def test_a_figure_that_is_no_whole_number_of_points_is_not_cut_up(db, faults):
    form = SheetForm({"name": "表", "items-0-name": "甲", "items-0-points": "100", "items-0-faults": faults})
    assert not form.is_valid()
    assert "写成“被子没叠 5”这样" in str(form.errors)


def test_days_far_away_are_refused_with_a_sentence(cast, dorm, client):
    client.force_login(cast.director)
    for name in ("scores", "score-ranking", "score-ranking-export", "score-ranking-print"):
        assert client.get(reverse(f"dorms:{name}"), {"since": "0001-01-01"}).status_code == 400
        assert client.get(reverse(f"dorms:{name}"), {"since": "9999-12-31"}).status_code == 200
    for kind in ("week", "month"):
        for on in (date.min, date.max):
            with pytest.raises(RuleViolation, match="还没"):
                bulletin_rules.publish_ranking(actor=cast.director, at=NOW, kind=kind, on=on)
    for number in ("99991231", "000101", "00010101", "9999", "202613"):
        assert asked_of_paper(type("Paper", (), {"number": number})) is None


def test_a_phones_score_of_a_building_given_away_is_refused_not_lost(cast, dorm, client, rf):
    other = dorm_of(cast, name="二号宿舍楼", keeper=cast.guard, prefix="T", sheet=False)
    client.force_login(cast.dormkeeper)
    url = reverse("dorms:score-room", args=[other.rooms[0].pk])
    assert client.get(url).status_code == 302
    outcome, _ = outcome_of(lambda: client.post(url, {"room": other.rooms[0].pk, "sheet": queries.current_sheet().pk}))
    assert outcome.state == ArrivalState.REFUSED
    assert not RoomScore.objects.exists()
