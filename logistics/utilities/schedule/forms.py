"""What people fill in about the hours and the exceptions."""

import django_filters as filters
from django import forms

from logistics.platform.evidence.late import ClaimedField
from logistics.platform.places.models import PlaceKind
from logistics.platform.terms.calendar import WEEKDAYS
from logistics.platform.web.forms import PlaceField, Words, blank

from .hours import ALL_WEEK
from .models import AskState, RunException, RunRule, Use

CLOCK = forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class RunRuleForm(forms.ModelForm):
    use = forms.ChoiceField(label="管什么", choices=blank(Use, "请选"))
    kinds = forms.MultipleChoiceField(
        label="哪些房间", choices=PlaceKind.choices, required=False, widget=forms.CheckboxSelectMultiple, help_text="都不选就是所有地方。"
    )
    place = PlaceField(label="只管这里", required=False, help_text="写了地点，就只管这里，按这一条，不按房间种类。")
    first = forms.CharField(label="从几月几日", max_length=10, help_text="例如 6-1。全年写 1-1。")
    last = forms.CharField(label="到几月几日", max_length=10, help_text="例如 9-30。全年写 12-31。可以跨年。")
    weekdays = forms.TypedMultipleChoiceField(
        label="星期几", choices=list(enumerate(WEEKDAYS)), coerce=int, initial=ALL_WEEK, widget=forms.CheckboxSelectMultiple
    )
    degrees = forms.DecimalField(label="温度（℃）", required=False, max_digits=4, decimal_places=1, help_text="制冷不低于 26 ℃，制热不高于 20 ℃。照明空着。")

    class Meta:
        model = RunRule
        fields = ["use", "kinds", "place", "first", "last", "weekdays", "starts", "until", "degrees", "note", "is_active"]
        widgets = {"starts": CLOCK, "until": CLOCK}


class AskForm(forms.Form):
    use = forms.ChoiceField(label="用什么", choices=blank(Use, "请选"))
    place = PlaceField(label="地点")
    from_at = ClaimedField(label="从", required=True, help_text="")
    to_at = ClaimedField(label="到", required=True, help_text="")
    reason = Words(label="为什么", max_length=200, rows=2)


class ApproveForm(forms.Form):
    words = Words(label="意见", max_length=200, rows=2, required=False)


class RefuseForm(forms.Form):
    words = Words(label="为什么不同意", max_length=200, rows=2)


class RunRuleFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="note", lookup_expr="icontains", label="找", help_text="说明")
    use = filters.ChoiceFilter(choices=Use.choices, label="管什么", empty_label="全部")

    class Meta:
        model = RunRule
        fields: list[str] = []


class RunExceptionFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="place__full_name", lookup_expr="icontains", label="找", help_text="地点")
    state = filters.ChoiceFilter(choices=AskState.choices, label="情况", empty_label="全部")

    class Meta:
        model = RunException
        fields: list[str] = []
