"""What people fill in for the nutrition programme."""

import django_filters as filters
from django import forms
from django.utils import timezone

from canteen.late import ClaimedField
from logistics.platform.attachments.forms import KeepsUploads, PhotosField, SignatureField
from logistics.platform.org.models import SchoolClass
from logistics.platform.web.forms import Words
from logistics.platform.web.lines import DayField

from .models import ClassIssue, Programme, Settlement, SettlementState


def heads(label: str, **kwargs) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=2000, widget=forms.NumberInput(attrs={"inputmode": "numeric"}), **kwargs)


class ProgrammeForm(forms.ModelForm):
    food = Words(label="每人每天发什么", max_length=100, help_text="例如 鸡蛋 1 个、纯牛奶 200 毫升。")
    since = DayField(label="从")
    until = DayField(label="到")

    class Meta:
        model = Programme
        fields = ["name", "food", "standard", "funding", "since", "until", "grades"]

    def clean_grades(self):
        text = (self.cleaned_data.get("grades") or "").replace("，", "、").replace(",", "、").strip()
        known = set(SchoolClass.objects.values_list("grade", flat=True).distinct())
        unknown = [one.strip() for one in text.split("、") if one.strip() and one.strip() not in known]
        if unknown:
            raise forms.ValidationError(f"没有「{unknown[0]}」这个年级。")
        return text


class TakeForm(KeepsUploads, forms.Form):
    """Heads are counted anew every day: nothing stands in the boxes beforehand."""

    takes_user = True
    present = heads("实到人数")
    issued = heads("领到份数", help_text="不能多于实到人数。")
    returned = heads("退回份数", required=False, help_text="没有发出去、原样退回食堂的。没有就空着。")
    reason = Words(label="为什么不一样", max_length=200, required=False, help_text="少领或退回才写，例如 两人对鸡蛋过敏。")
    happened_at = ClaimedField(label="领取时间")
    signature = SignatureField(label="您的签名")
    note = Words(label="备注", max_length=200, required=False)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["signature"].signer = user.name if user else ""

    def clean(self):
        data = super().clean()
        data["signature"] = [data["signature"]] if data.get("signature") else []
        data["returned"] = data.get("returned") or 0
        return data


class IssueForm(TakeForm):
    programme = forms.ModelChoiceField(Programme.objects.all(), label="项目", empty_label="请选")
    school_class = forms.ModelChoiceField(SchoolClass.objects.filter(is_active=True), label="班级", empty_label="请选")
    field_order = ["programme", "school_class"]


class ReceiptForm(KeepsUploads, forms.Form):
    programme = forms.ModelChoiceField(Programme.objects.all(), label="项目", empty_label="请选")
    received_on = DayField(label="到账日期")
    amount = forms.DecimalField(
        label="金额（元）", max_digits=11, decimal_places=2, widget=forms.NumberInput(attrs={"inputmode": "decimal"}), help_text="退回的写负数。"
    )
    voucher = Words(label="凭证号或文号", max_length=60)
    photos = PhotosField(label="凭证照片", required=False, most=4)
    note = Words(label="备注", max_length=200, required=False, help_text="退回的要写原因和去向。")


class DrawForm(forms.Form):
    programme = forms.ModelChoiceField(Programme.objects.all(), label="项目", empty_label="请选")
    on = DayField(label="哪一天所在的月", initial=timezone.localdate)


class WordsForm(forms.ModelForm):
    words = Words(label="结余或不足的说明", max_length=300, rows=3, help_text="例如 结余转下月使用；没有结余就写 正好用完。")

    class Meta:
        model = Settlement
        fields = ["words"]


class ProgrammeFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="名称")

    class Meta:
        model = Programme
        fields: list[str] = []


class IssueFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="school_class__name", lookup_expr="icontains", label="找", help_text="班级")
    programme = filters.ModelChoiceFilter(queryset=Programme.objects.all(), label="项目", empty_label="全部项目")
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label="从", widget=forms.DateInput(attrs={"type": "date"}))
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label="到", widget=forms.DateInput(attrs={"type": "date"}))

    class Meta:
        model = ClassIssue
        fields: list[str] = []


class SettlementFilters(filters.FilterSet):
    programme = filters.ModelChoiceFilter(queryset=Programme.objects.all(), label="项目", empty_label="全部项目")
    state = filters.ChoiceFilter(choices=SettlementState, label="状态", empty_label="全部状态")

    class Meta:
        model = Settlement
        fields: list[str] = []
