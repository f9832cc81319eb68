"""What people fill in for orders and inquiries."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from finance.money import DIGITS
from finance.purchase.models import PurchaseRequest, RequestLine
from finance.purchase.queries import open_lines, orderable
from logistics.platform.attachments.forms import KeepsUploads, PapersField, PhotosField
from logistics.platform.org.models import Department
from logistics.platform.org.queries import people
from logistics.platform.partners.forms import PartnerChoice
from logistics.platform.partners.models import Partner
from logistics.platform.web.forms import DayInput, Words
from logistics.platform.web.lines import DayField, LineForm, MoneyField, PeopleField, PersonField, line_field
from logistics.platform.web.rows import BoundRows, RowsField
from logistics.platform.web.selects import KeptModelChoiceFilter

from .comparison import lines_asked, offers_of
from .inquiry_rules import PAPERS
from .models import Inquiry, InquiryState, Method, OrderState, PurchaseOrder, Quote, Tax
from .queries import quoted_prices, standing_inquiry


class QuantityField(forms.DecimalField):
    def __init__(self, **kwargs):
        given = {"required": False, "min_value": 0, "max_digits": 12, "decimal_places": 3}
        super().__init__(widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}), **given | kwargs)


class KnownRow(forms.Form):
    """A row about one known line, named by a hidden number."""

    named = ""

    def __init__(self, *args, lines=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = lines or {}
        for name, field in self.fields.items():
            if name != self.named:
                field.widget.attrs["aria-label"] = field.label

    @property
    def about(self):
        """The line this row is about, None for a number nobody knows."""
        asked = str(self[self.named].value() or "")
        return self.known.get(int(asked)) if asked.isdecimal() and asked.isascii() and len(asked) < 18 else None


class BoundKnown(BoundRows):
    @property
    def rows(self) -> list[forms.Form]:
        """One for each known line, no empty ones."""
        return [row for row in super().rows if row.about is not None]


class KnownRows(RowsField):
    def get_bound_field(self, form, field_name) -> BoundKnown:
        return BoundKnown(form, self, field_name)


def number_field(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=10**17, widget=forms.HiddenInput)


class OrderRow(KnownRow):
    named = "request_line"
    request_line = number_field("请购明细")
    quantity = QuantityField(label="订多少")
    price = MoneyField(label="单价（元）", max_digits=DIGITS, required=False)
    brand = Words(label="品牌型号", max_length=80, required=False)


class OrderForm(forms.Form):
    """A new order. The lines are the open ones of the request that the address or the person names, with the chosen firm's prices."""

    takes_user = True
    request = forms.ModelChoiceField(PurchaseRequest.objects.none(), label="请购单", empty_label="请选")
    partner = PartnerChoice(label="供应商", empty_label="请选")
    method = forms.ChoiceField(label="采购方式", choices=Method, initial=Method.DIRECT)
    method_reason = Words(
        label="采购方式说明", max_length=300, rows=2, required=False, help_text="单一来源写理由；框架协议写哪一份；政府采购写目录里的哪一项和批复。"
    )
    lines = KnownRows(OrderRow, label="订什么", error_messages={"required": "还没有要订的东西。"})
    second_buyer = PersonField(label="同去采购", required=False, empty_label="请选", help_text="采购要有两个人。")
    deliver_on = DayField(label="约定到货", required=False)
    terms = Words(label="约定", max_length=300, required=False, rows=2, help_text="送货、质保、付款方式。")
    seen = forms.IntegerField(required=False, min_value=0, max_value=10**6, widget=forms.HiddenInput)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.requests = orderable()
        self.fields["request"].queryset = self.requests
        self.fields["request"].error_messages["invalid_choice"] = "这张请购单不在等采购，请刷新看看。"
        asked = str((self.data if self.is_bound else self.initial).get("request", ""))
        self.chosen = self.requests.filter(pk=int(asked)).first() if asked.isdecimal() and asked.isascii() and len(asked) < 18 else None
        if self.chosen is not None:
            self.fields["request"].widget = forms.HiddenInput()
            self._fill(self.chosen)
        if user is not None:
            self.fields["second_buyer"].queryset = people().exclude(pk=user.pk)

    def _fill(self, request: PurchaseRequest) -> None:
        """The open lines, with firm, method and prices of the comparison that the link names."""
        lines = open_lines(request)
        self.fields["lines"].given = {"lines": {line.pk: line for line in lines}}
        quoted = {}
        asked = self.initial.get("partner")
        partner = Partner.objects.filter(pk=int(asked)).first() if str(asked or "").isdecimal() and len(str(asked)) < 18 else None
        if partner is not None and (inquiry := standing_inquiry(request, partner, among=[line.pk for line in lines])):
            quoted = quoted_prices(inquiry)
            self.initial |= {"method": Method.QUOTES, "terms": _terms(inquiry.chosen)}
            lines = [line for line in lines if line.pk in quoted] or lines
        self.initial |= {"lines": [_row(line, quoted.get(line.pk)) for line in lines], "seen": request.orders.count()}

    def clean_lines(self) -> list[dict]:
        """A line without a quantity is left for another order."""
        return [row for row in self.cleaned_data["lines"] if row.get("quantity")]


def _row(line: RequestLine, quoted) -> dict:
    price, brand = quoted or (line.price, "")
    return {"request_line": line.pk, "quantity": f"{line.left.normalize():f}", "price": f"{price:.2f}", "brand": brand}


def _terms(quote: Quote) -> str:
    return "；".join(filter(None, [quote.delivery, quote.warranty, quote.get_tax_display()]))[:300]


class OrderEditForm(forms.ModelForm):
    deliver_on = DayField(label="约定到货", required=False)
    terms = Words(label="约定", max_length=300, required=False, rows=2)
    reason = Words(label="为什么改", max_length=100)

    class Meta:
        model = PurchaseOrder
        fields = ["deliver_on", "terms"]


class ReasonForm(forms.Form):
    reason = Words(label="为什么", max_length=200, rows=2)


class InquiryForm(forms.Form):
    """Which lines of which request the firms are asked about."""

    request = forms.ModelChoiceField(PurchaseRequest.objects.none(), label="请购单", empty_label="请选")
    lines = forms.ModelMultipleChoiceField(
        RequestLine.objects.none(), label="问哪几样", required=False, widget=forms.CheckboxSelectMultiple, help_text="都不选就是全部没有订的。"
    )
    wanted = Words(label="要求", max_length=300, required=False, rows=2, help_text="送货、质保、发票等，问每一家都一样。")
    until_on = DayField(label="报价截止", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        waiting = orderable()
        self.fields["request"].queryset = waiting
        asked = str((self.data if self.is_bound else self.initial).get("request", ""))
        self.chosen = waiting.filter(pk=int(asked)).first() if asked.isdecimal() and asked.isascii() and len(asked) < 18 else None
        self.requests = waiting
        if self.chosen is None:
            self.fields["lines"].queryset = RequestLine.objects.filter(request__in=waiting)
            return
        self.fields["request"].widget = forms.HiddenInput()
        self.fields["lines"].queryset = RequestLine.objects.filter(pk__in=[line.pk for line in open_lines(self.chosen)])


class QuoteRow(KnownRow):
    named = "line"
    line = number_field("询价明细")
    price = MoneyField(label="单价（元）", max_digits=DIGITS, required=False)
    brand = Words(label="品牌型号", max_length=80, required=False)


class QuoteForm(KeepsUploads, forms.Form):
    takes_record = True
    partner = PartnerChoice(label="供应商", empty_label="请选")
    quoted_on = DayField(label="报价日期", initial=timezone.localdate)
    valid_until = DayField(label="报价有效到", required=False)
    lines = KnownRows(QuoteRow, label="单价", required=False)
    tax = forms.ChoiceField(label="税", choices=Tax, initial=Tax.PLAIN, required=False)
    delivery = Words(label="送货", max_length=100, required=False)
    warranty = Words(label="质保", max_length=100, required=False)
    contact = Words(label="联系人电话", max_length=60, required=False, help_text="不填就是名单里的。")
    note = Words(label="说明", max_length=200, required=False)
    declined = Words(label="没有报价的原因", max_length=100, required=False, help_text="问过、没有报价的，写原因，单价留空。")
    photos = PhotosField(label="报价单照片", most=PAPERS, required=False)
    papers = PapersField(label="报价单文件", most=PAPERS, required=False)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            asked = lines_asked(record)
            self.fields["lines"].given = {"lines": {line.pk: line for line in asked}}
            self.initial.setdefault("lines", [{"line": line.pk, "price": "", "brand": ""} for line in asked])

    def clean_tax(self) -> str:
        return self.cleaned_data["tax"] or Tax.PLAIN


class RemoveQuoteForm(LineForm):
    line = "quote"
    quote = line_field(Quote, "哪一家")
    reason = Words(label="为什么去掉", max_length=200, rows=2)

    def lines(self, record, user):
        return record.quotes.select_related("partner")


class ChooseForm(forms.Form):
    takes_record = True
    quote = forms.ModelChoiceField(Quote.objects.none(), label="选哪一家", empty_label=None)
    choice_reason = Words(label="选定理由", max_length=300, required=False, rows=2, help_text="没有选最低价的要写。")
    few_reason = Words(label="不足三家的原因", max_length=300, required=False, rows=2, help_text="报价不够家数的要写。")
    members = PeopleField(label="采购小组", help_text="至少三个人，打印出来签字。")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is None:
            return
        offers = [offer for offer in offers_of(record) if offer.is_whole]
        field = self.fields["quote"]
        field.queryset = Quote.objects.filter(pk__in=[offer.quote.pk for offer in offers])
        words = {offer.quote.pk: f"{offer.quote.partner}　{offer.quote.total:,.2f} 元{'（最低）' if offer.is_lowest else ''}" for offer in offers}
        field.choices = list(words.items())


class OrderFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="单号、供应商、请购、品名")
    state = filters.ChoiceFilter(choices=[("coming", "待到货和部分到货"), *OrderState.choices], method="in_state", label="状态", empty_label="全部状态")
    method = filters.ChoiceFilter(choices=Method, label="采购方式", empty_label="全部方式")
    department = KeptModelChoiceFilter(
        field_name="request__department", queryset=Department.objects.all(), label="部门", empty_label="全部部门", kept="order.department"
    )
    since = filters.DateFilter(field_name="created_at", lookup_expr="date__gte", label="从哪天", widget=DayInput)
    until = filters.DateFilter(field_name="created_at", lookup_expr="date__lte", label="到哪天", widget=DayInput)
    late = filters.BooleanFilter(method="only_late", label="过了约定到货", widget=forms.HiddenInput())
    mine = filters.BooleanFilter(method="only_mine", label="我采购的", widget=forms.HiddenInput())

    def find(self, rows, name, value):
        words = Q(number__icontains=value) | Q(partner__name__icontains=value) | Q(request__title__icontains=value) | Q(request__number__icontains=value)
        return rows.filter(words | Q(pk__in=PurchaseOrder.objects.filter(lines__request_line__name__icontains=value).values("pk")))

    def in_state(self, rows, name, value):
        return rows.filter(state__in=(OrderState.PLACED, OrderState.PARTIAL)) if value == "coming" else rows.filter(state=value)

    def only_late(self, rows, name, value):
        return rows.filter(state__in=(OrderState.PLACED, OrderState.PARTIAL), deliver_on__lt=timezone.localdate()) if value else rows

    def only_mine(self, rows, name, value):
        return rows.filter(Q(created_by=self.request.user.pk) | Q(second_buyer=self.request.user.pk)) if value else rows


class InquiryFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="单号、请购、供应商")
    state = filters.ChoiceFilter(choices=InquiryState, label="状态", empty_label="全部状态")

    class Meta:
        model = Inquiry
        fields: list[str] = []

    def find(self, rows, name, value):
        words = Q(number__icontains=value) | Q(request__title__icontains=value) | Q(request__number__icontains=value)
        return rows.filter(words | Q(pk__in=Inquiry.objects.filter(quotes__partner__name__icontains=value).values("pk")))
