"""What people fill in at the gate: what came, who judges it, its certificates."""

import django_filters as filters
from django import forms
from django.db.models import Q

from assets.public import figure
from canteen.ingredient.forms import GoodsLine, PriceField, QuantityField, goods_of
from canteen.ingredient.models import Storage
from canteen.ingredient.queries import active_ingredients, like
from canteen.late import ClaimedField
from canteen.order.models import FoodOrder, OrderState
from canteen.supplier.forms import SupplierChoice
from canteen.supplier.models import Supplier
from logistics.platform.attachments.forms import KeepsUploads, PhotosField, SignatureField
from logistics.platform.web.forms import Picks, Words
from logistics.platform.web.lines import DayField, LineForm, line_field
from logistics.platform.web.rows import RowsField

from .models import CertKind, Delivery, DeliveryLine, DeliveryState
from .papers import missing_papers
from .queries import lines_of, papers_of, waiting_for
from .signing import FRESH

LOOKS = (("good", "都合格"), ("bad", "有不合格"))
ASPECT_CHOICES = (("look", "外观"), ("smell", "气味"), ("packaging", "包装标签"), ("dates", "保质期"))


def celsius(label: str, **kwargs) -> forms.DecimalField:
    widget = forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"})
    return forms.DecimalField(label=label, max_digits=4, decimal_places=1, min_value=-60, max_value=100, required=False, widget=widget, **kwargs)


class CameLineForm(GoodsLine):
    """One batch that came."""

    weighed = QuantityField(label="过秤数量")
    unit = Words(label="单位", max_length=8, required=False, help_text="空着是食材的单位，也可以写 袋、箱。")
    price = PriceField(label="单价（元）", required=False, help_text="空着用采购单上的。")
    made_on = DayField(label="生产日期", required=False)
    expires_on = DayField(label="保质期到", required=False)
    batch_number = Words(label="批号", max_length=30, required=False)
    spec = Words(label="规格、品牌", max_length=40, required=False)


class OrderChoice(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        rows = FoodOrder.objects.filter(state__in=[OrderState.PLACED, OrderState.ARRIVED]).select_related("supplier__partner").order_by("-on", "-pk")
        super().__init__(rows, **({"label": "采购单", "required": False, "empty_label": "没有采购单"} | kwargs))

    def label_from_instance(self, order):
        return f"{order.number} {order}"


class ReceiveForm(KeepsUploads, forms.Form):
    """A van at the gate; an order named by the address fills in what was ordered."""

    order = OrderChoice()
    supplier = SupplierChoice(required=False, empty_label="同采购单", help_text="没有采购单的选供应商。")
    happened_at = ClaimedField(label="什么时候到的")
    driver = Words(label="送货人", max_length=30)
    plate = Words(label="车牌", max_length=12, required=False)
    vehicle_c = celsius("车厢温度（℃）", help_text="冷藏车看显示屏。")
    photos = PhotosField(label="送货单或发票照片", required=False, most=4)
    lines = RowsField(CameLineForm, label="到了什么", least=1, most=60)
    note = Words(label="说明", max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        asked = str((self.data if self.is_bound else self.initial).get("order") or "")
        known = asked.isdecimal() and len(asked) < 18
        order = self.fields["order"].queryset.filter(pk=int(asked)).first() if known else None
        lines = list(order.lines.select_related("ingredient").order_by("pk")) if order else []
        self.fields["lines"].given = {"goods": goods_of([line.ingredient for line in lines] if lines else active_ingredients())}
        if order and not self.is_bound:
            self.fields["lines"].help_text = "只列采购单上的。没有订的另外登一张，不选采购单。"
            usual = {"driver": order.supplier.contact, "plate": order.supplier.plate}
            usual["lines"] = [{"ingredient": line.ingredient_id, "weighed": "", "price": line.price and f"{line.price.normalize():f}"} for line in lines]
            self.initial = usual | self.initial


class ChangeLineForm(LineForm):
    line = "row"
    row = line_field(DeliveryLine, "哪一样")
    weighed = QuantityField(label="过秤数量")
    unit = Words(label="单位", max_length=8, required=False)
    price = PriceField(label="单价（元）")
    made_on = DayField(label="生产日期", required=False)
    expires_on = DayField(label="保质期到", required=False)
    batch_number = Words(label="批号", max_length=30, required=False)
    spec = Words(label="规格、品牌", max_length=40, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.chosen is not None and not self.is_bound:
            now = self.chosen
            self.initial |= {"weighed": figure(now.weighed).replace(",", ""), "price": f"{now.price.normalize():f}"}
            self.initial |= {name: getattr(now, name) for name in ("made_on", "expires_on", "batch_number", "spec")}

    def lines(self, record, user):
        return record.lines.select_related("ingredient")


class PaperForm(KeepsUploads, LineForm):
    """A certificate with its photo. The link of a missing one names kind and batch."""

    line = ""
    kind = forms.ChoiceField(label="哪种证票", choices=CertKind)
    line_row = forms.ModelChoiceField(DeliveryLine.objects.none(), label="哪一样的", required=False, empty_label="整车都算")
    photos = PhotosField(label="照片", most=4)
    number = Words(label="编号", max_length=40, required=False)
    issued_on = DayField(label="开具日期", required=False)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, record=record, user=user, **kwargs)
        if record is not None:
            self.fields["line_row"].queryset = record.lines.select_related("ingredient")
            missing = missing_papers(record, lines_of(record), papers_of(record))
            if missing and not self.is_bound:
                self.initial.setdefault("kind", missing[0].kind)

    def clean(self):
        data = super().clean()
        if "line_row" in data:
            data["line"] = data.pop("line_row")
        return data


class SignForm(KeepsUploads, forms.Form):
    takes_record = True
    opinion = Words(label="意见", max_length=200, required=False, rows=2)
    signature = SignatureField(label="您的签名")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["signature"].signer = user.name if user else ""

    def clean_signature(self):
        return [self.cleaned_data["signature"]]


class QualityForm(SignForm):
    """What the chef found of each batch. Nothing is filled in beforehand: every batch is looked at."""

    remedy = Words(label="拒收怎么处理", max_length=200, required=False, help_text="有拒收的才写：退回供应商，或者当场销毁。")
    field_order = ["opinion", "remedy", "signature"]

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, record=record, user=user, **kwargs)
        self.batches = lines_of(record) if record is not None else []
        last = {name: self.fields.pop(name) for name in ("remedy", "opinion", "signature")}
        for line in self.batches:
            self._add(line)
        self.fields |= last
        self.fields["opinion"].help_text = "冷藏、冷冻的超温仍收下，在这里写原因。"

    def _add(self, line: DeliveryLine) -> None:
        pk, about = line.pk, f"{line} {figure(line.weighed)} {line.ingredient.unit}"
        if line.expires_on:
            about += f"，保质期到 {line.expires_on:%Y-%m-%d}"
        self.fields[f"look_{pk}"] = forms.ChoiceField(label=about, choices=LOOKS, widget=Picks(columns=2, icons={"good": "check", "bad": "x"}))
        if line.ingredient.storage != Storage.ROOM and line.ingredient.group not in FRESH:
            self.fields[f"temp_{pk}"] = celsius(f"{line} 中心温度（℃）", help_text="冷藏不高于 8 ℃，冷冻不高于 −12 ℃。")
        self.fields[f"bad_{pk}"] = forms.MultipleChoiceField(
            label=f"{line} 哪项不合格", choices=ASPECT_CHOICES, required=False, widget=forms.CheckboxSelectMultiple, help_text="都合格的不用填。"
        )
        self.fields[f"rejected_{pk}"] = QuantityField(label=f"{line} 拒收（{line.ingredient.unit}）", required=False)
        self.fields[f"reason_{pk}"] = Words(label=f"{line} 拒收原因", max_length=120, required=False)

    @property
    def cards(self) -> list[tuple[DeliveryLine, list, list, bool]]:
        """(batch, what is asked always, what is asked when something is wrong, whether something is), for the template."""
        return [(line, *self._card(line.pk)) for line in self.batches]

    def _card(self, pk: int) -> tuple[list, list, bool]:
        always = [self[name] for name in (f"look_{pk}", f"temp_{pk}") if name in self.fields]
        wrong = [self[f"{name}_{pk}"] for name in ("bad", "rejected", "reason")]
        return always, wrong, self.is_bound and (self.data.get(f"look_{pk}") == "bad" or any(bound.errors for bound in wrong))

    @property
    def rest(self) -> list:
        return [self[name] for name in ("remedy", "opinion", "signature")]

    def clean(self):
        data = super().clean()
        findings = {}
        for line in self.batches:
            pk = line.pk
            bad = data.get(f"bad_{pk}") or []
            if data.get(f"look_{pk}") == "bad" and not bad:
                self.add_error(f"bad_{pk}", "请勾上哪一项不合格。")
            if data.get(f"look_{pk}") == "good" and bad:
                self.add_error(f"look_{pk}", "勾了不合格的项，这里请选「有不合格」。")
            names = ("rejected", "reason")
            findings[pk] = {"bad": bad, "temperature": data.get(f"temp_{pk}"), **{name: data.get(f"{name}_{pk}") for name in names}}
        kept = {name: data[name] for name in ("remedy", "opinion", "signature") if name in data}
        return kept | {"findings": findings}


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2)


class LetInForm(forms.Form):
    reason = Words(label="为什么放行、证票什么时候补", max_length=200, rows=3)


class SendBackForm(forms.Form):
    reason = Words(label="为什么退回", max_length=120, rows=2)
    remedy = Words(label="怎么处理", max_length=120, help_text="退回供应商，或者当场销毁。")


class DeliveryFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="单号、供应商、食材、批号、证号")
    state = filters.ChoiceFilter(choices=DeliveryState, label="状态", empty_label="全部状态")
    supplier = filters.ModelChoiceFilter(queryset=Supplier.objects.select_related("partner"), label="供应商", empty_label="全部供应商")
    since = filters.DateFilter(field_name="happened_at", lookup_expr="date__gte", label="从", widget=forms.DateInput(attrs={"type": "date"}))
    until = filters.DateFilter(field_name="happened_at", lookup_expr="date__lte", label="到", widget=forms.DateInput(attrs={"type": "date"}))
    mine = filters.BooleanFilter(method="only_mine", label="等我签", widget=forms.HiddenInput)
    exempt = filters.BooleanFilter(method="only_exempt", label="放行的", widget=forms.HiddenInput)
    sent_back = filters.BooleanFilter(method="only_sent_back", label="有拒收", widget=forms.HiddenInput)

    class Meta:
        model = Delivery
        fields: list[str] = []

    def find(self, rows, name, value):
        lines = DeliveryLine.objects.filter(like(value, "ingredient__") | Q(batch_number__icontains=value) | Q(papers__number__icontains=value))
        return rows.filter(Q(number__icontains=value) | Q(supplier__partner__name__icontains=value) | Q(pk__in=lines.values("delivery")))

    def only_mine(self, rows, name, value):
        return rows.filter(pk__in=waiting_for(self.request.user).order_by().values("pk")) if value else rows

    def only_exempt(self, rows, name, value):
        return rows.filter(exempt_by__isnull=False) if value else rows

    def only_sent_back(self, rows, name, value):
        return rows.filter(lines__rejected__gt=0).distinct() if value else rows
