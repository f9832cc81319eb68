"""What people fill in about ingredients."""

import django_filters as filters
from django import forms

from canteen.supplier.models import Supplier, SupplierState
from logistics.platform.web.forms import Words
from logistics.platform.web.lines import LineForm, line_field

from .models import Allergen, FoodGroup, Ingredient, IngredientPack, Papers, Storage
from .queries import active_ingredients, like


class QuantityField(forms.DecimalField):
    """Kilogrammes, boxes or bottles with at most three places; the phone shows its number pad."""

    def __init__(self, **kwargs):
        kwargs = {"max_digits": 12, "decimal_places": 3, "min_value": 0} | kwargs
        super().__init__(widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}), **kwargs)


class PriceField(forms.DecimalField):
    """Yuan per unit with at most four places."""

    def __init__(self, **kwargs):
        kwargs = {"max_digits": 8, "decimal_places": 4, "min_value": 0} | kwargs
        super().__init__(widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}), **kwargs)


class IngredientForm(forms.ModelForm):
    name = Words(label="名称", max_length=30)
    aliases = Words(label="别名", max_length=120, required=False, help_text="别人怎么叫它，用空格隔开，例如 番茄 洋柿子。导入食谱时按别名认。")
    unit = Words(label="单位", max_length=8, initial="千克", help_text="采购和库存都用这个单位，例如 千克、盒、瓶。")
    allergens = forms.MultipleChoiceField(label="致敏物质", choices=Allergen, required=False, widget=forms.CheckboxSelectMultiple)
    minimum = QuantityField(label="最低库存", required=False, help_text="少于这个数就补到这个数。按食谱现买的不填。")
    forbidden = Words(label="学校禁用的原因", max_length=120, required=False, help_text="写了原因和依据，就不能进食谱、订购和验收。")
    supplier = forms.ModelChoiceField(
        Supplier.objects.filter(state=SupplierState.ACTIVE).select_related("partner"), label="平时向谁买", required=False, empty_label="还没有定"
    )

    class Meta:
        model = Ingredient
        fields = [
            "name", "aliases", "group", "unit", "unit_grams", "usable", "allergens", "is_dark", "is_bulk", "storage", "shelf_days", "papers", "minimum",
            "supplier", "forbidden", "is_active",
        ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["allergens"] = [str(one) for one in self.instance.allergen_list]

    def _post_clean(self):
        """The list of allergens becomes the model's text in the rule; here it would be written as a list."""
        chosen = self.cleaned_data.pop("allergens", None)
        super()._post_clean()
        if chosen is not None:
            self.cleaned_data["allergens"] = chosen


class PackForm(forms.Form):
    name = Words(label="包装", max_length=8, widget=forms.TextInput(attrs={"placeholder": "例如 袋"}))
    holds = QuantityField(label="含几个单位")


class RemovePackForm(LineForm):
    line = "pack"
    pack = line_field(IngredientPack, "哪个包装")

    def lines(self, record, user):
        return record.packs.all()


class IngredientFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="名称、别名、拼音")
    group = filters.ChoiceFilter(choices=FoodGroup, label="类别", empty_label="全部类别")
    papers = filters.ChoiceFilter(choices=Papers, label="随货证票", empty_label="不论证票")
    storage = filters.ChoiceFilter(choices=Storage, label="贮存", empty_label="不论贮存")
    supplier = filters.ModelChoiceFilter(queryset=Supplier.objects.select_related("partner"), label="供应商", empty_label="不论供应商")
    allergen = filters.ChoiceFilter(choices=Allergen, method="with_allergen", label="致敏物质", empty_label="不论致敏")
    is_forbidden = filters.BooleanFilter(method="only_forbidden", label="学校禁用", widget=forms.HiddenInput)
    is_active = filters.BooleanFilter(label="在用", widget=forms.HiddenInput)

    class Meta:
        model = Ingredient
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(like(value))

    def with_allergen(self, rows, name, value):
        return rows.filter(allergens__contains=f",{value},")

    def only_forbidden(self, rows, name, value):
        return rows.exclude(forbidden="") if value else rows.filter(forbidden="")


class IngredientChoice(forms.ModelChoiceField):
    """An ingredient that may be used, with its unit."""

    def __init__(self, **kwargs):
        super().__init__(active_ingredients(), **({"label": "食材", "empty_label": "请选"} | kwargs))

    def label_from_instance(self, ingredient):
        return f"{ingredient}（{ingredient.unit}）"


def goods_of(rows) -> list[tuple[object, str]]:
    """The choices of a line's ingredient, read once for all lines of a form."""
    return [("", "请选"), *((one.pk, f"{one}（{one.unit}）") for one in rows)]


class GoodsLine(forms.Form):
    """A line that names an ingredient; `goods` are its choices when the form has them already."""

    ingredient = IngredientChoice()

    def __init__(self, *args, goods=None, **kwargs):
        super().__init__(*args, **kwargs)
        if goods is not None:
            self.fields["ingredient"].choices = goods
