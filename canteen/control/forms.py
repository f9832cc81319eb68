"""What people fill in for checks, faults and the papers of week and month."""

import django_filters as filters
from django import forms
from django.utils import timezone

from canteen.late import ClaimedField
from canteen.meal.models import Meal, MealState
from canteen.sample.forms import RECENT
from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.web.forms import Picks, Words
from logistics.platform.web.lines import DayField, PersonField

from .models import Book, CheckItem, CheckSheet, ControlPaper, Fault, FaultState, PaperKind, Verdict
from .queries import items_of

UNSEEN = "还没有填。每一项都要看，没有问题也要写。"


class ItemForm(forms.ModelForm):
    content = Words(label="检查内容", max_length=120)
    group = Words(label="分类", max_length=20, required=False)

    class Meta:
        model = CheckItem
        fields = ["book", "group", "content", "is_key", "points", "order", "is_active"]


class SheetForm(KeepsUploads, forms.Form):
    """Every item of the list with its verdict, none chosen beforehand: r_<item> and, where something is wrong, w_<item>."""

    book = forms.ChoiceField(label="哪张表", choices=Book.choices, initial=Book.DAILY, required=False, widget=Picks())
    meal = forms.ModelChoiceField(Meal.objects.none(), label="哪一餐", required=False, empty_label="请选", help_text="加工过程检查要选。")
    measure = Words(label="怎么整改", max_length=200, rows=2, required=False, help_text="有不合格的才写。")
    owner = PersonField(label="谁来整改", required=False, empty_label="请选")
    due_on = DayField(label="整改期限", required=False)
    happened_at = ClaimedField(label="检查时间")
    photos = PhotosField(label="照片", required=False)
    note = Words(label="备注", max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        asked = (self.data if self.is_bound else self.initial).get("book") or Book.DAILY
        self.chosen = asked if asked in Book.values else Book.DAILY
        self.initial["book"] = self.chosen
        self.items = items_of(self.chosen)
        for item in self.items:
            mark = "★ " if item.is_key else ""
            self.fields[f"r_{item.pk}"] = forms.ChoiceField(
                label=f"{mark}{item.content}", choices=Verdict.choices, widget=Picks(), error_messages={"required": UNSEEN}
            )
            self.fields[f"w_{item.pk}"] = Words(label=f"{item.content}：怎么回事", max_length=200, required=False)
        since = timezone.localdate() - RECENT
        self.fields["meal"].queryset = Meal.objects.filter(on__gte=since).exclude(state=MealState.VOID).order_by("-starts_at")
        self.fields["book"].widget = forms.HiddenInput()
        if self.chosen != Book.PROCESS:
            self.fields["meal"].widget = forms.HiddenInput()

    @property
    def title(self) -> str:
        return Book(self.chosen).label

    @property
    def rows(self) -> list[dict]:
        """The items with their two fields, in order; `head` where a new group begins."""
        found, last = [], ""
        for item in self.items:
            found.append({"head": item.group if item.group != last else "", "verdict": self[f"r_{item.pk}"], "words": self[f"w_{item.pk}"]})
            last = item.group
        return found

    @property
    def rest(self) -> list:
        return [self[name] for name in ("meal", "measure", "owner", "due_on", "happened_at", "photos", "note") if not self[name].is_hidden]

    def clean(self):
        data = super().clean()
        answers = {item.pk: (data.pop(f"r_{item.pk}", ""), data.pop(f"w_{item.pk}", "")) for item in self.items}
        return data | {"answers": answers, "book": data.get("book") or self.chosen}


class FaultForm(forms.ModelForm):
    problem = Words(label="问题", max_length=200)
    measure = Words(label="整改措施", max_length=200, rows=2)
    owner = PersonField(label="责任人", empty_label="请选")
    due_on = DayField(label="期限")

    class Meta:
        model = Fault
        fields = ["problem", "measure", "owner", "due_on"]


class MendForm(KeepsUploads, forms.Form):
    words = Words(label="怎么整改的", max_length=200, rows=2)
    photos = PhotosField(label="整改后的照片", required=False)


class DrawForm(forms.Form):
    kind = forms.ChoiceField(label="哪种", choices=PaperKind.choices, widget=Picks(columns=2))
    on = DayField(label="哪一天所在的周或月", initial=timezone.localdate)


class PaperForm(forms.ModelForm):
    """The people's words; a report of the week asks for less than the minutes of the month."""

    cause = Words(label="原因分析", max_length=500, rows=3, required=False)
    measures = Words(label="治理措施", max_length=500, rows=3, required=False)
    held_at = ClaimedField(label="会议时间", help_text="")
    place = Words(label="地点", max_length=60, required=False)
    attendees = Words(label="参加人员", max_length=200, required=False)
    complaints = Words(label="投诉和意见", max_length=500, rows=2, required=False)
    focus = Words(label="下阶段重点", max_length=500, rows=3)
    decision = Words(label="决定", max_length=500, rows=3, required=False)

    class Meta:
        model = ControlPaper
        fields = ["cause", "measures", "held_at", "place", "attendees", "complaints", "focus", "decision"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.kind == PaperKind.WEEK:
            for name in ("held_at", "place", "attendees", "decision"):
                del self.fields[name]


class SheetFilters(filters.FilterSet):
    book = filters.ChoiceFilter(choices=Book, label="哪张表", empty_label="全部")
    since = filters.DateFilter(field_name="on", lookup_expr="gte", label="从", widget=forms.DateInput(attrs={"type": "date"}))
    until = filters.DateFilter(field_name="on", lookup_expr="lte", label="到", widget=forms.DateInput(attrs={"type": "date"}))

    class Meta:
        model = CheckSheet
        fields: list[str] = []


class ItemFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="content", lookup_expr="icontains", label="找", help_text="检查内容")
    book = filters.ChoiceFilter(choices=Book, label="哪张表", empty_label="全部")

    class Meta:
        model = CheckItem
        fields: list[str] = []


class FaultFilters(filters.FilterSet):
    q = filters.CharFilter(field_name="problem", lookup_expr="icontains", label="找", help_text="问题")
    state = filters.ChoiceFilter(choices=FaultState, label="状态", empty_label="全部")

    class Meta:
        model = Fault
        fields: list[str] = []


class PaperFilters(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=PaperKind, label="哪种", empty_label="全部")

    class Meta:
        model = ControlPaper
        fields: list[str] = []
