"""比价: what is paid beside what others ask, and the prices written down."""

from django.urls import path, reverse
from django.utils import timezone
from django.views.generic import TemplateView

from canteen.amounts import price_words
from logistics.platform.web.record_pages import RecordForm, record_urls
from logistics.platform.web.records import Record, allowed
from logistics.platform.web.rows import more_rows
from logistics.platform.web.tables import Column, link
from logistics.platform.web.templatetags.school import day

from . import forms, rules
from .models import PriceCheck
from .queries import DAYS, OVER, check_can_view, checks_visible_to, compared, limit_shown, too_dear


class ComparePage(TemplateView):
    """Every ingredient bought lately: what was paid, what others ask, the dearest first."""

    template_name = "canteen/prices.html"

    def dispatch(self, request, *args, **kwargs):
        check_can_view(request.user)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        rows = compared(today)[:150]
        for row in rows:
            row.paid_shown, row.middle_shown = price_words(row.paid), f"{row.middle:.2f}" if row.middle else ""
            row.is_dear = too_dear(row, today)
            row.cheapest = f"{row.others[0][0]} {price_words(row.others[0][1])}" if row.others else ""
        dear = [row for row in rows if row.is_dear]
        may = allowed(rules.check_can_write, self.request.user)
        return super().get_context_data(rows=rows, dear=dear, over=limit_shown(OVER, today), days=limit_shown(DAYS, today), may_write=may, **kwargs)


PRICES = Record(
    model=PriceCheck,
    namespace="canteen:price",
    icon="tags",
    label="询价记录",
    rows=checks_visible_to,
    columns=(
        Column("name", "食材", lambda p: str(p.ingredient), lambda p: link(str(p.ingredient), reverse("canteen:ingredient-detail", args=[p.ingredient_id]), p.source), css="key", sort="ingredient__pinyin", width=20),
        Column("source", "哪里", lambda p: p.source, css="only-wide", optional=True, width=24),
        Column("kind", "来源", lambda p: "供应商报价" if p.supplier_id else "市场", css="nw"),
        Column("on", "日期", lambda p: p.on, lambda p: day(p.on), css="nw", sort="on", kind="date"),
        Column("unit", "单位", lambda p: p.ingredient.unit, css="nw only-wide"),
        Column("by", "登记", lambda p: p.created_by.name, css="nw only-wide"),
        Column("note", "说明", lambda p: p.note, css="only-wide", width=24),
        Column("price", "单价（元）", lambda p: p.price, lambda p: price_words(p.price), css="num tail", sort="price", kind="number"),
    ),
    filters=forms.PriceFilters,
    create_form=forms.PriceForm,
    create=rules.write_prices,
    check_view=check_can_view,
    check_create=rules.check_can_write,
    order=("-on", "-pk"),
    stamp=lambda p: str(p.pk),
    empty="还没有询价。每半个月去市场看一次，或者请供应商报一次价。",
)  # fmt: skip


class PricePage(RecordForm):
    def post(self, request, *args, **kwargs):
        if "lines-more" in request.POST:
            return self.render_to_response(self.get_context_data(form=more_rows(forms.PriceForm, request.POST)))
        return super().post(request, *args, **kwargs)


def price_urls() -> list:
    """The routes of prices, under /canteen/."""
    return [path("prices/", ComparePage.as_view(), name="prices"), *record_urls(PRICES, pages={"form": PricePage}, without=("detail",))]
