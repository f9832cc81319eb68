"""What people fill in for damage."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from assets.card.forms import words
from assets.card.models import MOST_PIECES
from assets.money import DIGITS
from assets.transfer.forms import CardNumberField
from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.org.models import SchoolClass
from logistics.platform.web.forms import DayInput, PlaceField
from logistics.platform.web.lines import DayField, MoneyField, PersonField

from .loss import book_worth, suggested
from .models import MOST_POINTS, Damage, DamageState
from .rules import PHOTOS


class ClassField(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(SchoolClass.objects.filter(is_active=True), **{"label": "班级", "required": False, "empty_label": "不是班级"} | kwargs)


class DamageForm(KeepsUploads, forms.Form):
    """Something was found damaged."""

    photos = PhotosField(label="照片", required=False, most=PHOTOS)
    card = CardNumberField(label="资产编号", max_length=40, required=False, help_text="标签上的编号；没有标签的空着，下面写名字。")
    thing = words("什么东西", 60, help_text="有资产编号的可以空着。")
    quantity = forms.IntegerField(label="坏了几件", min_value=1, max_value=MOST_PIECES, initial=1)
    place = PlaceField(label="地点", max_length=200, required=False)
    description = words("怎么坏的", 500, required=True, rows=3)
    found_on = DayField(label="发现日期", initial=timezone.localdate)
    school_class = ClassField()
    person = PersonField(label="教职工", required=False, empty_label="不是教职工")
    by_name = words("损坏人", 60, help_text="学生或校外人员的名字；还不清楚的空着。")


class DamageEditForm(KeepsUploads, forms.ModelForm):
    photos = PhotosField(label="再加照片", required=False, most=PHOTOS)
    card = CardNumberField(label="资产编号", required=False, help_text="标签上的编号；写了，净值就照账上的算。")
    thing = words("什么东西", 60, required=True)
    quantity = forms.IntegerField(label="坏了几件", min_value=1, max_value=MOST_PIECES)
    place = PlaceField(label="地点", max_length=200, required=False)
    description = words("怎么坏的", 500, required=True, rows=3)
    found_on = DayField(label="发现日期")
    school_class = ClassField()
    person = PersonField(label="教职工", required=False, empty_label="不是教职工")
    by_name = words("损坏人", 60)

    class Meta:
        model = Damage
        fields = ["card", "thing", "quantity", "place", "description", "found_on", "school_class", "person", "by_name"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        card = self.instance.card
        self.initial["card"] = card.number if card else ""
        if card is not None and not card.is_alive:  # what has left the books is found by no number
            del self.fields["card"]


class AssessForm(forms.Form):
    """Who pays how much; a card's net value is the book's, so it is not asked for."""

    takes_record = True
    school_class = ClassField()
    person = PersonField(label="教职工", required=False, empty_label="不是教职工")
    by_name = words("损坏人", 60, help_text="学生或校外人员的名字。")
    worth = MoneyField(label="损坏时值多少（元）", max_digits=DIGITS, required=False, help_text="不在资产账上的，照买价折旧以后估一个。")
    repair_cost = MoneyField(label="修理费（元）", max_digits=DIGITS, required=False)
    amount = MoneyField(label="赔多少（元）", max_digits=DIGITS, help_text="不超过净值；修理费更高的，不超过修理费。")
    points = forms.DecimalField(
        label="扣分", required=False, min_value=0, max_value=MOST_POINTS, max_digits=4, decimal_places=1, widget=forms.NumberInput(attrs={"inputmode": "decimal"}),
        help_text="记到班级和班主任的考核；不扣的空着。",
    )  # fmt: skip
    opinion = words("定责意见", 300, rows=2)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is None:
            return
        for name in ("school_class", "person", "by_name"):
            self.initial.setdefault(name, getattr(record, f"{name}_id", None) or getattr(record, name))
        worth = book_worth(record.card, record.quantity)
        if worth is not None:
            del self.fields["worth"]
        self.initial.setdefault("repair_cost", record.repair_cost or None)
        self.initial.setdefault("amount", suggested(worth, record.repair_cost) or None)


class NaturalForm(forms.Form):
    opinion = words("为什么算自然损坏", 300, required=True, rows=2)


class MendForm(KeepsUploads, forms.Form):
    photos = PhotosField(label="修好后的照片", required=False, most=PHOTOS)
    ending = words("怎样修好的，或者赔了什么", 300, required=True, rows=2)
    on = DayField(label="日期", initial=timezone.localdate)


class ReasonForm(forms.Form):
    reason = words("为什么", 300, required=True, rows=2)


class DamageFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="单号、东西、损坏人、资产编号、收据号")
    state = filters.ChoiceFilter(choices=DamageState, label="状态", empty_label="全部状态")
    school_class = filters.ModelChoiceFilter(queryset=SchoolClass.objects.all(), label="班级", empty_label="全部班级")
    since = filters.DateFilter(field_name="found_on", lookup_expr="gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="found_on", lookup_expr="lte", label="到", widget=DayInput())

    class Meta:
        model = Damage
        fields: list[str] = []

    def find(self, rows, name, value):
        named = Q(number__icontains=value) | Q(thing__icontains=value) | Q(by_name__icontains=value) | Q(receipt__icontains=value)
        return rows.filter(named | Q(person__name__icontains=value) | Q(card__number__icontains=value))


class ClassesForm(forms.Form):
    """The days of the table by class."""

    since = forms.DateField(label="从", required=False, widget=DayInput())
    until = forms.DateField(label="到", required=False, widget=DayInput())
