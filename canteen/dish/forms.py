"""What people fill in about dishes."""

import django_filters as filters
from django import forms
from django.db.models import Q

from canteen.ingredient.models import Ingredient
from canteen.ingredient.queries import active_ingredients
from canteen.meal.heads import school_bands
from logistics.platform.kernel.text import plain
from logistics.platform.web.forms import Words
from logistics.platform.web.lines import LineForm, MoneyField, line_field

from .bands import AgeBand
from .models import Dish, DishKind, RecipeLine
from .rules import MOST_GRAMS, grams_words


class GramsField(forms.DecimalField):
    """Raw grams of one portion."""

    def __init__(self, **kwargs):
        kwargs = {"max_digits": 7, "decimal_places": 2, "max_value": MOST_GRAMS, "required": False} | kwargs
        super().__init__(widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}), **kwargs)


class DishForm(forms.ModelForm):
    name = Words(label="菜名", max_length=40, help_text="四季豆、野生蘑菇、凉拌冷荤、裱花蛋糕这些学校不得制售的，系统不收。")
    price = MoneyField(label="每份价格（元）", required=False)
    note = Words(label="做法和说明", max_length=200, required=False, rows=2)

    class Meta:
        model = Dish
        fields = ["name", "kind", "price", "is_fried", "note", "is_active"]


class GramsForm(forms.Form):
    """One ingredient and its grams by the age bands the school has, grown-ups last."""

    takes_record = True
    ingredient = forms.ModelChoiceField(Ingredient.objects.none(), label="食材", empty_label="请选")
    g6 = GramsField(label=f"{AgeBand.LOWER.label}，克")
    g9 = GramsField(label=f"{AgeBand.UPPER.label}，克")
    g12 = GramsField(label=f"{AgeBand.MIDDLE.label}，克")
    g15 = GramsField(label=f"{AgeBand.HIGH.label}，克")
    adult = GramsField(label="教职工，克", help_text="不写就照最大的一档。")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None:
            self.fit()

    def fit(self) -> None:
        """Only the bands the school has; only what may be cooked with."""
        self.fields["ingredient"].queryset = active_ingredients()
        self.fields["ingredient"].help_text = "写生重、净料。已经有的食材再填一次，就换成新的克数。"
        shown = {str(band) for band in school_bands()} or {str(AgeBand.LOWER)}
        for band in AgeBand:
            if band != AgeBand.STAFF and str(band) not in shown:
                del self.fields[str(band)]


class RemoveForm(LineForm):
    line = "row"
    row = line_field(RecipeLine, "哪一样")

    def lines(self, record, user):
        return record.lines.select_related("ingredient")

    def words(self, chosen) -> str:
        return f"{chosen.ingredient} {grams_words(chosen)}"


class DishFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="菜名、拼音、食材")
    kind = filters.ChoiceFilter(choices=DishKind, label="类别", empty_label="全部类别")
    is_active = filters.BooleanFilter(label="在用", widget=forms.HiddenInput)

    class Meta:
        model = Dish
        fields: list[str] = []

    def find(self, rows, name, value):
        text = plain(value)
        with_it = RecipeLine.objects.filter(ingredient__name__icontains=text).values("dish")
        return rows.filter(Q(name__icontains=text) | Q(pinyin__icontains=text) | Q(pk__in=with_it))
