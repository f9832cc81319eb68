"""晚点名记录表 (DOR-02)."""

from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day, full_moment

from .models import BedCheck, RoomState
from .queries import marks_of, rooms_of


def night_paper(check: BedCheck, user) -> dict:
    """Every room with its counts and the exceptions by name."""
    rooms, named = rooms_of(check), {}
    for mark in marks_of(check):
        words = f"{mark.student.name}（{mark.school_class}）{mark.get_mark_display()}"
        named.setdefault(mark.room_check_id, []).append(words + (f"：{mark.note}" if mark.note else ""))
    rows = [
        [one.room.place.name, f"{one.people}", f"{one.present}", f"{one.leave}", f"{one.late}", f"{one.absent}", "；".join(named.get(one.pk, []))]
        if one.state == RoomState.DONE
        else [one.room.place.name, "", "", "", "", "", "没有点"]
        for one in rooms
    ]
    done = [one for one in rooms if one.state == RoomState.DONE]
    totals = {name: sum(getattr(one, name) for one in done) for name in ("people", "present", "leave", "late", "absent", "elsewhere")}
    return {
        "heading": f"{check.time}记录表",
        "facts": [
            ("宿舍楼", str(check.building), False),
            ("哪晚", full_day(check.on), False),
            ("开始", full_moment(check.starts_at), False),
            ("点完", full_moment(check.finished_at) if check.finished_at else f"还有 {len(rooms) - len(done)} 间没有点", False),
            ("应到", f"{totals['people']} 人", False),
            ("在寝", f"{totals['present']} 人（晚归 {totals['late']} 人）", False),
            ("请假", f"{totals['leave']} 人", False),
            ("没到", f"{totals['absent']} 人，有去向 {totals['elsewhere']} 人", False),
        ],
        "table": {
            "title": "各宿舍",
            "columns": [("宿舍", False), ("应到", True), ("在寝", True), ("请假", True), ("晚归", True), ("没到", True), ("情况", False)],
            "rows": rows,
        },
        "signers": [("宿管员", "、".join(dict.fromkeys(one.done_by.name for one in done if one.done_by))), ("带班领导", "")],
    }


NIGHT_PAPER = PrintDocument(
    kind="dorms.bedcheck", title="晚点名记录表", template="print/facts.html", context=night_paper, number=lambda check: f"{check.on:%Y%m%d}-{check.pk}"
)
