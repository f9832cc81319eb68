"""What people fill in for loans."""

from collections.abc import Callable
from datetime import date, timedelta

import django_filters as filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils import timezone

from assets.card.models import ALIVE, MOST_PIECES, AssetCard
from assets.category.models import Kind
from assets.labels.pages import card_by_code
from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.kernel.text import plain, tidy
from logistics.platform.org.models import Student
from logistics.platform.web.forms import DayInput, Picks, Words
from logistics.platform.web.lines import DayField, PersonField

from .models import OPEN, Condition, Loan, LoanState, Offer
from .queries import is_handler
from .rules import PHOTOS

finders: list[Callable[[str], AssetCard | None]] = []  # other ways to name a card (a book's ISBN). For wiring.py
USUAL_DAYS = timedelta(days=7)


def today():
    return timezone.localdate()


def in_a_week():
    return today() + USUAL_DAYS


class LentCardField(forms.CharField):
    """A card by its number, by what its label says, or by another registered name; cleans to the card in use."""

    def __init__(self, **kwargs):
        super().__init__(**{"label": "资产编号", "max_length": 60, "help_text": "写或者扫标签上的编号，图书也可以写 ISBN。"} | kwargs)

    def clean(self, value):
        text = tidy(super().clean(value) or "")
        if not text:
            return None
        for find in (card_by_code, *finders):
            card = find(text)
            if card is not None and card.status in ALIVE:
                return card
        raise forms.ValidationError(f"没有找到在账的「{text[:40]}」，请核对标签上的编号。")


class PupilField(forms.CharField):
    """A pupil in school by number, or by a name nobody else has."""

    def __init__(self, **kwargs):
        super().__init__(**{"label": "借给学生", "max_length": 50, "required": False, "help_text": "写学号；没有重名的，写姓名也行。"} | kwargs)

    def clean(self, value):
        text = tidy(super().clean(value) or "")
        if not text:
            return None
        rows = Student.objects.filter(is_active=True).select_related("school_class")
        found = list(rows.filter(Q(number=plain(text)) | Q(number=plain(text).upper()) | Q(name=text))[:3])
        if len(found) != 1:
            raise forms.ValidationError(f"{'有不止一名' if found else '没有'}叫「{text[:30]}」的在校学生，请写学号。")
        return found[0]


class LoanForm(forms.Form):
    """A booking for oneself; whoever lends names the borrower and gives it out at once."""

    takes_user = True
    card = LentCardField()
    borrower = PersonField(label="借用人", required=False, empty_label="本人")
    student = PupilField()
    quantity = forms.IntegerField(label="数量", min_value=1, max_value=MOST_PIECES, initial=1)
    from_on = DayField(label="从哪天", initial=today)
    due_on = DayField(label="哪天还", initial=in_a_week)
    purpose = Words(label="用途", max_length=120, required=False)
    now = forms.BooleanField(label="现在就拿走", required=False, help_text="先约日子的，不勾。")

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if user is not None and not self.may_handle(user):
            for name in ("borrower", "student", "now"):
                del self.fields[name]

    def may_handle(self, user) -> bool:
        """Whether this person lends: for the school, or a card they keep."""
        text = str((self.data if self.is_bound else self.initial).get("card", ""))
        card = card_by_code(tidy(text)[:60]) if text else None
        return is_handler(user, card or AssetCard())


class OfferForm(forms.ModelForm):
    longest_days = forms.IntegerField(label="最长借几天", min_value=1, max_value=366)
    for_students = forms.BooleanField(label="学生可借", required=False)
    words = Words(label="借用须知", max_length=200, required=False, rows=2)
    is_active = forms.BooleanField(label="开放借用", required=False)

    class Meta:
        model = Offer
        fields = ["longest_days", "for_students", "words", "is_active"]


class NewOfferForm(forms.Form):
    card = LentCardField()
    longest_days = forms.IntegerField(label="最长借几天", min_value=1, max_value=366, initial=30)
    for_students = forms.BooleanField(label="学生可借", required=False)
    words = Words(label="借用须知", max_length=200, required=False, rows=2)


class HandOutForm(forms.Form):
    words = Words(label="借出时的情况", max_length=200, required=False, rows=2, help_text="有旧伤、缺配件的，先写下来。")


class TakeInForm(KeepsUploads, forms.Form):
    takes_record = True
    photos = PhotosField(label="照片", required=False, most=PHOTOS)
    condition = forms.ChoiceField(label="归还时情况", choices=Condition, initial=Condition.GOOD, widget=Picks(columns=3))
    quantity = forms.IntegerField(label="归还数量", min_value=1, max_value=MOST_PIECES)
    words = Words(label="说明", max_length=200, required=False, rows=2, help_text="有损坏、丢失的要写清楚。")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.fields["quantity"].initial = record.left


class ExtendForm(forms.Form):
    due_on = DayField(label="延到哪天")
    reason = Words(label="为什么", max_length=200, required=False, rows=2)


class CancelForm(forms.Form):
    reason = Words(label="为什么取消", max_length=200, required=False, rows=2)


class LoanFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="单号、东西、资产编号、借用人、班级")
    state = filters.ChoiceFilter(choices=LoanState, label="状态", empty_label="全部状态")
    kind = filters.ChoiceFilter(field_name="card__asset_class__life__kind", choices=Kind, label="大类", empty_label="全部大类")
    since = filters.DateFilter(field_name="from_on", lookup_expr="gte", label="借用从", widget=DayInput())
    until = filters.DateFilter(field_name="from_on", lookup_expr="lte", label="到", widget=DayInput())
    late = filters.BooleanFilter(method="only_late", label="超期", widget=forms.HiddenInput)
    soon = filters.BooleanFilter(method="only_soon", label="今天到期", widget=forms.HiddenInput)
    mine = filters.BooleanFilter(method="only_mine", label="我借的", widget=forms.HiddenInput)

    class Meta:
        model = Loan
        fields: list[str] = []

    def find(self, rows, name, value):
        people = Q(borrower__name__icontains=value) | Q(borrower__pinyin__icontains=value) | Q(student__name__icontains=value)
        thing = Q(card__name__icontains=value) | Q(card__number__icontains=value) | Q(student__school_class__name__icontains=value)
        return rows.filter(Q(number__icontains=value) | people | thing)

    def only_late(self, rows, name, value):
        return rows.filter(state=LoanState.OUT, due_on__lt=today()) if value else rows

    def only_soon(self, rows, name, value):
        return rows.filter(state=LoanState.OUT, due_on=today()) if value else rows

    def only_mine(self, rows, name, value):
        return rows.filter(borrower=self.request.user.pk, state__in=OPEN) if value else rows


class OfferFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="名称、编号、型号、地点")
    kind = filters.ChoiceFilter(field_name="card__asset_class__life__kind", choices=Kind, label="大类", empty_label="全部大类")
    students = filters.BooleanFilter(field_name="for_students", label="学生可借", widget=forms.HiddenInput)

    class Meta:
        model = Offer
        fields: list[str] = []

    def find(self, rows, name, value):
        named = Q(card__name__icontains=value) | Q(card__number__icontains=value) | Q(card__model__icontains=value)
        return rows.filter(named | Q(card__place__full_name__icontains=value))


OF_OUR_TIME = [MinValueValidator(date(1990, 1, 1), "请核对年份。"), MaxValueValidator(date(2199, 12, 31), "请核对年份。")]


class UsageForm(forms.Form):
    since = forms.DateField(label="从", required=False, widget=DayInput(), validators=OF_OUR_TIME)
    until = forms.DateField(label="到", required=False, widget=DayInput(), validators=OF_OUR_TIME)

    def clean(self):
        given = super().clean()
        if self.errors:
            return given
        given["until"] = given.get("until") or today()
        given["since"] = given.get("since") or given["until"] - timedelta(days=89)
        if given["since"] > given["until"]:
            self.add_error("since", "开始日期不能晚于结束日期。")
        return given
