"""进出登记: the book at the kitchen's door."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.urls import reverse

from canteen.late import ClaimedField
from logistics.platform.web.forms import Picks, Words
from logistics.platform.web.lines import PersonField
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import full_moment, stamp

from . import rules
from .models import AccessEntry, Area
from .queries import check_can_view, entries_visible_to


class EnterForm(forms.Form):
    area = forms.ChoiceField(label="去哪里", choices=Area, widget=Picks(columns=2))
    name = Words(label="姓名", max_length=30)
    unit = Words(label="单位", max_length=60, help_text="例如 市场监管所、某某维修公司、高一家长。")
    purpose = Words(label="事由", max_length=120, help_text="例如 检查、修灶台、家长开放日。")
    is_healthy = forms.BooleanField(label="问过，没有发热、腹泻、手部伤口", required=False)
    is_dressed = forms.BooleanField(label="穿戴了工作衣帽", required=False, help_text="进操作间、备餐间、留样间要勾这两项。")
    allowed_by = PersonField(label="谁同意的", empty_label="请选")
    happened_at = ClaimedField(label="什么时候进的")


class LeaveForm(forms.Form):
    left_at = ClaimedField(label="什么时候离开的")


class EntryFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="姓名、单位、事由")
    area = filters.ChoiceFilter(choices=Area, label="哪里", empty_label="全部地方")
    inside = filters.BooleanFilter(field_name="left_at", lookup_expr="isnull", label="还没离开", widget=forms.HiddenInput)
    since = filters.DateFilter(field_name="happened_at", lookup_expr="date__gte", label="从", widget=forms.DateInput(attrs={"type": "date"}))
    until = filters.DateFilter(field_name="happened_at", lookup_expr="date__lte", label="到", widget=forms.DateInput(attrs={"type": "date"}))

    class Meta:
        model = AccessEntry
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(Q(name__icontains=value) | Q(unit__icontains=value) | Q(purpose__icontains=value))


def mark(entry: AccessEntry):
    return state_mark("已离开", "done") if entry.left_at else state_mark("在里面", "doing")


def facts(entry: AccessEntry) -> list[tuple]:
    return [
        ("去哪里", entry.get_area_display(), False),
        ("单位", entry.unit, False),
        ("事由", entry.purpose, True),
        ("健康", "没有发热、腹泻、手部伤口" if entry.is_healthy else "没有问", False),
        ("穿戴", "工作衣帽齐全" if entry.is_dressed else "没有穿戴", False),
        ("谁同意", entry.allowed_by.name, False),
        ("进", full_moment(entry.happened_at), False),
        ("离开", full_moment(entry.left_at) if entry.left_at else "还在里面", False),
        ("登记", f"{entry.created_by.name}，{full_moment(entry.created_at)}" + (f"（{entry.late}）" if entry.late else ""), False),
    ]


ENTRIES = Record(
    model=AccessEntry,
    namespace="canteen:access",
    icon="door-open",
    label="进出登记",
    rows=entries_visible_to,
    columns=(
        Column("name", "谁", lambda e: e.name, lambda e: link(e.name, reverse("canteen:access-detail", args=[e.pk]), e.unit), css="key", sort="name", width=20),
        Column("unit", "单位", lambda e: e.unit, css="only-wide", optional=True, width=24),
        Column("area", "去哪里", lambda e: e.get_area_display(), css="nw", sort="area"),
        Column("purpose", "事由", lambda e: e.purpose, css="only-wide", width=30),
        Column("happened_at", "进", lambda e: e.happened_at, lambda e: stamp(e.happened_at), css="nw", sort="happened_at", kind="datetime", width=18),
        Column("left_at", "离开", lambda e: e.left_at, lambda e: stamp(e.left_at) if e.left_at else "", css="nw only-wide", sort="left_at", kind="datetime", width=18),
        Column("allowed_by", "谁同意", lambda e: e.allowed_by.name, css="nw only-wide"),
        Column("late", "补记", lambda e: e.late, css="only-wide", optional=True, width=26),
        Column("state", "状态", lambda e: "已离开" if e.left_at else "在里面", mark, css="tail"),
    ),
    filters=EntryFilters,
    create_form=EnterForm,
    create=rules.enter,
    check_view=check_can_view,
    check_create=rules.check_can_write,
    views=lambda user: [ListView("全部", ""), ListView("还没离开", "inside=true")],
    order=("-happened_at", "-pk"),
    stamp=lambda e: str(e.left_at or ""),
    facts=facts,
    empty="还没有登记。食堂以外的人进操作间、食材库，进门前在这里写。",
    actions=(Action("leave", "离开", rules.leave, rules.check_can_leave, LeaveForm, icon="log-out", tone="primary"),),
)  # fmt: skip


def access_urls() -> list:
    """The routes of the book at the door, under /canteen/."""
    return record_urls(ENTRIES)
