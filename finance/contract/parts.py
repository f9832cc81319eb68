"""The contract's budget and its payment plan while it is drafted: what is written must add up to the cent (FIN-07)."""

import calendar
from datetime import date, datetime
from decimal import Decimal

from django.db.models import TextChoices

from finance.budget.models import BudgetLine, YearState
from finance.money import ZERO, amount_of
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.money import CENT, money

from .checks import check_can_edit
from .models import Contract, ContractLine, Instalment

MOST_INSTALMENTS = 60
MOST_LINES = 20
YEARS_BEFORE, YEARS_AFTER = 1, 10
HUNDRED = Decimal(100)


class Plan(TextChoices):
    ONCE = "once", "一次付清"
    MONTHLY = "monthly", "每月付"
    QUARTERLY = "quarterly", "每季度付"
    THREE = "three", "首付 30%，验收付 67%，质保金 3%"
    OWN = "own", "自己一期一期写"


@rule
def make_plan(*, actor, at: datetime, record: Contract, plan: str) -> Contract:
    """Write the payment plan anew in one of the usual ways; the last instalment takes what rounding leaves. Raises RuleViolation for too many."""
    contract = stored(Contract, record)
    check_can_edit(actor, contract)
    rows = planned(contract, plan)
    contract.instalments.all().delete()
    Instalment.objects.bulk_create([Instalment(contract=contract, **row) for row in rows])
    words = f"付款计划：{Plan(plan).label}，{len(rows)} 期" if rows else "清空付款计划"
    record_event(actor=actor, at=at, action="update", record=contract, text=words)
    return contract


def planned(contract: Contract, plan: str) -> list[dict]:
    """The rows of a usual plan. Pure."""
    if plan not in Plan.values:
        raise RuleViolation("请从列出来的里面选一项。", field="plan")
    if plan == Plan.OWN:
        return []
    if plan == Plan.ONCE:
        return [{"name": "合同款", "due_on": contract.end_on, "condition": "验收合格", "amount": contract.amount, "percent": HUNDRED}]
    if plan == Plan.THREE:
        return _three(contract)
    days = _paydays(contract.start_on, contract.end_on, 1 if plan == Plan.MONTHLY else 3)
    if len(days) > MOST_INSTALMENTS:
        raise RuleViolation(f"这样要分 {len(days)} 期，最多 {MOST_INSTALMENTS} 期。请选每季度付，或者自己写。", field="plan")
    each = (contract.amount / len(days)).quantize(CENT, "ROUND_DOWN")
    if not each:
        raise RuleViolation(f"{contract.amount:,.2f} 元分不成 {len(days)} 期，请换一种付法。", field="plan")
    amounts = [each] * (len(days) - 1) + [contract.amount - each * (len(days) - 1)]
    names = [f"第 {n} 期" for n in range(1, len(days) + 1)]
    return [{"name": name, "due_on": day, "amount": amount} for name, day, amount in zip(names, days, amounts, strict=True)]


def _three(contract: Contract) -> list[dict]:
    shares = [("首付款", contract.start_on, "合同签订后", Decimal(30)), ("验收款", contract.end_on, "验收合格", Decimal(67))]
    rows = [
        {"name": name, "due_on": on, "condition": condition, "percent": share, "amount": money(contract.amount * share / HUNDRED)}
        for name, on, condition, share in shares
    ]
    rest = contract.amount - sum(row["amount"] for row in rows)
    if rest <= 0:
        raise RuleViolation("金额太小，分不成三期，请选一次付清。", field="plan")
    last = {"name": "质保金", "due_on": _months_on(contract.end_on, 12), "condition": "质保期满无质量问题", "percent": Decimal(3), "amount": rest}
    return [*rows, last]


def _months_on(on: date, months: int) -> date:
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1]))


def _paydays(first: date, last: date, step: int) -> list[date]:
    """The last day of every `step` months of the term, and its own last day."""
    days: list[date] = []
    months = step
    while (on := date.fromordinal(_months_on(first, months).toordinal() - 1)) < last and len(days) <= MOST_INSTALMENTS:
        days.append(on)
        months += step
    return [*days, last]


@rule
def add_instalment(
    *, actor, at: datetime, record: Contract, name: str, due_on: date, condition: str = "", amount=None, percent: Decimal | None = None
) -> Instalment:
    """One more instalment, by its amount or as a percentage of the contract. Raises RuleViolation at its field; together never more than the contract."""
    contract = stored(Contract, record)
    check_can_edit(actor, contract)
    check_due(contract, due_on)
    amount, percent = _share(contract, amount, percent)
    if contract.instalments.count() >= MOST_INSTALMENTS:
        raise RuleViolation(f"最多 {MOST_INSTALMENTS} 期。")
    left = contract.amount - sum((row.amount for row in contract.instalments.all()), ZERO)
    if amount > left:
        raise RuleViolation(f"付款计划合计超过了合同金额，还能安排 {left:,.2f} 元。", field="percent" if percent else "amount")
    words = tidied({"name": name or "", "condition": condition or ""})
    row = Instalment(contract=contract, due_on=due_on, amount=amount, percent=percent, **words)
    row.full_clean()
    row.save()
    record_event(actor=actor, at=at, action="update", record=contract, text=f"付款计划加一期：{row}，{due_on}")
    return row


def check_due(contract: Contract, due_on: date) -> None:
    """Raise RuleViolation for a day of payment that can only be a slip of the pen: years before the contract begins or after it ends."""
    if not contract.start_on.year - YEARS_BEFORE <= due_on.year <= contract.end_on.year + YEARS_AFTER:
        raise RuleViolation(f"付款日期离合同期（{contract.start_on} 至 {contract.end_on}）太远，请核对年份。", field="due_on")


def _share(contract: Contract, amount, percent) -> tuple[Decimal, Decimal | None]:
    """(amount, percent): exactly one of them is given."""
    if (amount is None) == (percent is None):
        raise RuleViolation("金额和比例写一样，只写一样。", field="amount")
    if percent is None:
        return amount_of(amount), None
    share = amount_of(percent, field="percent")
    if share > HUNDRED:
        raise RuleViolation("比例不能超过 100%。", field="percent")
    return amount_of(money(contract.amount * share / HUNDRED), field="percent"), share


@rule
def remove_instalment(*, actor, at: datetime, record: Contract, instalment: Instalment) -> Contract:
    contract = stored(Contract, record)
    check_can_edit(actor, contract)
    row = contract.instalments.filter(pk=instalment.pk).first()
    if row is None:
        raise Conflict("这一期刚刚被去掉了，请刷新后再看。")
    row.delete()
    record_event(actor=actor, at=at, action="update", record=contract, text=f"付款计划去掉一期：{row}")
    return contract


@rule
def add_line(*, actor, at: datetime, record: Contract, budget_line: BudgetLine, amount) -> ContractLine:
    """How much a budget line pays of it. Raises RuleViolation at its field: a year not running, more than the contract, an order that already pays."""
    contract = stored(Contract, record)
    check_can_edit(actor, contract)
    amount = amount_of(amount)
    if contract.order_id:
        raise RuleViolation("这份合同按采购单办，钱已经由采购单占用，不用再选指标。")
    if contract.lines.count() >= MOST_LINES:
        raise RuleViolation(f"最多 {MOST_LINES} 个指标。")
    check_running(budget_line)
    left = contract.amount - sum((row.amount for row in contract.lines.all()), ZERO)
    if amount > left:
        raise RuleViolation(f"指标合计超过了合同金额，还差 {left:,.2f} 元要安排。", field="amount")
    row = ContractLine(contract=contract, budget_line=budget_line, amount=amount)
    row.full_clean()
    row.save()
    record_event(actor=actor, at=at, action="update", record=contract, text=f"经费：{row}")
    return row


def check_running(budget_line: BudgetLine, *, field: str = "budget_line") -> None:
    """Raise RuleViolation unless the line's year is in force."""
    if budget_line.year.state != YearState.OPEN:
        raise RuleViolation(f"{budget_line.year}{budget_line.year.get_state_display()}，请用执行中年度的指标。", field=field)


@rule
def remove_line(*, actor, at: datetime, record: Contract, part: ContractLine) -> Contract:
    contract = stored(Contract, record)
    check_can_edit(actor, contract)
    row = contract.lines.filter(pk=part.pk).first()
    if row is None:
        raise Conflict("这个指标刚刚被去掉了，请刷新后再看。")
    row.delete()
    record_event(actor=actor, at=at, action="update", record=contract, text=f"去掉经费：{row}")
    return contract


def follow_amount(contract: Contract, before: Decimal) -> None:
    """A single budget line or instalment that made up the old amount makes up the new one."""
    for rows in (contract.lines, contract.instalments):
        found = list(rows.all()[:2])
        if len(found) == 1 and found[0].amount == before != contract.amount:
            rows.update(amount=contract.amount)
