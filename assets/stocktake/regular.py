"""The stocktakes that come back every term, as recurring duties: before it begins, in its middle, at its end, before holidays (AST-05)."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.generic import View

from logistics.platform.access.rules import require
from logistics.platform.audit.rules import rule
from logistics.platform.duties.models import Duty
from logistics.platform.duties.public import save_duty
from logistics.platform.duties.queries import duties_visible_to
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.web.lines import PersonField
from logistics.platform.web.record_pages import add_refusal

from .models import StocktakeKind
from .queries import MANAGE
from .rules import PRODUCER

DAY = 24 * 60  # minutes
REMIND, GRACE = 2 * DAY, 7 * DAY
LADDER = [[60, "role:director"]]
BASIS = "资产管理制度：开学、期中、期末和放假前各清点一次"


@dataclass(frozen=True)
class Regular:
    """One of them, with when it falls due."""

    kind: StocktakeKind
    rhythm: dict
    words: str

    @property
    def subject(self) -> str:
        return f"{PRODUCER}:{self.kind}"


REGULARS = (
    Regular(StocktakeKind.TERM_START, {"kind": "before_term", "before": 7, "minutes": 7 * DAY}, "每学期开学前七天"),
    Regular(StocktakeKind.TERM_MIDDLE, {"kind": "term_week", "every": 20, "nth": 10, "weekdays": [0], "minutes": 12 * DAY}, "每学期第十周起两周"),
    Regular(StocktakeKind.TERM_END, {"kind": "term_week", "every": 20, "nth": 18, "weekdays": [0], "minutes": 12 * DAY}, "每学期第十八周起两周"),
    Regular(StocktakeKind.HOLIDAY, {"kind": "before_holiday", "before": 2, "minutes": 2 * DAY}, "节假日前两个工作日"),
)


def missing() -> list[Regular]:
    """Those that no duty in use stands for."""
    there = set(Duty.objects.filter(producer=PRODUCER, is_active=True).values_list("subject", flat=True))
    return [one for one in REGULARS if one.subject not in there]


def check_can_plan(user, record=None) -> None:
    require(user, MANAGE)


@rule
def plan_regular(*, actor, at: datetime, kinds: list[str], owner_person) -> list[Duty]:
    """A duty of this person for each of the kinds that has none yet. Raises RuleViolation when nothing would be made."""
    check_can_plan(actor)
    wanted = [one for one in missing() if one.kind in kinds]
    if not wanted:
        raise RuleViolation("选的都已经排上了。", field="kinds")
    return [
        save_duty(
            actor=actor, at=at, title=one.kind.label, basis=BASIS, producer=PRODUCER, subject=one.subject, owner_person=owner_person,
            rhythm=one.rhythm | {"times": ["08:00"]}, remind_minutes=REMIND, grace_minutes=GRACE, ladder=LADDER,
        )
        for one in wanted
    ]  # fmt: skip


class RegularForm(forms.Form):
    kinds = forms.MultipleChoiceField(label="排上哪几次", widget=forms.CheckboxSelectMultiple)
    owner_person = PersonField(label="责任人", empty_label="请选")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        left = missing()
        self.fields["kinds"].choices = [(one.kind.value, f"{one.kind.label}（{one.words}）") for one in left]
        self.initial.setdefault("kinds", [one.kind.value for one in left])


class RegularPage(View):
    """Choose which stocktakes come back by themselves, and whose they are."""

    def dispatch(self, request, *args, **kwargs):
        check_can_plan(request.user)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        return self.shown(RegularForm())

    def post(self, request):
        form = RegularForm(request.POST)
        if form.is_valid():
            try:
                made = plan_regular(actor=request.user, at=timezone.now(), **form.cleaned_data)
            except RuleViolation as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, f"已排上：{'、'.join(duty.title for duty in made)}")
                return redirect(reverse("assets:stocktake-list"))
        return self.shown(form, status=422)

    def shown(self, form, status: int = 200):
        duties = Duty.objects.filter(producer=PRODUCER, is_active=True).select_related("owner_person", "owner_post").order_by("pk")
        open_to = set(duties_visible_to(self.request.user).filter(producer=PRODUCER).values_list("pk", flat=True))
        context = {"title": "例行盘点", "form": form, "duties": duties, "open_to": open_to}
        return render(self.request, "assets/stocktake_regular.html", context, status=status)


def start_url(occurrence) -> str:
    """The form of a new stocktake that does this duty, with its kind and days filled in."""
    kind = occurrence.duty.subject.removeprefix(f"{PRODUCER}:")
    kind = f"&kind={kind}" if kind in StocktakeKind.values else ""
    first, last = (f"{timezone.localdate(moment)}" for moment in (occurrence.opens_at, occurrence.due_at))
    return f"{reverse('assets:stocktake-create')}?occurrence={occurrence.pk}{kind}&starts_on={first}&due_on={last}"
