"""月折旧: the months that are booked."""

import django_filters as filters
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import require
from logistics.platform.web.record_pages import RecordForm, RecordList, record_urls
from logistics.platform.web.records import Record
from logistics.platform.web.tables import Column, link
from logistics.platform.web.templatetags.school import money, stamp

from . import rules
from .forms import RunForm
from .models import DepreciationRun
from .queries import VIEW, classes_of, runs_visible_to


class RunFilters(filters.FilterSet):
    year = filters.ChoiceFilter(field_name="month__year", label="年度", empty_label="全部年度", choices=[(str(year), str(year)) for year in range(2015, 2051)])

    class Meta:
        model = DepreciationRun
        fields: list[str] = []


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def yuan_column(name: str, label: str, *, css: str = "num") -> Column:
    return Column(name, label, lambda row: getattr(row, name), lambda row: money(getattr(row, name)), css=css, sort=name, kind="money", width=16)


RUNS = Record(
    model=DepreciationRun,
    namespace="assets:depreciation",
    icon="hourglass",
    rows=runs_visible_to,
    columns=(
        Column(
            "month", "月份", lambda r: f"{r.month:%Y-%m}", lambda r: link(f"{r.month.year}年{r.month.month}月", reverse("assets:depreciation-detail", args=[r.pk])),
            css="key", sort="month",
        ),
        Column("cards", "卡片", lambda r: r.cards, css="num", sort="cards", kind="integer", width=8),
        yuan_column("amount", "本月折旧（元）"),
        yuan_column("cost", "月末原值（元）", css="num only-wide"),
        yuan_column("depreciation", "月末累计折旧（元）", css="num only-wide"),
        Column("at", "提折旧时间", lambda r: r.at, lambda r: stamp(r.at), css="nw only-wide", sort="at", kind="datetime", width=18),
        Column("by", "经手", lambda r: r.by.name, css="nw only-wide"),
    ),
    filters=RunFilters,
    form=RunForm,
    create=rules.run_month,
    check_view=check_can_view,
    check_create=rules.check_can_run,
    order=("-month",),
    stamp=lambda r: "",
    facts=lambda r: [],  # the page has its own
    detail_context=lambda r, user: {"rows": classes_of(r.month), "net": r.cost - r.depreciation},
    empty="还没有提过折旧。每月 1 日自动提上个月的。",
)  # fmt: skip


class RunList(RecordList):
    """No button where every month that is over has been booked."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"can_create": context["can_create"] and rules.month_due(timezone.localdate()) is not None}


class RunPage(RecordForm):
    """The next month, by hand, where the clock has not come to it."""

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"heading": "提折旧", "submit": "提折旧", "due": rules.month_due(timezone.localdate())}


def depreciation_urls() -> list:
    """The routes of the depreciation, under /assets/."""
    return record_urls(RUNS, pages={"list": RunList, "form": RunPage})
