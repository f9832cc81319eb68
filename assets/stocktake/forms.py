"""What people fill in for stocktakes; the count form has a field for each line of its sheet (AST-05)."""

import re

import django_filters as filters
from django import forms
from django.db.models import Q

from assets.card.models import MOST_PIECES
from assets.category.models import AssetClass
from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.org.models import Department
from logistics.platform.places.models import Place
from logistics.platform.places.queries import match_place
from logistics.platform.web.forms import DayInput, Picks, Words
from logistics.platform.web.lines import MoneyField, PeopleField, PersonField

from .counting_rules import MOST_CODES, MOST_PHOTOS
from .models import DECISIONS, CountLine, CountSheet, Decision, Difference, DifferenceKind, SheetState, Stocktake, StocktakeState
from .queries import lines_of

MOST_PLACES, MOST_THINGS, LONGEST_LINE = 200, 50, 90
COUNTED = re.compile(r"(.+?)(?:[\s×*]+)(\d{1,7})\s*[件个套台张把只本]?")


class PlacesField(Words):
    """Places, one on a line; cleans to a list of them."""

    def prepare_value(self, value):
        if isinstance(value, list | tuple):
            return "\n".join(str(place) for place in value)
        return value

    def clean(self, value):
        text = super().clean("\n".join(value) if isinstance(value, list) else value)
        found: dict[int, Place] = {}
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > MOST_PLACES:
            raise forms.ValidationError(f"最多 {MOST_PLACES} 个地点，请写楼名。")
        for line in lines:
            place = match_place(line)
            found[place.pk] = place
        return list(found.values())


class StocktakeForm(forms.ModelForm):
    """Scope, team, days. What is left empty in the scope is not narrowed down."""

    places = PlacesField(label="哪些地点", rows=3, max_length=6000, required=False, help_text="一行一个，楼、层、房间都行；空着是全校。")
    departments = forms.ModelMultipleChoiceField(
        Department.objects.all(), label="哪些部门", required=False, widget=forms.CheckboxSelectMultiple, help_text="不选是全部。"
    )
    classes = forms.ModelMultipleChoiceField(
        AssetClass.objects.filter(is_active=True), label="哪些资产类别", required=False, widget=forms.CheckboxSelectMultiple, help_text="不选是全部。"
    )
    team = PeopleField(label="盘点小组", required=False, help_text="开始以后把房间平均分给这些人，可以再调。")
    recount_percent = forms.IntegerField(
        label="抽多少复盘（%）", min_value=0, max_value=100, initial=10, help_text="点完以后由另一个人再点一遍，算出差错率；0 是不复盘。"
    )
    occurrence = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Stocktake
        fields = ["title", "kind", "starts_on", "due_on", "places", "departments", "classes", "team", "is_blind", "recount_percent"]
        widgets = {"starts_on": DayInput(), "due_on": DayInput()}
        help_texts = {"is_blind": "清点的人看不到账上有什么、有多少，只能扫标签、报数。"}


class CloseForm(forms.Form):
    takes_record = True
    people = PeopleField(label="谁来复盘", required=False, help_text="每间都由第一次没有点过这间的人复盘；可以选几位。")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None and not record.recount_percent:
            del self.fields["people"]


class ReasonForm(forms.Form):
    reason = Words(label="为什么", max_length=200, rows=2)


class AssignForm(forms.Form):
    counter = PersonField(label="谁来点", empty_label="请选")


class JoinForm(forms.Form):
    people = PeopleField(label="加谁")


def counted_lines(text: str, most: int, what: str) -> list[tuple[str, int | None]]:
    """[(words, number)] of lines such as 旧课桌 3; the number None where none stands."""
    rows = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        if len(line) > LONGEST_LINE:
            raise forms.ValidationError(f"「{line[:20]}…」太长了，一行一样，最多 60 个字。")
        part = COUNTED.fullmatch(line)
        words, n = (part[1].strip(), int(part[2])) if part else (line, None)
        if n is not None and not 1 <= n <= MOST_PIECES:
            raise forms.ValidationError(f"「{line[:30]}」的数量要是 1 到 {MOST_PIECES} 的整数。")
        if len(words) > 60:
            raise forms.ValidationError(f"「{words[:20]}…」太长了，一行最多 60 个字。")
        rows.append((words, n))
    if len(rows) > most:
        raise forms.ValidationError(f"{what}一次最多 {most} 行，现在有 {len(rows)} 行。")
    return rows


def line_field(line: CountLine, *, is_blind: bool) -> forms.Field:
    """A tick for one thing, a number for a batch."""
    card = line.card
    label = f"{card.name} {card.number}"
    if line.quantity == 1:
        return forms.BooleanField(label=label, required=False)
    hint = "" if is_blind else f"账上 {line.quantity} {card.unit}"
    box = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MOST_PIECES, help_text=hint, widget=box)


class CountForm(KeepsUploads, forms.Form):
    """n<line> for each line of the sheet, then what is not on it."""

    takes_record = True
    codes = Words(label="扫到的、不在单上的编码", rows=3, max_length=20_000, required=False)
    things = Words(label="没有标签的东西", rows=2, max_length=4000, required=False, help_text="一行一样，后面写数量，例如：旧书柜 2。")
    photos = PhotosField(label="照片", required=False, most=MOST_PHOTOS)
    note = Words(label="说明", max_length=200, required=False)

    def __init__(self, *args, record: CountSheet | None = None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.sheet, self.lines = record, []
        if record is None:
            return
        is_second, is_blind = record.round == 2, record.stocktake.is_blind
        self.lines = lines_of(record) if is_second or not is_blind else []
        for line in self.lines:
            self.fields[f"n{line.pk}"] = line_field(line, is_blind=is_second)
        if is_second:
            del self.fields["codes"], self.fields["things"]
        else:
            words = "一批的，后面写点到几件，例如：ZC-001 40。" if is_blind else "别处的东西、单上没有的，标签扫到这里。"
            self.fields["codes"].label = "扫到的编码" if is_blind else "扫到的、不在单上的编码"
            self.fields["codes"].help_text = f"一行一个。{words}"

    @property
    def rows(self) -> list[tuple]:
        """(line, its bound field) for the page."""
        return [(line, self[f"n{line.pk}"]) for line in self.lines]

    def clean_codes(self):
        return counted_lines(self.cleaned_data["codes"], MOST_CODES, "编码")

    def clean_things(self):
        return [(words, n or 1) for words, n in counted_lines(self.cleaned_data["things"], MOST_THINGS, "没有标签的东西")]

    def clean(self):
        cleaned, counts = super().clean() or {}, {}
        for line in self.lines:
            given = cleaned.get(f"n{line.pk}")
            counts[line.pk] = given if line.quantity > 1 else (1 if given else None)
        rest = {name: cleaned.get(name) or [] for name in ("codes", "things", "photos")}
        return {"counts": counts, "note": cleaned.get("note", ""), **rest}

    @classmethod
    def typed_fields(cls, typed: dict) -> dict[str, forms.Field]:
        """The fields of what a phone sent, whatever became of the sheet since."""
        keys = [int(name[1:]) for name in typed if re.fullmatch(r"n\d{1,17}", name, re.ASCII)][:500]
        rows = CountLine.objects.filter(pk__in=keys).select_related("card")
        return {f"n{line.pk}": line_field(line, is_blind=True) for line in rows} | dict(cls.base_fields)


class DecideForm(forms.Form):
    """Only what fits the kind of difference; for many at once all of it, each row's rule refuses what does not fit."""

    takes_record = True
    decision = forms.ChoiceField(label="怎么处理", choices=Decision.choices, widget=Picks(columns=2))
    name = Words(label="名称", max_length=60, required=False, help_text="盘盈入账的写规范的名称，空着照清点时写的。")
    asset_class = forms.ModelChoiceField(
        AssetClass.objects.filter(is_active=True), label="资产类别", required=False, empty_label="盘盈入账的请选", help_text="一批里多出来的不用选，照原来的。"
    )
    price = MoneyField(label="单价（元）", required=False, help_text="估不出价值的空着，按名义金额每件 1 元入账。")
    reason = Words(label="原因", max_length=200, rows=2, required=False, help_text="盘亏、不入账、后来找到的，要写。")

    def __init__(self, *args, record: Difference | None = None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is None:
            return
        kind = DifferenceKind(record.kind)
        self.fields["decision"].choices = [(one.value, one.label) for one in DECISIONS[kind]]
        if kind != DifferenceKind.SURPLUS:
            for name in ("name", "asset_class", "price"):
                del self.fields[name]
        for name in self.fields:
            self.initial.setdefault(name, getattr(record, name, None) or None)


class StocktakeFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="名称、单号")
    kind = filters.ChoiceFilter(choices=Stocktake._meta.get_field("kind").choices, label="种类", empty_label="全部种类")
    state = filters.ChoiceFilter(choices=StocktakeState, label="状态", empty_label="全部状态")

    class Meta:
        model = Stocktake
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(Q(title__icontains=value) | Q(number__icontains=value))


class SheetFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="地点、盘点人、盘点")
    state = filters.ChoiceFilter(choices=SheetState, label="状态", empty_label="全部状态")
    stocktake = filters.NumberFilter(label="盘点", min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    mine = filters.BooleanFilter(method="only_mine", label="我点的", widget=forms.HiddenInput)

    class Meta:
        model = CountSheet
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(Q(place__full_name__icontains=value) | Q(counter__name__icontains=value) | Q(stocktake__title__icontains=value))

    def only_mine(self, rows, name, value):
        return rows.filter(counter=self.request.user.pk) if value else rows


class DifferenceFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="名称、编号、地点")
    kind = filters.ChoiceFilter(choices=DifferenceKind, label="差异", empty_label="全部差异")
    decision = filters.ChoiceFilter(choices=Decision, label="处理", empty_label="全部处理")
    open = filters.BooleanFilter(method="only_open", label="没有定的", widget=forms.HiddenInput)
    stocktake = filters.NumberFilter(label="盘点", min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    class Meta:
        model = Difference
        fields: list[str] = []

    def find(self, rows, name, value):
        return rows.filter(Q(name__icontains=value) | Q(code__icontains=value) | Q(card__number__icontains=value) | Q(place__full_name__icontains=value))

    def only_open(self, rows, name, value):
        return rows.filter(decision="") if value else rows
