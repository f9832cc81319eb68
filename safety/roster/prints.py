"""值班记录 of a shift and 值班表 of a period as paper (SAF-08)."""

from django.utils import timezone

from logistics.platform.evidence.logs import Period, period_of
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import WEEKDAYS, full_day, full_moment

from .models import Shift, WatchRole
from .queries import duty_words, handover_of, leader_words, roster_rows


def shift_paper(shift: Shift, user) -> dict:
    """Who was on, what was seen and done, what was handed over to whom."""
    people = list(shift.watches.filter(state="on").select_related("person").order_by("-role", "pk"))
    paper = handover_of(shift)

    def signed(watch) -> str:
        return f"{timezone.localtime(watch.signed_at):%H:%M}{' 迟到' if watch.is_late else ''}" if watch.signed_at else ""

    return {
        "number": f"{shift.on:%Y%m%d}-{shift.pk}", "on": full_day(shift.on), "kind": shift.kind.name, "place": str(shift.place),
        "hours": f"{full_moment(shift.starts_at)}至{full_moment(shift.ends_at)}", "state": shift.get_state_display(),
        "leader": "、".join(one.person.name for one in people if one.role == WatchRole.LEADER),
        "people": [{"name": one.person.name, "role": one.get_role_display(), "signed": signed(one)} for one in people],
        "rounds": paper.rounds if paper else "", "incidents": paper.incidents if paper else "", "measures": paper.measures if paper else "",
        "calls": paper.calls if paper else "", "items": paper.items if paper else "",
        "by": f"{paper.written_by.name}{'（代写）' if paper.is_by_other else ''}" if paper else "", "at": full_moment(paper.written_at) if paper else "",
        "taken_by": paper.taken_by.name if paper and paper.taken_by else "", "taken_at": full_moment(paper.taken_at) if paper else "",
    }  # fmt: skip


SHIFT_PAPER = PrintDocument(
    kind="safety.shift", title="值班记录", template="print/safety/shift.html", context=shift_paper, number=lambda shift: f"{shift.on:%Y%m%d}-{shift.pk}"
)


def crew_words(shift: Shift | None) -> str:
    if shift is None:
        return ""
    leader, people = leader_words(shift), duty_words(shift)
    return f"带班 {leader}；值班 {people}" if leader else people


def roster_sheet(period: Period, user) -> dict:
    """A day a line; who is on in each kind of shift."""
    kinds, rows = roster_rows(period.since, period.until)
    lines = [[f"{on:%m-%d} 周{WEEKDAYS[on.weekday()]}", *(crew_words(shift) for shift in shifts)] for on, shifts in rows]
    heads = [("日期", False), *((f"{kind.name}（{kind.hours}）", False) for kind in kinds)]
    return {
        "heading": "值班表", "sub": period.words, "table": {"columns": heads, "rows": lines}, "count": len(lines), "law": "不能值班的，先办换班，批准了才算。",
        "signers": [("制表", ""), ("审核", "")],
    }  # fmt: skip


ROSTER_SHEET = PrintDocument(
    kind="safety.shift.roster", title="值班表", template="print/evidence/log.html", context=roster_sheet, number=lambda period: period.number, find=period_of
)
