"""The list of planned works: written, approved by another person, done item by item, closed (REP-10)."""

from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has, holders_of, require
from logistics.platform.access.separation import check_separation
from logistics.platform.audit.rules import changes_between, record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.money import money
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.notices.rules import notify
from logistics.platform.numbering.rules import next_number
from repairs.subjects import WORKS

from .models import PLAN_EDITABLE, PLAN_MOVES, PlanItem, PlanList, PlanState
from .queries import APPROVE, MANAGE, open_items

SERIES = "JH"
MOST_ITEMS = 500


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_can_edit(user, plan: PlanList) -> None:
    """The list and its items, until it is sent for approval and again when it comes back."""
    require(user, MANAGE)
    if plan.state == PlanState.SUBMITTED:
        raise RuleViolation("已经送批了。要改的话，请先撤回。")
    if plan.state not in PLAN_EDITABLE:
        raise RuleViolation(f"{plan.get_state_display()}的计划不能再改。新增的项目请另列一份计划。")


def check_can_void(user, plan: PlanList) -> None:
    require(user, MANAGE)
    check_move(plan, PlanState.VOID, moves=PLAN_MOVES)


def check_can_submit(user, plan: PlanList) -> None:
    require(user, MANAGE)
    check_move(plan, PlanState.SUBMITTED, moves=PLAN_MOVES)


def check_can_withdraw(user, plan: PlanList) -> None:
    check_move(plan, PlanState.DRAFT, moves=PLAN_MOVES)
    if user.pk not in (plan.submitted_by_id, plan.created_by_id):
        raise NotAllowed("只有送批的人能撤回。")


def check_can_decide(user, plan: PlanList) -> None:
    """Whoever approves did neither write nor send the list."""
    require(user, APPROVE)
    check_move(plan, PlanState.APPROVED, moves=PLAN_MOVES)
    check_separation(user, "approve", plan)


def check_can_run(user, plan: PlanList) -> None:
    """What may be done only while the approved list is being worked off."""
    require(user, MANAGE)
    _check_running(plan)


def check_can_finish(user, plan: PlanList) -> None:
    """Whoever manages plans, for any item; a person in charge of an item, for that one."""
    _check_running(plan)
    if not has(user, MANAGE) and not open_items(plan).filter(owner=user.pk).exists():
        require(user, MANAGE)


def check_can_carry(user, plan: PlanList) -> None:
    check_can_run(user, plan)
    if not open_items(plan).exists():
        raise RuleViolation("没有剩下的项目，不用转。")


def check_can_close(user, plan: PlanList) -> None:
    check_can_run(user, plan)
    left = open_items(plan).count()
    if left:
        raise RuleViolation(f"还有 {left} 项没有结果。先登记完成、写明不做，或者转到新计划。")


def _check_running(plan: PlanList) -> None:
    if plan.state != PlanState.APPROVED:
        raise RuleViolation(f"计划{plan.get_state_display()}，批准以后、完成以前才能登记。")


@rule
def create_plan(*, actor, at: datetime, **fields) -> PlanList:
    """A new draft; items are added to it. Raises RuleViolation or ValidationError at the field."""
    check_can_manage(actor)
    return save_changes(actor=actor, at=at, record=PlanList(created_by=actor, created_at=at), text="编制计划", **tidied(fields))


@rule
def update_plan(*, actor, at: datetime, record: PlanList, **fields) -> PlanList:
    """Name and period of a list that is still being written."""
    plan = stored(PlanList, record)
    check_can_edit(actor, plan)
    return save_changes(actor=actor, at=at, record=plan, **tidied(fields))


@rule
def add_item(*, actor, at: datetime, record: PlanList, **fields) -> PlanItem:
    """One more work on the list."""
    plan = stored(PlanList, record)
    check_can_edit(actor, plan)
    return _save_item(PlanItem(plan=plan), actor=actor, at=at, fields=fields, action="add_item", text="列入")


@rule
def edit_item(*, actor, at: datetime, record: PlanList, item: PlanItem, **fields) -> PlanItem:
    plan = stored(PlanList, record)
    check_can_edit(actor, plan)
    return _save_item(locked_item(plan, item), actor=actor, at=at, fields=fields, action="edit_item", text="修改")


@rule
def remove_item(*, actor, at: datetime, record: PlanList, item: PlanItem) -> PlanList:
    """Take a work off a list nobody has approved yet; the journal keeps what it said."""
    plan = stored(PlanList, record)
    check_can_edit(actor, plan)
    item = locked_item(plan, item)
    record_event(actor=actor, at=at, action="remove_item", record=plan, text=f"去掉：{item.where} {item}，{item.estimate:,.2f} 元", note=item.note)
    item.delete()
    return plan


@rule
def submit_plan(*, actor, at: datetime, record: PlanList) -> PlanList:
    """Number the list and send it to whoever approves plans. Raises RuleViolation for an empty list or when nobody else could approve."""
    plan = stored(PlanList, record)
    check_can_submit(actor, plan)
    count = plan.items.count()
    if not count:
        raise RuleViolation("计划里还没有项目。先加上项目再送批。")
    deciders = list(holders_of(APPROVE).exclude(pk__in=(actor.pk, plan.created_by_id)))
    if not deciders:
        raise RuleViolation("除了编制人，没有人能批准计划。请系统管理员在「角色与权限」里指定。")
    number = plan.number or next_number(SERIES, timezone.localtime(at).year)
    advance(plan, PlanState.SUBMITTED, moves=PLAN_MOVES, number=number, submitted_by=actor, submitted_at=at, decided_by=None, decided_at=None, opinion="")
    total = sum((item.estimate for item in plan.items.all()), Decimal(0))
    record_event(actor=actor, at=at, action="submit", record=plan, text=f"送批 {number}：{count} 项，预算 {total:,.2f} 元")
    _tell(deciders, plan, at=at, about="submitted", title=f"请批准：{plan.title}", body=f"{actor.name}送批，{count} 项，预算 {total:,.2f} 元")
    return plan


@rule
def withdraw_plan(*, actor, at: datetime, record: PlanList) -> PlanList:
    """The sender takes the list back before anybody decided."""
    plan = stored(PlanList, record)
    check_can_withdraw(actor, plan)
    advance(plan, PlanState.DRAFT, moves=PLAN_MOVES)
    record_event(actor=actor, at=at, action="withdraw", record=plan, text="撤回修改")
    return plan


@rule
def approve_plan(*, actor, at: datetime, record: PlanList, opinion: str = "") -> PlanList:
    """Raises NotAllowed for whoever wrote or sent the list, Conflict when somebody decided first."""
    plan = stored(PlanList, record)
    check_can_decide(actor, plan)
    _decide(plan, PlanState.APPROVED, actor=actor, at=at, opinion=opinion)
    record_event(actor=actor, at=at, action="approve", record=plan, text="批准", note=plan.opinion)
    _tell([plan.created_by, plan.submitted_by], plan, at=at, about="approved", title=f"计划已批准：{plan.title}", body=plan.opinion)
    return plan


@rule
def return_plan(*, actor, at: datetime, record: PlanList, opinion: str) -> PlanList:
    """Send the list back with what must change."""
    plan = stored(PlanList, record)
    check_can_decide(actor, plan)
    _decide(plan, PlanState.RETURNED, actor=actor, at=at, opinion=_said(opinion, "请写退回的原因，编制人好改。", "opinion"))
    record_event(actor=actor, at=at, action="return", record=plan, text="退回", note=plan.opinion)
    _tell([plan.created_by, plan.submitted_by], plan, at=at, about="returned", title=f"计划退回：{plan.title}", body=plan.opinion)
    return plan


@rule
def void_plan(*, actor, at: datetime, record: PlanList, reason: str) -> PlanList:
    """Give up a list that was never approved; its name is free again."""
    plan = stored(PlanList, record)
    check_can_void(actor, plan)
    reason = _said(reason, "请写作废的原因。", "reason")
    advance(plan, PlanState.VOID, moves=PLAN_MOVES)
    record_event(actor=actor, at=at, action="void", record=plan, text="作废", note=reason)
    return plan


@rule
def finish_item(*, actor, at: datetime, record: PlanList, item: PlanItem, done_on: date, actual: Decimal, note: str | None = None) -> PlanItem:
    """Note that a work is done, when and at what cost; again to correct it. The person in charge of the item may, too."""
    plan = stored(PlanList, record)
    item = locked_item(plan, item)
    _check_running(plan)
    if item.owner_id != actor.pk:
        require(actor, MANAGE)
    check_item_open(item, but_done=True)
    if done_on > timezone.localdate(at):
        raise RuleViolation("完成日期不能晚于今天。", field="done_on")
    fields = {"done_on": done_on, "actual": money(actual)} | ({} if note is None else {"note": note})
    return _save_item(item, actor=actor, at=at, fields=fields, action="finish_item", text="完成", tail=f"，实际 {money(actual):,.2f} 元")


@rule
def drop_item(*, actor, at: datetime, record: PlanList, item: PlanItem, reason: str) -> PlanItem:
    """An approved work that will not be done after all, and why."""
    plan = stored(PlanList, record)
    check_can_run(actor, plan)
    item = locked_item(plan, item)
    check_item_open(item)
    item.dropped = _said(reason, "请写为什么不做了。", "reason")
    item.save(update_fields=["dropped"])
    record_event(actor=actor, at=at, action="drop_item", record=plan, text=f"不做：{item.where} {item}", note=item.dropped)
    return item


@rule
def carry_over(*, actor, at: datetime, record: PlanList, title: str, start_on: date, end_on: date) -> PlanList:
    """A new draft with every open work of this list; there they are carried on, here they are settled."""
    plan = stored(PlanList, record)
    check_can_carry(actor, plan)
    fresh = PlanList(created_by=actor, created_at=at)
    save_changes(actor=actor, at=at, record=fresh, text=f"接「{plan.title}」没有完成的项目", **tidied({"title": title, "start_on": start_on, "end_on": end_on}))
    kept = ("place", "place_text", "content", "quantity", "unit", "estimate", "trade", "owner", "note")
    left = list(open_items(plan).select_for_update(of=("self",)).select_related("place", "trade", "owner"))
    PlanItem.objects.bulk_create([PlanItem(plan=fresh, carried_from=item, **{name: getattr(item, name) for name in kept}) for item in left])
    record_event(actor=actor, at=at, action="carry_over", record=plan, text=f"{len(left)} 项转到「{fresh.title}」")
    return fresh


@rule
def close_plan(*, actor, at: datetime, record: PlanList) -> PlanList:
    """End a list in which every work was done, given up or carried over."""
    plan = stored(PlanList, record)
    check_can_close(actor, plan)
    advance(plan, PlanState.DONE, moves=PLAN_MOVES)
    record_event(actor=actor, at=at, action="close", record=plan, text="计划完成")
    return plan


def _save_item(item: PlanItem, *, actor, at: datetime, fields: dict, action: str, text: str, tail: str = "") -> PlanItem:
    """Check and write an item; its events are part of the list's story."""
    plan, fields = item.plan, tidied(fields)
    is_new = item.pk is None
    if fields.get("place"):
        fields["place_text"] = ""
    changes = {} if is_new else changes_between(item, fields)
    if is_new:
        _check_new(plan, fields)
    for name, value in fields.items():
        setattr(item, name, value)
    item.full_clean()
    item.save()
    if is_new or changes:
        record_event(actor=actor, at=at, action=action, record=plan, text=f"{text}：{item.where} {item}{tail}"[:300], changes=changes)
    return item


def _check_new(plan: PlanList, fields: dict) -> None:
    """Refuse more than a list holds, and the same line twice, which is a double tap or a second import."""
    if plan.items.count() >= MOST_ITEMS:
        raise RuleViolation(f"一份计划最多 {MOST_ITEMS} 项，请另列一份。")
    same = {name: fields.get(name) or blank for name, blank in (("place", None), ("place_text", ""), ("content", ""), ("quantity", None))}
    if plan.items.filter(**same).exists():
        raise RuleViolation("清单里已经有一模一样的一项。", field="content")


def locked_item(plan: PlanList, item: PlanItem) -> PlanItem:
    """The stored item of this list, locked. Raises Conflict when it is gone or belongs to another list."""
    found = plan.items.select_for_update().filter(pk=item.pk).first()
    if found is None:
        raise Conflict("这一项刚刚被去掉了，请刷新后再看。")
    found.plan = plan
    return found


def check_item_open(item: PlanItem, *, but_done: bool = False) -> None:
    """Refuse a work that is settled already; `but_done` lets a finished one be corrected."""
    if PlanItem.objects.filter(carried_from=item).exists():
        raise RuleViolation("这一项已经转到新计划，请到新计划里登记。")
    if item.dropped:
        raise RuleViolation("这一项已经写明不做了。")
    if item.done_on and not but_done:
        raise RuleViolation("这一项已经完成了。")


def _decide(plan: PlanList, to: PlanState, *, actor, at: datetime, opinion: str) -> None:
    advance(plan, to, moves=PLAN_MOVES, decided_by=actor, decided_at=at, opinion=tidied({"opinion": opinion})["opinion"][:200])


def _said(words: str, sentence: str, field: str) -> str:
    words = tidied({"words": words or ""})["words"]
    if not words:
        raise RuleViolation(sentence, field=field)
    return words


def _tell(people, plan: PlanList, *, at: datetime, about: str, title: str, body: str = "") -> None:
    notify(
        at=at,
        key=f"repairs.plan.{about}.{plan.pk}.{at:%Y%m%d%H%M%S%f}",
        recipients=people,
        title=title,
        body=body,
        url=reverse("repairs:plan-detail", args=[plan.pk]),
        subject=WORKS,
    )
