"""固定资产盘点表 of a room, and the closing report of a stocktake (AST-05, GEN-04)."""

from logistics.platform.approvals.public import runs_of, signature_rows
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .approval import rows_of, worth
from .models import CountSheet, Decision, SheetState, Stocktake
from .queries import check_can_view_differences, finds_of, lines_of, sees_all
from .summary import Rank, summary_of

MOST_ROWS, BEST = 300, 10


def check_paper(user, sheet: CountSheet) -> None:
    """Whoever counts blind may not read the book off the paper of a room already counted."""
    if sheet.stocktake.is_blind and sheet.state == SheetState.COUNTED and not sees_all(user):
        check_can_view_differences(user)


def count_sheet_paper(sheet: CountSheet, user) -> dict:
    """The room's list to count on paper, or what was counted. A blind sheet has no figures of the book until it is counted."""
    is_counted = sheet.state == SheetState.COUNTED
    hides = sheet.stocktake.is_blind and not is_counted
    finds = finds_of(sheet) if is_counted else []
    found = {find.card_id: find.quantity for find in finds if find.card_id}
    lines = [] if hides else lines_of(sheet)
    rows = [
        {
            "number": line.card.number, "name": line.card.name, "model": " ".join(filter(None, (line.card.brand, line.card.model))), "unit": line.card.unit,
            "book": "" if sheet.round == 2 and not is_counted else str(line.quantity), "found": str(found.get(line.card_id, 0)) if is_counted else "",
            "custodian": str(line.custodian or ""),
        }
        for line in lines
    ]  # fmt: skip
    listed = {line.card_id for line in lines}
    others = [
        {"number": find.card.number if find.card else find.code, "name": find.card.name if find.card else find.name or "认不出", "found": str(find.quantity)}
        for find in finds
        if find.card_id not in listed
    ]
    return {
        "campaign": sheet.stocktake.title, "number": sheet.stocktake.number, "place": str(sheet), "rows": rows, "others": others, "is_counted": is_counted,
        "blanks": [] if is_counted else list(range(12 if hides else 4)), "counter": str(sheet.counted_by or sheet.counter or ""),
        "on": full_day(sheet.counted_at), "note": sheet.note,
    }  # fmt: skip


def _ranks(ranks: list[Rank]) -> list[dict]:
    return [{"name": rank.name, "lines": rank.lines, "fine": rank.fine, "percent": f"{rank.percent:.1f}%", "wrong": rank.wrong} for rank in ranks[:BEST]]


def stocktake_paper(stocktake: Stocktake, user) -> dict:
    """Figures, differences with what became of them, ranking, signatures."""
    found, rows, runs = summary_of(stocktake), rows_of(stocktake), runs_of(stocktake)
    shown = [
        {
            "kind": row.get_kind_display(), "number": row.card.number if row.card else row.code, "name": row.name, "quantity": row.quantity,
            "book": str((row.line.sheet.place if row.line else row.card.place if row.card else None) or ""), "place": str(row.place or ""),
            "decision": row.get_decision_display() or "还没有定", "reason": row.reason, "value": f"{worth(row):,.2f}" if worth(row) else "",
        }
        for row in rows[:MOST_ROWS]
    ]  # fmt: skip
    shortage = [row for row in rows if row.decision == Decision.SHORTAGE]
    surplus = [row for row in rows if row.decision == Decision.BOOK]
    progress = found.progress
    return {
        "campaign": stocktake.title, "number": stocktake.number, "state": "" if stocktake.done_on else stocktake.get_state_display(),
        "kind": stocktake.get_kind_display(), "scope": found.scope, "days": f"{full_day(stocktake.starts_on)} 至 {full_day(stocktake.done_on or stocktake.due_on)}",
        "blind": "盲盘" if stocktake.is_blind else "按清单盘", "team": "、".join(str(person) for person in stocktake.team.all()),
        "lines": progress["lines"], "pieces": progress["pieces"], "cost": f"{progress['cost']:,.2f}", "not_counted": progress["not_counted"],
        "fine": f"{found.fine_percent:.1f}%", "elsewhere": progress["elsewhere"], "missing": progress["missing"], "recount": found.recount.words,
        "shortage": f"{len(shortage)} 条，{sum(map(worth, shortage)):,.2f} 元", "surplus": f"{len(surplus)} 条，{sum(map(worth, surplus)):,.2f} 元",
        "rows": shown, "left": max(0, len(rows) - MOST_ROWS), "rooms": _ranks(found.rooms), "counters": _ranks(found.counters),
        "signed": signature_rows(runs[0]) if runs else [],
        "keeper": str(stocktake.submitted_by or stocktake.created_by),
    }  # fmt: skip


COUNT_PAPER = PrintDocument(
    kind="assets.countsheet",
    title="固定资产盘点表",
    template="print/assets/count_sheet.html",
    context=count_sheet_paper,
    check=check_paper,
    number=lambda sheet: sheet.stocktake.number,
)
STOCKTAKE_PAPER = PrintDocument(
    kind="assets.stocktake",
    title="固定资产盘点报告",
    template="print/assets/stocktake.html",
    context=stocktake_paper,
    check=check_can_view_differences,
    number=lambda stocktake: stocktake.number,
)
