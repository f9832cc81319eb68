"""What people fill in for accidents."""

import django_filters as filters
from django import forms

from logistics.platform.web.forms import Picks, Words, blank
from safety.late import ClaimedField

from .models import Accident, AccidentKind, AccidentLevel, AccidentState, Body, StepKind

COUNT = forms.NumberInput(attrs={"inputmode": "numeric"})


class AccidentForm(forms.Form):
    kind = forms.ChoiceField(label="种类", choices=blank(AccidentKind, "请选"))
    level = forms.ChoiceField(label="等级", choices=AccidentLevel.choices, initial=AccidentLevel.MINOR, help_text="拿不准往高里选。一般以上要报教育部门。")
    where = Words(label="地点", max_length=60)
    happened_at = ClaimedField(label="发生时间", help_text="空着就是现在。上报的时限从这时算。")
    injured = forms.IntegerField(label="受伤人数", min_value=0, max_value=9999, initial=0, widget=COUNT)
    dead = forms.IntegerField(label="死亡人数", min_value=0, max_value=9999, initial=0, widget=COUNT)
    summary = Words(label="经过", max_length=1000, rows=4, help_text="怎样发生、现在怎么样、已经做了什么。不写学生姓名，写班级和人数。")


class StepForm(forms.Form):
    kind = forms.ChoiceField(label="做了什么", choices=StepKind.choices, widget=Picks())
    body = forms.ChoiceField(label="报给哪个部门", choices=blank(Body, "不是上报"), required=False)
    contact = Words(label="对方", max_length=60, required=False, help_text="单位、接报人、电话。")
    words = Words(label="内容", max_length=300, rows=2)
    happened_at = ClaimedField(label="时间")


class LevelForm(forms.Form):
    takes_record = True
    level = forms.ChoiceField(label="等级", choices=AccidentLevel.choices)
    injured = forms.IntegerField(label="受伤人数", min_value=0, max_value=9999, widget=COUNT)
    dead = forms.IntegerField(label="死亡人数", min_value=0, max_value=9999, widget=COUNT)
    reason = Words(label="依据", max_length=200, rows=2)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("level", "injured", "dead"):
            self.fields[name].initial = getattr(record, name, None)


class CloseForm(forms.Form):
    takes_record = True
    cause = Words(label="查明的原因", max_length=500, rows=3)
    blame = Words(label="责任认定和处理", max_length=500, rows=3, required=False)
    measure = Words(label="整改措施", max_length=500, rows=3)
    lesson = Words(label="教育了谁、怎样教育", max_length=500, rows=3, required=False)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.fields["blame"].required = self.fields["lesson"].required = record.must_report


class AccidentFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="summary", lookup_expr="icontains", label="找", help_text="经过")
    since = filters.DateFilter(field_name="happened_at", lookup_expr="date__gte", label="从", widget=forms.DateInput(attrs={"type": "date"}))
    until = filters.DateFilter(field_name="happened_at", lookup_expr="date__lte", label="到", widget=forms.DateInput(attrs={"type": "date"}))
    kind = filters.ChoiceFilter(choices=AccidentKind, label="种类", empty_label="全部")
    level = filters.ChoiceFilter(choices=AccidentLevel, label="等级", empty_label="全部")
    state = filters.ChoiceFilter(choices=AccidentState, label="状态", empty_label="全部")

    class Meta:
        model = Accident
        fields: list[str] = []
