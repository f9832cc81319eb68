"""What people fill in for a class."""

import django_filters as filters
from django import forms
from django.db.models import Q

from .models import AssetClass, Kind, LifeClass, Scheme


class ClassForm(forms.ModelForm):
    life = forms.ModelChoiceField(
        LifeClass.objects.filter(is_active=True), label="年限分类", required=False, empty_label="照代码自己找", help_text="2022 版的代码可以空着。"
    )

    class Meta:
        model = AssetClass
        fields = ["scheme", "code", "name", "life", "unit", "is_special", "is_bulk", "is_favourite", "is_active"]


class ClassFilters(filters.FilterSet):
    q = filters.CharFilter(method="search", label="找", help_text="代码、名称")
    favourite = filters.BooleanFilter(field_name="is_favourite", label="本校常用", widget=forms.HiddenInput)
    scheme = filters.ChoiceFilter(choices=Scheme, label="分类标准", empty_label="全部标准")
    kind = filters.ChoiceFilter(field_name="life__kind", choices=Kind, label="大类", empty_label="全部大类")

    class Meta:
        model = AssetClass
        fields: list[str] = []

    def search(self, rows, name, value):
        return rows.filter(Q(code__istartswith=value) | Q(name__icontains=value))
