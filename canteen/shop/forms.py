"""What people fill in for shop and machines."""

import django_filters as filters
from django import forms

from canteen.late import ClaimedField
from canteen.weekly import LookForm
from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.partners.forms import PartnerChoice
from logistics.platform.partners.models import PartnerKind
from logistics.platform.web.forms import Picks, PlaceField, Words
from logistics.platform.web.lines import DayField

from .models import LOOKED_AT, Goods, GoodsState, Outlet, OutletKind, OutletState


class OutletForm(forms.ModelForm):
    kind = forms.ChoiceField(label="类型", choices=OutletKind.choices, widget=Picks(columns=2))
    place = PlaceField(label="地点", max_length=200)
    firm = PartnerChoice(PartnerKind.FOOD, label="经营单位", empty_label="请选", help_text="没有的，先到「往来单位」登记营业执照和食品经营许可证。")
    why = Words(label="为什么要设", max_length=200, rows=2, help_text="中小学一般不设。例如 寄宿学生周末不出校，家长委员会同意。")
    decided_on = DayField(label="学校同意日期")

    class Meta:
        model = Outlet
        fields = ["name", "kind", "place", "firm", "why", "decided_on"]


class GoodsForm(forms.ModelForm):
    outlet = forms.ModelChoiceField(Outlet.objects.filter(state=OutletState.OPEN), label="在哪里卖", empty_label="请选")
    supplier = PartnerChoice(PartnerKind.FOOD, PartnerKind.SUPPLIER, label="供货单位", empty_label="请选", help_text="食品要从证照齐全的食材供应商进货。")

    class Meta:
        model = Goods
        fields = ["outlet", "name", "spec", "maker", "supplier", "price", "is_food", "is_drink", "sugar", "sodium", "fat"]


class IntakeForm(KeepsUploads, forms.Form):
    quantity = forms.DecimalField(label="数量", min_value=0, max_digits=9, decimal_places=3, widget=forms.NumberInput(attrs={"inputmode": "decimal"}))
    made_on = DayField(label="生产日期")
    expires_on = DayField(label="保质期到")
    certificate = Words(label="合格证明编号", max_length=60, required=False, help_text="没有编号的拍照片。")
    happened_at = ClaimedField(label="进货时间")
    photos = PhotosField(label="票据和合格证照片", required=False, most=6)
    note = Words(label="备注", max_length=200, required=False)


class CheckForm(LookForm):
    looked_at = LOOKED_AT


class OutletFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="名称")
    state = filters.ChoiceFilter(choices=OutletState, label="状态", empty_label="全部状态")

    class Meta:
        model = Outlet
        fields: list[str] = []


class GoodsFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="商品")
    outlet = filters.ModelChoiceFilter(queryset=Outlet.objects.all(), label="在哪里卖", empty_label="全部")
    state = filters.ChoiceFilter(choices=GoodsState, label="状态", empty_label="全部状态")

    class Meta:
        model = Goods
        fields: list[str] = []
