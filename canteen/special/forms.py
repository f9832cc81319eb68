"""What people fill in for exam meals and receptions."""

import django_filters as filters
from django import forms

from logistics.platform.web.forms import Picks, Words
from logistics.platform.web.lines import DayField, MoneyField

from .models import SpecialKind, SpecialMeal, SpecialState


class SpecialForm(forms.ModelForm):
    kind = forms.ChoiceField(label="哪种", choices=SpecialKind.choices, widget=Picks(columns=2))
    on = DayField(label="日期")
    hosts = forms.IntegerField(label="陪餐人数", min_value=0, max_value=300, required=False, help_text="10 人以内的接待最多 3 人，超过的最多三分之一。")
    dishes = Words(label="菜单", max_length=300, rows=2, help_text="用顿号隔开，例如 红烧鸡块、清炒油麦菜、番茄蛋汤、米饭。")

    class Meta:
        model = SpecialMeal
        fields = ["kind", "on", "meal", "occasion", "unit", "letter", "guests", "hosts", "standard", "payer", "dishes"]

    def clean_hosts(self):
        return self.cleaned_data.get("hosts") or 0


class FinishForm(forms.Form):
    came = forms.IntegerField(label="实际用餐人数", min_value=1, max_value=30000)
    hosts_came = forms.IntegerField(label="实际陪餐人数", min_value=0, max_value=300, required=False)
    cost = MoneyField(label="实际费用（元）", max_digits=10)

    def clean_hosts_came(self):
        return self.cleaned_data.get("hosts_came") or 0


class SpecialFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="unit", lookup_expr="icontains", label="找", help_text="来访单位或考点")
    kind = filters.ChoiceFilter(choices=SpecialKind, label="哪种", empty_label="全部")
    state = filters.ChoiceFilter(choices=SpecialState, label="状态", empty_label="全部状态")

    class Meta:
        model = SpecialMeal
        fields: list[str] = []
