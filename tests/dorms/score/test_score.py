"""Scores on the phone, putting right and looking again, appeals, rankings, import (DOR-04)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from dorms.score import appeal_rules, bulletin_rules, queries, rules
from dorms.score.importing import resolve
from dorms.score.models import RoomScore, ScoreAppeal, ScoreBulletin, ScoreSheet
from logistics.platform.board.models import BoardPost
from logistics.platform.evidence.rules import strike
from logistics.platform.imports.targets import Row
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from tests.conftest import NOW
from tests.dorms.score_kit import TODAY, dorm_of
from tests.platform.attachments_kit import photo

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("DOR-04")]
DIRTY = ("卫生:地面有垃圾", "卫生:垃圾没倒", "卫生:卫生间脏", "内务:物品乱放")
HOUR = timedelta(hours=1)


@pytest.fixture
def dorm(cast):
    return dorm_of(cast)


def score(cast, room, faults=(), **fields) -> RoomScore:
    given = {"actor": cast.dormkeeper, "at": NOW} | fields
    return rules.score_room(room=room, faults=faults, **given)


def test_a_change_of_the_sheet_is_a_new_sheet_and_old_scores_keep_theirs(cast, dorm):
    old = queries.current_sheet()
    first = score(cast, dorm.rooms[0], ["内务:被子没叠"])
    for items, words in (
        ([{"name": "内务", "points": 90, "faults": []}], "加起来要等于 100 分，现在是 90 分"),
        ([{"name": "内务", "points": 50, "faults": []}, {"name": "内务", "points": 50, "faults": []}], "不能重复"),
        ([{"name": "内务", "points": 100, "faults": [("全不行", 101)]}], "扣分要在 1 到 100"),
    ):
        with pytest.raises(RuleViolation, match=words):
            rules.save_sheet(actor=cast.director, at=NOW, name="新表", items=items)
    assert queries.current_sheet() == old
    new = rules.save_sheet(actor=cast.director, at=NOW, name="新表", items=[{"name": "整齐", "points": 100, "faults": [("乱", 10)]}])
    assert queries.current_sheet() == new
    assert score(cast, dorm.rooms[1], ["整齐:乱"]).points == 90
    late = score(cast, dorm.rooms[2], ["内务:被子没叠"], sheet=old.pk)  # a phone that read its page on the old one
    assert (late.points, late.sheet, RoomScore.objects.get(pk=first.pk).sheet) == (95, old, old)
    with pytest.raises(DatabaseError), transaction.atomic():
        ScoreSheet.objects.filter(pk=old.pk).update(items=[])


def test_a_score_is_entered_once_with_the_classes_that_sleep_there(cast, dorm):
    row = score(cast, dorm.rooms[1], ["内务:被子没叠"], other=[{"item": "纪律", "off": 2, "words": "门没锁"}])
    assert (row.points, row.state, row.problem) == (93, "fine", "内务：被子没叠 −5；纪律：门没锁 −2")
    assert sorted(row.classes.values_list("school_class__name", "heads")) == [("七年级1班", 1), ("七年级2班", 2)]
    with pytest.raises(Conflict, match="已经打了 93 分"):
        score(cast, dorm.rooms[1], actor=cast.director)
    for given, words in (
        ({"faults": ["内务:没有的"]}, "评分表上没有"), ({"other": [{"item": "纪律", "off": 2, "words": ""}]}, "请写为什么"),
        ({"other": [{"item": "纪律", "off": None, "words": "吵"}]}, "扣几分"), ({"happened_at": NOW + HOUR}, "不能晚于现在"),
    ):  # fmt: skip
        with pytest.raises(RuleViolation, match=words):
            score(cast, dorm.rooms[0], **given)
    assert RoomScore.objects.count() == 1
    strike(actor=cast.dormkeeper, at=NOW, record=row, reason="打错了房间")
    assert score(cast, dorm.rooms[1]).points == 100
    with pytest.raises(DatabaseError), transaction.atomic():
        RoomScore.objects.filter(pk=row.pk).update(points=100)


def test_nobody_scores_another_building_or_the_own_class(cast, dorm):
    other = dorm_of(cast, name="二号宿舍楼", keeper=cast.guard, prefix="T", sheet=False)
    with pytest.raises(NotAllowed, match="不归您查"):
        score(cast, other.rooms[0])
    with pytest.raises(NotAllowed):
        score(cast, dorm.rooms[0], actor=cast.teacher)
    cast.dormkeeper.roles.get().holders.add(cast.headteacher)
    dorm.building.keepers.add(cast.headteacher)
    with pytest.raises(NotAllowed, match="住着您班上的学生"):
        score(cast, dorm.rooms[0], actor=cast.headteacher)
    assert not RoomScore.objects.exists()
    score(cast, dorm.rooms[0])
    assert queries.scores_visible_to(cast.guard).count() == 0
    assert queries.scores_visible_to(cast.headteacher).count() == 1


def test_below_the_mark_it_is_put_right_by_one_and_looked_at_by_another(cast, dorm):
    with pytest.raises(RuleViolation, match="要拍照片"):
        score(cast, dorm.rooms[0], DIRTY)
    row = score(cast, dorm.rooms[0], DIRTY, photos=[photo()])
    assert (row.points, row.state, row.due_on) == (77, "open", TODAY + timedelta(days=1))
    assert set(OutboxMessage.objects.get(key=f"dorms.score:{row.pk}:open").payload["recipients"]) == {cast.dormkeeper.pk, cast.headteacher.pk}
    with pytest.raises(NotAllowed):
        rules.fix_room(actor=cast.teacher, at=NOW, record=row, words="扫了")
    rules.fix_room(actor=cast.headteacher, at=NOW, record=row, words="扫了")
    row.refresh_from_db()
    assert [todo.verb for todo in queries.score_todos(cast.dormkeeper, NOW)] == ["去复查"]
    rules.check_room(actor=cast.dormkeeper, at=NOW, record=row, is_good=False, words="墙角还有")
    row.refresh_from_db()
    assert (row.state, row.returned) == ("open", 1)
    rules.fix_room(actor=cast.dormkeeper, at=NOW, record=row, words="又扫了")
    row.refresh_from_db()
    with pytest.raises(NotAllowed, match="另一位"):
        rules.check_room(actor=cast.dormkeeper, at=NOW, record=row, is_good=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoomScore.objects.filter(pk=row.pk).update(state="closed", checked_by=cast.dormkeeper)
    rules.check_room(actor=cast.director, at=NOW, record=row, is_good=True)
    row.refresh_from_db()
    assert row.state == "closed"


def test_an_appeal_is_decided_by_a_third_and_the_first_score_stays(cast, dorm):
    row = score(cast, dorm.rooms[0], DIRTY, photos=[photo()], actor=cast.director)
    with pytest.raises(NotAllowed):
        appeal_rules.appeal_score(actor=cast.dormkeeper, at=NOW, record=row, reason="不服")
    with pytest.raises(RuleViolation, match="3 天内可以申诉"):
        appeal_rules.appeal_score(actor=cast.headteacher, at=NOW + timedelta(days=4), record=row, reason="不服")
    appeal = appeal_rules.appeal_score(actor=cast.headteacher, at=NOW, record=row, reason="当天有病号")
    with pytest.raises(RuleViolation, match="已经申诉过"):
        appeal_rules.appeal_score(actor=cast.headteacher, at=NOW, record=RoomScore.objects.get(pk=row.pk), reason="再来")
    given = {"at": NOW, "record": appeal, "changes": True, "words": "情况属实"}
    with pytest.raises(NotAllowed, match="另一位"):
        appeal_rules.decide_appeal(actor=cast.director, points=90, **given)
    for points in (77, 60, None, 101):
        with pytest.raises(RuleViolation, match="要高于原来的 77 分"):
            appeal_rules.decide_appeal(actor=cast.vice, points=points, **given)
    with pytest.raises(IntegrityError), transaction.atomic():
        ScoreAppeal.objects.filter(pk=appeal.pk).update(state="kept", decided_by=cast.director, decided_at=NOW, words="好")
    appeal_rules.decide_appeal(actor=cast.vice, points=90, **given)
    row.refresh_from_db()
    assert (row.points, row.counted, row.state) == (77, 90, "fine")
    assert queries.standing_of(TODAY, TODAY).rooms[0].average == 90
    with pytest.raises(RuleViolation, match="有申诉的不能划去"):
        strike(actor=cast.director, at=NOW, record=row, reason="不要了")


def test_a_month_is_published_once_frozen_and_may_be_taken_back(cast, dorm):
    with pytest.raises(RuleViolation, match="还没有评分"):
        bulletin_rules.publish_ranking(actor=cast.director, at=NOW, kind="month", on=TODAY)
    for n in range(4):
        score(cast, dorm.rooms[0], at=NOW + timedelta(days=n))
    at = NOW + timedelta(days=5)
    bulletin = bulletin_rules.publish_ranking(actor=cast.director, at=at, kind="month", on=TODAY)
    assert bulletin.content["stars"] == [[1, "101", "100.0", 4, 0, "一号宿舍楼", "五星宿舍", 5]]
    post = BoardPost.objects.get(pk=bulletin.post_id)
    assert "五星宿舍：一号宿舍楼 101" in post.content
    score(cast, dorm.rooms[1], at=at)
    bulletin.refresh_from_db()
    assert len(bulletin.content["rooms"]) == 1
    with pytest.raises(Conflict, match="已经公布"):
        bulletin_rules.publish_ranking(actor=cast.director, at=at, kind="month", on=TODAY)
    bulletin_rules.withdraw_ranking(actor=cast.director, at=at, record=bulletin, reason="漏了一间")
    post.refresh_from_db()
    assert post.state == "withdrawn"
    assert len(bulletin_rules.publish_ranking(actor=cast.director, at=at, kind="month", on=TODAY).content["rooms"]) == 2
    assert ScoreBulletin.objects.count() == 2
    with pytest.raises(RuleViolation, match="还没到那时候"):
        bulletin_rules.publish_ranking(actor=cast.director, at=at, kind="week", on=TODAY + timedelta(days=30))


def test_a_sheet_of_totals_is_read_and_a_zero_is_asked_about(cast, dorm):
    def row(n, **values):
        return Row(f"{n}", "10.17", n, values=values)

    rows = [
        row(1, building="1号宿舍楼", room="101", points=96), row(2, building="一号楼", room="102室", points=0), row(3, building="一号宿舍楼", room="999", points=88),
        row(4, building="南3", room="101", points=88), row(5, building="一号宿舍楼", room="101", points=90),
    ]  # fmt: skip
    resolve(rows, user=cast.dormkeeper, into=TODAY.toordinal())
    assert rows[0].values["room"] == dorm.rooms[0]
    assert not rows[0].problems
    assert [next(iter(one.problems)) for one in rows[1:]] == ["points", "room", "building", "room"]
    saved = rules.import_score(actor=cast.dormkeeper, at=NOW, room=dorm.rooms[0], on=TODAY - timedelta(days=2), points=60)
    assert (saved.points, saved.state, saved.on, saved.lines) == (60, "open", TODAY - timedelta(days=2), [])
    with pytest.raises(RuleViolation, match="得分是 0"):
        rules.import_score(actor=cast.dormkeeper, at=NOW, room=dorm.rooms[1], on=TODAY, points=0)
    with pytest.raises(RuleViolation, match="最多补 7 天前"):
        rules.import_score(actor=cast.dormkeeper, at=NOW, room=dorm.rooms[1], on=TODAY - timedelta(days=8), points=90)


def test_the_phone_keeps_a_page_a_room_and_the_page_is_quick_to_fill_in(cast, dorm, client):
    pages = dict(queries.kept_on_phone(cast.dormkeeper))
    lived_in = {f"/dorms/scores/room/{room.pk}/" for room in dorm.rooms[:2]}  # nobody sleeps in 103
    assert set(pages) == {"/dorms/scores/", *lived_in}
    client.force_login(cast.dormkeeper)
    url = reverse("dorms:score-room", args=[dorm.rooms[0].pk])
    page = client.get(url)
    assert "被子没叠 −5" in page.content.decode()
    sheet = queries.current_sheet().pk
    wrong = client.post(url, {"room": dorm.rooms[0].pk, "sheet": sheet, "faults": list(DIRTY)})
    assert wrong.status_code == 422
    assert "要拍照片" in wrong.content.decode()
    posted = {"room": dorm.rooms[0].pk, "sheet": sheet, "faults": ["内务:被子没叠"], "other-0-item": "内务", "other-0-off": "", "other-0-words": ""}
    assert client.post(url, posted).status_code == 302
    assert RoomScore.objects.get().points == 95
    for name in ("scores", "score-ranking"):
        assert client.get(reverse(f"dorms:{name}")).status_code == 200
    assert client.get(reverse("dorms:score-ranking"), {"kind": "month", "since": "zzz"}).status_code == 400
    assert b"".join(client.get(reverse("dorms:score-ranking-export"), {"kind": "month"}).streaming_content)[:2] == b"PK"
    client.force_login(cast.teacher)
    assert client.get(url).status_code == 403
