"""What people fill in for fire equipment."""

import django_filters as filters
from django import forms
from django.utils import timezone

from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.web.forms import Picks, PlaceField, Words, blank
from logistics.platform.web.lines import DayField, PersonField
from safety.late import ClaimedField

from .models import FireEquipment, FireKind, FireResult, FireState, ServiceKind
from .queries import by_number, expired, looked_at_since, month_start, running_out


class NumberField(forms.CharField):
    """A thing of the register by the number on its label."""

    def prepare_value(self, value):
        return getattr(value, "number", value)

    def clean(self, value):
        text = super().clean(value).strip()
        row = by_number(text) if text else None
        if text and row is None:
            raise forms.ValidationError(f"没有编号「{text[:20]}」的消防器材，请看器材上的标签。")
        return row


class EquipmentForm(forms.ModelForm):
    number = Words(label="编号", max_length=20, help_text="贴在器材上的编号，例如 MH-A-301。扫标签就是扫它。")
    kind = forms.ChoiceField(label="种类", choices=blank(FireKind, "请选"))
    model = Words(label="规格型号", max_length=40, required=False, help_text="例如 MFZ/ABC4。")
    quantity = forms.IntegerField(label="数量", min_value=1, max_value=999, initial=1)
    place = PlaceField(label="地点", max_length=200)
    spot = Words(label="具体位置", max_length=60, required=False, help_text="例如 东楼梯口箱内。")
    responsible = PersonField(label="责任人", empty_label="请选")
    made_on = DayField(label="出厂日期", required=False)
    serviced_on = DayField(label="上次维修换药", required=False)
    service_due = DayField(label="下次维修换药", required=False, help_text="空着按出厂和上次维修的日期算。")
    scrap_on = DayField(label="报废日期", required=False, help_text="空着按标准算：水基型 6 年，干粉 10 年，二氧化碳 12 年。")

    class Meta:
        model = FireEquipment
        fields = ["number", "kind", "model", "quantity", "place", "spot", "responsible", "made_on", "serviced_on", "service_due", "scrap_on"]


class LookForm(KeepsUploads, forms.Form):
    equipment = NumberField(label="器材编号", max_length=20)
    result = forms.ChoiceField(label="结果", choices=FireResult.choices, widget=Picks(columns=2, icons={"ok": "circle-check", "bad": "triangle-alert"}))
    found = Words(label="有什么问题", max_length=200, rows=2, required=False, help_text="看压力、铅封、喷管、箱体、有没有被挡住。")
    happened_at = ClaimedField(label="检查时间")
    photos = PhotosField(label="照片", required=False)
    note = Words(label="备注", max_length=200, required=False)
    by_label = forms.BooleanField(required=False, widget=forms.HiddenInput)


class ServiceForm(KeepsUploads, forms.Form):
    kind = forms.ChoiceField(label="做了什么", choices=ServiceKind.choices, widget=Picks())
    by_whom = Words(label="维修单位和人员", max_length=60)
    done_on = DayField(label="哪天做的", initial=timezone.localdate)
    certificate = Words(label="合格证编号", max_length=40, required=False)
    due_on = DayField(label="下次维修换药", required=False, help_text="空着按标准算。")
    photos = PhotosField(label="照片", required=False)
    note = Words(label="备注", max_length=200, required=False)


STANDINGS = [("unchecked", "本月没检查"), ("soon", "30 天内到期"), ("expired", "已到期"), ("bad", "有问题")]


class FireFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="编号、地点")
    kind = filters.ChoiceFilter(choices=FireKind, label="种类", empty_label="全部")
    state = filters.ChoiceFilter(choices=FireState, label="状态", empty_label="全部")
    standing = filters.ChoiceFilter(choices=STANDINGS, method="stand", label="情况", empty_label="全部")

    class Meta:
        model = FireEquipment
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(number__icontains=value) | rows.filter(place__full_name__icontains=value)

    def stand(self, rows, name, value):
        today, rows = timezone.localdate(), rows.filter(state=FireState.IN_USE)
        if value == "unchecked":
            return rows.filter(~looked_at_since(month_start(today)))
        if value == "bad":
            return rows.exclude(fault="")
        return rows.filter(expired(today)) if value == "expired" else rows.filter(running_out(today)).exclude(expired(today))
