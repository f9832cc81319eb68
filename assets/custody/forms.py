"""What people fill in for statements of responsibility."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from logistics.platform.org.models import SchoolClass
from logistics.platform.terms.models import Term
from logistics.platform.web.forms import PlaceField, Words
from logistics.platform.web.lines import PersonField

from .models import Pledge, PledgeState, Subject
from .queries import this_term, to_sign


def running_term():
    return this_term(timezone.localdate())


class PledgeForm(forms.Form):
    """One statement: for a room, a class or a person."""

    subject = forms.ChoiceField(label="为谁出", choices=Subject)
    place = PlaceField(label="地点", max_length=200, required=False, help_text="按地点出的，填这一项。")
    school_class = forms.ModelChoiceField(
        SchoolClass.objects.filter(is_active=True), label="班级", required=False, empty_label="不是班级", help_text="按班级出的，选这一项，清单是教室里的财产。"
    )
    person = PersonField(label="个人", required=False, empty_label="不是个人", help_text="按个人出的，选这一项，清单是他保管的财产。")
    custodian = PersonField(label="责任人", required=False, empty_label="按登记的责任人", help_text="空着：地点的责任人、班主任或者本人。")
    term = forms.ModelChoiceField(Term.objects.all(), label="学期", empty_label="请选", initial=running_term)


class ReasonForm(forms.Form):
    reason = Words(label="为什么", max_length=200, rows=2)


class PledgeFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="编号、地点、班级、责任人")
    subject = filters.ChoiceFilter(choices=Subject, label="对象", empty_label="全部对象")
    state = filters.ChoiceFilter(choices=PledgeState, label="状态", empty_label="全部状态")
    term = filters.ModelChoiceFilter(queryset=Term.objects.all(), label="学期", empty_label="全部学期")
    wait = filters.ChoiceFilter(
        choices=[("mine", "等我签"), ("custodian", "等责任人签"), ("keeper", "等学校一方签")], method="waiting", label="等谁", empty_label="不限"
    )

    class Meta:
        model = Pledge
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(Q(number__icontains=value) | Q(name__icontains=value) | Q(custodian__name__icontains=value) | Q(custodian__pinyin__icontains=value))

    def waiting(self, rows, name, value):
        if value == "mine":
            return rows.filter(to_sign(self.request.user))
        return rows.filter(state=PledgeState.OPEN, **{f"{value}_at": None})
