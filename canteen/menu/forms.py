"""What people fill in about a week's menu."""

from datetime import date, timedelta

import django_filters as filters
from django import forms

from canteen.dish.forms import GramsForm
from canteen.dish.models import Dish, in_menu_order
from canteen.dish.rules import grams_words
from canteen.meal.kinds import MealKind
from logistics.platform.web.forms import DayInput, Words
from logistics.platform.web.lines import LineForm, line_field

from .models import MenuDish, MenuPart, MenuState, WeekMenu
from .queries import DAYS
from .rules import sources_for, where
from .words import day_name, week_words


class MenuForm(forms.ModelForm):
    monday = forms.DateField(label="哪一周", widget=DayInput(), help_text="填这一周的任何一天。")
    title = Words(label="标题", max_length=60, required=False, help_text="空着就写起止日期。")
    note = Words(label="给家长的话", max_length=200, required=False, rows=2, help_text="跟着菜谱一起公示。")
    exceptions = Words(label="营养不达标的说明", max_length=300, required=False, rows=2, help_text="营养核对有偏差的，写原因，审批的人看得到。")

    class Meta:
        model = WeekMenu
        fields = ["monday", "title", "note", "exceptions"]

    def _post_clean(self):
        """Any day of the week is fine; the rule finds its Monday."""


class DishBoxes(forms.CheckboxSelectMultiple):
    """Check boxes that a name narrows down."""

    template_name = "canteen/dish_boxes.html"


class DishesField(forms.ModelMultipleChoiceField):
    def __init__(self, **kwargs):
        super().__init__(Dish.objects.filter(is_active=True).order_by(in_menu_order(), "pinyin", "pk"), widget=DishBoxes, **kwargs)

    def label_from_instance(self, dish):
        return f"{dish.name}（{dish.get_kind_display()}）"


def as_day(text: str) -> date:
    return date.fromisoformat(text)


class AddDishesForm(forms.Form):
    takes_record = True
    on = forms.TypedChoiceField(label="哪天", coerce=as_day)
    meal = forms.ChoiceField(label="餐次", choices=MealKind, initial=MealKind.LUNCH)
    dishes = DishesField(label="菜")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            week = [record.monday + timedelta(days=n) for n in range(DAYS)]
            self.fields["on"].choices = [(on.isoformat(), f"{day_name(on)}　{on.month}月{on.day}日") for on in week]
        else:
            self.fields["on"] = forms.DateField(label="哪天")


class DishLineForm(LineForm):
    """About one dish of the menu."""

    line = "row"
    row = line_field(MenuDish, "哪道菜")

    def lines(self, record, user):
        return record.dishes.filter(dropped_at=None).select_related("dish")

    def words(self, chosen) -> str:
        return f"{where(chosen.on, chosen.meal)}　{chosen.dish}"


class RemoveDishForm(DishLineForm):
    pass


class MenuGramsForm(DishLineForm, GramsForm):
    """The grams of one ingredient of one dish this week."""

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, record=record, user=user, **kwargs)
        if record is not None:
            self.fit()
        self.order_fields(["row"])


class RemovePartForm(LineForm):
    line = "part"
    part = line_field(MenuPart, "哪样用料")

    def lines(self, record, user):
        return MenuPart.objects.filter(menu_dish__menu=record).select_related("ingredient", "menu_dish__dish")

    def words(self, chosen) -> str:
        return f"{chosen.menu_dish.dish}：{chosen.ingredient} {grams_words(chosen)}"


class SubstituteForm(DishLineForm):
    dish = forms.ModelChoiceField(
        Dish.objects.filter(is_active=True).order_by(in_menu_order(), "pinyin", "pk"), label="换成", required=False, empty_label="不换，停供"
    )
    reason = Words(label="为什么", max_length=200, rows=2, help_text="公示栏上会写出来，例如 送来的菠菜不合格退了货。")


class CopyForm(forms.Form):
    takes_record = True
    source = forms.ModelChoiceField(WeekMenu.objects.all(), label="从哪一周复制", empty_label="请选")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.fields["source"].queryset = WeekMenu.objects.filter(pk__in=[menu.pk for menu in sources_for(record)])
        self.fields["source"].label_from_instance = lambda menu: f"{week_words(menu)}，{menu.get_state_display()}"


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2)


class MenuFilters(filters.FilterSet):
    state = filters.ChoiceFilter(choices=MenuState, label="状态", empty_label="全部状态")
    since = filters.DateFilter(field_name="monday", lookup_expr="gte", label="从哪周起", widget=DayInput())

    class Meta:
        model = WeekMenu
        fields: list[str] = []
