"""What people fill in for a trace and a drill."""

import django_filters as filters
from django import forms

from canteen.ingredient.forms import QuantityField
from canteen.pantry.models import PantryBatch
from logistics.platform.web.forms import DayInput, Words

from .models import DrillState, RecallDrill

FIRST_YEAR, LAST_YEAR = 2000, 2100
RECENT = 60  # batches to choose from


class TraceForm(forms.Form):
    """Search words, or the start a link names, and the days."""

    q = forms.CharField(label="找", max_length=40, required=False)
    start = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput())
    since = forms.DateField(label="从", widget=DayInput(), required=False)
    until = forms.DateField(label="到", widget=DayInput(), required=False)

    def clean(self):
        data = super().clean()
        for name in ("since", "until"):
            if data.get(name) and not FIRST_YEAR <= data[name].year <= LAST_YEAR:
                self.add_error(name, f"日期在 {FIRST_YEAR} 年到 {LAST_YEAR} 年之间。")
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("since", "日期反了，早的写在前面。")
        return data


class DrillForm(forms.Form):
    batch = forms.ModelChoiceField(PantryBatch.objects.none(), label="假设召回哪一批", empty_label="请选")
    reason = Words(label="假设的情况", max_length=200, help_text="例如 市场监管所通知这一批抽检不合格。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = PantryBatch.objects.select_related("ingredient").order_by("-received_on", "-pk")
        asked = str(self.initial.get("batch") or "")
        self.fields["batch"].queryset = rows
        shown = list(rows[:RECENT]) if not self.is_bound else []
        if asked.isdecimal() and len(asked) < 18 and all(str(row.pk) != asked for row in shown):
            shown += list(rows.filter(pk=int(asked)))
        self.fields["batch"].choices = [("", "请选"), *((row.pk, str(row)) for row in shown)]


class EndDrillForm(forms.Form):
    counted = QuantityField(label="现场找到多少", help_text="按食材的单位。用完了写 0。")
    where = Words(label="在哪里找到的", max_length=200)
    findings = Words(label="发现的问题和改进", max_length=500, rows=3, required=False, help_text="和账面不一样的要写差在哪里。")


class VoidDrillForm(forms.Form):
    reason = Words(label="为什么作废", max_length=200, rows=2)


class DrillFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="batch__ingredient__name", lookup_expr="icontains", label="找")
    state = filters.ChoiceFilter(choices=DrillState, label="状态", empty_label="全部状态")

    class Meta:
        model = RecallDrill
        fields: list[str] = []
