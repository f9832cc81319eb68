"""What people fill in to open a survey and to answer it."""

import django_filters as filters
from django import forms
from django.utils import timezone

from logistics.platform.web.forms import Picks, Words
from logistics.platform.web.lines import DayField

from .models import QUESTIONS, Asked, Content, Survey


class SurveyForm(forms.ModelForm):
    title = Words(label="标题", max_length=60, help_text="例如 2026年秋季学期食堂满意度测评。")
    since = DayField(label="从哪天起", initial=timezone.localdate)
    until = DayField(label="到哪天止")

    class Meta:
        model = Survey
        fields = ["title", "since", "until"]


class AnswerForm(forms.Form):
    """`website` is a trap: people do not see it, programs fill it in."""

    who = forms.ChoiceField(label="您是", choices=Asked.choices, widget=Picks(columns=3), error_messages={"required": "请选您是谁。"})
    words = Words(label="想说的", max_length=300, rows=3, required=False, help_text="不用写名字。")
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in QUESTIONS.items():
            words = {"required": f"「{label}」还没有选。"}
            self.fields[name] = forms.ChoiceField(label=label, choices=Content.choices, widget=Picks(columns=3), error_messages=words)

    @property
    def questions(self) -> list:
        return [self[name] for name in QUESTIONS]

    def clean(self):
        data = super().clean()
        return data | {"answers": {name: data.pop(name, "") for name in QUESTIONS}}


class SurveyFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="title", lookup_expr="icontains", label="找", help_text="标题")

    class Meta:
        model = Survey
        fields: list[str] = []
