"""What people fill in for the budget."""

import django_filters as filters
from django import forms
from django.db.models import F, Q
from django.utils import timezone

from finance.money import DIGITS
from logistics.platform.limits.queries import limit_shown
from logistics.platform.org.models import Department
from logistics.platform.web.forms import Picks, Words
from logistics.platform.web.lines import MoneyField

from .models import BudgetChange, BudgetItem, BudgetLine, BudgetYear, ChangeKind, ChangeState, Fund, YearState
from .queries import lines_visible_to
from .telling import WARN


class YearForm(forms.ModelForm):
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    note = Words(label="说明", max_length=200, required=False, rows=2)

    class Meta:
        model = BudgetYear
        fields = ["year", "note"]


class LineForm(forms.Form):
    """A new line of the budget."""

    year = forms.ModelChoiceField(BudgetYear.objects.exclude(state=YearState.CLOSED), label="年度", empty_label="请选")
    department = forms.ModelChoiceField(Department.objects.filter(is_active=True), label="部门", empty_label="请选")
    item = forms.ModelChoiceField(BudgetItem.objects.filter(is_active=True), label="科目", empty_label="请选")
    fund = forms.ModelChoiceField(Fund.objects.filter(is_active=True), label="经费", empty_label="请选")
    allotment = MoneyField(label="预算数（元）", max_digits=DIGITS, help_text="年度已经在执行的，这里填 0，再用预算调整追加或者调入。")
    note = Words(label="说明", max_length=200, required=False, rows=2)


class LineEditForm(forms.ModelForm):
    allotment = MoneyField(label="预算数（元）", max_digits=DIGITS)
    note = Words(label="说明", max_length=200, required=False, rows=2)

    class Meta:
        model = BudgetLine
        fields = ["note"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["allotment"].initial = self.instance.allotment


class OverrideForm(forms.Form):
    amount = MoneyField(label="最多再超多少（元）", max_digits=DIGITS)
    reason = Words(label="为什么要超", max_length=200, rows=3, help_text="看得到这个指标的人都看得到这句话。")


class LineChoice(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        rows = BudgetLine.objects.filter(year__state=YearState.OPEN).select_related("year", "department", "item", "fund")
        super().__init__(rows.order_by("-year__year", "department__order", "department", "item__code", "pk"), empty_label="请选", **kwargs)

    def label_from_instance(self, line):
        return f"{line.year.year}年 {line}　可用 {line.available:,.2f}"


class ChangeForm(forms.ModelForm):
    """Who asks chooses among the lines in sight; money may come from, or go to, any other line of the school."""

    takes_user = True
    kind = forms.ChoiceField(
        label="办什么",
        choices=ChangeKind,
        initial=ChangeKind.TRANSFER,
        widget=Picks(columns=2, hints={"adjust": "全校总数变，例如增拨", "transfer": "从一个指标调到另一个"}),
    )
    line = LineChoice(label="指标", help_text="调剂时，这是调出的一方。")
    to_line = LineChoice(label="调入指标", required=False, help_text="调剂时选。")
    amount = MoneyField(label="金额（元）", max_digits=DIGITS, min_value=None, help_text="追减写负数，例如 -3000。")
    reason = Words(label="理由", max_length=300, rows=3)

    class Meta:
        model = BudgetChange
        fields = ["kind", "line", "to_line", "amount", "reason"]

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if user is not None:
            seen = lines_visible_to(user).order_by().values("pk")
            self.fields["line"].queryset = self.fields["line"].queryset.filter(pk__in=seen)
            self.fields["to_line"].queryset = self.fields["to_line"].queryset.filter(pk__in=seen)


class ReasonForm(forms.Form):
    reason = Words(label="为什么", max_length=200, rows=2)


def _once(pairs) -> list[tuple[str, str]]:
    """Each choice once, in the order given."""
    return [(str(key), name) for key, name in dict(pairs).items()]


class LineFilters(filters.FilterSet):
    q = filters.CharFilter(method="search", label="找", help_text="部门、科目、经费、说明")
    year = filters.ChoiceFilter(label="年度", empty_label="全部年度")
    department = filters.ChoiceFilter(label="部门", empty_label="全部部门")
    item = filters.ChoiceFilter(label="科目", empty_label="全部科目")
    fund = filters.ChoiceFilter(label="经费", empty_label="全部经费")
    state = filters.ChoiceFilter(field_name="year__state", choices=YearState, label="年度状态", empty_label="全部状态")
    tight = filters.BooleanFilter(method="only_tight", label="快用完", widget=forms.HiddenInput)
    over = filters.BooleanFilter(method="only_over", label="超支", widget=forms.HiddenInput)

    class Meta:
        model = BudgetLine
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        """The four choices come from the lines in sight, in one query."""
        super().__init__(*args, **kwargs)
        columns = ("year", "year__year", "department", "department__name", "item", "item__code", "item__name", "fund", "fund__name")
        seen = list(self.queryset.order_by("-year__year", "department__order", "fund__order").values_list(*columns).distinct())
        self.filters["year"].extra["choices"] = _once((row[0], f"{row[1]}年") for row in seen)
        self.filters["department"].extra["choices"] = _once((row[2], row[3]) for row in seen)
        self.filters["item"].extra["choices"] = _once(sorted(((row[4], f"{row[5]} {row[6]}") for row in seen), key=lambda one: one[1]))
        self.filters["fund"].extra["choices"] = _once((row[7], row[8]) for row in seen)

    def search(self, rows, name, value):
        found = Q(department__name__icontains=value) | Q(item__name__icontains=value) | Q(item__code__startswith=value)
        return rows.filter(found | Q(fund__name__icontains=value) | Q(note__icontains=value))

    def only_tight(self, rows, name, value):
        return rows.filter(used__gt=0, used__gte=F("allotment") * limit_shown(WARN, timezone.localdate()) / 100) if value else rows

    def only_over(self, rows, name, value):
        return rows.filter(left__lt=0) if value else rows


class ChangeFilters(filters.FilterSet):
    q = filters.CharFilter(method="search", label="找", help_text="单号、部门、理由")
    state = filters.ChoiceFilter(choices=ChangeState, label="状态", empty_label="全部状态")
    kind = filters.ChoiceFilter(choices=ChangeKind, label="办什么", empty_label="全部")
    year = filters.ModelChoiceFilter(field_name="line__year", queryset=BudgetYear.objects.all(), label="年度", empty_label="全部年度")

    class Meta:
        model = BudgetChange
        fields: list[str] = []

    def search(self, rows, name, value):
        return rows.filter(Q(number__icontains=value) | Q(reason__icontains=value) | Q(line__department__name__icontains=value))


class YearFilters(filters.FilterSet):
    state = filters.ChoiceFilter(choices=YearState, label="状态", empty_label="全部状态")

    class Meta:
        model = BudgetYear
        fields: list[str] = []


class MonthForm(forms.Form):
    """Which month a report is about."""

    month = forms.TypedChoiceField(label="截至", choices=[(n, f"{n}月底") for n in range(1, 13)], coerce=int, required=False, empty_value=None)
