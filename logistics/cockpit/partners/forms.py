"""What people fill in for firms and their papers."""

from django import forms
from django.utils import timezone
from django_filters import CharFilter, ChoiceFilter, FilterSet

from logistics.cockpit.setup.papers import ScansForm, check_days
from logistics.platform.access.rules import has
from logistics.platform.attachments.forms import KeepsUploads, PapersField, PhotosField
from logistics.platform.kernel.text import plain
from logistics.platform.papers.models import PaperState
from logistics.platform.papers.rules import MOST_SCANS
from logistics.platform.partners.forms import PartnerChoice
from logistics.platform.partners.models import FirmPaper, FirmPaperKind, Partner, PartnerKind, PartnerState
from logistics.platform.partners.queries import BANK, active, expired, expiring
from logistics.platform.partners.rules import BANK_FIELDS
from logistics.platform.web.forms import DayInput, Words


class PartnerFilters(FilterSet):
    q = CharFilter(method="find", label="单位", help_text="名称、拼音首字母、联系人、电话")
    kind = ChoiceFilter(label="类别", choices=PartnerKind.choices, method="of_kind", empty_label="全部类别")
    state = ChoiceFilter(label="状态", choices=PartnerState.choices, empty_label="全部状态")

    def find(self, rows, name, value):
        return rows.filter(search__contains=plain(value))

    def of_kind(self, rows, name, value):
        return rows.filter(kinds__contains=f",{value},")


class PartnerForm(forms.ModelForm):
    takes_user = True
    kinds = forms.MultipleChoiceField(label="类别", choices=PartnerKind.choices, widget=forms.CheckboxSelectMultiple)
    credit_code = Words(label="统一社会信用代码", max_length=30, required=False, help_text="营业执照上的 18 位，会核对校验位。")
    is_another = forms.BooleanField(label="是另一家，名字相近没有关系", required=False)

    class Meta:
        model = Partner
        fields = ["name", "short_name", "kinds", "credit_code", "contact", "phone", "address", *BANK_FIELDS, "note"]
        help_texts = {"bank_holder": "和单位名称一样的可以空着。", "bank_account": "只有会计、出纳、总务主任看得到完整账号。"}

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["kinds"] = [kind.value for kind in self.instance.kind_list]
        if user is None or not has(user, BANK):
            for name in BANK_FIELDS:
                del self.fields[name]
        if not self.is_bound:
            self.fields["is_another"].widget = forms.HiddenInput()

    def clean_kinds(self):
        return f",{','.join(self.cleaned_data['kinds'])},"


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2)


class MergeForm(forms.Form):
    takes_record = True
    target = PartnerChoice(label="并到哪一家", empty_label="请选", help_text="证照、报价、工程、报修都转过去。这张卡片留着，点开会指到那一家。")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.fields["target"].queryset = active().exclude(pk=record.pk)


class FirmPaperFilters(FilterSet):
    q = CharFilter(method="find", label="单位", help_text="单位名称、拼音首字母或证号")
    kind = ChoiceFilter(label="证照", choices=FirmPaperKind.choices, empty_label="全部证照")
    state = ChoiceFilter(label="状态", choices=[("soon", "快到期"), ("late", "已过期"), *PaperState.choices], method="in_state", empty_label="全部状态")

    def find(self, rows, name, value):
        return rows.filter(partner__search__contains=plain(value)) | rows.filter(number__icontains=value.strip())

    def in_state(self, rows, name, value):
        on = timezone.localdate()
        if value in ("soon", "late"):
            return rows.filter(pk__in=(expiring(on) if value == "soon" else expired(on)).order_by().values("pk"))
        return rows.filter(state=value)


class FirmPaperForm(KeepsUploads, forms.ModelForm):
    partner = PartnerChoice(label="单位", empty_label="请选")
    photos = PhotosField(label="照片", required=False, most=4)
    scans = PapersField(label="扫描件", required=False, most=MOST_SCANS)

    class Meta:
        model = FirmPaper
        fields = ["partner", "kind", "number", "issued_on", "expires_on", "note"]
        widgets = {"issued_on": DayInput(), "expires_on": DayInput()}
        help_texts = {"expires_on": "长期有效的空着。快到期会提醒。", "note": "例如 许可项目、资质等级、合同金额。"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "请选"), *FirmPaperKind.choices]
        if self.instance.partner_id:
            self.fields["partner"].queryset = Partner.objects.filter(state=PartnerState.ACTIVE) | Partner.objects.filter(pk=self.instance.partner_id)

    def clean(self):
        cleaned = super().clean()
        check_days(self, cleaned)
        return cleaned


class RenewFirmPaperForm(ScansForm):
    takes_record = True
    number = Words(label="证号", max_length=60, required=False)
    issued_on = forms.DateField(label="有效期从", required=False, widget=DayInput())
    expires_on = forms.DateField(label="有效期到", required=False, widget=DayInput(), help_text="长期有效的空着。")
    note = Words(label="备注", max_length=200, required=False)
    field_order = ["number", "issued_on", "expires_on", "note", "photos", "scans"]

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record:
            self.initial = {"number": record.number, "note": record.note} | self.initial

    def clean(self):
        cleaned = super().clean()
        check_days(self, cleaned)
        return cleaned
