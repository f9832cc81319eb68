"""消耗台账 of a year as it is filed: what stood out, who put it right, how it ended (UTL-03)."""

from dataclasses import dataclass

from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.evidence.logs import paper_response
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument

from .models import OPEN, ProblemState, UseProblem
from .queries import check_can_view, problems_visible_to

FIRST, LAST = 2000, 2099
COLUMNS = [
    ("序", True), ("月份", True), ("地点", False), ("种类", False), ("情况", False), ("责任人", True), ("期限", True), ("整改措施", False), ("整改结果", False), ("复查人", True), ("状态", True),
]  # fmt: skip


@dataclass(frozen=True)
class LedgerYear:
    year: int

    @property
    def number(self) -> str:
        return f"{self.year}年"


def year_of_paper(paper) -> LedgerYear | None:
    text = paper.number.removesuffix("年")
    return LedgerYear(int(text)) if text.isdecimal() and len(text) == 4 else None


def line_of(problem: UseProblem) -> list[str]:
    return [
        f"{problem.month:%Y-%m}",
        str(problem.place),
        problem.get_kind_display(),
        problem.description,
        problem.owner.name if problem.owner else "",
        f"{problem.due_on:%m-%d}" if problem.due_on else "",
        problem.measure,
        problem.outcome,
        problem.closed_by.name if problem.closed_by else "",
        problem.get_state_display(),
    ]


def ledger(one: LedgerYear, user) -> dict:
    """Every problem of the months of that year."""
    found = list(problems_visible_to(user).filter(month__year=one.year).order_by("month", "pk"))
    rows = [[str(n), *line_of(problem)] for n, problem in enumerate(found, 1)]
    closed, open_ones = sum(problem.state == ProblemState.CLOSED for problem in found), sum(problem.state in OPEN for problem in found)
    return {
        "heading": "水电消耗台账（跟踪分析和整改）",
        "sub": one.number,
        "table": {"columns": COLUMNS, "rows": rows},
        "count": len(rows),
        "law": f"已办结 {closed} 条，没办结 {open_ones} 条。依据：《公共机构节能条例》第十四条、第十五条。",
        "signers": [("填表人", ""), ("总务主任", ""), ("日期", "")],
    }


LEDGER = PrintDocument(
    kind="utilities.useproblem.ledger",
    title="水电消耗台账",
    template="print/evidence/log.html",
    context=ledger,
    number=lambda one: one.number,
    find=year_of_paper,
)


@require_safe
@never_cache
def ledger_view(request):
    """The ledger of the year asked for, this year when nothing is said."""
    check_can_view(request.user)
    asked = request.GET.get("year") or str(timezone.localdate().year)
    if not (asked.isascii() and asked.isdecimal() and len(asked) == 4 and FIRST <= int(asked) <= LAST):
        raise RuleViolation("年份写成 2026 这样。")
    return paper_response(request, LEDGER, LedgerYear(int(asked)))


LEDGER_VIEW = ledger_view
