"""Asking for, approving and closing exam meals and official receptions (CAN-22)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from canteen.dish.forbidden import forbidden_in
from logistics.platform.access.rules import has, holders_of, require
from logistics.platform.access.separation import check_separation
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.kernel.text import plain
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject

from .models import RECEPTION_LAW, SPECIAL_MOVES, Payer, SpecialKind, SpecialMeal, SpecialState

VIEW, ASK, APPROVE = "canteen.special.view", "canteen.special.ask", "canteen.special.approve"
YUAN = "canteen.reception.yuan"
ASKING = Subject("canteen.special", "特供餐和接待餐", "食堂")
MOST_BACK = 7  # days
LUXURY = ("鱼翅", "燕窝", "鲍鱼", "鱼子酱", "穿山甲", "野味", "熊掌", "香烟", "茅台", "五粮液")


def check_can_ask(user, record=None) -> None:
    require(user, ASK)


def check_can_change(user, row: SpecialMeal) -> None:
    require(user, ASK)
    if row.state != SpecialState.ASKED:
        raise RuleViolation("已经批准或办完，不能再改。要改的请作废后另写一张。")


def check_can_approve(user, row: SpecialMeal) -> None:
    """A leader who did not ask for it."""
    require(user, APPROVE)
    check_move(row, SpecialState.APPROVED, moves=SPECIAL_MOVES)
    check_separation(user, "approve", row)


def check_can_finish(user, row: SpecialMeal) -> None:
    require(user, ASK)
    check_move(row, SpecialState.DONE, moves=SPECIAL_MOVES)


def check_can_void(user, row: SpecialMeal) -> None:
    if not has(user, APPROVE):
        require(user, ASK)
    check_move(row, SpecialState.VOID, moves=SPECIAL_MOVES)


@rule
def save_special(*, actor, at: datetime, record: SpecialMeal | None = None, **fields) -> SpecialMeal:
    """Ask for a meal, or change what nobody has approved. Raises RuleViolation at the field with its basis."""
    check_can_ask(actor)
    row, fields = stored(SpecialMeal, record), tidied(fields)
    is_new = row.pk is None
    if is_new:
        row.created_by, row.created_at = actor, at
    else:
        check_can_change(actor, row)
    wanted = SpecialMeal(**{name: fields.get(name, getattr(row, name)) for name in ("kind", "on", "letter", "guests", "hosts", "standard", "payer", "dishes")})
    _check_day(wanted.on, timezone.localdate(at))
    _check_menu(wanted)
    if wanted.kind == SpecialKind.RECEPTION:
        _check_reception(wanted)
    elif wanted.hosts:
        raise RuleViolation("考试用餐没有陪餐，陪餐人数空着。", field="hosts")
    row = save_changes(actor=actor, at=at, record=row, **fields)
    if is_new:
        url, body = f"/canteen/special/{row.pk}/", f"{row.get_kind_display()}，{row.guests} 人，{row.occasion}"
        notify(at=at, key=f"canteen.special:{row.pk}", recipients=holders_of(APPROVE), title=f"请批准：{row}", body=body, url=url, subject=ASKING)
    return row


def _check_day(on: date, today: date) -> None:
    if not today - timedelta(days=MOST_BACK) <= on <= today + timedelta(days=366):
        raise RuleViolation(f"日期从 {MOST_BACK} 天前到一年以内。更早的请写成情况说明。", field="on")


def _check_menu(row: SpecialMeal) -> None:
    """What no school canteen may cook is not cooked for guests or on exam days either; a reception stays plain."""
    names = [one for one in row.dishes.replace("，", "、").replace(",", "、").split("、") if one.strip()]
    if refused := forbidden_in(*names):
        raise RuleViolation(refused, field="dishes")
    found = next((one for one in names if is_luxury(plain(one))), "")
    if found:
        raise RuleViolation(
            f"「{found.strip()}」不能上桌：接待不得提供高档菜肴、野生动物、香烟和酒水，学校内也不供应烟酒。依据：{RECEPTION_LAW}。", field="dishes"
        )


def is_luxury(name: str) -> bool:
    """Tobacco, drinks that are called 酒, and what is named by the law; 啤酒鸭 and 鲍鱼菇 are ordinary food."""
    return name in ("烟", "中华") or name.endswith("酒") or (any(word in name for word in LUXURY) and not name.endswith("菇"))


def most_hosts(guests: int) -> int:
    return 3 if guests <= 10 else guests // 3


def _check_reception(row: SpecialMeal) -> None:
    if not row.letter:
        raise RuleViolation(f"公务接待要有公函，请写文号。没有公函的不能接待。依据：{RECEPTION_LAW}。", field="letter")
    if row.payer in (Payer.MEALS, Payer.EXAM):
        raise RuleViolation(
            "接待用餐不能用学生伙食费或考务经费，请选公务接待费或用餐人自付。依据：《中小学校园食品安全和膳食经费管理工作指引》。", field="payer"
        )
    most = most_hosts(row.guests)
    if row.hosts > most:
        raise RuleViolation(f"来客 {row.guests} 人，陪餐最多 {most} 人（10 人以内不超过 3 人，超过的不超过三分之一）。依据：{RECEPTION_LAW}。", field="hosts")
    yuan = limit(YUAN, row.on)
    if row.standard > yuan:
        raise RuleViolation(f"接待用餐每人最多 {yuan} 元（学校按当地会议用餐标准自定）。", field="standard")


@rule
def approve_special(*, actor, at: datetime, record: SpecialMeal) -> SpecialMeal:
    """A leader agrees; afterwards nothing of it changes."""
    row = stored(SpecialMeal, record)
    check_can_approve(actor, row)
    advance(row, SpecialState.APPROVED, moves=SPECIAL_MOVES, approved_at=at, approved_by=actor)
    record_event(actor=actor, at=at, action="approve", record=row, text="批准")
    title = f"已批准：{row}"
    notify(at=at, key=f"canteen.special.ok:{row.pk}", recipients=[row.created_by], title=title, url=f"/canteen/special/{row.pk}/", subject=ASKING)
    return row


@rule
def finish_special(*, actor, at: datetime, record: SpecialMeal, came: int, cost: Decimal, hosts_came: int = 0) -> SpecialMeal:
    """Who really ate and what it cost: not before the day, not more hosts than approved, not above the standard per head."""
    row = stored(SpecialMeal, record)
    check_can_finish(actor, row)
    if row.on > timezone.localdate(at):
        raise RuleViolation("还没有到用餐那天。")
    if hosts_came > row.hosts:
        raise RuleViolation(f"批准的陪餐是 {row.hosts} 人，不能再多。", field="hosts_came")
    if row.kind == SpecialKind.RECEPTION and hosts_came > (most_really := most_hosts(came)):
        raise RuleViolation(f"来客实到 {came} 人，陪餐最多 {most_really} 人，多出来的自己付。依据：{RECEPTION_LAW}。", field="hosts_came")
    most = (came + hosts_came) * row.standard
    if cost > most:
        raise RuleViolation(f"{came + hosts_came} 人按每人 {row.standard} 元最多 {most:,.2f} 元，超出的部分不能报销，由经办人承担。", field="cost")
    advance(row, SpecialState.DONE, moves=SPECIAL_MOVES, came=came, hosts_came=hosts_came, cost=cost, done_at=at, done_by=actor)
    record_event(actor=actor, at=at, action="finish", record=row, text=f"办完：{came + hosts_came} 人，{cost:,.2f} 元")
    return row


@rule
def void_special(*, actor, at: datetime, record: SpecialMeal, reason: str) -> SpecialMeal:
    """It does not take place, or a leader does not agree."""
    row, reason = stored(SpecialMeal, record), tidied({"r": reason or ""})["r"]
    check_can_void(actor, row)
    if not reason:
        raise RuleViolation("请写为什么作废。", field="reason")
    advance(row, SpecialState.VOID, moves=SPECIAL_MOVES, void_reason=reason[:200])
    record_event(actor=actor, at=at, action="void", record=row, text="作废", note=reason)
    return row
