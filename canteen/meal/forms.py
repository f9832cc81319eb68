"""What people fill in about meals, leftovers and waste."""

from datetime import timedelta

import django_filters as filters
from django import forms
from django.utils import timezone

from canteen.dish.models import Dish, in_menu_order
from canteen.ingredient.forms import QuantityField
from canteen.late import ClaimedField
from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.org.models import SchoolClass
from logistics.platform.partners.forms import PartnerChoice
from logistics.platform.partners.models import PartnerKind
from logistics.platform.web.forms import DayInput, Picks, Words
from logistics.platform.web.lines import LineForm, line_field

from .kinds import MealKind
from .models import EaterGroup, Leftover, LeftoverKind, Meal, MealDish, MealState, WasteHandover, WasteKind
from .rules import MOST_PEOPLE, head_key

RECENT = timedelta(days=7)
SAMPLED = timedelta(days=1)  # an older meal has no pot to take a sample from


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self):
        super().__init__(format="%H:%M")


class MealForm(forms.Form):
    on = forms.DateField(label="日期", widget=DayInput(), initial=timezone.localdate)
    kind = forms.ChoiceField(label="餐次", choices=MealKind, initial=MealKind.LUNCH, widget=Picks(columns=4))
    starts = forms.TimeField(label="开餐", widget=ClockInput(), required=False, help_text="空着就照上次这一餐的时间。")
    ends = forms.TimeField(label="结束", widget=ClockInput(), required=False, help_text="留样要在结束以前做好。")
    note = Words(label="说明", max_length=200, required=False, help_text="没有批准的菜谱也要供餐的，写原因。")


class DishForMeal(forms.Form):
    dish = forms.ModelChoiceField(Dish.objects.filter(is_active=True).order_by(in_menu_order(), "pinyin", "pk"), label="加哪道菜", empty_label="请选")
    reason = Words(label="为什么", max_length=200, rows=2)


class NotServedForm(LineForm):
    line = "row"
    row = line_field(MealDish, "哪道菜")
    reason = Words(label="为什么没有供应", max_length=200, rows=2)

    def lines(self, record, user):
        return record.dishes.filter(is_served=True).select_related("dish")


class HeadsForm(forms.Form):
    """One number a class, then the staff and others. Empty ones stay as they are."""

    takes_record = True
    which = "planned"

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is None:
            return
        rows = {head_key(row): row for row in record.heads.select_related("school_class")}
        names = {f"c{one.pk}": str(one) for one in SchoolClass.objects.filter(is_active=True)}
        names |= {key: str(row) for key, row in rows.items()} | {str(EaterGroup.STAFF): "教职工", str(EaterGroup.GUEST): "其他"}
        for key, name in names.items():
            row = rows.get(key)
            field = forms.IntegerField(
                label=name, required=False, min_value=0, max_value=MOST_PEOPLE, widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
                help_text=f"备餐 {row.planned} 人" if row and self.which == "eaten" else "",
            )  # fmt: skip
            self.fields[f"h_{key}"] = field
            if row and getattr(row, self.which) is not None:
                self.initial[f"h_{key}"] = getattr(row, self.which)

    def clean(self):
        given = super().clean()
        return {"counts": {name[2:]: value for name, value in given.items() if name.startswith("h_") and value is not None}}


class PlannedForm(HeadsForm):
    pass


class EatenForm(HeadsForm):
    which = "eaten"


class CorrectForm(EatenForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"] = Words(label="为什么更正", max_length=200, rows=2, help_text="原来的数、改后的数都留在经过里，人均成本跟着变。")

    def clean(self):
        return super().clean() | {"reason": self.cleaned_data.get("reason", "")}


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2)


def recent_meals():
    return Meal.objects.filter(on__gte=timezone.localdate() - RECENT).exclude(state=MealState.VOID).order_by("-starts_at")


class LeftoverForm(KeepsUploads, forms.ModelForm):
    takes_user = True
    meal = forms.ModelChoiceField(Meal.objects.none(), label="哪一餐", empty_label="请选")
    kind = forms.ChoiceField(label="哪种", choices=LeftoverKind, widget=Picks(columns=3), initial=LeftoverKind.PLATE)
    kg = QuantityField(label="重量（kg）", help_text="称出来多少写多少。")
    school_class = forms.ModelChoiceField(SchoolClass.objects.filter(is_active=True), label="班级", required=False, empty_label="不分班")
    dish = forms.ModelChoiceField(MealDish.objects.none(), label="哪道菜", required=False, empty_label="不分菜")
    happened_at = ClaimedField(label="什么时候称的")
    photos = PhotosField(label="照片", required=False, most=2)
    note = Words(label="备注", max_length=200, required=False)

    class Meta:
        model = Leftover
        fields = ["meal", "kind", "kg", "school_class", "dish", "happened_at", "note"]

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["meal"].queryset = recent_meals()
        recent = timezone.localdate() - RECENT
        self.fields["dish"].queryset = (
            MealDish.objects.filter(meal__on__gte=recent, is_served=True).select_related("dish", "meal").order_by("-meal__starts_at", "pk")
        )
        self.fields["dish"].label_from_instance = lambda row: f"{row.meal} {row.dish}"

    def _post_clean(self):
        """The rule checks the row as a whole."""


class WasteForm(KeepsUploads, forms.ModelForm):
    takes_user = True
    kind = forms.ChoiceField(label="种类", choices=WasteKind, widget=Picks(columns=3), initial=WasteKind.FOOD)
    kg = QuantityField(label="重量（kg）")
    buckets = forms.IntegerField(label="桶数", required=False, min_value=0, max_value=500)
    collector = PartnerChoice(PartnerKind.WASTE, label="收运单位", empty_label="请选", help_text="在往来单位里登记，要有餐厨废弃物收运资质。")
    collector_person = Words(label="收运人", max_length=30)
    plate = Words(label="车牌", max_length=12)
    purpose = Words(label="去向", max_length=60, help_text="例如 市餐厨垃圾处理厂。")
    exception = Words(label="证照不全仍交付的原因", max_length=200, required=False, help_text="证照齐全的不写。")
    happened_at = ClaimedField(label="什么时候交的")
    photos = PhotosField(label="照片", required=False, most=2)
    note = Words(label="备注", max_length=200, required=False)

    class Meta:
        model = WasteHandover
        fields = ["kind", "kg", "buckets", "collector", "collector_person", "plate", "purpose", "exception", "happened_at", "note"]

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)

    def _post_clean(self):
        """The rule checks the row as a whole."""


class MealFilters(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=MealKind, label="餐次", empty_label="全部餐次")
    state = filters.ChoiceFilter(choices=MealState, label="状态", empty_label="全部状态")
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label="从", widget=DayInput())
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label="到", widget=DayInput())

    class Meta:
        model = Meal
        fields: list[str] = []
