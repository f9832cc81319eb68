"""费用台账: the year on one page, as Excel, on paper; and reading last years' cost tables in (UTL-07)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.access.rules import has
from logistics.platform.charts.bars import grouped
from logistics.platform.evidence.logs import paper_response
from logistics.platform.exports.workbook import XLSX
from logistics.platform.imports.reader import check_size, read_grids
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.school.models import school
from logistics.platform.web.record_pages import add_refusal

from . import forms, rules
from .book import workbook
from .ledger import Ledger, ledger
from .models import Bill, BillState, CostKind, month_words
from .queries import RECORD, check_can_view
from .reading import CostRow, read_costs

SALT = "utilities.costs"
VALID_SECONDS = 3600


def chart_of(found: Ledger) -> str:
    """This year's months beside last year's."""
    labels = [f"{row.month.month}月" for row in found.months]
    now, was = [row.total for row in found.months], [row.before for row in found.months]
    return grouped(labels, [(f"{found.year}年", now), (f"{found.year - 1}年", was)], title=found.sentence, unit="元")


@require_safe
@never_cache
def costs_page(request):
    check_can_view(request.user)
    found = ledger(forms.year_asked(request.GET))
    context = {
        "title": "费用台账",
        "found": found,
        "chart": chart_of(found) if found.kinds else "",
        "earlier": found.year - 1,
        "later": found.year + 1 if found.year < timezone.localdate().year else None,
        "may_record": has(request.user, RECORD),
        "shared": [kind for kind in found.kinds if any(kind.value in one.by_kind for one in found.departments)],
    }
    return render(request, "utilities/costs.html", context)


@require_safe
@never_cache
def costs_book(request):
    check_can_view(request.user)
    found = ledger(forms.year_asked(request.GET))
    response = HttpResponse(workbook(found, school=school().name), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"费用台账-{found.year}.xlsx") or "attachment"
    return response


@dataclass(frozen=True)
class Year:
    year: int

    @property
    def number(self) -> str:
        return f"FY-{self.year}"


def year_of_paper(paper) -> Year | None:
    year = paper.number.removeprefix("FY-")
    return Year(int(year)) if year.isdecimal() and len(year) == 4 else None


def year_paper(year: Year, user) -> dict:
    """The ledger as plain values."""
    found = ledger(year.year)

    def yuan(amount: Decimal | None) -> str:
        return f"{amount:,.2f}" if amount is not None else ""

    columns = [("月份", False), *((kind.label, True) for kind in found.kinds), ("合计", True), ("去年同月", True), ("比去年", True)]
    rows = [[f"{row.month.month}月", *map(yuan, row.amounts), yuan(row.total), yuan(row.before), row.change_words] for row in found.months]
    return {
        "heading": f"{found.year}年能源和公用费用台账",
        "sub": f"{school().name}　单位：元",
        "sentence": found.sentence,
        "unchecked": found.unchecked,
        "table": {"columns": columns, "rows": rows, "total": ["合计", *map(yuan, found.sums), yuan(found.total), yuan(found.before), found.change_words]},
        "departments": {
            "columns": [("部门", False), ("分摊金额（元）", True)],
            "rows": [[one.department, yuan(one.amount)] for one in found.departments],
        },
        "signers": [("制表", ""), ("总务主任", ""), ("日期", "")],
    }


COSTS_PAPER = PrintDocument(
    kind="utilities.costs",
    title="能源和公用费用台账",
    template="print/utilities/costs.html",
    context=year_paper,
    number=lambda year: year.number,
    find=year_of_paper,
)


@require_safe
@never_cache
def costs_print(request):
    check_can_view(request.user)
    return paper_response(request, COSTS_PAPER, Year(forms.year_asked(request.GET)))


def signed_rows(rows: list[CostRow]) -> str:
    return signing.dumps([[row.kind, row.month.isoformat(), str(row.amount)] for row in rows], salt=SALT, compress=True)


def rows_in(signed: str) -> list[dict]:
    """Raises RuleViolation for what this page did not write, or long ago."""
    try:
        found = signing.loads(signed, salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature as refusal:
        raise RuleViolation("隔得太久了，请重新选文件。") from refusal
    return [{"kind": kind, "month": date.fromisoformat(month), "amount": Decimal(amount)} for kind, month, amount in found]


class ReadTable(View):
    """读入费用表: first what would be saved is shown, and nothing is saved; then it is."""

    http_method_names = ["get", "post", "head"]

    def dispatch(self, request, *args, **kwargs):
        rules.check_can_record(request.user)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        return self.show(forms.FileForm())

    def post(self, request):
        if "rows" in request.POST:
            return self.take(request)
        form = forms.FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form, status=422)
        file = form.cleaned_data["file"]
        try:
            check_size(file.size or 0)
            table = read_costs(read_grids(file.read(), (file.name or "表格")[:60]), republic=form.cleaned_data["republic"])
        except RuleViolation as refusal:
            add_refusal(form, RuleViolation(refusal.message, field=refusal.field or "file"))
            return self.show(form, status=422)
        months = {row.month for row in table.rows}
        there = set(Bill.objects.filter(month__in=months).exclude(state=BillState.VOID).values_list("kind", "month"))
        fresh = [row for row in table.rows if (row.kind, row.month) not in there]
        shown = [(row.where, month_words(row.month), CostKind(row.kind).label, row.amount, (row.kind, row.month) in there) for row in table.rows]
        return self.show(form, shown=shown, doubts=table.doubts, fresh=len(fresh), total=sum((row.amount for row in fresh), Decimal(0)), signed=signed_rows(fresh) if fresh else "")  # fmt: skip

    def take(self, request):
        try:
            saved = rules.import_costs(actor=request.user, at=timezone.now(), rows=rows_in(request.POST["rows"]))
        except RuleViolation as refusal:
            return self.show(forms.FileForm(), refusal=refusal.message, status=422)
        messages.success(request, f"读入 {len(saved)} 笔，请另一位核对")
        return redirect("utilities:bill-list")

    def show(self, form, *, status: int = 200, **context):
        return render(self.request, "utilities/costs_read.html", {"title": "读入费用表", "form": form} | context, status=status)
