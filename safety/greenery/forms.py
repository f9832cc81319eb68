"""What people fill in about greenery."""

import django_filters as filters
from django import forms

from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.evidence.late import ClaimedField
from logistics.platform.web.forms import Picks, PlaceField, Words
from logistics.platform.web.lines import PersonField

from .models import Care, CareRule, PlantArea


class AreaForm(forms.ModelForm):
    name = Words(label="绿化区", max_length=40)
    place = PlaceField(label="地点", required=False)
    plants = Words(label="种了什么", max_length=200, rows=2)
    keeper = PersonField(label="养护人", empty_label="请选")

    class Meta:
        model = PlantArea
        fields = ["name", "place", "plants", "square_metres", "keeper", "is_active"]


class AreaChoice(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(PlantArea.objects.filter(is_active=True), **({"label": "绿化区", "empty_label": "请选"} | kwargs))


class CareForm(forms.ModelForm):
    area = AreaChoice()

    class Meta:
        model = CareRule
        fields = ["area", "kind", "first_month", "last_month", "every_days", "is_active"]


class LogForm(KeepsUploads, forms.Form):
    area = AreaChoice()
    kind = forms.ChoiceField(
        label="养护", choices=Care.choices,
        widget=Picks(icons={"water": "droplets", "weed": "shovel", "feed": "sprout", "spray": "spray-can", "prune": "scissors", "replant": "tree-deciduous"}),
    )  # fmt: skip
    words = Words(label="做了什么", max_length=200, rows=2)
    agent = Words(label="药名和用量", max_length=100, required=False, help_text="打药才写。")
    is_warned = forms.BooleanField(label="设了警示，学生不在场（打药才勾）", required=False)
    photos = PhotosField(label="照片", required=False)
    happened_at = ClaimedField()
    note = Words(label="备注", max_length=200, required=False)


class AreaFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="绿化区")

    class Meta:
        model = PlantArea
        fields: list[str] = []


class CareFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="area__name", lookup_expr="icontains", label="找", help_text="绿化区")
    kind = filters.ChoiceFilter(choices=Care, label="养护", empty_label="全部")

    class Meta:
        model = CareRule
        fields: list[str] = []
