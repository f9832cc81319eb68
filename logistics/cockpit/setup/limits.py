"""限值: the numbers the school sets for itself, with what the law says of them, from which day on."""

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect
from django.utils import timezone
from django_filters import CharFilter, ChoiceFilter, FilterSet

from logistics.platform.access.rules import has
from logistics.platform.limits.models import LimitValue
from logistics.platform.limits.queries import standing_of_all
from logistics.platform.limits.registry import FORCES, LAW, Limit, all_limits, grouped, limit_for
from logistics.platform.school.limit_rules import MANAGE, VIEW, change_limit, check_can_manage, check_can_view
from logistics.platform.web.forms import DayInput, Words
from logistics.platform.web.records import Record
from logistics.platform.web.tables import Column
from logistics.platform.web.templatetags.school import full_day

from .base import SetupForm, SetupList


def known(code: str) -> Limit | None:
    """The number's description, None when its app is gone."""
    try:
        return limit_for(code)
    except LookupError:
        return None


def label(row: LimitValue) -> str:
    found = known(row.code)
    return found.label if found else row.code


def shown(row: LimitValue) -> str:
    found = known(row.code)
    return found.shown(row.value) if found else f"{row.value:f}"


def choices() -> list[tuple]:
    return [(group, [(one.code, one.label) for one in some]) for group, some in grouped()]


class LimitFilters(FilterSet):
    q = CharFilter(method="find", label="哪一项", help_text="名称或理由")
    code = ChoiceFilter(label="项目", choices=lambda: [(one.code, one.label) for one in all_limits()], empty_label="全部项目")

    def find(self, rows, name, value):
        codes = [one.code for one in all_limits() if value.strip() in one.label]
        return rows.filter(Q(code__in=codes) | Q(reason__icontains=value.strip()))


class LimitForm(forms.Form):
    code = forms.ChoiceField(label="哪一项", choices=lambda: [("", "请选"), *choices()])
    value = forms.DecimalField(label="改为", max_digits=10, decimal_places=2, min_value=0, widget=forms.NumberInput(attrs={"inputmode": "decimal"}))
    effective_on = forms.DateField(label="从哪天起", widget=DayInput(), initial=timezone.localdate, help_text="今天或以后。以前的事还按当时的数算。")
    reason = Words(label="理由", max_length=200, rows=2, required=False, help_text="低于指引要求的必须写。")


def limit_rows(user):
    rows = LimitValue.objects.select_related("created_by")
    return rows if has(user, VIEW) or has(user, MANAGE) else rows.none()


LIMITS = Record(
    model=LimitValue,
    namespace="cockpit:limit",
    icon="sliders-horizontal",
    label="学校限值",
    rows=limit_rows,
    columns=(
        Column("code", "哪一项", label, css="key", sort="code", width=26),
        Column("value", "改为", shown, css="nw", width=14),
        Column("effective_on", "从哪天起", lambda row: row.effective_on, css="nw", sort="effective_on", kind="date", width=12),
        Column("reason", "理由", lambda row: row.reason, width=30),
        Column("created_by", "谁定的", lambda row: row.created_by, css="nw", width=12),
        Column("created_at", "登记时间", lambda row: row.created_at, lambda row: full_day(row.created_at), css="nw only-wide", kind="datetime", width=18),
    ),
    filters=LimitFilters,
    order=("-pk",),
    form=LimitForm,
    create=change_limit,
    check_view=check_can_view,
    check_create=check_can_manage,
    empty="还没有改过，都用默认的数。",
)


def panels(today, *, group: str, sought: str) -> list[tuple[str, list[dict]]]:
    """(group, its numbers as they stand today): those whose name or help holds `sought`, or without it those of one group."""
    standing = standing_of_all(today)
    kept = [(name, [one for one in some if sought in one.label + one.help] if sought else some) for name, some in grouped() if sought or name == group]
    return [(name, [standing[one.code] | {"words": words(standing[one.code])} for one in some]) for name, some in kept if some]


def words(standing: dict) -> dict:
    one: Limit = standing["limit"]
    coming = standing["next"]
    return {
        "value": one.shown(standing["value"]),
        "force": FORCES[one.force],
        "is_law": one.force == LAW,
        "bounds": one.bounds,
        "since": f"{full_day(standing['since'])}起" if standing["since"] else "默认",
        "next": f"{full_day(coming.effective_on)}起改为 {one.shown(coming.value)}" if coming else "",
    }


class LimitList(SetupList):
    """The numbers in force above, a group at a time, the history of changes below."""

    template_name = "cockpit/limits.html"

    def get_context_data(self, **kwargs):
        names, sought = [name for name, _ in grouped()], self.request.GET.get("q", "").strip()
        asked = self.request.GET.get("group", "")
        group = "" if sought else asked if asked in names else names[0]
        panel = panels(timezone.localdate(), group=group, sought=sought)
        return super().get_context_data(groups=panel, group=group, group_names=names, sought=sought, **kwargs)


class LimitPage(SetupForm):
    """Changing one number; what the law says of it stands above the form."""

    def get_template_names(self):
        return ["cockpit/limit_form.html"]

    def get_context_data(self, **kwargs):
        asked = self.request.POST.get("code") or self.request.GET.get("code", "")
        one = known(asked)
        standing = standing_of_all(timezone.localdate())[one.code] if one else None
        return super().get_context_data(**kwargs) | {"heading": "改一项学校限值", "limit": one, "standing": standing and standing | {"words": words(standing)}}

    def done(self, saved):
        messages.success(self.request, f"{label(saved)}：从 {full_day(saved.effective_on)}起是 {shown(saved)}")
        found = known(saved.code)
        return redirect(f"{self.record.url('list')}?{urlencode({'group': found.group if found else ''})}")
