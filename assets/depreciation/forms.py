"""What people say when they run a month by hand."""

from django import forms
from django.utils import timezone

from .plan import month_after, month_of

MONTH = "%Y-%m"


def last_month():
    return month_after(month_of(timezone.localdate()), -1)


class RunForm(forms.Form):
    month = forms.DateField(
        label="月份",
        input_formats=[MONTH, "%Y-%m-%d"],
        widget=forms.DateInput(format=MONTH, attrs={"type": "month"}),
        initial=last_month,
        help_text="照顺序一个月一个月地提；提过的月份不会再提，那个月也不能再改。",
    )
