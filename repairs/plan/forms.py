"""What people fill in for plans and preventive work."""

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.places.models import Level, Place
from logistics.platform.places.queries import match_place
from logistics.platform.web.forms import DayInput, Picks, PlaceField, Words, blank
from repairs.kind.models import FaultKind, Trade
from repairs.parts import DayField, LineForm, MoneyField, PersonField, line_field
from repairs.ticket.models import Urgency

from .models import PLAN_EDITABLE, PlanItem, PlanList, PlanState, Preventive, Season
from .queries import MANAGE, open_items


class PreventiveForm(forms.ModelForm):
    place = PlaceField(label="地点", max_length=200)
    work = Words(label="做什么", max_length=1000, rows=3, help_text="到时候会写进报修单，维修工照着做。")
    season = forms.ChoiceField(label="季节", choices=blank(Season, "按间隔"), required=False, help_text="选了季节就不填间隔；「开学前」跟着校历走。")
    every_months = forms.IntegerField(label="每几个月", min_value=1, max_value=120, required=False, widget=forms.NumberInput(attrs={"inputmode": "numeric"}))
    next_on = DayField(label="下一次", required=False, help_text="按季节的可以空着，会用常用的日子。")
    owner = PersonField(label="责任人", empty_label="请选", help_text="责任人是维修工的，到期直接派给他。")

    class Meta:
        model = Preventive
        fields = ["title", "place", "thing", "kind", "work", "season", "every_months", "next_on", "owner", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = FaultKind.objects.filter(Q(is_active=True) | Q(pk=self.instance.kind_id))
        self.fields["kind"].empty_label = "请选"


class PlanForm(forms.ModelForm):
    title = Words(label="名称", max_length=60, widget=forms.TextInput(attrs={"placeholder": "例如 2027年暑期维修计划"}))

    class Meta:
        model = PlanList
        fields = ["title", "start_on", "end_on"]
        widgets = {"start_on": DayInput(), "end_on": DayInput()}


class PlaceOrWords(forms.CharField):
    """A place of the school when what was typed names one, otherwise the words as they are: (place, words)."""

    widget = PlaceField.widget

    def clean(self, value):
        text = super().clean(value)
        try:
            return match_place(text), ""
        except (ValidationError, RuleViolation):
            return None, text


class ItemForm(LineForm):
    place = PlaceOrWords(label="地点", max_length=100, help_text="学校里有的地点会自动对上；没有的，照写的文字记。")
    content = Words(label="维修内容", max_length=300, rows=2)
    quantity = forms.DecimalField(
        label="数量", max_digits=10, decimal_places=2, min_value=0, required=False, widget=forms.NumberInput(attrs={"inputmode": "decimal"})
    )
    unit = Words(label="单位", max_length=10, required=False)
    estimate = MoneyField(label="预算（元）")
    trade = forms.ModelChoiceField(Trade.objects.all(), label="工种", required=False, empty_label="还没有定")
    owner = PersonField(label="负责人", required=False, empty_label="还没有定")
    finish_by = DayField(label="完成期限", required=False)
    note = Words(label="备注", max_length=200, required=False)

    def clean(self):
        cleaned = super().clean()
        if "place" in cleaned:
            cleaned["place"], cleaned["place_text"] = cleaned["place"]
        return cleaned


class EditItemForm(ItemForm):
    line = "item"
    item = line_field(PlanItem, "哪一项")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.chosen is not None:
            for name in ("content", "quantity", "unit", "estimate", "trade", "owner", "finish_by", "note"):
                self.initial.setdefault(name, getattr(self.chosen, name))
            self.initial.setdefault("place", self.chosen.where)

    def lines(self, record, user):
        return record.items.select_related("place")


class ItemChoiceForm(LineForm):
    line = "item"
    item = line_field(PlanItem, "哪一项")

    def lines(self, record, user):
        return open_items(record).select_related("place", "trade", "owner")

    def words(self, chosen) -> str:
        return f"{chosen.where} · {chosen}"


class RemoveItemForm(ItemChoiceForm):
    def lines(self, record, user):
        return record.items.select_related("place")


class FinishItemForm(ItemChoiceForm):
    done_on = DayField(label="完成日期", initial=timezone.localdate)
    actual = MoneyField(label="实际费用（元）", help_text="自己修的，填材料费；没有花钱填 0。")
    note = Words(label="备注", max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.chosen is not None:
            known = {"done_on": self.chosen.done_on, "actual": self.chosen.actual, "note": self.chosen.note}
            self.initial = {name: value for name, value in known.items() if value} | self.initial

    def lines(self, record, user):
        rows = record.items.filter(dropped="", carried_to=None).select_related("place")
        return rows if user is None or has(user, MANAGE) else rows.filter(owner=user.pk)


class DropItemForm(ItemChoiceForm):
    reason = Words(label="为什么不做了", max_length=200, rows=2)


class ItemTicketForm(ItemChoiceForm):
    kind = forms.ModelChoiceField(FaultKind.objects.filter(is_active=True), label="报修类别", empty_label=None)
    place = PlaceField(label="地点", max_length=200, required=False)
    urgency = forms.ChoiceField(label="急不急", choices=Urgency, initial=Urgency.NORMAL, widget=Picks())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.chosen is not None:
            if self.chosen.trade_id:
                self.initial.setdefault("kind", FaultKind.objects.filter(trade=self.chosen.trade_id, is_active=True).values_list("pk", flat=True).first())
            self.initial.setdefault("place", str(self.chosen.place or ""))
            self.fields["place"].required = self.chosen.place_id is None

    def lines(self, record, user):
        return super().lines(record, user).filter(ticket=None)


class OpinionForm(forms.Form):
    opinion = Words(label="意见", max_length=200, rows=2, required=False, widget=forms.Textarea(attrs={"rows": 2, "placeholder": "同意"}))


class ReturnForm(forms.Form):
    opinion = Words(label="退回原因", max_length=200, rows=2)


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2)


class CarryForm(forms.Form):
    title = Words(label="新计划名称", max_length=60)
    start_on = DayField(label="开始")
    end_on = DayField(label="结束")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("start_on") and cleaned.get("end_on") and cleaned["end_on"] < cleaned["start_on"]:
            self.add_error("end_on", "结束不能早于开始。")
        return cleaned


class PlanFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="名称、编号")
    state = filters.ChoiceFilter(choices=[("editing", "编制中"), *PlanState.choices], method="in_state", label="状态", empty_label="全部状态")
    year = filters.NumberFilter(method="in_year", label="年份", min_value=2000, max_value=2100)

    def find(self, rows, name, value):
        return rows.filter(Q(title__icontains=value) | Q(number__icontains=value))

    def in_state(self, rows, name, value):
        return rows.filter(state__in=PLAN_EDITABLE) if value == "editing" else rows.filter(state=value)

    def in_year(self, rows, name, value):
        return rows.filter(start_on__year=int(value))


class PreventiveFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="事项、设备、地点")
    kind = filters.ModelChoiceFilter(queryset=FaultKind.objects.all(), label="类别", empty_label="全部类别")
    season = filters.ChoiceFilter(choices=Season, label="季节", empty_label="全部季节")
    building = filters.ModelChoiceFilter(queryset=Place.objects.filter(level=Level.BUILDING), method="inside", label="楼栋", empty_label="全部地点")
    is_active = filters.ChoiceFilter(choices=[("true", "在用"), ("false", "停用")], method="in_use", label="在用", empty_label="在用和停用")

    def find(self, rows, name, value):
        return rows.filter(Q(title__icontains=value) | Q(thing__icontains=value) | Q(place__full_name__icontains=value))

    def inside(self, rows, name, value):
        return rows.filter(place__path__startswith=value.path)

    def in_use(self, rows, name, value):
        return rows.filter(is_active=value == "true")
