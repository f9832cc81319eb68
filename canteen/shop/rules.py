"""Keeping shop and machines: who may sell, what may be sold, what came in, the weekly look (CAN-18)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from canteen.evidence import check_can_check, check_can_manage, enter
from canteen.late import claimed_time
from canteen.weekly import look_at
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.org.models import User
from logistics.platform.partners.models import PartnerKind
from logistics.platform.partners.queries import shortcomings

from .forbidden import forbidden_goods, too_much
from .models import GOODS_MOVES, OUTLET_MOVES, Goods, GoodsIntake, GoodsState, Outlet, OutletCheck, OutletState
from .queries import firm_lacks, most_on

COMPLETE = "证照齐了再登记。依据：《食品安全法》第五十三条。"
FIGURES = ("sugar", "sodium", "fat")


def check_can_close(user, outlet: Outlet) -> None:
    check_can_manage(user)
    check_move(outlet, OutletState.CLOSED, moves=OUTLET_MOVES)


def check_can_open(user, outlet: Outlet) -> None:
    check_can_manage(user)
    check_move(outlet, OutletState.OPEN, moves=OUTLET_MOVES)


def check_can_look(user, outlet: Outlet) -> None:
    check_can_check(user)
    if outlet.state != OutletState.OPEN:
        raise RuleViolation("已经停业，不用检查。")


def check_can_withdraw(user, goods: Goods) -> None:
    """Whoever checks may take a thing off the shelf at once."""
    check_can_check(user)
    check_move(goods, GoodsState.OFF, moves=GOODS_MOVES)


def check_can_sell_again(user, goods: Goods) -> None:
    check_can_manage(user)
    check_move(goods, GoodsState.SOLD, moves=GOODS_MOVES)


def check_can_receive(user, goods: Goods) -> None:
    check_can_check(user)
    if goods.state != GoodsState.SOLD:
        raise RuleViolation("已经下架的不能进货。")
    if goods.outlet.state != OutletState.OPEN:
        raise RuleViolation("已经停业，不能进货。")


@rule
def save_outlet(*, actor, at: datetime, record: Outlet | None = None, **fields) -> Outlet:
    """Allow a shop or a machine: the firm's licence and food permit are in date, and the school says why it is needed."""
    check_can_manage(actor)
    outlet, fields = stored(Outlet, record), tidied(fields)
    if outlet.pk is None:
        outlet.created_by, outlet.created_at = actor, at
    today = timezone.localdate(at)
    if fields.get("decided_on", outlet.decided_on) > today:
        raise RuleViolation("学校同意日期不能晚于今天。", field="decided_on")
    firm = fields.get("firm")
    if firm and (outlet.pk is None or firm != outlet.firm) and (lacks := firm_lacks(firm, today)):
        raise RuleViolation(f"{''.join(lacks)}{COMPLETE}", field="firm")
    return save_changes(actor=actor, at=at, record=outlet, **fields)


@rule
def close_outlet(*, actor, at: datetime, record: Outlet, reason: str) -> Outlet:
    outlet, reason = stored(Outlet, record), tidied({"r": reason or ""})["r"]
    check_can_close(actor, outlet)
    if not reason:
        raise RuleViolation("请写为什么停业。", field="reason")
    advance(outlet, OutletState.CLOSED, moves=OUTLET_MOVES, state_reason=reason[:200])
    record_event(actor=actor, at=at, action="close", record=outlet, text="停业", note=reason)
    return outlet


@rule
def open_outlet(*, actor, at: datetime, record: Outlet) -> Outlet:
    """Again; the firm's papers must be in date."""
    outlet = stored(Outlet, record)
    check_can_open(actor, outlet)
    if found := firm_lacks(outlet.firm, timezone.localdate(at)):
        raise RuleViolation("".join(found))
    advance(outlet, OutletState.OPEN, moves=OUTLET_MOVES, state_reason="")
    record_event(actor=actor, at=at, action="open", record=outlet, text="恢复营业")
    return outlet


@rule
def save_goods(*, actor, at: datetime, record: Goods | None = None, **fields) -> Goods:
    """Put a thing on the list of what is sold. Forbidden by name or by its label's figures is refused with the basis."""
    check_can_manage(actor)
    goods, fields = stored(Goods, record), tidied(fields)
    if goods.pk is None:
        goods.created_by, goods.created_at = actor, at
    given = {name: fields.get(name, getattr(goods, name)) for name in ("name", "is_food", "is_drink", *FIGURES)}
    _judge(given, timezone.localdate(at))
    if fields.get("outlet", goods.outlet if goods.pk else None).state != OutletState.OPEN:
        raise RuleViolation("已经停业，不能登记商品。", field="outlet")
    if "supplier" in fields and (goods.pk is None or (fields["supplier"], given["is_food"]) != (goods.supplier, goods.is_food)):
        _check_supplier(fields["supplier"], given["is_food"], timezone.localdate(at))
    return save_changes(actor=actor, at=at, record=goods, **fields)


def _judge(given: Mapping, on: date) -> None:
    if refused := forbidden_goods(given["name"]):
        raise RuleViolation(refused, field="name")
    if not given["is_food"]:
        if given["is_drink"]:
            raise RuleViolation("饮料也是食品。", field="is_food")
        return
    for name in FIGURES:
        if given[name] is None:
            raise RuleViolation("食品要照包装上的营养成分表写糖、钠、脂肪，没有标的不能卖。", field=name)
    field, refused = too_much(most_on(on), is_drink=given["is_drink"], **{name: given[name] for name in FIGURES})
    if refused:
        raise RuleViolation(refused, field=field)


def _check_supplier(firm, is_food: bool, on: date) -> None:
    if lacks := shortcomings(firm, PartnerKind.FOOD if is_food else PartnerKind.SUPPLIER, on):
        raise RuleViolation(f"{''.join(lacks)}{COMPLETE}", field="supplier")


@rule
def withdraw_goods(*, actor, at: datetime, record: Goods, reason: str) -> Goods:
    """Off the shelf at once."""
    goods, reason = stored(Goods, record), tidied({"r": reason or ""})["r"]
    check_can_withdraw(actor, goods)
    if not reason:
        raise RuleViolation("请写为什么下架。", field="reason")
    advance(goods, GoodsState.OFF, moves=GOODS_MOVES, state_reason=reason[:200])
    record_event(actor=actor, at=at, action="withdraw", record=goods, text="下架", note=reason)
    return goods


@rule
def sell_again(*, actor, at: datetime, record: Goods) -> Goods:
    """On sale again, judged anew by today's numbers and papers."""
    goods = stored(Goods, record)
    check_can_sell_again(actor, goods)
    today = timezone.localdate(at)
    _judge({name: getattr(goods, name) for name in ("name", "is_food", "is_drink", *FIGURES)}, today)
    _check_supplier(goods.supplier, goods.is_food, today)
    advance(goods, GoodsState.SOLD, moves=GOODS_MOVES, state_reason="")
    record_event(actor=actor, at=at, action="sell", record=goods, text="重新上架")
    return goods


@rule
def receive_goods(
    *, actor, at: datetime, record: Goods, quantity: Decimal, made_on: date, expires_on: date, certificate: str = "", happened_at: datetime | None = None,
    photos: Sequence = (), note: str = "",
) -> GoodsIntake:  # fmt: skip
    """What came in: from a supplier whose papers are in date that day, not expired, with the number or a picture of its certificate."""
    goods = stored(Goods, record)
    check_can_receive(actor, goods)
    on = timezone.localdate(claimed_time(happened_at, at))
    _check_supplier(goods.supplier, goods.is_food, on)
    if made_on > on:
        raise RuleViolation("生产日期不能晚于进货那天。", field="made_on")
    if expires_on <= on:
        raise RuleViolation(f"这批保质期到 {expires_on:%Y-%m-%d}，已经过期，不能收。依据：《食品安全法》第三十四条。", field="expires_on")
    certificate = tidied({"c": certificate or ""})["c"]
    if goods.is_food and not certificate and not photos:
        raise RuleViolation("请写合格证明编号，或者拍下来。依据：《食品安全法》第五十三条。", field="certificate")
    given = {"quantity": quantity, "made_on": made_on, "expires_on": expires_on, "certificate": certificate, "note": note}
    return enter(actor=actor, at=at, record=GoodsIntake(goods=goods, supplier=goods.supplier), happened_at=happened_at, photos=photos, **given)


@rule
def check_outlet(
    *, actor, at: datetime, record: Outlet, answers: Mapping[str, str], problem: str = "", measure: str = "", owner: User | None = None,
    due_on: date | None = None, happened_at: datetime | None = None, photos: Sequence = (), note: str = "",
) -> OutletCheck:  # fmt: skip
    """The weekly look, {item: ok or bad} for every item; what is bad needs words, a measure, somebody and a day and becomes a task."""
    outlet = stored(Outlet, record)
    check_can_look(actor, outlet)
    given = {"problem": problem, "measure": measure, "owner": owner, "due_on": due_on, "happened_at": happened_at, "photos": photos, "note": note}
    return look_at(actor=actor, at=at, row=OutletCheck(outlet=outlet), thing=outlet, answers=answers, **given)
