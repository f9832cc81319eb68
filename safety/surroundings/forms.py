"""What people fill in for the surroundings."""

import django_filters as filters
from django import forms
from django.utils import timezone

from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.web.forms import DayInput, Words, blank
from logistics.platform.web.lines import DayField

from .models import Surrounding, SurroundingKind, SurroundingState


class SurroundingForm(KeepsUploads, forms.ModelForm):
    name = Words(label="是什么", max_length=60, help_text="例如 校门口流动摊贩。")
    kind = forms.ChoiceField(label="种类", choices=blank(SurroundingKind, "请选"))
    where = Words(label="位置", max_length=80)
    metres = forms.IntegerField(label="离校门（米）", min_value=0, max_value=20_000, required=False, widget=forms.NumberInput(attrs={"inputmode": "numeric"}))
    danger = Words(label="有什么危险", max_length=200, rows=2)
    found_on = DayField(label="发现日期", initial=timezone.localdate)
    photos = PhotosField(label="照片", required=False)

    class Meta:
        model = Surrounding
        fields = ["name", "kind", "where", "metres", "danger", "found_on"]


class StepForm(KeepsUploads, forms.Form):
    words = Words(label="情况", max_length=300, rows=3)
    photos = PhotosField(label="照片", required=False)


class ReferForm(StepForm):
    office = Words(label="向哪个部门反映", max_length=60, help_text="例如 城管、派出所、街道办、交警。")
    contact = Words(label="接收人和电话", max_length=60)
    field_order = ("office", "contact", "words", "photos")


class SurroundingFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="名称")
    kind = filters.ChoiceFilter(choices=SurroundingKind, label="种类", empty_label="全部")
    state = filters.ChoiceFilter(choices=SurroundingState, label="状态", empty_label="全部")
    since = filters.DateFilter(field_name="found_on", lookup_expr="gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="found_on", lookup_expr="lte", label="到", widget=DayInput())

    class Meta:
        model = Surrounding
        fields: list[str] = []
