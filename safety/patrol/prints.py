"""防火巡查/检查表 and the record of any other round, one row a point (SAF-05, GB/T 40248 7.3.6)."""

from logistics.platform.duties.queries import window_words
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day, full_moment, stamp

from .models import Purpose, Round, VisitState
from .queries import standing, visits_of, written_times

MOST_COLUMNS = 7


def paper(found: Round, user) -> dict:
    """Points with what was found; where all are looked at for the same few things, one column each."""
    visits = visits_of(found)
    written = written_times(visits)
    texts = [item["text"] for item in visits[0].items] if visits else []
    is_grid = 0 < len(texts) <= MOST_COLUMNS and all([item["text"] for item in visit.items] == texts for visit in visits)
    rows = []
    for n, visit in enumerate(visits, 1):
        marks = [mark(line) for line in visit.lines] if visit.lines else [""] * len(texts)
        trouble = "；".join(filter(None, [said(visit), visit.note, visit.hazard.number if visit.hazard else ""]))
        time = written.get(visit.pk, "").removesuffix(" 填写") or (stamp(visit.done_at) if visit.done_at else "")
        rows.append({
            "n": n, "place": str(visit.place), "time": time, "by": visit.done_by.name if visit.done_by else "", "marks": marks if is_grid else [],
            "result": visit.get_state_display(), "trouble": trouble, "scanned": "已扫码" if visit.scanned else "",
        })  # fmt: skip
    occurrence = found.occurrence
    fire = found.route.purpose in (Purpose.FIRE, Purpose.FIRE_CHECK)
    return {
        "heading": f"{found.route.get_purpose_display()}记录表" if not fire else "防火巡查（检查）表",
        "route": found.route.name,
        "basis": found.route.basis,
        "on": full_day(occurrence.on),
        "window": window_words(occurrence.opens_at, occurrence.due_at),
        "owner": occurrence.owner_words,
        "standing": standing(found, occurrence.closes_at)[0],
        "finished": full_moment(found.finished_at) if found.finished_at else "",
        "texts": texts if is_grid else [],
        "rows": rows,
        "sum": f"共 {found.points} 个点，查了 {found.seen} 个，{found.bad} 个有问题" + (f"，{found.skipped} 个没查成" if found.skipped else "") + "。",
        "walkers": "、".join(dict.fromkeys(visit.done_by.name for visit in visits if visit.done_by)),
    }


def mark(line: dict) -> str:
    if line["ok"]:
        return "√" if line["value"] == "正常" else line["value"]
    return "×" if line["value"] == "不正常" else f"× {line['value']}"


def said(visit) -> str:
    if visit.state == VisitState.UNSEEN:
        return "没有查"
    return "；".join(f"{line['text']}：{line['note'] or line['value']}" for line in visit.lines if not line["ok"])


ROUND_PAPER = PrintDocument(
    kind="safety.round",
    title="防火巡查检查表",
    template="print/safety/round.html",
    context=paper,
    number=lambda found: f"XC{found.occurrence.on:%Y%m%d}-{found.pk}",
)
