"""学期, 节假日和调休, 工作时间: described for their pages and the API (ORG-03)."""

from django import forms
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet

from logistics.cockpit.fields import say_none, time_input
from logistics.platform.terms.models import CalendarDay, DayKind, Term, WorkingHours
from logistics.platform.terms.rules import (
    check_can_manage,
    remove_calendar_day,
    remove_term,
    remove_working_hours,
    save_calendar_day,
    save_term,
    save_working_hours,
)
from logistics.platform.web.forms import DayInput
from logistics.platform.web.records import Action, Record
from logistics.platform.web.tables import Column, link, state_mark

from .calendar_moves import day_removed, term_removed

GONE = "删去以后就不再按它算期限，日志里还查得到。"


class TermFilters(FilterSet):
    q = CharFilter(field_name="name", lookup_expr="icontains", label="学期", help_text="学期名称")


class TermForm(forms.ModelForm):
    class Meta:
        model = Term
        fields = ["name", "year", "start_on", "end_on"]
        widgets = {"start_on": DayInput(), "end_on": DayInput()}
        help_texts = {"name": "例如 2026年秋季学期。", "start_on": "这一天所在的周是第 1 周。"}


TERMS = Record(
    model=Term,
    namespace="cockpit:term",
    icon="calendar-range",
    rows=lambda user: Term.objects.all(),
    columns=(
        Column("name", "学期", lambda row: row.name, cell=lambda row: link(row.name, TERMS.url("update", row)), css="key", sort="name", width=22),
        Column("year", "学年", lambda row: row.year, css="nw", width=12),
        Column("start_on", "开学", lambda row: row.start_on, css="nw", sort="start_on", kind="date", width=14),
        Column("end_on", "放假", lambda row: row.end_on, css="nw", sort="end_on", kind="date", width=14),
    ),
    filters=TermFilters,
    order=("-start_on",),
    form=TermForm,
    create=save_term,
    update=save_term,
    check_create=check_can_manage,
    check_update=check_can_manage,
    actions=(Action("remove", "删去学期", remove_term, check_can_manage, icon="trash-2", tone="stop", confirm=GONE, hint=term_removed),),
    empty="还没有学期。定好开学和放假的日期，就能算出第几周。",
)


class DayFilters(FilterSet):
    q = CharFilter(field_name="name", lookup_expr="icontains", label="名称", help_text="节日名称")
    kind = ChoiceFilter(label="类别", choices=DayKind.choices, empty_label="全部类别")
    since = DateFilter(label="从", field_name="on", lookup_expr="gte", widget=DayInput())
    until = DateFilter(label="到", field_name="on", lookup_expr="lte", widget=DayInput())


class DayForm(forms.ModelForm):
    class Meta:
        model = CalendarDay
        fields = ["on", "kind", "name"]
        widgets = {"on": DayInput()}
        help_texts = {"name": "例如 国庆节、校运会。"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        say_none(self, kind="放假还是上班")


def day_state(row: CalendarDay):
    return state_mark(row.get_kind_display(), "wait" if row.kind == DayKind.HOLIDAY else "doing")


DAYS = Record(
    model=CalendarDay,
    namespace="cockpit:calendar",
    icon="calendar-days",
    label="节假日和调休",
    rows=lambda user: CalendarDay.objects.all(),
    columns=(
        Column(
            "on", "日期", lambda row: row.on, cell=lambda row: link(f"{row.on:%Y-%m-%d}", DAYS.url("update", row)), css="key", sort="on", kind="date", width=14
        ),
        Column("name", "名称", lambda row: row.name, width=20),
        Column("kind", "类别", lambda row: row.get_kind_display(), cell=day_state, css="tail", sort="kind", width=12),
    ),
    filters=DayFilters,
    order=("-on",),
    form=DayForm,
    create=save_calendar_day,
    update=save_calendar_day,
    check_create=check_can_manage,
    check_update=check_can_manage,
    actions=(Action("remove", "改回平常日子", remove_calendar_day, check_can_manage, icon="trash-2", tone="stop", confirm=GONE, hint=day_removed),),
    empty="还没有节假日。可以先载入国家法定节假日。",
)


class HoursFilters(FilterSet):
    pass


class HoursForm(forms.ModelForm):
    class Meta:
        model = WorkingHours
        fields = ["start", "end"]
        widgets = {"start": time_input(), "end": time_input()}


HOURS = Record(
    model=WorkingHours,
    namespace="cockpit:hours",
    icon="clock",
    rows=lambda user: WorkingHours.objects.all(),
    columns=(
        Column("span", "时段", str, cell=lambda row: link(str(row), HOURS.url("update", row)), css="key", sort="start"),
        Column("start", "开始", lambda row: row.start.strftime("%H:%M")),
        Column("end", "结束", lambda row: row.end.strftime("%H:%M")),
    ),
    filters=HoursFilters,
    order=("start",),
    form=HoursForm,
    create=save_working_hours,
    update=save_working_hours,
    check_create=check_can_manage,
    check_update=check_can_manage,
    actions=(
        Action("remove", "删去时段", remove_working_hours, check_can_manage, icon="trash-2", tone="stop", confirm="删完以后按 08:00–12:00、14:00–17:30 算。"),
    ),
    empty="还没有定，按 08:00–12:00、14:00–17:30 算。",
)
