"""Prices: list, page with the steps, form (UTL-07)."""

from django.urls import reverse
from django.utils import timezone

from logistics.platform.web.record_pages import RecordForm, record_urls
from logistics.platform.web.records import Record
from logistics.platform.web.rows import more_rows
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, money
from logistics.utilities.bill.models import amount_words
from logistics.utilities.meter.models import UNITS, Medium

from . import forms, rules
from .models import Tariff
from .queries import check_can_manage, check_can_view, is_in_force, tariffs_visible_to


def standing(tariff: Tariff) -> tuple[str, str]:
    today = timezone.localdate()
    if tariff.since > today:
        return ("还没起用", "wait")
    if not hasattr(tariff, "in_force"):
        tariff.in_force = is_in_force(tariff, today, list(Tariff.objects.filter(medium=tariff.medium, name=tariff.name)))
    return ("现行", "done") if tariff.in_force else ("以前的", "void")


def rows_words(tariff: Tariff) -> str:
    return "；".join(str(row) for row in tariff.rows.all())


TARIFFS = Record(
    model=Tariff,
    namespace="utilities:tariff",
    label="水电价格",
    icon="tags",
    rows=tariffs_visible_to,
    columns=(
        Column("name", "名称", lambda t: t.name, lambda t: link(t.name, reverse("utilities:tariff-detail", args=[t.pk])), css="key", sort="name", width=24),
        Column("medium", "种类", lambda t: t.get_medium_display(), css="nw", sort="medium"),
        Column("since", "起用日期", lambda t: t.since, lambda t: day(t.since), css="nw", sort="since", kind="date"),
        Column("prices", "价格（元）", rows_words, css="only-wide", width=60),
        Column("fixed", "每月固定费（元）", lambda t: t.fixed, lambda t: money(t.fixed) if t.fixed else "", css="num only-wide", kind="money", optional=True, width=16),
        Column("used", "账单", lambda t: t.used, lambda t: f"{t.used} 张" if t.used else "", css="num nw only-wide", kind="integer"),
    ),
    filters=forms.TariffFilters,
    form=forms.TariffForm,
    create=rules.save_tariff,
    update=rules.save_tariff,
    check_view=check_can_view,
    check_create=check_can_manage,
    check_update=rules.check_can_edit,
    order=("medium", "name", "-since", "pk"),
    stamp=rows_words,
    facts=lambda t: [
        ("种类", t.get_medium_display(), False), ("起用日期", day(t.since), False), ("每月固定费", f"{t.fixed:,.2f} 元" if t.fixed else "没有", False),
        ("阶梯", "按年累计" if t.yearly else "按月", False), ("依据", t.basis or "—", True),
    ],
    detail_context=lambda t, user: {"lines": [(row, amount_words(row.over), f"{row.price.normalize():f}", amount_words(row.share)) for row in t.rows.all()], "unit": UNITS[Medium(t.medium)], "state_cell": state_mark(*standing(t)), "used": t.bills.count()},
    empty="还没有价格。照账单或者物价部门的文件写一张，登记账单时就能核对算得对不对。",
)  # fmt: skip


class TariffPage(RecordForm):
    """The form begins with the stored rows; 再加一行 keeps what is typed."""

    def get_template_names(self):
        return ["utilities/tariff_form.html"]

    def get_form(self, *args):
        if args:
            return forms.TariffForm(*args)
        if self.object is None:
            return forms.TariffForm()
        given = {name: getattr(self.object, name) for name in ("medium", "name", "since", "fixed", "yearly", "basis")}
        names = ("part", "band", "over", "price", "share")
        return forms.TariffForm(initial=given | {"rows": [{name: getattr(row, name) for name in names} for row in self.object.rows.all()]})

    def post(self, request, *args, **kwargs):
        if "rows-more" in request.POST:
            return self.render_to_response(self.get_context_data(form=more_rows(forms.TariffForm, request.POST)))
        return super().post(request, *args, **kwargs)


def tariff_urls() -> list:
    """The routes of prices, under /utilities/."""
    return record_urls(TARIFFS, pages={"form": TariffPage})
