"""Scores from a sheet of the student union or the office, a room a line: 楼栋号, 寝室号, 总分 (DOR-04)."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from dorms.bed.models import DormBuilding, DormRoom
from logistics.platform.audit.rules import rule
from logistics.platform.evidence.rules import strike
from logistics.platform.imports.cells import code, text
from logistics.platform.imports.figures import whole
from logistics.platform.imports.lookup import Names
from logistics.platform.imports.school_targets import one_by_one
from logistics.platform.imports.targets import ImportColumn, ImportTarget, Into, Row
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.text import plain
from logistics.platform.limits.queries import limit_shown
from logistics.platform.web.templatetags.school import full_day, weekday

from .models import FULL, RoomScore, ScoreClass
from .queries import rooms_to_score, words_of
from .rights import SCORE
from .rules import import_score

TAIL = re.compile(r"(寝室|宿舍|房间|室|号|房)$")
SHEET_DAY = re.compile(r"^(?:\d{4}[.年-])?([01]?\d)[.月/-]([0-3]?\d)日?$")
SHORT = re.compile(r"(学生)?(宿舍|公寓|寝室)")


def days_to_choose(user) -> list[tuple[int, str]]:
    """The days one may still write down, the latest first; a day is named by its ordinal."""
    today = timezone.localdate()
    days = [today - timedelta(days=n) for n in range(limit_shown("dorms.late.days", today) + 1)]
    return [(on.toordinal(), f"{full_day(on)} {weekday(on)}") for on in days]


def day_chosen(into: int) -> date:
    if not date(2000, 1, 1).toordinal() <= into <= date(2200, 1, 1).toordinal():
        raise RuleViolation("请选检查日期。", field="into")
    return date.fromordinal(into)


def building_names(buildings: Sequence[DormBuilding]) -> Names:
    names = Names("宿舍楼", go="请照宿舍楼的名称填。")
    for one in buildings:
        names.add(one, {one.place.name, one.place.code, SHORT.sub("", one.place.name)} - {""}, loosely=True)
    return names


def resolve(rows: list[Row], *, user, into: int) -> None:
    """Building and room by their names; what was scored that day already, and a zero without a word, is a problem of its cell."""
    rooms = list(rooms_to_score(user))
    names = building_names(list({room.building_id: room.building for room in rooms}.values()))
    by_name = {(room.building_id, TAIL.sub("", plain(room.place.name))): room for room in rooms}
    on = day_chosen(into)
    known = dict(RoomScore.objects.filter(on=on, struck_at=None, room__in=[room.pk for room in rooms]).values_list("room", "points"))
    seen: set[int] = set()
    for row in rows:
        names.put(row, "building")
        _check_sheet(row, on)
        building, number = row.values.pop("building", None), row.values.pop("room", None)
        if building is not None and number is not None:
            _put_room(row, by_name.get((building.pk, TAIL.sub("", plain(number)))), building, number, known, seen)
        if row.values.get("points") == 0 and not row.values.get("problem"):
            row.refuse("points", "得分是 0：没有查成的选“不导入”；真是 0 分的，在文件里加“问题”一栏写明，再导入。")


def _check_sheet(row: Row, on: date) -> None:
    """A sheet named by another day (10.17) is not read as this one's."""
    named = SHEET_DAY.match(row.sheet.strip())
    if named and (int(named[1]), int(named[2])) != (on.month, on.day):
        row.refuse("points", f"工作表「{row.sheet.strip()[:20]}」不是 {on.month}月{on.day}日的。请在上一步去掉这张工作表，另选日期再导入。")


def _put_room(row: Row, room: DormRoom | None, building: DormBuilding, number: str, known: dict[int, int], seen: set[int]) -> None:
    if room is None:
        row.refuse("room", f"{building}没有「{number}」这间宿舍。")
    elif room.pk in known:
        row.refuse("room", f"{words_of(room)}这一天已经打了 {known[room.pk]} 分。请去掉这一行。")
    elif room.pk in seen:
        row.refuse("room", f"{words_of(room)}在表里有两行。")
    else:
        seen.add(room.pk)
        row.values["room"] = room


@rule
def import_scores(*, actor, at: datetime, rows: Sequence[dict], into: int) -> list[RoomScore]:
    """Each row by the rule for one score, all or nothing. Raises BadRows with a sentence per bad row."""
    on = day_chosen(into)
    return one_by_one(rows, lambda row: import_score(actor=actor, at=at, on=on, room=row["room"], points=row["points"], problem=row.get("problem", "")))


@rule
def take_back(*, actor, at: datetime, record: RoomScore) -> None:
    strike(actor=actor, at=at, record=record, reason="撤回导入")


SCORE_LIST = ImportTarget(
    key="dorms-scores",
    label="宿舍评分",
    permission=SCORE,
    model="dorms.RoomScore",
    icon="clipboard-check",
    help="抽查评分表，一间宿舍一行，只要总分。一次导入一天的：几天在几张工作表上，只留这一天的那张。",
    after="低于合格分的宿舍会请宿管员和班主任整改。",
    into=Into("检查日期", days_to_choose),
    columns=(
        ImportColumn("building", "楼栋号", text(40), required=True, fill_down=True, aliases=("楼栋", "宿舍楼", "楼号", "公寓"), example="一号宿舍楼"),
        ImportColumn("room", "寝室号", code(20), required=True, aliases=("房间", "房间号", "宿舍", "宿舍号", "寝室"), example="101"),
        ImportColumn("points", "总分", whole(least=0, most=FULL), required=True, aliases=("得分", "分数", "总得分"), numeric=True, example="96"),
        ImportColumn("problem", "问题", text(200), aliases=("扣分原因", "备注", "说明"), example="地面有垃圾"),
    ),
    resolve=resolve,
    create=import_scores,
    remove=take_back,
    own_ties=((ScoreClass, {"heads__gt": 0}),),  # every one; an empty filter would be none
)
