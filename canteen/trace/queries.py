"""Where a trace may begin, and finding that by what people know: a batch number, a firm, a dish, a class, a day (CAN-23)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Model, Q, QuerySet

from canteen.delivery.models import Delivery
from canteen.ingredient.queries import like
from canteen.meal.models import EaterGroup, Meal, MealDish, MealState
from canteen.pantry.models import PantryBatch
from canteen.sample.models import Sample
from canteen.supplier.models import Supplier
from logistics.platform.access.rules import has, require
from logistics.platform.evidence.logs import Period, period_in
from logistics.platform.limits.queries import limit_shown
from logistics.platform.org.models import SchoolClass

from .graph import MOST_MEALS, Trace, trace_batches, trace_meals
from .models import DrillState, RecallDrill

TRACE, DRILL = "canteen.trace.view", "canteen.trace.drill"
MINUTES = "canteen.recall.minutes"
EACH = 6  # findings of one kind under the search box
LABELS = {"batch": "批次", "delivery": "验收单", "supplier": "供应商", "dish": "菜", "meal": "餐次", "sample": "留样", "class": "班级"}


@dataclass(frozen=True)
class Start:
    """What a trace begins with, and the days it keeps to (None: all)."""

    kind: str
    record: Model
    since: date | None = None
    until: date | None = None

    @property
    def code(self) -> str:
        """batch-12, and with its days batch-12-20261101-20261130: what addresses carry."""
        days = f"-{self.since:%Y%m%d}-{self.until:%Y%m%d}" if self.since and self.until else ""
        return f"{self.kind}-{self.record.pk}{days}"

    @property
    def label(self) -> str:
        return LABELS[self.kind]

    @property
    def number(self) -> str:
        """批次 12, with its days as people read them: the number of the paper, which `start_of_paper` reads again."""
        days = f"，{Period(self.since, self.until).words}" if self.since and self.until else ""
        return f"{self.label} {self.record.pk}{days}"

    @property
    def title(self) -> str:
        if self.kind == "dish":
            return f"{self.record.meal} {self.record}"
        if self.kind == "sample":
            return f"{self.record.dish.meal} {self.record.dish}（{self.record.code}）"
        return f"{self.record.number}（{self.record.supplier}）" if self.kind == "delivery" else str(self.record)


@dataclass(frozen=True)
class Found:
    code: str
    label: str
    name: str
    note: str


def check_can_trace(user, record=None) -> None:
    require(user, TRACE)


def check_can_drill(user, record=None) -> None:
    require(user, DRILL)


def _rows(kind: str) -> QuerySet:
    return {
        "batch": PantryBatch.objects.select_related("ingredient"),
        "delivery": Delivery.objects.select_related("supplier__partner"),
        "supplier": Supplier.objects.select_related("partner"),
        "dish": MealDish.objects.filter(is_served=True).exclude(meal__state=MealState.VOID).select_related("dish", "meal"),
        "meal": Meal.objects.exclude(state=MealState.VOID),
        "sample": Sample.objects.select_related("dish__dish", "dish__meal"),
        "class": SchoolClass.objects.all(),
    }[kind]


def start_of(code: str, since: date | None = None, until: date | None = None) -> Start | None:
    """The start that a code names, None when it names nothing."""
    kind, _, key = code.partition("-")
    key, *days = key.split("-")
    if kind not in LABELS or not key.isdecimal() or len(key) > 17:
        return None
    try:
        since, until = (date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}") for text in days) if days else (since, until)
    except ValueError:
        return None
    record = _rows(kind).filter(pk=int(key)).first()
    return Start(kind, record, since, until) if record else None


def start_of_paper(paper) -> Start | None:
    """Where a printed trace began; papers of the first weeks are numbered by the code itself."""
    label, _, rest = paper.number.partition(" ")
    kinds = {words: kind for kind, words in LABELS.items()}
    if label not in kinds:
        return start_of(paper.number)
    key, _, days = rest.partition("，")
    period = period_in(days)
    return start_of(f"{kinds[label]}-{key}", period and period.since, period and period.until)


def traced(start: Start) -> Trace:
    """The trace from there. Raises RuleViolation when the days reach over more meals than a screen or a paper can hold."""
    record, days = start.record, (start.since, start.until)
    if start.kind in ("batch", "delivery", "supplier"):
        asked = {"batch": Q(pk=record.pk), "delivery": Q(line__delivery=record.pk), "supplier": Q(supplier=record.pk) | Q(line__delivery__supplier=record.pk)}
        found = trace_batches(PantryBatch.objects.filter(asked[start.kind]), *days)
    elif start.kind == "class":
        ate = Q(heads__eaten__gt=0) | Q(heads__eaten=None, heads__planned__gt=0)
        meals = _rows("meal").filter(ate, heads__school_class=record, heads__group=EaterGroup.CLASS)
        meals = meals.filter(on__gte=start.since) if start.since else meals
        found = trace_meals((meals.filter(on__lte=start.until) if start.until else meals)[: MOST_MEALS + 1], school_class=record.pk)
    elif start.kind == "meal":
        found = trace_meals([record])
    else:
        dish = record.dish if start.kind == "sample" else record
        found = trace_meals([dish.meal], dish=dish.pk)
    return found


def find(text: str) -> list[Found]:
    """Starts that fit what somebody typed: the newest of each kind. Seven queries at most."""
    text = text.strip()[:40]
    if not text:
        return []
    batch = like(text, "ingredient__") | Q(number__icontains=text)
    rows = {
        "batch": _rows("batch").filter(batch).order_by("-received_on", "-pk"),
        "delivery": _rows("delivery").filter(Q(number__icontains=text) | Q(plate__icontains=text)).order_by("-pk"),
        "supplier": _rows("supplier").filter(Q(partner__name__icontains=text) | Q(partner__short_name__icontains=text)),
        "dish": _rows("dish").filter(dish__name__icontains=text).order_by("-meal__on", "-pk"),
        "meal": _rows("meal").filter(on=_day(text)) if _day(text) else Meal.objects.none(),
        "sample": _rows("sample").filter(pk=_sample_key(text)) if _sample_key(text) else Sample.objects.none(),
        "class": _rows("class").filter(name__icontains=text, is_active=True),
    }
    found = []
    for kind, some in rows.items():
        for row in some[:EACH]:
            start = Start(kind, row)
            found.append(Found(start.code, start.label, start.title, _note(start)))
    return found


def _note(start: Start) -> str:
    if start.kind == "delivery":
        return start.record.get_state_display()
    return f"{start.record.received_on:%Y-%m-%d} 入库" if start.kind == "batch" else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _sample_key(text: str) -> int:
    key = text.upper().removeprefix("LYP-")
    return int(key) if text.upper().startswith("LYP-") and key.isdecimal() and len(key) < 18 else 0


def drills_visible_to(user) -> QuerySet[RecallDrill]:
    rows = RecallDrill.objects.select_related("batch__ingredient", "created_by", "ended_by")
    return rows if has(user, TRACE) else rows.none()


def goal_minutes(on: date) -> int:
    return limit_shown(MINUTES, on)


def figures(trace: Trace) -> dict:
    """What a trace comes to, as plain values: what a drill freezes and a paper prints."""
    return {
        "suppliers": [str(one) for one in trace.suppliers],
        "deliveries": [one.number for one in trace.deliveries],
        "meals": [str(one) for one in trace.meals],
        "dishes": sorted({str(dish.row) for dish in trace.dishes}),
        "samples": [sample.code for sample in trace.samples],
        "groups": list(trace.groups),
        "portions": trace.portions,
    }


def running_drill() -> RecallDrill | None:
    return RecallDrill.objects.filter(state=DrillState.RUNNING).select_related("batch__ingredient").first()
