"""每日食品安全检查记录, 每周排查治理报告, 每月调度会议纪要 as paper (CAN-06, CAN-20)."""

from assets.signing import mark_of
from canteen.sample.pages import stamp_of
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .models import Book, CheckSheet, ControlPaper, PaperKind, Verdict
from .pages import figures, words
from .queries import answers_of, summary

HEADINGS = {Book.DAILY: "每日食品安全检查记录", Book.PROCESS: "食品加工过程检查记录", Book.HYGIENE: "食堂卫生检查评分表"}


def sheet_paper(sheet: CheckSheet, user) -> dict:
    """Every item with its verdict, what was wrong and how it is mended."""
    rows = []
    for n, one in enumerate(answers_of(sheet), 1):
        fault = getattr(one, "fault", None)
        fix = f"{fault.measure}；{fault.owner.name}，{fault.due_on:%m-%d} 前" + (f"；已整改：{fault.done_words}" if fault.done_words else "") if fault else ""
        points = f"{one.points if one.verdict == Verdict.OK else 0}/{one.points}" if sheet.book == Book.HYGIENE and one.verdict != Verdict.NONE else ""
        text = f"{'★' if one.is_key else ''}{one.text}"
        rows.append({"n": n, "group": one.group, "text": text, "verdict": one.get_verdict_display(), "points": points, "problem": one.problem, "fix": fix})
    return {
        "heading": HEADINGS[Book(sheet.book)],
        "on": full_day(sheet.on),
        "moment": stamp_of(sheet.happened_at),
        "meal": str(sheet.meal or ""),
        "scored": sheet.book == Book.HYGIENE,
        "score": f"{sheet.score} / {sheet.full_score}" if sheet.score is not None else "",
        "rows": rows,
        "result": f"发现问题 {sheet.faults_found} 个" if sheet.faults_found else "没有发现食品安全风险隐患（零风险报告）",
        "by": sheet.created_by.name,
        "marks": "；".join(filter(None, [sheet.note, sheet.marks])),
    }


def control_paper(paper: ControlPaper, user) -> dict:
    """Figures from the books, the faults one by one, the people's words, the signature."""
    return {
        "heading": paper.get_kind_display(),
        "on": f"{full_day(paper.since)}至{full_day(paper.until)}",
        "figures": figures(paper),
        "sentence": summary(paper.facts),
        "faults": paper.facts["faults"],
        "carried": paper.facts["carried"],
        "words": words(paper),
        "recorder": paper.created_by.name if paper.created_by.is_person else "",
        "signer": "食品安全总监（食品安全员）" if paper.kind == PaperKind.WEEK else "主持人（校长）",
        "mark": mark_of(paper, "signature") if paper.signed_at else "",
        "signed": paper.signed_by.name if paper.signed_by else "",
        "signed_on": full_day(paper.signed_at) if paper.signed_at else "",
        "draft": "" if paper.signed_at else "未签字",
    }


SHEET_PAPER = PrintDocument(
    kind="canteen.checksheet", title="食品安全检查记录", template="print/canteen/check.html", context=sheet_paper, number=lambda s: f"{s.on:%Y%m%d}-{s.pk}"
)
CONTROL_PAPER = PrintDocument(
    kind="canteen.controlpaper",
    title="食品安全排查调度",
    template="print/canteen/control.html",
    context=control_paper,
    number=lambda p: f"{p.kind[0].upper()}{p.since:%Y%m%d}",
)
