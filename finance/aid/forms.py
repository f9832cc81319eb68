"""What people fill in for aid."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from finance.fee.forms import StudentField
from finance.journal.queries import open_accounts
from logistics.platform.attachments.forms import KeepsUploads, PapersField, PhotosField
from logistics.platform.org.models import SchoolClass
from logistics.platform.terms.models import Term
from logistics.platform.web.forms import DayInput, Picks, Words
from logistics.platform.web.lines import DayField, LineForm, PeopleField, line_field

from .models import AidApplication, AidList, AidObjection, AidReason, AidScheme, AidState, ListState, ReasonKind


class SchemeForm(forms.ModelForm):
    name = Words(label="资助项目", max_length=40)
    levels = Words(label="档次", max_length=500, rows=3, help_text="一行一档，名称后面空一格写每学期的金额，例如：一等 750")
    conditions = Words(label="条件", max_length=500, rows=3)
    document = Words(label="依据", max_length=100)

    class Meta:
        model = AidScheme
        fields = ["name", "levels", "conditions", "document", "boarders_only", "is_active"]


class ListForm(forms.ModelForm):
    scheme = forms.ModelChoiceField(AidScheme.objects.filter(is_active=True), label="资助项目", empty_label="请选")
    term = forms.ModelChoiceField(Term.objects.all(), label="学期", empty_label="请选")
    quota = forms.IntegerField(label="名额", min_value=1, max_value=9999, required=False, help_text="没有名额限制的空着。")
    note = Words(label="说明", max_length=200, required=False, rows=2)

    class Meta:
        model = AidList
        fields = ["scheme", "term", "close_on", "quota", "note"]
        widgets = {"close_on": DayInput()}


class ReasonFields(KeepsUploads, forms.Form):
    level = Words(label="档次", max_length=20)
    kind = forms.ChoiceField(label="困难类型", choices=ReasonKind)
    text = Words(label="家庭情况", max_length=500, rows=3, help_text="只有您和评议小组看得到。")
    photos = PhotosField(label="证明照片", required=False, most=6, help_text="家长签字的申请表、证件。只有您和评议小组看得到。")
    papers = PapersField(label="证明文件", required=False, most=5)


class ApplicationForm(ReasonFields):
    listing = forms.ModelChoiceField(AidList.objects.filter(state=ListState.OPEN).select_related("scheme", "term"), label="资助名单", empty_label="请选")
    student = StudentField(label="学号")
    field_order = ["listing", "student", "level", "kind", "text", "photos", "papers"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["level"].help_text = "；".join(
            f"{listing.scheme}：{'、'.join(f'{name} {amount:,.2f}' for name, amount in listing.scheme.level_list)}"
            for listing in self.fields["listing"].queryset[:8]
        )


class ApplicationEditForm(ReasonFields, forms.ModelForm):
    class Meta:
        model = AidApplication
        fields = ["level"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        why = AidReason.objects.filter(application=self.instance.pk).first()
        if why:
            self.initial |= {"kind": why.kind, "text": why.text}

    def _post_clean(self):
        """The rule checks and writes."""


class MembersForm(forms.Form):
    members = PeopleField(label="评议小组", help_text="班主任、任课老师、学生和家长代表的联系老师等，至少 3 人。登记申请的人不能评自己登记的。")


class VoteForm(forms.Form):
    agrees = forms.TypedChoiceField(label="意见", coerce=lambda value: value == "yes", choices=[("yes", "同意资助"), ("no", "不同意")], widget=Picks(columns=2))
    score = forms.IntegerField(label="困难程度", min_value=0, max_value=100, required=False, help_text="0 到 100，越困难越高。")
    words = Words(label="说明", max_length=200, required=False, rows=2)


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2)


class ObjectionForm(forms.Form):
    text = Words(label="异议", max_length=500, rows=3)
    source = Words(label="谁提的", max_length=60, required=False, help_text="愿意留名的才写。")


class HandleForm(LineForm):
    line = "objection"
    objection = line_field(AidObjection, "哪一条")
    outcome = Words(label="处理结果", max_length=300, rows=3)

    def lines(self, record, user):
        return record.objections.filter(handled_at=None)


class PayForm(KeepsUploads, forms.Form):
    account = forms.ModelChoiceField(open_accounts(), label="账户", empty_label="请选")
    on = DayField(label="发放日期", initial=timezone.localdate)
    voucher = Words(label="凭证号", max_length=30, required=False)
    photos = PhotosField(label="凭证照片", required=False, most=6)
    papers = PapersField(label="凭证文件", required=False, most=5, help_text="银行代发回单，或者签过字的发放表。")


class SchemeFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找")

    class Meta:
        model = AidScheme
        fields: list[str] = []


class ListFilters(filters.FilterSet):
    q = filters.CharFilter(method="search", label="找", help_text="编号、项目")
    state = filters.ChoiceFilter(choices=ListState, label="状态", empty_label="全部状态")
    term = filters.ModelChoiceFilter(queryset=Term.objects.all(), label="学期", empty_label="全部学期")

    class Meta:
        model = AidList
        fields: list[str] = []

    def search(self, rows, name, value):
        return rows.filter(Q(number__icontains=value) | Q(scheme__name__icontains=value))


class ApplicationFilters(filters.FilterSet):
    q = filters.CharFilter(method="search", label="找", help_text="学号、姓名")
    listing = filters.NumberFilter(field_name="listing", label="资助名单", widget=forms.HiddenInput, max_value=10**17, min_value=0)
    school_class = filters.ModelChoiceFilter(queryset=SchoolClass.objects.all(), label="班级", empty_label="全部班级")
    state = filters.ChoiceFilter(choices=AidState, label="状态", empty_label="全部状态")

    class Meta:
        model = AidApplication
        fields: list[str] = []

    def search(self, rows, name, value):
        return rows.filter(Q(student__number=value) | Q(student__name__icontains=value))


class WhyFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="application__student__name", lookup_expr="icontains", label="找", help_text="姓名")
    kind = filters.ChoiceFilter(choices=ReasonKind, label="困难类型", empty_label="全部类型")

    class Meta:
        model = AidReason
        fields: list[str] = []
