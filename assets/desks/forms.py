"""What people fill in for desks and chairs."""

import django_filters as filters
from django import forms
from django.db.models import Q

from logistics.platform.org.models import SchoolClass
from logistics.platform.web.forms import DayInput, Words

from .models import DeskCount, DeskKind
from .rules import MOST


class CountForm(forms.Form):
    """Two numbers for each kind."""

    def __init__(self, *args, kinds=(), cells=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.kinds = list(kinds)
        for kind, cell in zip(self.kinds, cells, strict=True):
            found = cell.count
            self.fields[f"counted-{kind.pk}"] = forms.IntegerField(
                label=f"{kind}实有", min_value=0, max_value=MOST, initial=found.counted if found else cell.have, help_text=f"账上 {cell.have} 件。"
            )
            self.fields[f"damaged-{kind.pk}"] = forms.IntegerField(
                label=f"其中坏了的{kind}", min_value=0, max_value=MOST, required=False, initial=found.damaged if found else 0
            )
        self.fields["words"] = Words(label="说明", max_length=200, required=False, rows=2, help_text="多的是哪个班的、坏在哪里，写一句。")

    def rows(self) -> list[dict]:
        given = self.cleaned_data
        return [
            {"kind": kind, "counted": given[f"counted-{kind.pk}"], "damaged": given[f"damaged-{kind.pk}"] or 0, "words": given["words"]} for kind in self.kinds
        ]


class CountFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="班级、说明")
    kind = filters.ModelChoiceFilter(queryset=DeskKind.objects.all(), label="种类", empty_label="全部种类")
    school_class = filters.ModelChoiceFilter(queryset=SchoolClass.objects.all(), label="班级", empty_label="全部班级")
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label="到", widget=DayInput())

    class Meta:
        model = DeskCount
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(Q(school_class__name__icontains=value) | Q(words__icontains=value))
