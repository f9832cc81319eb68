"""What people fill in for a distribution; the hand-over is made for a phone held by two people."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from assets.item.forms import ItemChoice, QuantityField
from assets.item.quantities import figure, in_words
from assets.store.models import Stock
from assets.store.queries import active_stores
from logistics.platform.attachments.forms import KeepsUploads, SignatureField
from logistics.platform.org.models import Department, SchoolClass
from logistics.platform.terms.models import Term
from logistics.platform.web.forms import Words
from logistics.platform.web.lines import DayField, LineForm, PeopleField, PersonField, line_field

from .counting import shares
from .models import Audience, Distribution, DistributionState, KitLine, Per, Recipient, RecipientState
from .queries import given_by, kit_of


class DistributionForm(forms.ModelForm):
    title = Words(label="名称", max_length=60, widget=forms.TextInput(attrs={"placeholder": "例如 2026 年秋季开学发放"}))
    audience = forms.ChoiceField(label="发给谁", choices=Audience, initial=Audience.CLASS, help_text="按班级的，把在读的班级都列上。")
    store = forms.ModelChoiceField(active_stores(), label="仓库", empty_label="请选")
    department = forms.ModelChoiceField(
        Department.objects.filter(is_active=True), label="成本记在哪个部门", empty_label="请选", help_text="按个人发的，记在各人的部门。"
    )
    term = forms.ModelChoiceField(Term.objects.all(), label="学期", required=False, empty_label="不分学期")
    starts_on = DayField(label="开始发放", initial=timezone.localdate)
    until = DayField(label="领取截止")
    note = Words(label="说明", max_length=200, rows=2, required=False)

    class Meta:
        model = Distribution
        fields = ["title", "audience", "store", "department", "term", "starts_on", "until", "note"]


class ItemForm(forms.Form):
    takes_record = True
    item = ItemChoice(label="物品")
    quantity = QuantityField(label="数量")
    unit = Words(label="单位", max_length=8, required=False, help_text="空着是括号里的单位；也可以写包装，例如 箱。")
    per = forms.ChoiceField(label="怎么算", choices=Per, initial=Per.EACH, required=False)
    grade = forms.ChoiceField(label="只给年级", required=False, help_text="各年级课本不一样的，一个年级一行。")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None and not record.is_by_class:
            del self.fields["per"], self.fields["grade"]
            return
        grades = dict.fromkeys(SchoolClass.objects.filter(is_active=True).order_by("order", "pk").values_list("grade", flat=True))
        self.fields["grade"].choices = [("", "所有年级"), *((grade, grade) for grade in grades)]

    def clean(self):
        data = super().clean()
        return data | {"per": data.get("per") or Per.EACH, "grade": data.get("grade") or ""}


class RemoveItemForm(LineForm):
    line = "row"
    row = line_field(KitLine, "哪一样")

    def lines(self, record, user):
        return record.kit.select_related("item")


class RecipientsForm(forms.Form):
    """Classes where it goes by class, otherwise departments and people."""

    takes_record = True
    classes = forms.ModelMultipleChoiceField(SchoolClass.objects.filter(is_active=True), label="班级", required=False)
    departments = forms.ModelMultipleChoiceField(
        Department.objects.filter(is_active=True), label="整个部门", required=False, widget=forms.CheckboxSelectMultiple
    )
    persons = PeopleField(label="另外的人", required=False)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is None:
            return
        if not record.is_by_class:
            del self.fields["classes"]
            return
        del self.fields["departments"], self.fields["persons"]
        self.fields["classes"].widget = forms.CheckboxSelectMultiple()
        self.fields["classes"].queryset = SchoolClass.objects.filter(is_active=True).exclude(pk__in=record.recipients.values("school_class"))


class ReasonForm(forms.Form):
    reason = Words(label="为什么", max_length=200, rows=2)


class CloseForm(forms.Form):
    reason = Words(label="说明", max_length=200, rows=2, required=False, help_text="还有没领齐的，写怎么处理。")


class CountForm(forms.Form):
    takes_record = True
    count = forms.IntegerField(label="人数", min_value=0, max_value=500)
    note = Words(label="说明", max_length=120, required=False)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.initial.setdefault("count", record.count)


class HandOutForm(KeepsUploads, forms.Form):
    """How much of each item goes out now, who takes it, and the signature."""

    takes_record = True
    receiver = PersonField(label="谁来领", empty_label="请选")
    signature = SignatureField(label="领取人签字")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is None:
            return
        self.fields = self._items(record) | self.fields
        if record.contact is not None:
            self.initial.setdefault("receiver", record.contact.pk)
        if self.is_bound:
            receiver = str(self.data.get("receiver", ""))
            people = self.fields["receiver"].queryset
            person = people.filter(pk=int(receiver)).first() if receiver.isdecimal() and len(receiver) < 18 else None
            self.fields["signature"].signer = person.name if person else ""

    def _items(self, record: Recipient) -> dict[str, forms.Field]:
        due = [share for share in shares(record, kit_of(record.distribution), given_by([record]).get(record.pk, {})) if share.left]
        stocks = dict(Stock.objects.filter(store=record.distribution.store_id, item__in=[share.item.pk for share in due]).values_list("item", "quantity"))
        fields: dict[str, forms.Field] = {}
        for share in due:
            there = stocks.get(share.item.pk, 0)
            hint = f"该领 {in_words(share.item, share.left)}" + (f"，库存只有 {in_words(share.item, there)}" if there < share.left else "")
            initial = figure(min(there, share.left)).replace(",", "")
            label = f"{share.item}（{share.item.unit}）"
            fields[f"q_{share.item.pk}"] = QuantityField(label=label, required=False, initial=initial, help_text=hint)
        return fields

    def clean(self):
        data = super().clean()
        quantities = {int(name[2:]): value for name, value in data.items() if name[:2] == "q_" and value}
        return {"quantities": quantities, "receiver": data.get("receiver"), "signature": [data["signature"]] if data.get("signature") else []}


class DistributionFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="title", lookup_expr="icontains", label="找", help_text="名称")
    state = filters.ChoiceFilter(choices=DistributionState, label="状态", empty_label="全部状态")
    term = filters.ModelChoiceFilter(queryset=Term.objects.all(), label="学期", empty_label="全部学期")

    class Meta:
        model = Distribution
        fields: list[str] = []


class RecipientFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="班级、班主任、姓名")
    distribution = filters.ModelChoiceFilter(
        queryset=Distribution.objects.exclude(state__in=(DistributionState.DRAFT, DistributionState.VOID)), label="哪次发放", empty_label="全部发放"
    )
    state = filters.ChoiceFilter(choices=RecipientState, label="状态", empty_label="全部状态")
    now = filters.BooleanFilter(method="going_on", label="正在发放的", widget=forms.HiddenInput)

    class Meta:
        model = Recipient
        fields: list[str] = []

    def find(self, rows, name, value):
        person = Q(person__name__icontains=value) | Q(person__pinyin__icontains=value)
        return rows.filter(person | Q(school_class__name__icontains=value) | Q(school_class__head_teacher__name__icontains=value))

    def going_on(self, rows, name, value):
        return rows.filter(distribution__state=DistributionState.OPEN) if value else rows
