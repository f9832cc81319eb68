"""Drawing up a distribution: the kit, the list of who gets it, approval, and its end (STK-07). Handing out is in handing_rules.py."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from assets.item.models import Item
from assets.item.quantities import figure, in_basic_units
from assets.store.telling import STORE
from logistics.platform.access.rules import has, holders_of, require
from logistics.platform.access.separation import check_separation
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.notices.rules import notify
from logistics.platform.org.models import Department, SchoolClass
from logistics.platform.org.queries import people

from .counting import state_of
from .models import DISTRIBUTION_MOVES, Distribution, DistributionState, KitLine, Per, Recipient
from .queries import KEEP, OPEN, WAITS, given_by, kit_of

MOST_ITEMS, MOST_RECIPIENTS = 60, 1000


def check_can_manage(user, record=None) -> None:
    require(user, KEEP)


def check_can_edit(user, distribution: Distribution) -> None:
    require(user, KEEP)
    if distribution.state != DistributionState.DRAFT:
        raise RuleViolation(f"这次发放{distribution.get_state_display()}，不能再改。")


def check_can_list(user, distribution: Distribution) -> None:
    """Somebody new may join while it goes on."""
    require(user, KEEP)
    if distribution.state not in (DistributionState.DRAFT, DistributionState.OPEN):
        raise RuleViolation(f"这次发放{distribution.get_state_display()}，名单不能再改。")


def check_can_add(user, distribution: Distribution) -> None:
    """While it goes on only who may approve puts something more into what was approved."""
    if distribution.state != DistributionState.OPEN:
        return check_can_edit(user, distribution)
    if not has(user, OPEN):
        raise NotAllowed("已经批准，再加物品要由批准的人来加。也可以另建一次发放。")
    return check_separation(user, "open", distribution)


def check_can_submit(user, distribution: Distribution) -> None:
    require(user, KEEP)
    check_move(distribution, DistributionState.READY, moves=DISTRIBUTION_MOVES)


def check_can_decide(user, distribution: Distribution) -> None:
    """Who leads the store room, and has not drawn it up."""
    require(user, OPEN)
    if distribution.state != DistributionState.READY:
        raise RuleViolation(f"这次发放{distribution.get_state_display()}，现在不用批准。")
    check_separation(user, "open", distribution)


def check_can_remind(user, distribution: Distribution) -> None:
    require(user, KEEP)
    if distribution.state != DistributionState.OPEN:
        raise RuleViolation("只有发放中的才提醒。")


def check_can_close(user, distribution: Distribution) -> None:
    require(user, KEEP)
    check_move(distribution, DistributionState.DONE, moves=DISTRIBUTION_MOVES)


def check_can_reopen(user, distribution: Distribution) -> None:
    require(user, OPEN)
    if distribution.state != DistributionState.DONE:
        raise RuleViolation("只有结束了的才能接着发。")


@rule
def save_distribution(*, actor, at: datetime, record: Distribution | None = None, **fields) -> Distribution:
    """A draft; by class it lists every class that is there. Raises RuleViolation or ValidationError at the field."""
    distribution, fields = stored(Distribution, record), tidied(fields)
    is_new = distribution.pk is None
    if is_new:
        check_can_manage(actor)
        distribution.created_by, distribution.created_at = actor, at
    else:
        check_can_edit(actor, distribution)
        if "audience" in fields and fields["audience"] != distribution.audience and (distribution.kit.exists() or distribution.recipients.exists()):
            raise RuleViolation("已经有物品或名单，发给谁不能再改。请另建一次发放。", field="audience")
    distribution = save_changes(actor=actor, at=at, record=distribution, **fields)
    if is_new and distribution.is_by_class:
        _list_classes(distribution, SchoolClass.objects.filter(is_active=True))
    return distribution


def _list_classes(distribution: Distribution, classes) -> int:
    counted = classes.annotate(n=Count("students", filter=Q(students__is_active=True))).order_by("order", "pk")
    known = set(distribution.recipients.values_list("school_class", flat=True))
    new = [Recipient(distribution=distribution, school_class=one, count=one.n) for one in counted if one.pk not in known]
    return _join(distribution, new)


def _join(distribution: Distribution, new: list[Recipient]) -> int:
    if distribution.recipients.count() + len(new) > MOST_RECIPIENTS:
        raise RuleViolation(f"一次发放最多 {MOST_RECIPIENTS} 份，请分成几次。")
    Recipient.objects.bulk_create(new)
    refresh(distribution)
    return len(new)


@rule
def add_recipients(
    *, actor, at: datetime, record: Distribution, classes: Sequence[SchoolClass] = (), departments: Sequence[Department] = (), persons: Sequence = ()
) -> Distribution:
    """More on the list: classes, or everybody in post of departments, or people by name. Raises RuleViolation when nobody is new."""
    distribution = stored(Distribution, record)
    check_can_list(actor, distribution)
    if distribution.is_by_class:
        added = _list_classes(distribution, SchoolClass.objects.filter(pk__in=[one.pk for one in classes], is_active=True))
    else:
        known = set(distribution.recipients.values_list("person", flat=True))
        asked = Q(department__in=[one.pk for one in departments]) | Q(pk__in=[one.pk for one in persons])
        added = _join(distribution, [Recipient(distribution=distribution, person=one) for one in people().filter(asked) if one.pk not in known])
    if not added:
        raise RuleViolation("没有新的人，选的都在名单上了。" if classes or departments or persons else "还没有选。")
    record_event(actor=actor, at=at, action="list", record=distribution, text=f"名单加 {added} 份")
    return distribution


@rule
def add_item(*, actor, at: datetime, record: Distribution, item: Item, quantity: Decimal, unit: str = "", per: str = Per.EACH, grade: str = "") -> KitLine:
    """One item more in the kit. Raises RuleViolation at its field."""
    distribution = stored(Distribution, record)
    check_can_add(actor, distribution)
    words = tidied({"unit": unit or "", "grade": grade or ""})
    if item.is_old_for_new:
        raise RuleViolation(f"「{item}」以旧换新，请走领用申请。", field="item")
    if not distribution.is_by_class and (per != Per.EACH or words["grade"]):
        raise RuleViolation("按个人发的，每人一份，不分年级。", field="per")
    if words["grade"] and not SchoolClass.objects.filter(grade=words["grade"], is_active=True).exists():
        raise RuleViolation(f"没有「{words['grade'][:20]}」这个年级。", field="grade")
    if distribution.kit.count() >= MOST_ITEMS:
        raise RuleViolation(f"一次发放最多 {MOST_ITEMS} 样。", field="item")
    line = KitLine(distribution=distribution, item=item, per=per, grade=words["grade"], quantity=in_basic_units(item, quantity, words["unit"]))
    line.full_clean()
    line.save()
    record_event(actor=actor, at=at, action="add_item", record=distribution, text=f"加 {item}：{line.get_per_display()} {figure(line.quantity)} {item.unit}")
    refresh(distribution)
    return line


@rule
def remove_item(*, actor, at: datetime, record: Distribution, row: KitLine) -> Distribution:
    distribution = stored(Distribution, record)
    check_can_edit(actor, distribution)
    found = distribution.kit.filter(pk=row.pk).select_related("item").first()
    if found is None:
        raise Conflict("这一样刚刚被去掉了，请刷新后再看。")
    record_event(actor=actor, at=at, action="remove_item", record=distribution, text=f"去掉 {found.item}")
    found.delete()
    refresh(distribution)
    return distribution


def refresh(distribution: Distribution) -> None:
    """Write the states anew after the kit changed; the caller holds the distribution's lock."""
    kit, rows = kit_of(distribution), list(distribution.recipients.select_related("school_class"))
    given, changed = given_by(rows), []
    for row in rows:
        state = state_of(row, kit, given.get(row.pk, {}))
        if state != row.state:
            row.state = state
            changed.append(row)
    Recipient.objects.bulk_update(changed, ["state"], batch_size=200)


@rule
def submit_distribution(*, actor, at: datetime, record: Distribution) -> Distribution:
    """Ask for approval. Raises RuleViolation while there is nothing to hand out or nobody to hand it to."""
    distribution = stored(Distribution, record)
    check_can_submit(actor, distribution)
    if not distribution.kit.exists():
        raise RuleViolation("还没有写发什么，请先加物品。")
    if not distribution.recipients.exists():
        raise RuleViolation("还没有领取名单，请先加。")
    if not distribution.recipients.filter(state__in=WAITS).exists():
        raise RuleViolation("名单上没有一份有要领的。请看看「只给年级」和人数。")
    deciders = list(holders_of(OPEN).exclude(pk=actor.pk))
    if not deciders:
        raise RuleViolation("除了您自己，没有人能批准。请系统管理员在「角色与权限」里指定。")
    advance(distribution, DistributionState.READY, moves=DISTRIBUTION_MOVES, opinion="")
    record_event(actor=actor, at=at, action="submit", record=distribution, text=f"送批：{distribution.kit.count()} 样，{distribution.recipients.count()} 份")
    tell(deciders, distribution, at, about="ready", title=f"请批准发放：{distribution}", body=f"{distribution.store}，{actor.name}送批")
    return distribution


@rule
def open_distribution(*, actor, at: datetime, record: Distribution) -> Distribution:
    """Approved: the store room may hand out, and everybody on the list is told to come."""
    distribution = stored(Distribution, record)
    check_can_decide(actor, distribution)
    advance(distribution, DistributionState.OPEN, moves=DISTRIBUTION_MOVES, opened_by=actor, opened_at=at, opinion="")
    record_event(actor=actor, at=at, action="open", record=distribution, text="批准发放")
    _call(distribution, at, about="open")
    tell([distribution.store.keeper], distribution, at, about="opened", title=f"可以发放了：{distribution}", body=str(distribution.store))
    return distribution


@rule
def return_distribution(*, actor, at: datetime, record: Distribution, reason: str) -> Distribution:
    """Not like this; back to who drew it up."""
    distribution = stored(Distribution, record)
    check_can_decide(actor, distribution)
    advance(distribution, DistributionState.DRAFT, moves=DISTRIBUTION_MOVES, opinion=said(reason))
    record_event(actor=actor, at=at, action="return", record=distribution, text="退回修改", note=distribution.opinion)
    tell([distribution.created_by], distribution, at, about="back", title=f"退回修改：{distribution}", body=distribution.opinion)
    return distribution


@rule
def remind(*, actor, at: datetime, record: Distribution) -> Distribution:
    """Tell whoever has not come; once a day whoever asks."""
    distribution = stored(Distribution, record)
    check_can_remind(actor, distribution)
    told = _call(distribution, at, about=f"remind.{timezone.localdate(at)}")
    if not told:
        raise RuleViolation("都来领过了，或者没领的班级没有班主任。")
    record_event(actor=actor, at=at, action="remind", record=distribution, text=f"提醒 {told} 人来领")
    return distribution


def _call(distribution: Distribution, at: datetime, *, about: str) -> int:
    """One message to each contact with all that is theirs."""
    rows = distribution.recipients.filter(state__in=WAITS).select_related("school_class__head_teacher", "person")
    mine: dict = {}
    for row in rows:
        if row.contact is not None and row.contact.is_active:
            mine.setdefault(row.contact, []).append(row)
    for person, lines in mine.items():
        names = "、".join(str(line) for line in lines) if distribution.is_by_class else ""
        title = f"请来领：{distribution}" + (f"（{names}）" if names else "")
        body = f"{distribution.store}，{distribution.starts_on:%m月%d日}到{distribution.until:%m月%d日}"
        key = f"assets.distribution.{about}.{distribution.pk}.{person.pk}"
        notify(at=at, key=key, recipients=[person], title=title[:120], body=body, url=reverse("assets:recipient-detail", args=[lines[0].pk]), subject=STORE)
    return len(mine)


@rule
def close_distribution(*, actor, at: datetime, record: Distribution, reason: str = "") -> Distribution:
    """The end; with words while somebody has not come."""
    distribution = stored(Distribution, record)
    check_can_close(actor, distribution)
    left = distribution.recipients.filter(state__in=WAITS).count()
    reason = tidied({"reason": reason or ""})["reason"][:200]
    if left and not reason:
        raise RuleViolation(f"还有 {left} 份没有领齐，请写为什么结束。", field="reason")
    advance(distribution, DistributionState.DONE, moves=DISTRIBUTION_MOVES, opinion=reason)
    record_event(actor=actor, at=at, action="close", record=distribution, text=f"结束发放，{left} 份没有领齐" if left else "全部领齐，结束发放", note=reason)
    return distribution


@rule
def reopen_distribution(*, actor, at: datetime, record: Distribution, reason: str) -> Distribution:
    """Somebody comes late."""
    distribution = stored(Distribution, record)
    check_can_reopen(actor, distribution)
    advance(distribution, DistributionState.OPEN, moves=DISTRIBUTION_MOVES, opinion=said(reason))
    record_event(actor=actor, at=at, action="reopen", record=distribution, text="接着发", note=distribution.opinion)
    return distribution


@rule
def void_distribution(*, actor, at: datetime, record: Distribution, reason: str) -> Distribution:
    """A draft that is not needed."""
    distribution = stored(Distribution, record)
    check_can_edit(actor, distribution)
    advance(distribution, DistributionState.VOID, moves=DISTRIBUTION_MOVES, opinion=said(reason))
    record_event(actor=actor, at=at, action="void", record=distribution, text="作废", note=distribution.opinion)
    return distribution


def said(reason: str) -> str:
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么。", field="reason")
    return reason[:200]


def tell(people, distribution: Distribution, at: datetime, *, about: str, title: str, body: str = "") -> None:
    key = f"assets.distribution.{about}.{distribution.pk}.{at:%Y%m%d%H%M%S%f}"
    url = reverse("assets:distribution-detail", args=[distribution.pk])
    notify(at=at, key=key, recipients=people, title=title[:120], body=body or str(distribution), url=url, subject=STORE)
