"""What people fill in for an incident."""

from datetime import timedelta

import django_filters as filters
from django import forms
from django.utils import timezone

from canteen.late import ClaimedField
from canteen.meal.models import Meal, MealState
from logistics.platform.org.models import SchoolClass
from logistics.platform.web.forms import Picks, Words, blank

from .models import Body, Finding, Incident, IncidentState, StepKind

RECENT, EARLIER = timedelta(days=7), timedelta(days=31)  # what is offered at once, and what an inquiry may come to


def recent_meals(back: timedelta = RECENT):
    today = timezone.localdate()
    return Meal.objects.filter(on__range=(today - back, today)).exclude(state=MealState.VOID).order_by("-starts_at")


class IncidentForm(forms.Form):
    happened_at = ClaimedField(label="什么时候发现的", help_text="空着就是现在。上报的时限从这时算起。")
    symptoms = Words(label="症状和经过", max_length=500, rows=3, help_text="例如 午餐后一小时，七年级（1）班 5 名学生呕吐、腹痛，已送医 2 人。")
    meals = forms.ModelMultipleChoiceField(
        Meal.objects.none(),
        label="可疑的是哪一餐",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="拿不准就多选。选上的留样和剩余食材会马上封存。没有列出的餐次先登记供餐，再点「加一餐」。",
    )
    suspect = Words(label="可疑食品", max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["meals"].queryset = recent_meals()


class MealForm(forms.Form):
    meal = forms.ModelChoiceField(Meal.objects.none(), label="还有哪一餐可疑", empty_label="请选")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["meal"].queryset = recent_meals(EARLIER)


class StepForm(forms.Form):
    kind = forms.ChoiceField(label="做了什么", choices=StepKind, widget=Picks(columns=4))
    body = forms.ChoiceField(label="报给哪个部门", choices=blank(Body, "不是上报"), required=False)
    contact = Words(label="对方单位、姓名、电话", max_length=60, required=False, help_text="上报要写接报人。")
    words = Words(label="内容", max_length=300, rows=2)
    happened_at = ClaimedField(label="什么时候")


class SickForm(forms.Form):
    school_class = forms.ModelChoiceField(SchoolClass.objects.filter(is_active=True), label="班级", required=False, empty_label="教职工")
    ill = forms.IntegerField(label="发病和因病缺勤多少人", min_value=0, max_value=2000)
    hospital = forms.IntegerField(label="其中就医多少人", min_value=0, max_value=2000, required=False)
    words = Words(label="说明", max_length=200, required=False, help_text="只写症状和去向，不写学生姓名。")
    happened_at = ClaimedField(label="截至什么时候")

    def clean(self):
        data = super().clean()
        return data | {"hospital": data.get("hospital") or 0}


class CloseForm(forms.Form):
    finding = forms.ChoiceField(label="结论", choices=Finding, widget=Picks())
    conclusion = Words(label="调查结论和改进", max_length=500, rows=4, help_text="谁作的结论、依据（检验报告编号）、怎么改。")


class IncidentFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="symptoms", lookup_expr="icontains", label="找")
    state = filters.ChoiceFilter(choices=IncidentState, label="状态", empty_label="全部状态")

    class Meta:
        model = Incident
        fields: list[str] = []
