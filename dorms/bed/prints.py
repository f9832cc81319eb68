"""床位一览, the door's card, 住宿生花名册, 交接单, 调换单 as paper (DOR-01, DOR-07)."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.evidence.logs import period_in
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import Sex
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day, full_moment

from .figures import class_counts, floors, room_maps
from .models import DormBuilding, DormRoom, Handing, HandSheet, RoomMove, Stay
from .queries import stays_on, stays_visible_to

SIZE = 8  # beds in one line of the map


def cell_of(spot) -> str:
    if spot.hidden:
        return "已住"
    return spot.stay.student.name if spot.stay else "坏" if not spot.bed.is_active else ""


def map_paper(building: DormBuilding, user) -> dict:
    """Every room with the names by bed, to hang at the entrance of the building."""
    found = floors(building, timezone.localdate(), user)
    width = min(SIZE, max((len(room.spots) for floor in found for room in floor.rooms), default=1))
    tables = []
    for floor in found:
        rows = []
        for room in floor.rooms:
            cells = [cell_of(spot) for spot in room.spots]
            for n in range(0, max(1, len(cells)), width):
                part = cells[n : n + width]
                rows.append([room.room.place.name if not n else "", *part, *[""] * (width - len(part)), f"{room.taken} / {room.usable}" if not n else ""])
        tables.append({"title": floor.name, "columns": [("房间", False), *((f"{n} 号", False) for n in range(1, width + 1)), ("住 / 床", True)], "rows": rows})
    keepers = "、".join(one.name for one in building.keepers.filter(is_active=True))
    return {"heading": f"{building}床位一览", "tables": tables, "keepers": keepers, "signers": [("宿管员", keepers), ("日期", "")]}


MAP = PrintDocument(kind="dorms.dormbuilding", title="床位一览", template="print/dorms/map.html", context=map_paper)


def door_paper(room: DormRoom, user) -> dict:
    """The card that hangs at the door of the room."""
    one = room_maps([room], timezone.localdate(), user)[0]
    rows = [[f"{spot.bed.number} 号", cell_of(spot), str(spot.stay.student.school_class) if spot.stay and not spot.hidden else ""] for spot in one.spots]
    return {
        "heading": str(room),
        "facts": f"{Sex(room.sex).label}生宿舍，{one.usable} 张床，住 {one.taken} 人",
        "table": {"columns": [("床号", False), ("姓名", False), ("班级", False)], "rows": rows},
        "keepers": "、".join(one.name for one in room.building.keepers.filter(is_active=True)),
    }


DOOR = PrintDocument(kind="dorms.dormroom", title="宿舍床位卡", template="print/dorms/door.html", context=door_paper)


@dataclass(frozen=True)
class RollOf:
    building: DormBuilding
    on: date

    @property
    def pk(self) -> int:
        return self.building.pk

    @property
    def number(self) -> str:
        return f"{self.building} {full_day(self.on)}"


def roll_of(paper) -> RollOf | None:
    period, building = period_in(paper.number), DormBuilding.objects.filter(pk=paper.record_id).select_related("place").first()
    return RollOf(building, period.since) if period and building else None


def roll_paper(roll: RollOf, user) -> dict:
    seen = stays_visible_to(user).values("pk")
    rows = [
        [str(n), stay.bed.room.place.name, str(stay.bed.number), stay.student.name, stay.student.get_sex_display(), stay.student.number,
         str(stay.student.school_class), stay.student.school_class.head_teacher.name if stay.student.school_class.head_teacher else "", full_day(stay.since)]
        for n, stay in enumerate(stays_on(roll.on).filter(bed__room__building=roll.building, pk__in=seen), 1)
    ]  # fmt: skip
    heads = [
        ("序", True),
        ("房间", False),
        ("床号", True),
        ("姓名", False),
        ("性别", False),
        ("学号", False),
        ("班级", False),
        ("班主任", False),
        ("入住日期", False),
    ]
    return {
        "heading": f"{roll.building}住宿生花名册",
        "table": {"columns": heads, "rows": rows},
        "facts": f"{full_day(roll.on)}在住 {len(rows)} 人。",
        "signers": [("宿管员", ""), ("总务主任", ""), ("日期", "")],
    }


ROLL = PrintDocument(
    kind="dorms.dormbuilding.roll", title="住宿生花名册", template="print/dorms/roll.html", context=roll_paper, number=lambda roll: roll.number, find=roll_of
)


def sheet_paper(stay: Stay, user) -> dict:
    """The items at moving in beside those at moving out, with the boarder's marks."""
    sheets = {sheet.kind: sheet for sheet in stay.sheets.select_related("created_by")}
    into, out = sheets.get(Handing.IN), sheets.get(Handing.OUT)
    names = list(dict.fromkeys(row["name"] for sheet in (into, out) if sheet for row in sheet.rows))
    state = [{row["name"]: row["state"] for row in sheet.rows} if sheet else {} for sheet in (into, out)]
    sides = [
        {
            "label": sheet.get_kind_display(),
            "at": full_moment(sheet.created_at),
            "keeper": sheet.created_by.name,
            "note": sheet.note,
            **_signed(sheet),
        }
        for sheet in (into, out)
        if sheet
    ]
    return {
        "facts": [
            ("学生", stay.student.name, False), ("班级", str(stay.student.school_class), False), ("床位", str(stay.bed), True),
            ("入住", full_day(stay.since), False), ("离开", full_day(stay.left_on) if stay.left_on else "", False),
        ],
        "table": {"columns": [("物品", False), ("入住时", False), ("退宿时", False)], "rows": [[name, state[0].get(name, ""), state[1].get(name, "")] for name in names]},
        "sides": sides,
        "signers": [("学生", ""), ("宿管员", ""), ("日期", "")],
    }  # fmt: skip


def _signed(sheet: HandSheet) -> dict:
    """The name where it was typed, else the drawn signature as a picture in the text."""
    signature = attachments_of(sheet, "signature").first()
    if signature is None or signature.is_typed:
        return {"signed": signature.name if signature else "", "mark": ""}
    with signature.file.open("rb") as picture:
        data = b64encode(picture.read()).decode()
    mark = f'<svg class="mark" viewBox="0 0 96 36" width="96" height="36"><image width="96" height="36" href="data:image/png;base64,{data}"/></svg>'
    return {"signed": "", "mark": mark}


def check_handed(user, stay: Stay) -> None:
    if not stay.sheets.exists():
        raise RuleViolation("还没有办物品交接。")


SHEET = PrintDocument(kind="dorms.stay", title="宿舍物品交接单", template="print/dorms/sheet.html", context=sheet_paper, check=check_handed)


def move_paper(move: RoomMove, user) -> dict:
    return {
        "facts": [
            ("学生", move.student.name, False), ("班级", str(move.student.school_class), False), ("现在的床位", str(move.from_bed), False), ("换到", str(move.to_bed), False),
            ("和谁对换", f"{move.other.school_class} {move.other.name}" if move.other else "", False), ("谁提出的", move.get_wish_display(), False), ("原因", move.reason, True),
            ("申请人", f"{move.created_by.name} {full_moment(move.created_at)}", False),
            ("审批", f"{move.get_state_display()} {move.decided_by.name} {full_moment(move.decided_at)}" if move.decided_by else "", False), ("意见", move.words, True),
        ],
        "signers": [("学生", ""), ("班主任", ""), ("宿管员", "")],
    }  # fmt: skip


MOVE = PrintDocument(kind="dorms.roommove", title="宿舍调换单", template="print/facts.html", context=move_paper, number=lambda move: f"TH-{move.pk:06d}")


@dataclass(frozen=True)
class CountsOf:
    on: date

    @property
    def number(self) -> str:
        return full_day(self.on)


def counts_of(paper) -> CountsOf | None:
    period = period_in(paper.number)
    return CountsOf(period.since) if period else None


def counts_paper(counts: CountsOf, user) -> dict:
    found = class_counts(counts.on)
    rows = [[str(n), row.school_class.name, str(row.boys), str(row.girls), str(row.away), str(row.here)] for n, row in enumerate(found, 1)]
    total = [
        "",
        "合计",
        str(sum(row.boys for row in found)),
        str(sum(row.girls for row in found)),
        str(sum(row.away for row in found)),
        str(sum(row.here for row in found)),
    ]
    heads = [("序", True), ("班级", False), ("男生", True), ("女生", True), ("请假", True), ("住宿", True)]
    return {"heading": "各班住宿人数", "table": {"columns": heads, "rows": rows, "total": total}, "signers": [("宿管员", ""), ("总务主任", "")]}


COUNTS = PrintDocument(
    kind="dorms.stay.counts", title="各班住宿人数", template="print/list.html", context=counts_paper, number=lambda counts: counts.number, find=counts_of
)
