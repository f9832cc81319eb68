"""What people fill in for a request: a few words and the lines."""

import django_filters as filters
from django import forms
from django.db.models import Q

from finance.budget.models import BudgetLine
from finance.budget.queries import usable_lines
from finance.money import DIGITS
from logistics.platform.org.models import Department
from logistics.platform.web.forms import DayInput, Words, blank
from logistics.platform.web.lines import MoneyField
from logistics.platform.web.rows import RowsField
from logistics.platform.web.selects import KeptModelChoiceFilter

from .lines import MOST_LINES, MOST_QUANTITY, plain_number
from .models import Destination, PurchaseRequest, RequestState
from .queries import choosable_lines, departments_for, lines_of

SAME = "同上一行"
COPIED = {"unit": "单位", "budget_line": "预算指标", "destination": "买来归谁管"}
SPANS = {"name": 4, "spec": 3, "quantity": 2, "unit": 1, "price": 2, "destination": 3, "budget_line": 5, "use": 4}  # of twelve
FULL = ("name", "spec", "budget_line", "use")  # the whole width of a phone


class PurchaseRowForm(forms.Form):
    """One line. Unit, budget line and destination left open are those of the line above."""

    name = Words(label="品名", max_length=80)
    spec = Words(label="规格型号", max_length=120, required=False)
    quantity = forms.DecimalField(
        label="数量", max_digits=12, decimal_places=3, min_value=0, max_value=MOST_QUANTITY, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    unit = Words(label="单位", max_length=10, required=False)
    price = MoneyField(label="预计单价（元）", max_digits=DIGITS)
    destination = forms.ChoiceField(label="买来归谁管", required=False, choices=blank(Destination, SAME))
    budget_line = forms.IntegerField(label="预算指标", required=False, min_value=1, max_value=10**17, widget=forms.Select)
    use = Words(label="用在哪里", max_length=120, required=False)

    def __init__(self, *args, known: dict[int, tuple[str, BudgetLine]] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = known or {}
        is_first = str(self.prefix or "").endswith("-0")
        first = "请选" if is_first else SAME
        self.fields["budget_line"].widget.choices = [("", first), *((pk, words) for pk, (words, _) in self.known.items())]
        self.fields["destination"].choices = blank(Destination, first)
        if not is_first:
            self.fields["unit"].widget.attrs["placeholder"] = SAME
        self.fields["name"].widget.attrs |= {"hx-get": "/finance/purchase/prices/", "hx-trigger": "change", "hx-target": "next .past"}
        for name, span in SPANS.items():
            self.fields[name].span, self.fields[name].full = span, name in FULL
        for name in COPIED:
            self.fields[name].required = is_first

    def clean_budget_line(self):
        chosen = self.cleaned_data["budget_line"]
        if chosen is None:
            return None
        if chosen not in self.known:
            raise forms.ValidationError("请从列出来的里面选一项。")
        return self.known[chosen][1]


class RequestForm(forms.ModelForm):
    """请购单. Rows that nobody wrote in do not count."""

    takes_user = True
    title = Words(label="买什么", max_length=80, help_text="一句话，例如：初三实验耗材。")
    department = forms.ModelChoiceField(Department.objects.filter(is_active=True), label="申请部门", empty_label="请选")
    reason = Words(label="作什么用", max_length=300, rows=2)
    needed_on = forms.DateField(label="什么时候要", required=False, widget=DayInput)
    lines = RowsField(PurchaseRowForm, label="明细", most=MOST_LINES, least=2)
    is_urgent = forms.BooleanField(label="急用，等不及批准", required=False, help_text="急用的可以先买，规定的几天内补齐手续。")
    urgent_reason = Words(label="为什么等不及", max_length=200, required=False, rows=2)
    bought_on = forms.DateField(label="哪天已经买了", required=False, widget=DayInput, help_text="还没有买的不用填。")
    late_reason = Words(label="为什么晚了", max_length=200, required=False, rows=2, help_text="过了规定的天数才补的，写原因。")

    class Meta:
        model = PurchaseRequest
        fields = ["title", "department", "reason", "needed_on", "is_urgent", "urgent_reason", "bought_on", "late_reason"]

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if user is None:
            return
        offered = departments_for(user)
        self.fields["department"].queryset = offered
        if not self.instance.pk and "department" not in self.initial:
            self.initial["department"] = user.department_id
        self.fields["lines"].given = {"known": known_lines(user)}
        if self.instance.pk and "lines" not in self.initial:
            self.initial["lines"] = rows_of(self.instance)

    def _post_clean(self):
        """The rule alone checks the whole record; the form has done the shapes."""

    def clean_lines(self):
        return as_above(self.cleaned_data["lines"])


def known_lines(user) -> dict[int, tuple[str, BudgetLine]]:
    """{pk: (words, line)}. What is free stands only beside lines in the person's own reach."""
    own = list(usable_lines(user))
    lines = own or list(choosable_lines(user))
    several = len({line.year_id for line in lines}) > 1
    return {line.pk: (_words_of(line, with_year=several, with_sum=bool(own)), line) for line in lines}


def _words_of(line: BudgetLine, *, with_year: bool, with_sum: bool) -> str:
    start, end = f"{line.year.year}年 " if with_year else "", f"　可用 {line.available:,.2f}" if with_sum else ""
    return f"{start}{line}{end}"


def as_above(rows: list[dict]) -> list[dict]:
    """What a row leaves open is taken from the one above; the first must say everything."""
    filled: list[dict] = []
    for n, row in enumerate(rows, 1):
        above = filled[-1] if filled else {}
        full = row | {name: row[name] or above.get(name) for name in COPIED}
        if missing := [words for name, words in COPIED.items() if not full[name]]:
            raise forms.ValidationError(f"第 {n} 行还没有填{'、'.join(missing)}。")
        filled.append(full)
    return filled


def rows_of(request: PurchaseRequest) -> list[dict]:
    """The stored lines as the form shows them; an open price or budget line is an empty box."""
    return [
        {
            "name": line.name, "spec": line.spec, "quantity": plain_number(line.quantity), "unit": line.unit, "price": line.price or "",
            "budget_line": line.budget_line_id or "", "destination": line.destination, "use": line.use,
        }
        for line in lines_of(request)
    ]  # fmt: skip


class ReasonForm(forms.Form):
    reason = Words(label="为什么", max_length=200, rows=2)


class RequestFilters(filters.FilterSet):
    q = filters.CharFilter(method="find", label="找", help_text="买什么、单号、品名、申请人")
    state = filters.ChoiceFilter(choices=[("running", "在办"), *RequestState.choices], method="in_state", label="状态", empty_label="全部状态")
    department = KeptModelChoiceFilter(queryset=Department.objects.all(), label="部门", empty_label="全部部门", kept="purchase.department")
    since = filters.DateFilter(field_name="created_at", lookup_expr="date__gte", label="从哪天", widget=DayInput)
    until = filters.DateFilter(field_name="created_at", lookup_expr="date__lte", label="到哪天", widget=DayInput)
    urgent = filters.BooleanFilter(field_name="is_urgent", label="急用", widget=forms.HiddenInput())
    mine = filters.BooleanFilter(method="only_mine", label="我申请的", widget=forms.HiddenInput())
    buying = filters.BooleanFilter(method="only_bought", label="我采购的", widget=forms.HiddenInput())

    def find(self, rows, name, value):
        words = Q(title__icontains=value) | Q(number__icontains=value) | Q(created_by__name__icontains=value)
        return rows.filter(words | Q(pk__in=PurchaseRequest.objects.filter(lines__name__icontains=value).values("pk")))

    def in_state(self, rows, name, value):
        if value == "running":
            return rows.filter(state__in=(RequestState.DRAFT, RequestState.SUBMITTED, RequestState.APPROVED, RequestState.ORDERED))
        return rows.filter(state=value)

    def only_mine(self, rows, name, value):
        return rows.filter(created_by=self.request.user.pk) if value else rows

    def only_bought(self, rows, name, value):
        return rows.filter(buyer=self.request.user.pk) if value else rows
