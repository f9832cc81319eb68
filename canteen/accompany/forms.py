"""What people fill in for the rota and at the table."""

from datetime import timedelta

import django_filters as filters
from django import forms
from django.utils import timezone

from canteen.late import ClaimedField
from canteen.meal.kinds import MealKind
from canteen.meal.models import Meal, MealDish, MealState
from canteen.sample.forms import RECENT
from logistics.platform.access.rules import has, holders_of
from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.org.queries import people
from logistics.platform.web.forms import Picks, Words
from logistics.platform.web.lines import DayField, PeopleField, PersonField

from .models import GRADED, AccompanyTurn, Eater, Grade, TurnState
from .queries import EAT


class MealDishes(forms.ModelMultipleChoiceField):
    def label_from_instance(self, row):
        return str(row.dish)


def recent_meals():
    now = timezone.now()
    rows = Meal.objects.filter(on__gte=timezone.localdate(now) - RECENT, starts_at__lte=now + timedelta(minutes=30))
    return rows.exclude(state=MealState.VOID).order_by("-starts_at")


class AccompaniedForm(KeepsUploads, forms.Form):
    """The meal comes from the address, or is the last one; nothing else is chosen beforehand."""

    takes_user = True
    meal = forms.ModelChoiceField(Meal.objects.none(), label="哪一餐", empty_label="请选", widget=forms.HiddenInput())
    eater = forms.ChoiceField(label="陪餐的是", choices=Eater.choices, widget=Picks(columns=2))
    guest = Words(label="家长", max_length=30, required=False, help_text="家长陪餐才写，例如 三年级2班王先生。公示时不显示姓名。")
    dishes = MealDishes(MealDish.objects.none(), label="吃了哪几样", widget=forms.CheckboxSelectMultiple, error_messages={"required": "请选吃了哪几样。"})
    opinion = Words(
        label="问题和意见", max_length=200, rows=2, required=False, help_text="没有就空着。写了的会交给人去办，意见和办的结果都公示，不写学生和家长的姓名。"
    )
    measure = Words(label="怎么处理", max_length=200, rows=2, required=False)
    owner = PersonField(label="谁来办", required=False, empty_label="请选")
    due_on = DayField(label="办好的期限", required=False)
    happened_at = ClaimedField(label="吃饭时间")
    photos = PhotosField(label="照片", required=False)
    note = Words(label="备注", max_length=200, required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.meals = list(recent_meals()[:8])
        self.fields["meal"].queryset = recent_meals()
        asked = str((self.data if self.is_bound else self.initial).get("meal") or "")
        self.chosen = next((one for one in recent_meals() if str(one.pk) == asked), None) or (self.meals[0] if self.meals and not asked else None)
        if self.chosen:
            self.initial["meal"] = self.chosen.pk
            self.fields["dishes"].queryset = MealDish.objects.filter(meal=self.chosen, is_served=True).select_related("dish")
        if not has(user, EAT):
            self.initial["eater"], self.fields["eater"].widget = Eater.PARENT, forms.HiddenInput()
        for name, label in GRADED.items():
            self.fields[name] = forms.ChoiceField(
                label=label, choices=Grade.choices, widget=Picks(columns=3), error_messages={"required": f"「{label}」还没有填。"}
            )
        self.order_fields(["meal", "eater", "guest", "dishes", *GRADED, "opinion"])

    def clean(self):
        data = super().clean()
        return data | {"grades": {name: data.pop(name, "") for name in GRADED}}


class LeadersOnly(forms.Form):
    """Only those are offered who may be put on: the rule refuses everybody else."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in {"person", "people"} & self.fields.keys():
            self.fields[name].queryset = people().filter(pk__in=holders_of(EAT).values("pk"))


class TurnForm(LeadersOnly):
    on = DayField(label="哪天", initial=timezone.localdate)
    kind = forms.ChoiceField(label="餐次", choices=MealKind, initial=MealKind.LUNCH, widget=Picks(columns=4))
    person = PersonField(label="谁陪餐", empty_label="请选")


class ChangeForm(LeadersOnly):
    person = PersonField(label="换成谁", empty_label="请选")
    reason = Words(label="为什么换", max_length=200, rows=2)


class DropForm(forms.Form):
    reason = Words(label="为什么取消", max_length=200, rows=2, help_text="例如 这天放假，不供餐。")


class RotaForm(LeadersOnly):
    """People in turn; the order is that of the list."""

    since = DayField(label="从", initial=timezone.localdate)
    until = DayField(label="到")
    kinds = forms.MultipleChoiceField(
        label="餐次", choices=[choice for choice in MealKind.choices if choice[0] != MealKind.SNACK], widget=forms.CheckboxSelectMultiple
    )
    people = PeopleField(label="轮流陪餐的人")


class TurnFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="person__name", lookup_expr="icontains", label="找", help_text="姓名")
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label="从", widget=forms.DateInput(attrs={"type": "date"}))
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label="到", widget=forms.DateInput(attrs={"type": "date"}))
    state = filters.ChoiceFilter(choices=TurnState, label="状态", empty_label="全部")

    class Meta:
        model = AccompanyTurn
        fields: list[str] = []
