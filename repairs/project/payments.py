"""Payments of a works project: together never above the contract, the retention kept until the warranty ends (REP-11)."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.money import money
from logistics.platform.kernel.states import advance, check_move

from .models import PAYABLE, PROJECT_MOVES, Payment, Project, ProjectState
from .queries import MANAGE, open_defects
from .rules import part, said, tell


def check_can_pay(user, project: Project) -> None:
    require(user, MANAGE)
    if project.state not in PAYABLE:
        raise RuleViolation("签了合同才能登记付款。" if project.contract_on is None else f"工程{project.get_state_display()}，不能再付款。")
    if not project.unpaid:
        raise RuleViolation("合同款已经付清了。")


def check_can_reverse(user, project: Project) -> None:
    require(user, MANAGE)
    if project.state not in PAYABLE or not project.paid:
        raise RuleViolation("没有可以冲销的付款。")


def check_can_fix_final(user, project: Project) -> None:
    require(user, MANAGE)
    if project.state != ProjectState.INSPECTED:
        raise RuleViolation("验收通过以后、结清以前才能定结算金额。")


def check_can_settle(user, project: Project) -> None:
    require(user, MANAGE)
    check_move(project, ProjectState.SETTLED, moves=PROJECT_MOVES)
    left = open_defects(project).count()
    if left:
        raise RuleViolation(f"还有 {left} 个验收问题没有复查，不能结清。")
    if project.unpaid:
        raise RuleViolation(f"还有 {project.unpaid:,.2f} 元没有付，不能结清。")


def payable_on(project: Project, on: date, *, has_defects: bool) -> Decimal:
    """How much may have been paid by that day: all but the retention until the warranty is over and no defect is open."""
    is_over = project.state == ProjectState.INSPECTED and project.warranty_until is not None and on >= project.warranty_until
    return project.payable if is_over and not has_defects else project.payable - project.retained


@rule
def add_payment(*, actor, at: datetime, record: Project, name: str, amount: Decimal, paid_on: date, voucher: str = "") -> Payment:
    """Note a payment. Raises RuleViolation at `amount` when it goes above the contract or into the retention too early."""
    project, amount = stored(Project, record), money(amount)
    check_can_pay(actor, project)
    if amount <= 0:
        raise RuleViolation("金额要大于零。", field="amount")
    if not project.contract_on <= paid_on <= timezone.localdate(at):
        raise RuleViolation(f"付款日期要在签合同（{project.contract_on}）以后，不晚于今天。", field="paid_on")
    _check_within(project, amount, paid_on)
    payment = Payment(project=project, amount=amount, paid_on=paid_on, created_by=actor, created_at=at, **tidied({"name": name, "voucher": voucher or ""}))
    payment.full_clean()
    payment.save()
    _set_paid(project, project.paid + amount)
    record_event(
        actor=actor,
        at=at,
        action="add_payment",
        record=project,
        text=f"付款：{payment.name} {amount:,.2f} 元，累计 {project.paid:,.2f} 元",
        note=payment.voucher,
    )
    return payment


def _check_within(project: Project, amount: Decimal, paid_on: date) -> None:
    if amount > project.unpaid:
        raise RuleViolation(f"超过了合同：合同款 {project.payable:,.2f} 元，已付 {project.paid:,.2f} 元，最多还能付 {project.unpaid:,.2f} 元。", field="amount")
    has_defects = open_defects(project).exists()
    room = payable_on(project, paid_on, has_defects=has_defects) - project.paid
    if amount <= room:
        return
    until = f"到 {project.warranty_until} 质保期满" if project.warranty_until else "验收后质保期满"
    if project.warranty_until and paid_on >= project.warranty_until:
        until = "验收问题都整改复查以后"
    raise RuleViolation(f"质保金 {project.retained:,.2f} 元{until}才能付，现在最多付 {max(room, Decimal(0)):,.2f} 元。", field="amount")


@rule
def reverse_payment(*, actor, at: datetime, record: Project, payment: Payment, reason: str) -> Payment:
    """Take back a payment noted wrongly by an entry of its own; the first stays."""
    project = stored(Project, record)
    check_can_reverse(actor, project)
    reason = said(reason, "请写冲销的原因。", "reason")
    found = part(project.payments, payment)
    if found.reverses_id or Payment.objects.filter(reverses=found).exists():
        raise RuleViolation("这一笔已经冲销过了。")
    name = f"冲销：{found.name}"[:40]
    entry = Payment(project=project, name=name, amount=-found.amount, paid_on=timezone.localdate(at), reverses=found, created_by=actor, created_at=at)
    entry.full_clean()
    entry.save()
    _set_paid(project, project.paid - found.amount)
    record_event(
        actor=actor, at=at, action="reverse_payment", record=project, text=f"冲销 {found.name} {found.amount:,.2f} 元，累计 {project.paid:,.2f} 元", note=reason
    )
    return entry


@rule
def fix_final(*, actor, at: datetime, record: Project, amount: Decimal, reason: str) -> Project:
    """结算金额 after audit: never above the contract, never below what was paid."""
    project, amount = stored(Project, record), money(amount)
    check_can_fix_final(actor, project)
    reason = said(reason, "请写结算金额的依据，例如审计报告文号。", "reason")
    if amount > project.contract_amount:
        raise RuleViolation(f"结算金额不能超过合同金额 {project.contract_amount:,.2f} 元。", field="amount")
    if amount < project.paid or amount <= 0:
        raise RuleViolation(f"已经付了 {project.paid:,.2f} 元，结算金额不能更少。", field="amount")
    before = project.payable
    project.final_amount, project.final_reason = amount, reason
    project.full_clean()
    project.save(update_fields=["final_amount", "final_reason"])
    changes = {"结算金额（元）": [f"{before:f}", f"{amount:f}"]}
    record_event(actor=actor, at=at, action="fix_final", record=project, text=f"结算金额 {amount:,.2f} 元", note=reason, changes=changes)
    return project


@rule
def settle_project(*, actor, at: datetime, record: Project) -> Project:
    """The end: paid in full and no defect open."""
    project = stored(Project, record)
    check_can_settle(actor, project)
    advance(project, ProjectState.SETTLED, moves=PROJECT_MOVES, settled_at=at)
    record_event(actor=actor, at=at, action="settle", record=project, text=f"结清，共付 {project.paid:,.2f} 元")
    tell([project.owner, project.created_by], project, at=at, about="settled", title=f"工程结清：{project.title}", body=f"共付 {project.paid:,.2f} 元")
    return project


def _set_paid(project: Project, total: Decimal) -> None:
    """Write the sum only if it is still the one we read; the table itself refuses more than the contract."""
    if not Project.objects.filter(pk=project.pk, paid=project.paid).update(paid=total):
        raise Conflict("刚刚有人也登记了付款，请刷新后再看。")
    project.paid = total
