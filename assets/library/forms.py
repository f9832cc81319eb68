"""What people fill in for books."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from assets.card.forms import DepartmentField
from assets.card.models import MOST_PIECES
from assets.category.models import AssetClass, Kind
from assets.loan.forms import LentCardField
from assets.money import DIGITS
from logistics.platform.web.forms import Picks, PlaceField, Words
from logistics.platform.web.lines import DayField, MoneyField, PersonField

from .isbn import check_isbn, normal_isbn
from .models import Book, BookKind


def today():
    return timezone.localdate()


class IsbnField(forms.CharField):
    """An ISBN as scanned or typed with dashes; cleans to its digits."""

    def clean(self, value):
        isbn = normal_isbn(super().clean(value) or "")
        if isbn:
            check_isbn(isbn)
        return isbn


class SaidForm(forms.Form):
    kind = forms.ChoiceField(label="种类", choices=BookKind, initial=BookKind.BOOK, widget=Picks(columns=2))
    isbn = IsbnField(label="书号（ISBN）", max_length=40, required=False, help_text="扫封底的条码。")
    author = Words(label="作者", max_length=80, required=False)
    publisher = Words(label="出版社", max_length=60, required=False)
    call_number = Words(label="索书号", max_length=40, required=False)
    subject = Words(label="学科年级", max_length=40, required=False, help_text="例如 七年级数学上册。")


class BookForm(SaidForm, forms.ModelForm):
    class Meta:
        model = Book
        fields = ["kind", "isbn", "author", "publisher", "call_number", "subject"]


class NewBookForm(SaidForm):
    """A new title with its card, or what is said of a card that is there."""

    field_order = ["title", "kind", "isbn", "author", "publisher", "call_number", "subject", "quantity", "price", "asset_class", "acquired_on", "is_opening"]
    title = Words(label="书名", max_length=60, required=False)
    quantity = forms.IntegerField(label="册数", required=False, min_value=1, max_value=MOST_PIECES)
    price = MoneyField(label="单价（元）", max_digits=DIGITS, required=False)
    asset_class = forms.ModelChoiceField(
        AssetClass.objects.filter(is_active=True, life__kind=Kind.BOOKS).select_related("life"), label="资产类别", required=False, empty_label="请选"
    )
    acquired_on = DayField(label="购入日期", required=False, initial=today)
    is_opening = forms.BooleanField(label="建账以前就有", required=False)
    place = PlaceField(label="放在哪里", max_length=200, required=False)
    custodian = PersonField(label="保管人", required=False, empty_label="还没有定")
    department = DepartmentField(label="使用部门")
    voucher = Words(label="凭证号", max_length=40, required=False)
    card = LentCardField(label="已经建好的卡片", required=False, help_text="台账里已经有这批书的，写资产编号，上面的册数、单价就不用填。")
    is_lent = forms.BooleanField(label="开放借阅", required=False, initial=True)
    for_students = forms.BooleanField(label="学生可借", required=False, initial=True)
    longest_days = forms.IntegerField(label="最长借几天", min_value=1, max_value=366, initial=30)


class BookFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="书名、作者、ISBN、索书号")
    kind = filters.ChoiceFilter(choices=BookKind, label="种类", empty_label="全部种类")
    out = filters.BooleanFilter(method="only_out", label="有借出的", widget=forms.HiddenInput)

    class Meta:
        model = Book
        fields: list[str] = []

    def find(self, rows, name, value):
        named = Q(card__name__icontains=value) | Q(author__icontains=value) | Q(call_number__icontains=value) | Q(subject__icontains=value)
        isbn = normal_isbn(value)
        return rows.filter(named | Q(card__number__icontains=value) | (Q(isbn__startswith=isbn) if isbn else Q(pk__in=[])))

    def only_out(self, rows, name, value):
        return rows.filter(out__gt=0) if value else rows
