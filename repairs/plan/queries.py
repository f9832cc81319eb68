"""Reading plans and preventive work: what a person may see, totals, to-dos."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, F, Max, Prefetch, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, scope_of
from logistics.platform.kernel.money import money
from logistics.platform.web.home import Late, Todo

from .models import PLAN_EDITABLE, PlanItem, PlanList, PlanState, Preventive

VIEW, MANAGE, APPROVE = "repairs.plan.view", "repairs.plan.manage", "repairs.plan.approve"
OPEN_ITEM = Q(done_on=None, dropped="", carried_to=None)


@dataclass(frozen=True)
class Totals:
    """What the foot of a list says. `estimate` leaves out what was given up."""

    count: int
    done: int
    dropped: int
    carried: int
    estimate: Decimal
    actual: Decimal
    estimate_of_done: Decimal

    @property
    def left(self) -> int:
        return self.count - self.done - self.dropped - self.carried

    @property
    def saved(self) -> Decimal:
        """Estimate of the finished works less what they cost; negative when they cost more."""
        return self.estimate_of_done - self.actual

    @property
    def overrun(self) -> Decimal:
        return -self.saved


def preventives_visible_to(user) -> QuerySet[Preventive]:
    """All of them as the grant reaches, otherwise those one answers for."""
    rows = Preventive.objects.select_related("place", "kind", "owner")
    return rows if scope_of(user, VIEW) == Scope.ALL else rows.filter(owner=user.pk)


def preventive_list_rows(user) -> QuerySet[Preventive]:
    return preventives_visible_to(user).annotate(last_on=Max("runs__on"))


def plans_visible_to(user) -> QuerySet[PlanList]:
    """All lists as the grant reaches, otherwise those one made or has work on."""
    items = Prefetch("items", PlanItem.objects.select_related("place"))
    rows = PlanList.objects.select_related("created_by", "submitted_by", "decided_by").prefetch_related(items)
    if scope_of(user, VIEW) == Scope.ALL:
        return rows
    return rows.filter(Q(created_by=user.pk) | Q(pk__in=own_items(user).values("plan")))


def own_items(user) -> QuerySet[PlanItem]:
    """Works this person is in charge of, once somebody approved them."""
    return PlanItem.objects.filter(owner=user.pk, plan__state__in=(PlanState.APPROVED, PlanState.DONE))


def plan_list_rows(user) -> QuerySet[PlanList]:
    """Visible lists with their totals."""
    return plans_visible_to(user).annotate(
        item_count=Count("items", filter=Q(items__dropped="")),
        done_count=Count("items", filter=Q(items__done_on__isnull=False)),
        estimate_total=Sum("items__estimate", filter=Q(items__dropped="")),
        actual_total=Sum("items__actual"),
    )


def items_of(plan: PlanList) -> QuerySet[PlanItem]:
    return plan.items.select_related("place", "trade", "owner", "ticket", "carried_from__plan", "carried_to__plan")


def open_items(plan: PlanList) -> QuerySet[PlanItem]:
    """Neither done, given up, nor carried to a later list."""
    return plan.items.filter(OPEN_ITEM)


def totals_of(items) -> Totals:
    """The totals of rows that are loaded already, by `items_of`."""
    items = list(items)
    done = [item for item in items if item.done_on]
    return Totals(
        count=len(items),
        done=len(done),
        dropped=sum(bool(item.dropped) for item in items),
        carried=sum(hasattr(item, "carried_to") for item in items),
        estimate=money(sum((item.estimate for item in items if not item.dropped), Decimal(0))),
        actual=money(sum((item.actual for item in done), Decimal(0))),
        estimate_of_done=money(sum((item.estimate for item in done), Decimal(0))),
    )


def plan_todos(user, at: datetime) -> list[Todo]:
    """Lists that wait for this person's decision or correction, and own works on approved lists. Two queries at most."""
    todos = []
    if has(user, APPROVE):
        waiting = PlanList.objects.filter(state=PlanState.SUBMITTED).exclude(created_by=user.pk).exclude(submitted_by=user.pk).select_related("submitted_by")
        todos += [Todo(plan.title, f"{plan.submitted_by.name}送批", _url(plan), "批准", "stamp") for plan in waiting]
    mine = (
        PlanItem.objects.filter(OPEN_ITEM, owner=user.pk, plan__state=PlanState.APPROVED)
        .select_related("plan", "place")
        .order_by(F("finish_by").asc(nulls_last=True))[:20]
    )
    todos += [Todo(str(item), f"{item.plan.title} · {item.where}", _url(item.plan), "登记完成", "hammer", _end_of(item.finish_by)) for item in mine]
    if has(user, MANAGE):
        returned = PlanList.objects.filter(state=PlanState.RETURNED, created_by=user.pk)
        todos += [Todo(plan.title, f"退回：{plan.opinion}", _url(plan), "修改", "pencil") for plan in returned]
    return todos


def plan_late(user, at: datetime) -> list[Late]:
    """Works on approved lists past their day, for whoever manages plans."""
    if not has(user, MANAGE):
        return []
    late = (
        PlanItem.objects.filter(OPEN_ITEM, plan__state=PlanState.APPROVED, finish_by__lt=timezone.localdate(at))
        .select_related("plan", "place")
        .order_by("finish_by")
    )
    found = list(late[:100])
    if not found:
        return []
    worst = found[0]
    return [Late("计划项目过期", f"{worst.where} {worst}", len(found), _url(worst.plan))]


def plan_counts(user) -> dict[str, int]:
    """The numbers above the list, in one query."""
    return plans_visible_to(user).aggregate(
        editing=Count("pk", filter=Q(state__in=PLAN_EDITABLE)),
        waiting=Count("pk", filter=Q(state=PlanState.SUBMITTED)),
        running=Count("pk", filter=Q(state=PlanState.APPROVED)),
    )


def _url(plan: PlanList) -> str:
    return reverse("repairs:plan-detail", args=[plan.pk])


def _end_of(on) -> datetime | None:
    """The end of that day at the school."""
    return timezone.make_aware(datetime.combine(on, datetime.max.time().replace(microsecond=0))) if on else None
