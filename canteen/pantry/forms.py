"""What people fill in for the store."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from assets.public import figure
from canteen.ingredient.forms import GoodsLine, IngredientChoice, PriceField, QuantityField, goods_of
from canteen.ingredient.queries import active_ingredients, like
from canteen.late import ClaimedField
from canteen.meal.kinds import MealKind
from canteen.supplier.forms import SupplierChoice
from logistics.platform.web.forms import Picks, Words
from logistics.platform.web.lines import DayField, LineForm, PersonField, line_field
from logistics.platform.web.rows import RowsField

from .models import CountState, KitchenIssue, PantryBatch, PantryCount, PantryKind, PantryMove
from .queries import expiring, to_count
from .rules import returnable

AT_ONCE = 40  # batches in one form of a count


class TakenLineForm(GoodsLine):
    quantity = QuantityField(label="数量")
    unit = Words(label="单位", max_length=8, required=False, help_text="空着是食材的单位，也可以写 袋、箱。")


class IssueForm(forms.Form):
    """Food for one meal. The page fills in what the menu of that meal still needs."""

    on = DayField(label="哪天用", initial=timezone.localdate)
    meal = forms.ChoiceField(label="餐次", choices=MealKind, widget=Picks(columns=4))
    taker = PersonField(label="领用人", empty_label="请选")
    happened_at = ClaimedField(label="什么时候领的")
    lines = RowsField(TakenLineForm, label="领了什么", least=1, most=60)
    note = Words(label="说明", max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        there = PantryBatch.objects.filter(quantity__gt=0).values("ingredient")
        self.fields["lines"].given = {"goods": goods_of(active_ingredients().filter(pk__in=there))}


class ReturnForm(LineForm):
    line = "row"
    row = line_field(PantryMove, "哪一样")
    quantity = QuantityField(label="退回多少")
    reason = Words(label="为什么退", max_length=200)

    def lines(self, record, user):
        self.left = {move.pk: move.left for move in returnable(record)}
        return PantryMove.objects.filter(pk__in=self.left).select_related("batch__ingredient")

    def words(self, chosen) -> str:
        return f"{chosen.batch}，还能退 {figure(self.left[chosen.pk])} {chosen.batch.ingredient.unit}"


class LoseForm(forms.Form):
    takes_record = True
    quantity = QuantityField(label="报损多少")
    reason = Words(label="原因和怎样处理", max_length=200, rows=2, help_text="例如 过期，破坏包装后倒入餐厨垃圾桶。")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.fields["quantity"].help_text = f"这一批还有 {figure(record.quantity)} {record.ingredient.unit}。"


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2)


class OpeningForm(forms.Form):
    ingredient = IngredientChoice()
    quantity = QuantityField(label="数量")
    unit = Words(label="单位", max_length=8, required=False, help_text="空着是食材的单位。")
    price = PriceField(label="单价（元）")
    received_on = DayField(label="哪天进的", initial=timezone.localdate)
    made_on = DayField(label="生产日期", required=False)
    expires_on = DayField(label="保质期到", required=False)
    number = Words(label="批号", max_length=30, required=False)
    supplier = SupplierChoice(required=False, empty_label="不知道")


class StartCountForm(forms.Form):
    note = Words(label="说明", max_length=200, required=False)


class FillCountForm(forms.Form):
    """The next batches that were not counted yet or moved after they were; a link may ask for one to be counted again. Nothing is filled in beforehand."""

    takes_record = True
    batch = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is None:
            return
        again = str(self.initial.pop("batch", ""))
        if self.is_bound:
            asked = [int(name[2:]) for name in self.data if name.startswith("c_") and name[2:].isdecimal() and len(name) < 18]
            rows = PantryBatch.objects.filter(pk__in=asked[:AT_ONCE])
        elif again.isdecimal() and len(again) < 18:
            rows = PantryBatch.objects.filter(pk=int(again))
        else:
            rows = to_count(record)
        for batch in rows.select_related("ingredient").order_by("ingredient__group", "ingredient__pinyin", "expires_on", "pk")[:AT_ONCE]:
            help_text = f"账面 {figure(batch.quantity)} {batch.ingredient.unit}"
            self.fields[f"c_{batch.pk}"] = QuantityField(label=f"{batch}（{batch.ingredient.unit}）", required=False, help_text=help_text)
            self.fields[f"r_{batch.pk}"] = Words(label="差异原因", max_length=120, required=False)

    def clean(self):
        data = super().clean()
        counted = {int(name[2:]): value for name, value in data.items() if name.startswith("c_") and value is not None}
        return {"counted": counted, "reasons": {pk: data.get(f"r_{pk}", "") for pk in counted}}


class BatchFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="食材、批号、供应商")
    show = filters.ChoiceFilter(
        choices=[("left", "库里有的"), ("soon", "快过期、已过期"), ("locked", "封存的")], method="which", label="看哪些", empty_label="全部批次"
    )

    class Meta:
        model = PantryBatch
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(like(value, "ingredient__") | Q(number__icontains=value) | Q(supplier__partner__name__icontains=value))

    def which(self, rows, name, value):
        if value == "soon":
            return rows.filter(pk__in=expiring(timezone.localdate()).order_by().values("pk"))
        return rows.filter(quantity__gt=0) if value == "left" else rows.filter(locked_at__isnull=False)


class IssueFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="单号、食材、领用人")
    meal = filters.ChoiceFilter(choices=MealKind, label="餐次", empty_label="全部餐次")
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label="从", widget=forms.DateInput(attrs={"type": "date"}))
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label="到", widget=forms.DateInput(attrs={"type": "date"}))

    class Meta:
        model = KitchenIssue
        fields: list[str] = []

    def find(self, rows, name, value):
        moves = PantryMove.objects.filter(like(value, "batch__ingredient__"), issue__isnull=False).values("issue")
        return rows.filter(Q(number__icontains=value) | Q(taker__name__icontains=value) | Q(pk__in=moves))


class MoveFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="食材、批号")
    kind = filters.ChoiceFilter(choices=PantryKind, label="类型", empty_label="全部类型")
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label="从", widget=forms.DateInput(attrs={"type": "date"}))
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label="到", widget=forms.DateInput(attrs={"type": "date"}))

    class Meta:
        model = PantryMove
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(like(value, "batch__ingredient__") | Q(batch__number__icontains=value))


class CountFilters(filters.FilterSet):
    state = filters.ChoiceFilter(choices=CountState, label="状态", empty_label="全部状态")

    class Meta:
        model = PantryCount
        fields: list[str] = []
