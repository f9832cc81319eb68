"""What a keeper says of goods that arrived."""

import django_filters as filters
from django import forms
from django.db.models import Q

from assets.card.forms import ClassField, DepartmentField
from assets.item.forms import ItemChoice
from assets.store.queries import active_stores
from finance.public import Destination
from logistics.platform.web.forms import PlaceField, Words
from logistics.platform.web.lines import DayField, PersonField

from .models import ArrivedLine
from .queries import OURS, class_of, is_apart, item_of, store_of


class CardLineForm(forms.Form):
    takes_record = True
    asset_class = ClassField(label="资产类别", help_text="带 ★ 的是本校常用。")
    name = Words(label="名称", max_length=60)
    apart = forms.BooleanField(label="每件一张卡", required=False, help_text="不勾就是这一批记一张卡，例如 40 张课桌。")
    place = PlaceField(label="存放地点", max_length=200, required=False)
    department = DepartmentField(label="使用部门")
    custodian = PersonField(label="保管人", required=False, empty_label="还没有定")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None and not self.is_bound:
            guess = class_of(record)
            self.fields["asset_class"].initial = guess
            self.fields["name"].initial = record.order_line.request_line.name[:60]
            self.fields["apart"].initial = bool(guess and is_apart(guess, int(record.accepted)))
            self.fields["department"].initial = record.acceptance.order.request.department_id


class StockLineForm(forms.Form):
    takes_record = True
    item = ItemChoice(label="物品", help_text="这里没有的，先到「库存物品」里加。")
    unit = Words(label="单位", max_length=8, required=False, help_text="上面的数量是用什么单位数的：基本单位或者这件物品的包装。")
    store = forms.ModelChoiceField(active_stores(), label="仓库", empty_label="请选")
    batch_number = Words(label="批号", max_length=30, required=False)
    expires_on = DayField(label="到期日", required=False, help_text="有保质期的物品要填。")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None and not self.is_bound:
            guess = item_of(record)
            self.fields["item"].initial = guess
            self.fields["unit"].initial = record.order_line.request_line.unit[:8]
            self.fields["store"].initial = store_of(guess) if guess else active_stores().first()


class HandBackForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2, help_text="例如：建错了类别、型号不对要退货。")


class ArrivalFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="品名、验收单、供应商")
    destination = filters.ChoiceFilter(choices=[(one.value, one.label) for one in Destination if one in OURS], label="去向", empty_label="全部去向")

    class Meta:
        model = ArrivedLine
        fields: list[str] = []

    def find(self, rows, name, value):
        found = Q(order_line__request_line__name__icontains=value) | Q(acceptance__number__icontains=value)
        return rows.filter(found | Q(acceptance__order__partner__name__icontains=value))
