"""What people fill in for a report upward."""

import django_filters as filters
from django import forms
from django.utils import timezone

from logistics.platform.web.forms import Words
from logistics.platform.web.lines import DayField

from .models import AssetReport, ReportKind, ReportState


class ReportForm(forms.Form):
    kind = forms.ChoiceField(label="报表", choices=ReportKind, initial=ReportKind.JUNE)
    since = DayField(label="从", required=False, help_text="空着：六月报表从上年 7 月 1 日起，年度报表从 1 月 1 日起。")
    until = DayField(label="到", required=False, help_text="空着：到 6 月 30 日或 12 月 31 日；还没到的，到今天。")
    words = Words(label="情况说明", max_length=1000, rows=4, required=False, help_text="清点怎么做的，盘盈盘亏和闲置打算怎么处理。")


class ReportEditForm(forms.ModelForm):
    since, until = DayField(label="从"), DayField(label="到")
    words = Words(label="情况说明", max_length=1000, rows=4, required=False, help_text="清点怎么做的，盘盈盘亏和闲置打算怎么处理。")

    class Meta:
        model = AssetReport
        fields = ["since", "until", "words"]


class FileForm(forms.Form):
    filed_on = DayField(label="上报日期", initial=timezone.localdate)
    filed_to = Words(label="报给", max_length=60, widget=forms.TextInput(attrs={"placeholder": "例如 区教育局装备中心"}))
    receipt = Words(label="回执或文号", max_length=60, required=False)


class ReasonForm(forms.Form):
    reason = Words(label="为什么", max_length=200, rows=2)


class ReportFilters(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=ReportKind, label="报表", empty_label="全部报表")
    state = filters.ChoiceFilter(choices=ReportState, label="状态", empty_label="全部状态")

    class Meta:
        model = AssetReport
        fields: list[str] = []
