"""打印复印: machines, the monthly register, and the page of departments against their quotas."""

from datetime import date

import django_filters as filters
from django import forms
from django.urls import path, reverse
from django.utils import timezone
from django.views.generic import TemplateView, View

from assets.store.forms import MonthField
from assets.store.queries import month_before
from logistics.platform.charts import Bar, bars, hbars
from logistics.platform.exports.columns import Column as SheetColumn
from logistics.platform.exports.workbook import workbook_response
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import Department
from logistics.platform.web.forms import PlaceField, Words
from logistics.platform.web.record_pages import RecordForm, record_urls
from logistics.platform.web.records import Action, Record, allowed
from logistics.platform.web.tables import Column, link, state_mark

from . import rules
from .models import CopyCount, CopyMachine
from .queries import check_can_view, check_can_view_machines, counted, counts_visible_to, machines_visible_to, sheet_rows

MONTHS, MOST_BARS = 6, 12


def last_month() -> date:
    return month_before(timezone.localdate())


class MachineForm(forms.ModelForm):
    name = Words(label="机器", max_length=40, widget=forms.TextInput(attrs={"placeholder": "例如 三楼教师办公室复印机"}))
    place = PlaceField(label="地点", max_length=200, required=False)

    class Meta:
        model = CopyMachine
        fields = ["name", "place", "department", "is_active"]


class CountForm(forms.Form):
    month = MonthField(label="月份", initial=last_month)
    machine = forms.ModelChoiceField(
        CopyMachine.objects.filter(is_active=True),
        label="机器",
        required=False,
        empty_label="不分机器，按登记本",
        help_text="归部门用的机器填读数，公用的选部门填张数。",
    )
    reading = forms.IntegerField(label="本次读数", required=False, min_value=0, max_value=2_000_000_000)
    start = forms.IntegerField(label="上次读数", required=False, min_value=0, max_value=2_000_000_000, help_text="空着就接上个月的。换过机器或清过零的填 0。")
    department = forms.ModelChoiceField(Department.objects.filter(is_active=True), label="部门", required=False, empty_label="请选")
    sheets = forms.IntegerField(label="张数", required=False, min_value=0, max_value=rules.MOST_SHEETS)
    note = Words(label="说明", max_length=120, required=False)


class CountEditForm(forms.ModelForm):
    """The same of a stored one; its month and machine stay."""

    reading = forms.IntegerField(label="本次读数", required=False, min_value=0, max_value=2_000_000_000)
    start = forms.IntegerField(label="上次读数", required=False, min_value=0, max_value=2_000_000_000)
    department = forms.ModelChoiceField(Department.objects.filter(is_active=True), label="部门", required=False, empty_label="请选")
    sheets = forms.IntegerField(label="张数", required=False, min_value=0, max_value=rules.MOST_SHEETS)
    note = Words(label="说明", max_length=120, required=False)

    class Meta:
        model = CopyCount
        fields = ["reading", "start", "department", "sheets", "note"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        by_meter = self.instance.reading is not None
        for name in ("department", "sheets") if by_meter else ("reading", "start"):
            del self.fields[name]


class MachineFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="机器")
    is_active = filters.BooleanFilter(label="在用")

    class Meta:
        model = CopyMachine
        fields: list[str] = []


class CountFilters(filters.FilterSet):
    department = filters.ModelChoiceFilter(queryset=Department.objects.all(), label="部门", empty_label="全部部门")
    machine = filters.ModelChoiceFilter(queryset=CopyMachine.objects.all(), label="机器", empty_label="全部机器")
    since = filters.DateFilter(field_name="month", lookup_expr="gte", label="从", widget=forms.DateInput(attrs={"type": "date"}))

    class Meta:
        model = CopyCount
        fields: list[str] = []


MACHINES = Record(
    model=CopyMachine,
    namespace="assets:copy-machine",
    icon="printer",
    rows=machines_visible_to,
    columns=(
        Column("name", "机器", lambda m: m.name, lambda m: link(m.name, reverse("assets:copy-machine-detail", args=[m.pk])), css="key", sort="name", width=26),
        Column("place", "地点", lambda m: str(m.place or ""), css="only-wide", width=24),
        Column("department", "归谁用", lambda m: str(m.department or "公用"), css="nw", width=14),
        Column(
            "is_active", "状态", lambda m: "在用" if m.is_active else "停用",
            lambda m: state_mark("在用", "done") if m.is_active else state_mark("停用", "void"), css="tail", sort="is_active",
        ),
    ),
    filters=MachineFilters,
    form=MachineForm,
    create=rules.save_machine,
    update=rules.save_machine,
    check_view=check_can_view_machines,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    order=("name", "pk"),
    stamp=lambda m: m.name,
    empty="还没有机器。归一个部门用的，按读数登记；文印室公用的，按部门登记。",
)  # fmt: skip

COUNTS = Record(
    model=CopyCount,
    namespace="assets:copy-count",
    icon="printer",
    rows=counts_visible_to,
    columns=(
        Column(
            "department", "部门", lambda c: str(c.department),
            lambda c: link(str(c.department), reverse("assets:copy-count-detail", args=[c.pk]), str(c.machine or "登记本")), css="key", width=18,
        ),
        Column("month", "月份", lambda c: f"{c.month:%Y-%m}", css="nw", sort="month"),
        Column("machine", "机器", lambda c: str(c.machine or "登记本"), css="only-wide", optional=True, width=22),
        Column("start", "上次读数", lambda c: c.start, css="num only-wide", kind="integer", optional=True),
        Column("reading", "本次读数", lambda c: c.reading, css="num only-wide", kind="integer"),
        Column("sheets", "张数", lambda c: c.sheets, lambda c: f"{c.sheets:,}", css="num", sort="sheets", kind="integer"),
        Column("created_by", "登记", lambda c: c.created_by.name, css="nw only-wide", optional=True),
        Column("note", "说明", lambda c: c.note, css="only-wide", optional=True, width=24),
    ),
    filters=CountFilters,
    form=CountEditForm,
    create_form=CountForm,
    create=rules.save_count,
    update=rules.save_count,
    check_view=check_can_view,
    check_create=rules.check_can_record,
    check_update=rules.check_can_record,
    order=("-month", "department__order", "department", "machine__name", "pk"),
    stamp=lambda c: f"{c.sheets}",
    empty="还没有登记。每月抄一次读数，或者照登记本填各部门的张数。",
    actions=(Action("remove", "删去登记", rules.remove_count, rules.check_can_record, icon="trash-2", tone="stop", confirm="删去以后要重新登记。"),),
)  # fmt: skip


class MonthForm(forms.Form):
    until = MonthField(label="到", required=False)


class Asked:
    """Six months up to the one the address names."""

    def __init__(self, query):
        self.form = MonthForm(query)
        until = (self.form.cleaned_data.get("until") if self.form.is_valid() else None) or timezone.localdate().replace(day=1)
        self.months: list[date] = [until]
        while len(self.months) < MONTHS:
            self.months.insert(0, month_before(self.months[0]))
        if not self.form.errors:
            self.form = MonthForm(initial={"until": until})
        self.is_right = not self.form.errors


class CopyingPage(TemplateView):
    """Departments against their quotas, with the paper they drew beside what they printed."""

    template_name = "assets/copying.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        check_can_view(user)
        asked = Asked(self.request.GET)
        term, rows = sheet_rows(user, asked.months) if asked.is_right else (None, [])
        parts = [
            Bar(row.name, row.term, was=row.quota, note="超定额" if row.is_over else "", late=row.is_over) for row in rows[:MOST_BARS] if row.term or row.quota
        ]
        totals = [sum(row.months[n] for row in rows) for n in range(MONTHS)]
        over = [row.name for row in rows if row.is_over]
        shown = {
            "title": "打印复印", "form": asked.form, "labels": [f"{month.month}月" for month in asked.months], "rows": rows, "term": term, "over": over,
            "by_department": hbars(parts, title=f"{term or '这学期'}各部门张数，竖线是定额", unit="张", was_name="定额", wide=False) if parts else "",
            "by_month": bars([f"{month.month}月" for month in asked.months], totals, title=f"六个月一共 {sum(totals):,} 张", unit="张", wide=False),
            "totals": [counted(value) for value in totals], "may_record": allowed(rules.check_can_record, user),
            "has_paper": any(row.paper for row in rows), "query": self.request.GET.urlencode(),
        }  # fmt: skip
        return super().get_context_data(**kwargs) | shown


class CopyingBook(View):
    """The same as a workbook."""

    def get(self, request):
        check_can_view(request.user)
        asked = Asked(request.GET)
        if not asked.is_right:
            raise RuleViolation("月份写成 2026-11 这样。")
        term, rows = sheet_rows(request.user, asked.months)
        columns = [
            SheetColumn("部门", 20), *(SheetColumn(f"{month:%Y-%m}", 11, "integer") for month in asked.months), SheetColumn("合计", 12, "integer"),
            SheetColumn("领纸（张）", 12, "integer"), SheetColumn("这学期", 12, "integer"), SheetColumn("定额", 12, "integer"), SheetColumn("还剩", 12, "integer"),
        ]  # fmt: skip
        lines = ([row.name, *row.months, row.total, row.paper, row.term, row.quota, row.left] for row in rows)
        return workbook_response(f"打印复印 {term or ''}".strip(), columns, lines)


class CountPage(RecordForm):
    """A month is registered, not "new"."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | ({} if self.object else {"heading": "登记张数", "submit": "登记"})


def copying_urls() -> list:
    """The routes of printing and copying, under /assets/."""
    return [
        path("copying/", CopyingPage.as_view(), name="copying"),
        path("copying/excel/", CopyingBook.as_view(), name="copying-excel"),
        *record_urls(MACHINES),
        *record_urls(COUNTS, pages={"form": CountPage}),
    ]
