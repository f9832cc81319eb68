"""Cost by department and month, and what should be bought: pages and workbooks (STK-04, STK-05)."""

from datetime import date

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import TemplateView, View

from assets.money import ZERO
from logistics.platform.charts import Bar, bars, hbars
from logistics.platform.exports.columns import Column
from logistics.platform.exports.workbook import workbook_response
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.web.records import allowed

from . import forms, purchases
from .queries import CostRow, check_can_view, cost_by_department, month_before, wanted_items

MONTHS, MOST_BARS = 6, 10


class Asked:
    """Which months and store the address asks for: six months up to the named one, this one when it names none."""

    def __init__(self, query):
        self.form = forms.CostForm(query)
        given = self.form.cleaned_data if self.form.is_valid() else {}
        until = given.get("until") or timezone.localdate().replace(day=1)
        self.store, months = given.get("store"), [until]
        while len(months) < MONTHS:
            months.insert(0, month_before(months[0]))
        self.months: list[date] = months

    @property
    def labels(self) -> list[str]:
        return [f"{month.month}月" for month in self.months]

    def rows(self) -> list[CostRow]:
        return cost_by_department(self.months, store=self.store)


class CostPage(TemplateView):
    template_name = "assets/cost.html"

    def get_context_data(self, **kwargs):
        check_can_view(self.request.user)
        asked = Asked(self.request.GET)
        rows = asked.rows() if asked.form.is_valid() else []
        totals = [sum((row.months[n] for row in rows), ZERO) for n in range(MONTHS)]
        charts = {}
        if rows:
            top = rows[0]
            charts = {
                "by_month": bars(asked.labels, [float(value) for value in totals], title=f"各月领用：一共 {sum(totals):,.2f} 元", unit="元", wide=False),
                "by_department": hbars(
                    [Bar(row.name, float(row.total)) for row in rows[:MOST_BARS]],
                    title=f"各部门领用：{top.name}最多，{top.total:,.2f} 元",
                    unit="元",
                    wide=False,
                ),
            }
        shown = {"title": "领用成本", "form": asked.form, "labels": asked.labels, "rows": rows, "totals": totals, "total": sum(totals, ZERO)}
        return super().get_context_data(**kwargs) | shown | charts | {"query": self.request.GET.urlencode()}


class CostBook(View):
    """The same as a workbook."""

    def get(self, request):
        check_can_view(request.user)
        asked = Asked(request.GET)
        if not asked.form.is_valid():
            raise RuleViolation("；".join(error for errors in asked.form.errors.values() for error in errors))
        columns = [Column("部门", 22), *(Column(f"{month:%Y-%m}", 14, "money") for month in asked.months), Column("合计", 14, "money")]
        return workbook_response("领用成本", columns, ([row.name, *row.months, row.total] for row in asked.rows()))


class WantedPage(TemplateView):
    """采购建议: what is under its least, and how much brings it up to its most."""

    template_name = "assets/wanted.html"

    def get_context_data(self, **kwargs):
        check_can_view(self.request.user)
        rows = wanted_items()
        total = sum((row.amount for row in rows if row.amount), ZERO)
        may_buy = allowed(purchases.check_can_buy, self.request.user)
        return super().get_context_data(**kwargs) | {"title": "采购建议", "rows": rows, "total": total, "may_buy": may_buy, "coming": purchases.coming()}

    def post(self, request):
        """Draft the request; a refusal is said above the list."""
        try:
            made = purchases.buy_wanted(actor=request.user, at=timezone.now())
        except RuleViolation as refusal:
            messages.error(request, refusal.message)
            return redirect("assets:wanted")
        messages.success(request, "请购单起草好了。请补全单价和预算指标，再送批。")
        return redirect("finance:purchase-update", made.pk)


class WantedBook(View):
    def get(self, request):
        check_can_view(request.user)
        columns = [
            Column("品名", 20), Column("规格", 16), Column("单位", 8), Column("现有", 12, "number"), Column("最低", 12, "number"), Column("建议采购", 12, "number"),
            Column("最近单价（元）", 14, "number"), Column("估计金额（元）", 14, "money"),
        ]  # fmt: skip
        rows = ([r.item.name, r.item.spec, r.item.unit, r.there, r.item.minimum, r.quantity, r.price, r.amount] for r in wanted_items())
        return workbook_response("采购建议", columns, rows)
