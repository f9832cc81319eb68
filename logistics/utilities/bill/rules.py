"""Bills: written by one, checked by another, never changed after that (UTL-07)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from logistics.platform.access.rules import require
from logistics.platform.access.separation import check_separation
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.imports.school_targets import one_by_one
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import check_move
from logistics.utilities.tariff.models import Tariff
from logistics.utilities.tariff.queries import check_can_manage, tariff_on

from .comparing import findings_of
from .models import BILL_MOVES, METERED, Bill, BillShare, BillState, CostKind, ShareBase, ShareBy
from .queries import CHECK, RECORD
from .sharing import plan_of

EARLIEST = date(2000, 1, 1)
LONGEST = 400
SOON = timedelta(days=62)
LONG_AHEAD = timedelta(days=366)


def check_can_record(user, record=None) -> None:
    require(user, RECORD)


def check_can_edit(user, bill: Bill) -> None:
    require(user, RECORD)
    if bill.state != BillState.RECORDED:
        raise RuleViolation(f"{bill.get_state_display()}的账单不能改。错了请作废，再登记一张对的。")


def check_can_check(user, bill: Bill) -> None:
    require(user, CHECK)
    check_move(bill, BillState.CHECKED, moves=BILL_MOVES)
    check_separation(user, "check", bill)
    if bill.created_by_id == user.pk:
        raise NotAllowed("账单是您自己登记的，请另一位来核对。")


def check_can_void(user, bill: Bill) -> None:
    require(user, RECORD if bill.state == BillState.RECORDED else CHECK)
    check_move(bill, BillState.VOID, moves=BILL_MOVES)


def check_can_note_claim(user, bill: Bill) -> None:
    require(user, RECORD)
    if bill.state == BillState.VOID:
        raise RuleViolation("这张账单已经作废了。")


def _check_days(at: datetime, month: date, since: date | None, until: date | None) -> None:
    today = timezone.localdate(at)
    if month < EARLIEST or month > today + SOON:
        raise RuleViolation("计入的月份不对，请检查年份。", field="month")
    if bool(since) != bool(until):
        raise RuleViolation("账单的起止日期要一起写，或者都不写。", field="until" if since else "since")
    if not since or not until:
        return
    if until < since:
        raise RuleViolation("到的日期不能早于从的日期。", field="until")
    if until > today:
        raise RuleViolation(f"账单只能算到今天（{today}）。", field="until")
    if since < EARLIEST or (until - since).days > LONGEST:
        raise RuleViolation("起止日期相隔太久了，请检查年份。", field="since")


def _check_figures(values: dict) -> None:
    bands = [values[name] for name in ("peak", "flat", "valley")]
    if values["kind"] != CostKind.POWER and any(band is not None for band in bands):
        raise RuleViolation("峰、平、谷只有电费才分。", field="peak")
    if any(band is not None for band in bands):
        whole = sum((band or Decimal(0) for band in bands), Decimal(0))
        if values["quantity"] is None:
            values["quantity"] = whole
        elif whole > values["quantity"]:
            raise RuleViolation(f"峰、平、谷加起来是 {whole.normalize():f}，比总用量 {values['quantity'].normalize():f} 还多。", field="quantity")
    tariff: Tariff | None = values["tariff"]
    if tariff and tariff.medium != values["kind"]:
        raise RuleViolation(f"{tariff}不是{CostKind(values['kind']).label}的价格。", field="tariff")
    if values["share_by"] == ShareBy.ONE and values["department"] is None:
        raise RuleViolation("请选归哪个部门。", field="department")
    if values["share_by"] == ShareBy.METERS and values["kind"] not in METERED:
        raise RuleViolation("这种费用没有表，请按面积或者人数分摊。", field="share_by")


def _check_not_there(values: dict, pk: int | None) -> None:
    """No second bill for the same days of an account, and none of the month where a bill has no days."""
    rows = Bill.objects.filter(kind=values["kind"], account=values["account"]).exclude(state=BillState.VOID).exclude(pk=pk)
    if values["number"] and (twin := Bill.objects.filter(kind=values["kind"], number=values["number"]).exclude(state=BillState.VOID).exclude(pk=pk).first()):
        raise RuleViolation(f"这个账单号已经登记过了：{twin}。", field="number")
    if values["kind"] not in METERED:
        return
    since, until, month = values["since"], values["until"], values["month"]
    same = Q(since=None, month=month) | Q(since__lte=until, until__gte=since) if since else Q(month=month)
    if twin := rows.filter(same).first():
        days = f"（{twin.since} 到 {twin.until}）" if twin.since else ""
        raise RuleViolation(f"这个户号已经有一张包含这些日子的账单：{twin}{days}。登记错了请先作废那一张。", field="since" if since else "month")


def usual_tariff(kind: str, account: str, on: date) -> Tariff | None:
    """The price that the account's latest bill was counted by, as it holds on that day."""
    last = Bill.objects.filter(kind=kind, account=account, tariff__isnull=False).exclude(state=BillState.VOID).order_by(F("until").desc(nulls_last=True), "-pk")
    found = last.select_related("tariff").first()
    return tariff_on(kind, found.tariff.name, on) if found else None


def _values(at: datetime, given: dict) -> dict:
    values: dict[str, Any] = {"account": "", "number": "", "payee": "", "since": None, "until": None, "quantity": None, "peak": None, "flat": None, "valley": None, "tariff": None, "share_by": "", "department": None, "note": ""}  # fmt: skip
    values |= {name: value for name, value in tidied(given).items() if value is not None}
    values["account"] = values["account"].replace(" ", "")
    month = values.get("month") or values["until"]
    if values["kind"] not in CostKind.values:
        raise RuleViolation("请选是什么费用。", field="kind")
    if month is None:
        raise RuleViolation("请写计入哪个月，或者写账单的起止日期。", field="month")
    values["month"] = month.replace(day=1)
    if values["amount"] <= 0:
        raise RuleViolation("金额要大于零。", field="amount")
    _check_days(at, values["month"], values["since"], values["until"])
    _check_figures(values)
    if values["share_by"] != ShareBy.ONE:
        values["department"] = None
    return values


@rule
def save_bill(*, actor, at: datetime, record: Bill | None = None, photos: Sequence = (), **given) -> Bill:
    """登记账单 (kind, month or since and until, amount; the rest may be open). Without a tariff that of the account's last bill is taken.

    Raises RuleViolation at its field; for days of an account that another bill has; for one that was checked.
    """
    check_can_record(actor)
    bill = stored(Bill, record)
    if bill.pk is None:
        bill.created_by, bill.created_at = actor, at
    else:
        check_can_edit(actor, bill)
    values = _values(at, given)
    _check_not_there(values, bill.pk)
    if bill.pk is None and values["tariff"] is None and values["kind"] in METERED:
        values["tariff"] = usual_tariff(values["kind"], values["account"], values["until"] or values["month"])
    bill = save_changes(actor=actor, at=at, record=bill, **values)
    if photos:
        attach(actor=actor, at=at, record=bill, role="photo", uploads=photos)
    return bill


@rule
def check_bill(*, actor, at: datetime, record: Bill, explained: str = "") -> Bill:
    """核对. Freezes what meters and tariff say and each department's share; what differs too much needs words.

    Raises RuleViolation at `explained`, or when the chosen sharing has nothing to go by.
    """
    bill = stored(Bill, record)
    check_can_check(actor, bill)
    words, found = tidied({"words": explained or ""})["words"], findings_of(bill)
    if found.is_odd and not words:
        raise RuleViolation(f"{found.words}，请写原因，或者先让登记的人查清。", field="explained")
    plan = plan_of(bill)
    if plan.missing:
        raise RuleViolation(plan.missing)
    bill.state, bill.checked_at, bill.checked_by, bill.explained, bill.findings = BillState.CHECKED, at, actor, words, found.frozen()
    bill.full_clean()
    bill.save()
    rows = [BillShare(bill=bill, department=one, weight=weight, amount=amount, created_by=actor, created_at=at) for one, weight, amount in plan.shares]
    BillShare.objects.bulk_create(rows)
    shared = f"，分摊到 {len(rows)} 个部门" if rows else ""
    record_event(actor=actor, at=at, action="check", record=bill, text=f"核对账单 {bill.amount:,.2f} 元{shared}", note=words)
    return bill


@rule
def void_bill(*, actor, at: datetime, record: Bill, reason: str) -> Bill:
    """作废: it stays readable and counts for nothing. Raises RuleViolation without a reason."""
    bill = stored(Bill, record)
    check_can_void(actor, bill)
    bill.reason = tidied({"reason": reason or ""})["reason"]
    if not bill.reason:
        raise RuleViolation("请写为什么作废。", field="reason")
    bill.state = BillState.VOID
    bill.full_clean()
    bill.save()
    record_event(actor=actor, at=at, action="void", record=bill, text=f"作废账单 {bill.amount:,.2f} 元", note=bill.reason)
    return bill


@rule
def note_claim(*, actor, at: datetime, record: Bill, claim: str) -> Bill:
    """By which claim the bill was paid: its number, as text; empty takes it away."""
    bill = stored(Bill, record)
    check_can_note_claim(actor, bill)
    return save_changes(actor=actor, at=at, record=bill, action="claim", **tidied({"claim": claim or ""}))


@rule
def import_bills(*, actor, at: datetime, rows: Sequence[dict]) -> list[Bill]:
    """Bills of a file, each by the page's own rule, all or nothing. Raises BadRows with a sentence per bad row."""
    return one_by_one(rows, lambda row: save_bill(actor=actor, at=at, **row))


@rule
def take_back(*, actor, at: datetime, record: Bill) -> Bill:
    """An imported bill that was a mistake."""
    return void_bill(actor=actor, at=at, record=record, reason="撤回导入")


@rule
def import_costs(*, actor, at: datetime, rows: Sequence[dict]) -> list[Bill]:
    """The amounts {kind, month, amount} of a cost table, all or nothing. A month and kind that has a bill already is refused: it would count twice."""
    check_can_record(actor)
    months = {row["month"] for row in rows}
    there = set(Bill.objects.filter(month__in=months).exclude(state=BillState.VOID).values_list("kind", "month"))

    def save(row: dict) -> Bill:
        if (row["kind"], row["month"]) in there:
            raise RuleViolation(f"{row['month'].year}年{row['month'].month}月的{CostKind(row['kind']).label}已经有账单了。")
        return save_bill(actor=actor, at=at, note="从费用表读入", **row)

    return one_by_one(rows, save)


@rule
def save_base(*, actor, at: datetime, record: ShareBase | None = None, **values) -> ShareBase:
    """A department's area and heads from a day on. Checked bills keep what they were shared by."""
    check_can_manage(actor)
    base = stored(ShareBase, record)
    if base.pk is None:
        base.created_by, base.created_at = actor, at
    values = tidied(values)
    if values["since"] < EARLIEST or values["since"] > timezone.localdate(at) + LONG_AHEAD:
        raise RuleViolation("日期不对，请检查年份。", field="since")
    return save_changes(actor=actor, at=at, record=base, **values)
