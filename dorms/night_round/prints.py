"""宿舍夜间巡查记录: the rounds of a night, or of one round's night, one row a round (DOR-05)."""

from logistics.platform.evidence.logs import LONGEST, MOST_ROWS, Period, period_of
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import stamp

from .models import NightRound
from .queries import rounds_visible_to, standing, written_times
from .rules import LAW, LOOKED_AT

HEADS = [(words, False) for words in ("该走的时间", "楼栋", "走的时间", "巡查人", "楼层", "出口消防用电门窗", "问题和处理", "结果")]


def floors_of(found: NightRound) -> str:
    """1层至4层√, or 1层√ 2层× where one is not in order."""
    shown = [(line["text"].partition("都看过")[0], line["ok"]) for line in found.lines if line["text"] not in LOOKED_AT]
    if len(shown) > 1 and all(ok for _, ok in shown):
        return f"{shown[0][0]}至{shown[-1][0]}√"
    return " ".join(f"{name}{'√' if ok else '×'}" for name, ok in shown)


def marks_of(found: NightRound) -> str:
    return "".join("√" if line["ok"] else "×" for line in found.lines if line["text"] in LOOKED_AT)


def trouble_of(found: NightRound) -> str:
    words = [f"{line['text'].partition('，')[0]}：{line['note']}" for line in found.lines if not line["ok"]]
    return "；".join(filter(None, [*words, *(f"报修 {ticket.number}" for ticket in found.tickets.all()), found.note]))


def paper(period: Period, user) -> dict:
    rows = rounds_visible_to(user).filter(occurrence__on__gte=period.since, occurrence__on__lte=period.until).exclude(occurrence__state="cancelled")
    found = list(rows.prefetch_related("tickets").order_by("occurrence__on", "building__order", "occurrence__opens_at")[: MOST_ROWS + 1])
    if len(found) > MOST_ROWS:
        raise RuleViolation(f"{period.words}有 {MOST_ROWS} 趟以上，一次打印不下，请分几段打印，一段最多 {LONGEST} 天。")
    written = written_times(found)
    lines = []
    for n, one in enumerate(found, 1):
        due = one.occurrence
        time = written.get(one.pk, "").removesuffix(" 填写") or (stamp(one.done_at) if one.done_at else "")
        by, words = one.done_by.name if one.done_by else "", standing(one, due.closes_at)[0]
        lines.append([str(n), stamp(due.opens_at), str(one.building), time, by, floors_of(one), marks_of(one), trouble_of(one), words])
    return {
        "heading": "宿舍夜间巡查记录",
        "sub": period.words,
        "table": {"columns": [("序", True), *HEADS], "rows": lines},
        "count": len(lines),
        "law": f"√ 正常，× 不正常；出口消防用电门窗依次是安全出口、消防器材、用火用电、门窗水龙头。时间前有“离线”的是没有网络时写下的时间。依据：{LAW}。",
        "signers": [("宿管员", ""), ("总务主任", "")],
    }


NIGHT_PAPER = PrintDocument(
    kind="dorms.night.sheet",
    title="宿舍夜间巡查记录",
    template="print/evidence/log.html",
    context=paper,
    number=lambda period: period.number,
    find=period_of,
)
