"""What people fill in for a card."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from assets.category.models import AssetClass, Kind
from assets.category.queries import usable_classes
from assets.money import DIGITS
from logistics.platform.attachments.forms import KeepsUploads, PapersField, PhotosField
from logistics.platform.org.models import Department
from logistics.platform.partners.forms import PartnerChoice
from logistics.platform.places.queries import places_for
from logistics.platform.search.lists import found_by_words
from logistics.platform.web.filtering import FilterSet
from logistics.platform.web.forms import DayInput, PlaceField, Words, blank
from logistics.platform.web.lines import DayField, MoneyField, PersonField
from logistics.platform.web.selects import KeptModelChoiceFilter

from .models import (
    ALIVE,
    DECREASES,
    GOING,
    INCREASES,
    MOST_PIECES,
    AssetCard,
    AssetEntry,
    EntryKind,
    Procurement,
    Purpose,
    Source,
    Status,
    ValueKind,
)
from .queries import WARRANTY_SOON, twice_serials
from .rules import PAPERS, PHOTOS
from .statement import BY

ALIVE_CHOICES = [(status.value, status.label) for status in ALIVE]


def today():
    return timezone.localdate()


class ClassField(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(usable_classes(), empty_label="请选", **kwargs)

    def label_from_instance(self, one):
        return f"{'★ ' if one.is_favourite else ''}{one.name}　{one.code}"


class DepartmentField(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(Department.objects.filter(is_active=True), **{"required": False, "empty_label": "没有"} | kwargs)


class ReplacedField(forms.CharField):
    """A card by its number, gone or not; cleans to the card."""

    def clean(self, value):
        text = super().clean(value).strip()
        card = AssetCard.objects.filter(number__iexact=text).exclude(status=Status.VOID).first() if text else None
        if text and card is None:
            raise forms.ValidationError(f"没有「{text}」这张卡片，请照卡片写资产编号。")
        return card


def words(label: str, longest: int, **kwargs) -> Words:
    return Words(label=label, max_length=longest, **{"required": False} | kwargs)


class CardEditForm(forms.ModelForm):
    """Words on the card; place, custodian, class and value have acts of their own."""

    name = words("名称", 60, required=True)
    brand = words("品牌", 40)
    model = words("规格型号", 80)
    serial = words("序列号", 60)
    same_serial = forms.BooleanField(label="序列号确实相同", required=False)
    unit = words("单位", 8, required=True)
    maker = words("生产厂家", 60)
    partner = PartnerChoice(label="供应商", required=False, empty_label="不在名单里，在下面写")
    supplier = words("名单外的供应商", 60)
    contract = words("合同或采购单号", 40)
    details = words("其他特征", 300, rows=2, help_text="房屋写面积、结构、权证号；车辆写车牌、发动机号、车架号；图书写册数。")
    fiscal = MoneyField(label="其中财政资金（元）", max_digits=DIGITS, required=False)
    fund = words("经费来源", 60)
    procurement = forms.ChoiceField(label="采购组织形式", choices=blank(Procurement, "没有写"), required=False)
    status = forms.ChoiceField(label="使用状况", choices=ALIVE_CHOICES)
    purpose = forms.ChoiceField(label="使用方向", choices=Purpose)
    manager = DepartmentField(label="管理部门")
    warranty_until = forms.DateField(label="保修到", required=False, widget=DayInput())
    note = words("备注", 300, rows=2)

    class Meta:
        model = AssetCard
        fields = [
            "name", "brand", "model", "serial", "same_serial", "unit", "maker", "partner", "supplier", "contract", "details", "fiscal", "fund", "procurement",
            "status", "purpose", "manager", "warranty_until", "note",
        ]  # fmt: skip


class CardForm(KeepsUploads, forms.Form):
    """A new card."""

    photos = PhotosField(label="照片", required=False, most=PHOTOS)
    asset_class = ClassField(label="资产类别", help_text="带 ★ 的是本校常用。")
    name = words("名称", 60, required=True)
    brand = words("品牌", 40)
    model = words("规格型号", 80)
    quantity = forms.IntegerField(label="数量", min_value=1, max_value=MOST_PIECES, initial=1)
    unit = words("单位", 8, help_text="空着用类别的单位。")
    is_apart = forms.BooleanField(label="每件一张卡", required=False, help_text="不勾就是同类的记一张卡，例如 40 张课桌。")
    price = MoneyField(label="单价（元）", max_digits=DIGITS, required=False)
    value_kind = forms.ChoiceField(label="价值类型", choices=ValueKind)
    fiscal = MoneyField(label="其中财政资金（元）", max_digits=DIGITS, required=False)
    source = forms.ChoiceField(label="取得方式", choices=Source)
    is_opening = forms.BooleanField(label="建账以前就有", required=False, help_text="学校早就有、现在补登的：不查单价标准，折旧从入账算到上个月。")
    acquired_on = DayField(label="取得日期", initial=today)
    booked_on = forms.DateField(label="入账日期", required=False, widget=DayInput(), help_text="空着是今天；建账以前就有的，空着是取得日期。")
    voucher = words("凭证号", 40)
    life_years = forms.IntegerField(label="折旧年限（年）", required=False, min_value=1, max_value=100, help_text="空着照类别的年限。")
    fund = words("经费来源", 60)
    procurement = forms.ChoiceField(label="采购组织形式", choices=blank(Procurement, "没有写"), required=False)
    place = PlaceField(label="存放地点", max_length=200, required=False)
    department = DepartmentField(label="使用部门")
    custodian = PersonField(label="保管人", required=False, empty_label="还没有定")
    manager = DepartmentField(label="管理部门")
    status = forms.ChoiceField(label="使用状况", choices=ALIVE_CHOICES)
    purpose = forms.ChoiceField(label="使用方向", choices=Purpose)
    serial = words("序列号", 60)
    same_serial = forms.BooleanField(label="序列号确实相同", required=False)
    number = words("资产编号", 40, help_text="空着照学校的规则自动编。")
    maker = words("生产厂家", 60)
    partner = PartnerChoice(label="供应商", required=False, empty_label="不在名单里，在下面写")
    supplier = words("名单外的供应商", 60)
    contract = words("合同或采购单号", 40)
    replaces = ReplacedField(label="接替哪张卡", required=False, max_length=40, help_text="以旧换新、报废后补的，写原来那件的资产编号。")
    warranty_until = forms.DateField(label="保修到", required=False, widget=DayInput())
    details = words("其他特征", 300, rows=2, help_text="房屋写面积、结构、权证号；车辆写车牌、发动机号、车架号；图书写册数。")
    note = words("备注", 300, rows=2)


class OnForm(forms.Form):
    """What every change of the ledger asks."""

    on = DayField(label="日期", initial=today)
    voucher = words("凭证号", 40)
    note = words("说明", 200, rows=2)


class MoveForm(OnForm):
    takes_record = True
    field_order = ["place", "department", "custodian", "on", "note", "voucher"]
    place = PlaceField(label="存放地点", max_length=200, required=False)
    department = DepartmentField(label="使用部门")
    custodian = PersonField(label="保管人", required=False, empty_label="没有")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            for name in ("place", "department", "custodian"):
                self.fields[name].initial = getattr(record, name)


class SplitForm(OnForm):
    field_order = ["quantity", "place", "department", "custodian", "on", "note", "voucher"]
    quantity = forms.IntegerField(label="拆出多少", min_value=1, max_value=MOST_PIECES)
    place = PlaceField(label="放到哪里", max_length=200, required=False, help_text="空着还在原处。")
    department = DepartmentField(label="给哪个部门", empty_label="不变")
    custodian = PersonField(label="交给谁", required=False, empty_label="不变")


class MergeForm(OnForm):
    takes_record = True
    field_order = ["into", "on", "note", "voucher"]
    into = forms.ModelChoiceField(AssetCard.objects.none(), label="并到哪张卡", empty_label="请选", help_text="列出的是同类别、同名称的卡片。")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            same = AssetCard.objects.filter(status__in=ALIVE, asset_class=record.asset_class_id, name=record.name, place=record.place_id)
            self.fields["into"].queryset = same.exclude(pk=record.pk).order_by("number")


class ReclassifyForm(OnForm):
    field_order = ["asset_class", "on", "note", "voucher"]
    asset_class = ClassField(label="改为")


class ValueForm(OnForm):
    field_order = ["cost", "final", "life_years", "on", "voucher", "note"]
    cost = MoneyField(label="变动后的原值（元）", max_digits=DIGITS, help_text="整张卡的原值，不是单价。")
    final = forms.BooleanField(label="暂估转为原值", required=False)
    life_years = forms.IntegerField(label="折旧年限改为（年）", required=False, min_value=1, max_value=100, help_text="从入账算起一共几年；空着不变。")
    voucher = words("凭证号", 40, required=True)
    note = words("原因", 200, rows=2, required=True)


class TakeOffForm(OnForm):
    takes_record = True
    field_order = ["kind", "quantity", "approval", "voucher", "on", "income", "note"]
    kind = forms.ChoiceField(label="怎样减少", choices=[("", "请选"), *((kind.value, kind.label) for kind in GOING)])
    quantity = forms.IntegerField(label="数量", min_value=1, max_value=MOST_PIECES)
    approval = words("批文号", 60, required=True, help_text="没有批准的，不能核销。")
    voucher = words("凭证号", 40, required=True)
    income = MoneyField(label="处置收入（元）", max_digits=DIGITS, required=False)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.fields["quantity"].initial = record.quantity


class PhotosForm(KeepsUploads, forms.Form):
    photos = PhotosField(label="照片", most=PHOTOS)


class PapersForm(KeepsUploads, forms.Form):
    what = words("是什么文件", 60, required=True)
    papers = PapersField(label="文件", most=PAPERS)


class CardFilters(FilterSet):
    q = filters.CharFilter(method="search", label="找", help_text="编号、名称、型号、序列号")
    state = filters.ChoiceFilter(method="by_state", label="使用状况", empty_label="全部状况", choices=[("alive", "在账"), *Status.choices[:-1]])
    kind = filters.ChoiceFilter(field_name="asset_class__life__kind", choices=Kind, label="大类", empty_label="全部大类")
    asset_class = KeptModelChoiceFilter(kept="asset-classes", queryset=AssetClass.objects.filter(is_active=True), label="类别", empty_label="全部类别")
    department = KeptModelChoiceFilter(kept="departments", queryset=Department.objects.all(), label="使用部门", empty_label="全部部门")
    place = filters.CharFilter(method="by_place", label="地点")
    custodian = filters.CharFilter(field_name="custodian__name", lookup_expr="icontains", label="保管人")
    since = filters.DateFilter(field_name="acquired_on", lookup_expr="gte", label="取得日期从", widget=DayInput())
    until = filters.DateFilter(field_name="acquired_on", lookup_expr="lte", label="到", widget=DayInput())
    mine = filters.BooleanFilter(method="only_mine", label="我保管", widget=forms.HiddenInput)
    nobody = filters.BooleanFilter(method="only_nobody", label="没有保管人", widget=forms.HiddenInput)
    nowhere = filters.BooleanFilter(method="only_nowhere", label="没有地点", widget=forms.HiddenInput)
    soon = filters.BooleanFilter(method="only_soon", label="快过保修", widget=forms.HiddenInput)
    purchase = filters.CharFilter(method="of_purchase", label="一行验收", widget=forms.HiddenInput)
    twice = filters.BooleanFilter(method="only_twice", label="序列号重复", widget=forms.HiddenInput)

    class Meta:
        model = AssetCard
        fields: list[str] = []

    def search(self, rows, name, value):
        found = found_by_words(self, rows, "assets.assetcard", value)
        if found is not None:
            return found
        wanted = Q()
        for word in value.split()[:8]:
            wanted &= Q(number__icontains=word) | Q(name__icontains=word) | Q(model__icontains=word) | Q(brand__icontains=word) | Q(serial__icontains=word)
        return rows.filter(wanted)

    def by_state(self, rows, name, value):
        return rows.filter(status__in=ALIVE) if value == "alive" else rows.filter(status=value)

    def by_place(self, rows, name, value):
        return rows.filter(place__in=places_for(value).values("pk"))

    def only_mine(self, rows, name, value):
        return rows.filter(custodian=self.request.user.pk, status__in=ALIVE) if value else rows

    def only_nobody(self, rows, name, value):
        return rows.filter(custodian=None, status__in=ALIVE) if value else rows

    def only_nowhere(self, rows, name, value):
        return rows.filter(place=None, status__in=ALIVE) if value else rows

    def only_soon(self, rows, name, value):
        return rows.filter(status__in=ALIVE, warranty_until__range=(today(), today() + WARRANTY_SOON)) if value else rows

    def of_purchase(self, rows, name, value):
        return rows.filter(purchase=int(value)) if value.isdecimal() and len(value) < 18 else rows.none()

    def only_twice(self, rows, name, value):
        return rows.filter(serial__in=twice_serials(), status__in=ALIVE) if value else rows


GROUPS = {"more": ("增加", INCREASES), "less": ("减少", (*DECREASES, EntryKind.REVERSAL)), "move": ("变动", (EntryKind.MOVE, EntryKind.SPLIT, EntryKind.MERGE))}


class EntryFilters(filters.FilterSet):
    q = filters.CharFilter(method="search", label="找", help_text="编号、名称、凭证号、说明")
    group = filters.ChoiceFilter(method="by_group", label="增减", empty_label="全部", choices=[(key, label) for key, (label, _) in GROUPS.items()])
    kind = filters.ChoiceFilter(choices=EntryKind, label="类型", empty_label="全部类型")
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label="到", widget=DayInput())
    department = KeptModelChoiceFilter(kept="departments", queryset=Department.objects.all(), label="使用部门", empty_label="全部部门")

    class Meta:
        model = AssetEntry
        fields: list[str] = []

    def search(self, rows, name, value):
        named = Q(card__number__icontains=value) | Q(card__name__icontains=value)
        return rows.filter(named | Q(voucher__icontains=value) | Q(note__icontains=value) | Q(document_label__icontains=value))

    def by_group(self, rows, name, value):
        return rows.filter(kind__in=GROUPS[value][1])


class StatementForm(forms.Form):
    """Which statement the address asks for."""

    until = forms.DateField(label="截至", required=False, widget=DayInput())
    since = forms.DateField(label="增减从", required=False, widget=DayInput())
    by = forms.ChoiceField(label="按", choices=list(BY.items()), required=False)

    def clean(self):
        given = super().clean()
        given["until"], given["by"] = given.get("until") or today(), given.get("by") or "class"
        if given.get("since") and given["since"] > given["until"]:
            self.add_error("since", "开始日期不能晚于结束日期。")
        return given
