"""What people fill in for key places and special equipment."""

import django_filters as filters
from django import forms
from django.utils import timezone

from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.web.forms import Picks, PlaceField, Words, blank
from logistics.platform.web.lines import DayField, PersonField

from .models import InspectionKind, InspectionResult, KeyKind, KeyPlace, SpecialEquipment, SpecialKind, SpecialState
from .queries import uncertified


class KeyPlaceForm(forms.ModelForm):
    name = Words(label="名称", max_length=40, help_text="例如 配电房、化学实验室。")
    kind = forms.ChoiceField(label="种类", choices=blank(KeyKind, "请选"))
    place = PlaceField(label="地点", max_length=200)
    responsible = PersonField(label="责任人", empty_label="请选")
    leader = PersonField(label="分管领导", empty_label="请选")
    danger = Words(label="主要危险", max_length=200, help_text="例如 触电、火灾。")
    rules = Words(label="管理要求", max_length=1000, rows=5, help_text="一条一行，印在标识牌上。")
    emergency = Words(label="应急措施", max_length=1000, rows=4, help_text="一条一行，印在标识牌上。")
    tools = Words(label="消防器材和防护用品", max_length=200, required=False)

    class Meta:
        model = KeyPlace
        fields = ["name", "kind", "place", "responsible", "leader", "danger", "rules", "emergency", "tools", "is_active"]


class SpecialForm(forms.ModelForm):
    name = Words(label="名称", max_length=40, help_text="例如 教学楼客梯。")
    kind = forms.ChoiceField(label="种类", choices=blank(SpecialKind, "请选"))
    registration = Words(label="使用登记证编号", max_length=40)
    code = Words(label="设备代码", max_length=40, required=False)
    place = PlaceField(label="地点", max_length=200)
    key_place = forms.ModelChoiceField(KeyPlace.objects.filter(is_active=True), label="所在重点部位", required=False, empty_label="没有")
    responsible = PersonField(label="安全管理员", empty_label="请选")
    operator = PersonField(label="作业人员", empty_label="不用专人操作", required=False, help_text="要持有效的特种作业证。")
    firm = Words(label="维保单位", max_length=60, required=False)
    due_on = DayField(label="检验有效期到")
    serviced_due = DayField(label="下次维保", required=False, help_text="电梯每 15 天一次。")

    class Meta:
        model = SpecialEquipment
        fields = ["name", "kind", "registration", "code", "place", "key_place", "responsible", "operator", "firm", "due_on", "serviced_due"]


class InspectionForm(KeepsUploads, forms.Form):
    kind = forms.ChoiceField(label="做了什么", choices=InspectionKind.choices, widget=Picks(columns=2))
    result = forms.ChoiceField(label="结论", choices=InspectionResult.choices, widget=Picks(columns=2))
    by_whom = Words(label="检验或维保单位", max_length=60)
    done_on = DayField(label="哪天做的", initial=timezone.localdate)
    number = Words(label="报告编号", max_length=40, required=False, help_text="定期检验必须写。")
    due_on = DayField(label="有效期到", required=False, help_text="合格的必须写：检验写下次检验日期，维保写下次维保日期。")
    photos = PhotosField(label="报告照片", required=False)
    note = Words(label="备注", max_length=200, required=False)


class KeyPlaceFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="名称")
    kind = filters.ChoiceFilter(choices=KeyKind, label="种类", empty_label="全部")

    class Meta:
        model = KeyPlace
        fields: list[str] = []


STANDINGS = [("expired", "检验过期"), ("service", "维保过期"), ("people", "作业人员无证")]


class SpecialFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="名称")
    kind = filters.ChoiceFilter(choices=SpecialKind, label="种类", empty_label="全部")
    state = filters.ChoiceFilter(choices=SpecialState, label="状态", empty_label="全部")
    standing = filters.ChoiceFilter(choices=STANDINGS, method="stand", label="情况", empty_label="全部")

    class Meta:
        model = SpecialEquipment
        fields: list[str] = []

    def stand(self, rows, name, value):
        today, rows = timezone.localdate(), rows.filter(state=SpecialState.IN_USE)
        if value == "people":
            return rows.filter(pk__in=uncertified(today).values("pk"))
        return rows.filter(due_on__lt=today) if value == "expired" else rows.filter(serviced_due__lt=today)
