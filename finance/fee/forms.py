"""What people fill in for fees."""

import re

import django_filters as filters
from django import forms
from django.db.models import F, Q
from django.utils import timezone

from finance.journal.queries import open_accounts
from finance.money import DIGITS, cents
from logistics.platform.attachments.forms import KeepsUploads, PapersField, PhotosField, SignatureField
from logistics.platform.kernel.text import plain
from logistics.platform.org.models import SchoolClass, Student
from logistics.platform.terms.models import Term
from logistics.platform.web.forms import DayInput, Picks, Words
from logistics.platform.web.lines import DayField, MoneyField

from .models import ASKED_STATES, ChargeState, Consent, FeeCharge, FeeDue, FeeItem, FeeKind, FeePayment, FeeRefund, ItemState, Means, RefundState, WaiverKind
from .queries import to_book

MOST_NAMED = 200
SPLIT = re.compile(r"[\s,，、;；]+")


class StudentsField(forms.CharField):
    """Students by number, several at once; each unknown one is named. Cleans to a list of students in school."""

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 8000, "widget": forms.Textarea(attrs={"rows": 2}), "help_text": "写学号，用空格或者逗号隔开。"} | kwargs)

    def prepare_value(self, value):
        return " ".join(str(getattr(one, "number", one)) for one in value) if isinstance(value, list | tuple) else value

    def clean(self, value):
        wanted = list(dict.fromkeys(plain(word) for word in SPLIT.split(super().clean(value) or "") if plain(word)))
        if len(wanted) > MOST_NAMED:
            raise forms.ValidationError(f"一次最多 {MOST_NAMED} 名，这里有 {len(wanted)} 名。")
        found = {plain(student.number): student for student in Student.objects.filter(is_active=True, number__in=wanted).select_related("school_class")}
        if len(found) < len(wanted):
            more = {
                plain(one.number): one for one in Student.objects.filter(is_active=True, number__in=[w.upper() for w in wanted]).select_related("school_class")
            }
            found |= more
        missing = [word for word in wanted if word not in found]
        if missing:
            raise forms.ValidationError(f"没有学号「{'、'.join(missing[:3])[:60]}」的在读学生。")
        return [found[word] for word in wanted]


class StudentField(StudentsField):
    """One student by number."""

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 30, "widget": forms.TextInput(attrs={"inputmode": "numeric"}), "help_text": ""} | kwargs)

    def clean(self, value):
        found = super().clean(value)
        if len(found) > 1:
            raise forms.ValidationError("这里只写一名学生的学号。")
        return found[0] if found else None


class ItemForm(KeepsUploads, forms.ModelForm):
    name = Words(label="收费项目", max_length=40)
    kind = forms.ChoiceField(label="性质", choices=FeeKind, widget=Picks(hints={"agency": "要家长签同意书"}))
    amount = MoneyField(label="标准（元）", max_digits=DIGITS)
    grades = Words(label="适用年级", max_length=100, required=False, help_text="用顿号隔开，例如：七年级、八年级。空着是全校。")
    document = Words(label="批准文号", max_length=80)
    authority = Words(label="批准机关", max_length=60, help_text="代收费写家长委员会或者学校议定的会议。")
    use = Words(label="用在哪里", max_length=200, required=False, rows=2)
    refund_rule = Words(label="退费办法", max_length=200, required=False, rows=2)
    papers = PapersField(label="批文", required=False, most=5, help_text="PDF。公示以前要有，公示页上人人能下载。")

    class Meta:
        model = FeeItem
        fields = ["name", "kind", "amount", "period", "grades", "document", "authority", "valid_from", "valid_until", "is_voluntary", "use", "refund_rule"]
        widgets = {"valid_from": DayInput(), "valid_until": DayInput()}


class ItemChoice(forms.ModelChoiceField):
    def label_from_instance(self, item):
        return f"{item}　{item.standard}　{item.get_kind_display()}"


class ChargeForm(forms.ModelForm):
    item = ItemChoice(FeeItem.objects.filter(state=ItemState.PUBLISHED), label="收费项目", empty_label="请选", help_text="只有公示了的项目能收。")
    term = forms.ModelChoiceField(Term.objects.all(), label="学期", empty_label="请选")
    amount = MoneyField(label="每生金额（元）", max_digits=DIGITS, help_text="可以比标准低，不能高。")
    months = forms.IntegerField(label="几个月", min_value=1, max_value=12, required=False, help_text="按月收的才填。")
    due_on = DayField(label="缴费截止")
    classes = forms.ModelMultipleChoiceField(
        SchoolClass.objects.filter(is_active=True), label="班级", required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
    )
    students = StudentsField(label="只收这些学生", required=False, help_text="写学号，用空格或者逗号隔开；写了就不按班级收。")
    note = Words(label="说明", max_length=200, required=False, rows=2)

    class Meta:
        model = FeeCharge
        fields = ["item", "term", "amount", "months", "due_on", "classes", "students", "boarders_only", "note"]

    def _post_clean(self):
        """The rule writes and checks; the two lists are set by it as well."""


class AddStudentsForm(forms.Form):
    students = StudentsField(label="学号")


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2)


class BookForm(forms.Form):
    account = forms.ModelChoiceField(open_accounts(), label="账户", empty_label="请选")
    on = DayField(label="日期", initial=timezone.localdate)
    voucher = Words(label="凭证号", max_length=30, required=False)


class EntryForm(BookForm):
    means = forms.ChoiceField(
        label="只入这一种", choices=[("", "全部方式"), *Means.choices], required=False, help_text="现金和转账进不同的账户时，分两次入账。"
    )


class RefundForm(BookForm):
    school_class = forms.ModelChoiceField(SchoolClass.objects.all(), label="只退这个班", required=False, empty_label="全部")
    field_order = ["school_class", "account", "on", "voucher"]


class SettleForm(forms.Form):
    spent = MoneyField(label="实际支出（元）", max_digits=DIGITS, help_text="这一项一共花了多少。")
    note = Words(label="支出说明", max_length=200, required=False, rows=2, help_text="例如：校服 402 套，每套 118 元，发票 3 张。")


class CollectForm(forms.Form):
    amount = MoneyField(label="金额（元）", max_digits=DIGITS, required=False, help_text="空着是把欠的都缴清。")
    paid_on = DayField(label="缴费日期", initial=timezone.localdate)
    means = forms.ChoiceField(label="方式", choices=Means, initial=Means.TRANSFER, widget=Picks())
    receipt = Words(label="票据号", max_length=30, required=False, help_text="空着由系统编号。一次登记几名学生时请空着。")
    note = Words(label="说明", max_length=200, required=False)


class WaiveForm(forms.Form):
    amount = MoneyField(label="减免（元）", max_digits=DIGITS)
    kind = forms.ChoiceField(label="原因", choices=WaiverKind)
    reason = Words(label="说明", max_length=200, rows=2, help_text="只有减免人和会计看得到。")


class RenewForm(forms.Form):
    until = DayField(label="签名截止")


class PaperConsentForm(KeepsUploads, forms.Form):
    agrees = forms.TypedChoiceField(label="家长意见", coerce=lambda value: value == "yes", choices=[("yes", "同意"), ("no", "不同意")], widget=Picks(columns=2))
    name = Words(label="签名人", max_length=30)
    relation = Words(label="和学生的关系", max_length=20, required=False)
    photos = PhotosField(label="签过字的同意书", most=2)


class ConsentForm(forms.Form):
    """What the parent fills in at the link; a typed name must be the name given above."""

    agrees = forms.TypedChoiceField(label="您的意见", coerce=lambda value: value == "yes", choices=[("yes", "同意"), ("no", "不同意")], widget=Picks(columns=2))
    name = Words(label="您的姓名", max_length=30)
    relation = Words(label="您是学生的", max_length=20, required=False, widget=forms.TextInput(attrs={"placeholder": "例如 父亲、母亲、监护人"}))
    signature = SignatureField(label="签名")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_bound:
            self.fields["signature"].signer = str(self.data.get("name", "")).strip()


class ItemFilters(filters.FilterSet):
    q = filters.CharFilter(method="search", label="找", help_text="项目、文号")
    state = filters.ChoiceFilter(choices=ItemState, label="状态", empty_label="全部状态")
    kind = filters.ChoiceFilter(choices=FeeKind, label="性质", empty_label="全部性质")

    class Meta:
        model = FeeItem
        fields: list[str] = []

    def search(self, rows, name, value):
        return rows.filter(Q(name__icontains=value) | Q(document__icontains=value))


class ChargeFilters(filters.FilterSet):
    q = filters.CharFilter(method="search", label="找", help_text="单号、项目")
    state = filters.ChoiceFilter(choices=ChargeState, label="状态", empty_label="全部状态")
    kind = filters.ChoiceFilter(field_name="item__kind", choices=FeeKind, label="性质", empty_label="全部性质")
    term = filters.ModelChoiceFilter(queryset=Term.objects.all(), label="学期", empty_label="全部学期")

    class Meta:
        model = FeeCharge
        fields: list[str] = []

    def search(self, rows, name, value):
        return rows.filter(Q(number__icontains=value) | Q(item__name__icontains=value))


class DueFilters(filters.FilterSet):
    q = filters.CharFilter(method="search", label="找", help_text="学号、姓名、项目")
    charge = filters.NumberFilter(field_name="charge", label="收费单", widget=forms.HiddenInput, max_value=10**17, min_value=0)
    school_class = filters.ModelChoiceFilter(queryset=SchoolClass.objects.all(), label="班级", empty_label="全部班级")
    consent = filters.ChoiceFilter(choices=Consent, label="家长意见", empty_label="全部意见")
    unpaid = filters.BooleanFilter(method="only_unpaid", label="未缴清", widget=forms.HiddenInput)

    class Meta:
        model = FeeDue
        fields: list[str] = []

    def search(self, rows, name, value):
        return rows.filter(Q(student__number=value) | Q(student__name__icontains=value) | Q(charge__item__name__icontains=value))

    def only_unpaid(self, rows, name, value):
        left = Q(amount__gt=cents(F("waived") + F("paid")))
        return rows.filter(left, consent__in=ASKED_STATES, charge__state=ChargeState.ISSUED) if value else rows


class PaymentFilters(filters.FilterSet):
    q = filters.CharFilter(method="search", label="找", help_text="票据号、学号、姓名")
    since = filters.DateFilter(field_name="paid_on", lookup_expr="gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="paid_on", lookup_expr="lte", label="到", widget=DayInput())
    means = filters.ChoiceFilter(choices=Means, label="方式", empty_label="全部方式")
    unbooked = filters.BooleanFilter(method="only_unbooked", label="没入账", widget=forms.HiddenInput)

    class Meta:
        model = FeePayment
        fields: list[str] = []

    def search(self, rows, name, value):
        return rows.filter(Q(receipt__icontains=value) | Q(due__student__number=value) | Q(due__student__name__icontains=value))

    def only_unbooked(self, rows, name, value):
        return to_book(rows) if value else rows


class RefundFilters(filters.FilterSet):
    q = filters.CharFilter(method="search", label="找", help_text="学号、姓名、项目")
    charge = filters.NumberFilter(field_name="charge", label="收费单", widget=forms.HiddenInput, max_value=10**17, min_value=0)
    school_class = filters.ModelChoiceFilter(field_name="due__school_class", queryset=SchoolClass.objects.all(), label="班级", empty_label="全部班级")
    state = filters.ChoiceFilter(choices=RefundState, label="状态", empty_label="全部状态")

    class Meta:
        model = FeeRefund
        fields: list[str] = []

    def search(self, rows, name, value):
        return rows.filter(Q(due__student__number=value) | Q(due__student__name__icontains=value) | Q(charge__item__name__icontains=value))
