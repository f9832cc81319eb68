"""What people fill in for dangerous goods."""

import django_filters as filters
from django import forms

from logistics.platform.web.forms import Picks, PlaceField, Words, blank
from logistics.platform.web.lines import PersonField
from safety.late import ClaimedField

from .models import DangerousGood, GoodKind, MoveKind
from .queries import goods_in_use


class GoodForm(forms.ModelForm):
    name = Words(label="名称", max_length=40, help_text="例如 硫酸、敌敌畏。")
    kind = forms.ChoiceField(label="种类", choices=blank(GoodKind, "请选"))
    model = Words(label="规格和浓度", max_length=40, required=False, help_text="例如 98% 500毫升。")
    cas = Words(label="CAS 号", max_length=20, required=False)
    unit = Words(label="单位", max_length=8, help_text="例如 瓶、克、毫升。")
    place = PlaceField(label="存放地点", max_length=200)
    cupboard = Words(label="专柜", max_length=40)
    keeper = PersonField(label="保管人", empty_label="请选")
    second_keeper = PersonField(label="双人保管的另一人", empty_label="请选")
    most = forms.DecimalField(label="最多存放", max_digits=11, decimal_places=3, required=False, help_text="超过就不能入库。")

    class Meta:
        model = DangerousGood
        fields = ["name", "kind", "model", "cas", "unit", "place", "cupboard", "keeper", "second_keeper", "most", "is_active"]


class MoveForm(forms.Form):
    good = forms.ModelChoiceField(goods_in_use(), label="危险品", empty_label="请选")
    kind = forms.ChoiceField(label="做了什么", choices=MoveKind.choices, widget=Picks())
    quantity = forms.DecimalField(label="数量", max_digits=11, decimal_places=3, widget=forms.NumberInput(attrs={"inputmode": "decimal"}))
    taker = Words(label="领用人或来源", max_length=40, help_text="谁领、从哪里买、谁退回。")
    purpose = Words(label="用途", max_length=100, required=False, help_text="领用写用在哪节课、哪块绿地；销毁、盘盈盘亏写原因。")
    batch = Words(label="批号", max_length=40, required=False)
    second = PersonField(label="第二人", empty_label="请选", help_text="和您一起在场的人，在自己的手机上确认以后才记账。")
    happened_at = ClaimedField(label="时间")
    note = Words(label="备注", max_length=200, required=False)


class GoodFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="icontains", label="找", help_text="名称")
    kind = filters.ChoiceFilter(choices=GoodKind, label="种类", empty_label="全部")

    class Meta:
        model = DangerousGood
        fields: list[str] = []
