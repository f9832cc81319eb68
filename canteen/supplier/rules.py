"""Keeping the canteen's suppliers, and letting one pass by name when its papers are not in order (CAN-01)."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from canteen.rights import OVERRIDE
from logistics.platform.access.rules import require
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.partners.models import PartnerKind

from .models import SUPPLIER_MOVES, Supplier, SupplierException, SupplierState
from .queries import CLEAN_YEARS, check_can_manage, exception_for, shortcomings

LONGEST = "canteen.supplier.exception.days"


def check_can_edit(user, supplier: Supplier) -> None:
    check_can_manage(user)


def check_can_stop(user, supplier: Supplier) -> None:
    check_can_manage(user)
    check_move(supplier, SupplierState.STOPPED, moves=SUPPLIER_MOVES)


def check_can_restart(user, supplier: Supplier) -> None:
    check_can_manage(user)
    check_move(supplier, SupplierState.ACTIVE, moves=SUPPLIER_MOVES)


def check_can_let_pass(user, supplier: Supplier) -> None:
    require(user, OVERRIDE)
    if supplier.state != SupplierState.ACTIVE or not supplier.partner.is_usable:
        raise RuleViolation("停用或列入黑名单的供应商不能放行。")


def check_can_end_exception(user, supplier: Supplier) -> None:
    require(user, OVERRIDE)
    if not supplier.exceptions.filter(ended_at=None).exists():
        raise RuleViolation("没有放行，不用收回。")


@rule
def save_supplier(*, actor, at: datetime, record: Supplier | None = None, **fields) -> Supplier:
    """A firm becomes a supplier of the canteen, or its card says something else. Its name and papers stay with 往来单位."""
    check_can_manage(actor)
    supplier, fields = stored(Supplier, record), tidied(fields)
    today = timezone.localdate(at)
    if supplier.pk is None:
        supplier.created_by, supplier.created_at = actor, at
        _check_firm(fields.get("partner"))
    elif "partner" in fields and fields["partner"] != supplier.partner:
        raise RuleViolation("供应商不能换成另一家。请停用这一家，另建一家。", field="partner")
    chosen_on = fields.get("chosen_on", supplier.chosen_on)
    if chosen_on and chosen_on > today:
        raise RuleViolation(f"选定日期不能晚于今天（{today}）。", field="chosen_on")
    _check_clean(fields.get("is_clean", supplier.is_clean), fields.get("clean_checked_on", supplier.clean_checked_on), today)
    return save_changes(actor=actor, at=at, record=supplier, **fields)


def _check_firm(partner) -> None:
    if partner is None:
        raise RuleViolation("请选是哪家单位。没有的，先到「往来单位」里登记。", field="partner")
    if PartnerKind.FOOD not in partner.kind_list and PartnerKind.CATERER not in partner.kind_list:
        raise RuleViolation(f"{partner}没有登记为食材供应商，请先到「往来单位」里补上类别。", field="partner")
    if not partner.is_usable:
        raise RuleViolation(f"{partner}{partner.get_state_display()}，不能做供应商。", field="partner")


def _check_clean(is_clean: bool, checked_on: date | None, today: date) -> None:
    """大宗食材 suppliers had no food accident in these years (教体艺厅函〔2025〕30号)."""
    if not is_clean:
        return
    if checked_on is None:
        raise RuleViolation(f"勾了近 {limit(CLEAN_YEARS, today)} 年没有食品安全事故，请写是哪天查的。", field="clean_checked_on")
    if checked_on > today:
        raise RuleViolation(f"查的日期不能晚于今天（{today}）。", field="clean_checked_on")


@rule
def stop_supplier(*, actor, at: datetime, record: Supplier, reason: str) -> Supplier:
    """No orders and no deliveries from now on; what was delivered stays."""
    supplier = stored(Supplier, record)
    check_can_stop(actor, supplier)
    reason = tidied({"reason": reason or ""})["reason"]
    if not reason:
        raise RuleViolation("请写为什么停用。", field="reason")
    advance(supplier, SupplierState.STOPPED, moves=SUPPLIER_MOVES, state_reason=reason[:200])
    record_event(actor=actor, at=at, action="stop", record=supplier, text="停用供应商", note=reason)
    return supplier


@rule
def restart_supplier(*, actor, at: datetime, record: Supplier) -> Supplier:
    supplier = stored(Supplier, record)
    check_can_restart(actor, supplier)
    advance(supplier, SupplierState.ACTIVE, moves=SUPPLIER_MOVES, state_reason="")
    record_event(actor=actor, at=at, action="restart", record=supplier, text="恢复供货")
    return supplier


@rule
def let_pass(*, actor, at: datetime, record: Supplier, last_on: date, reason: str, answers) -> SupplierException:
    """For some days the canteen may go on although papers are missing or expired; `answers` is the person in charge of bringing them in order."""
    supplier = stored(Supplier, record)
    check_can_let_pass(actor, supplier)
    today = timezone.localdate(at)
    found = shortcomings(supplier, today)
    if not found:
        raise RuleViolation("证照都在有效期内，不用放行。")
    if exception_for(supplier, today):
        raise RuleViolation("已经放行了。要改期限，先收回再放行。")
    days = limit(LONGEST, today)
    if not today <= last_on <= today + timedelta(days=days):
        raise RuleViolation(f"放行从今天起，最长 {days} 天（学校自定）。", field="last_on")
    reason = tidied({"reason": reason or ""})["reason"]
    if len(reason) < 5:
        raise RuleViolation("请写清楚为什么放行、怎样补齐。", field="reason")
    if answers is None or not answers.is_active:
        raise RuleViolation("请指定一位在职的责任人。", field="answers")
    passed = SupplierException(
        supplier=supplier, first_on=today, last_on=last_on, shortcomings="".join(found)[:400], reason=reason[:200], answers=answers, created_by=actor, created_at=at
    )  # fmt: skip
    passed.full_clean()
    passed.save()
    text = f"证照不全放行到 {last_on}，责任人 {answers.name}"
    record_event(actor=actor, at=at, action="let_pass", record=supplier, text=text, note=f"缺：{passed.shortcomings} 理由：{reason}")
    return passed


@rule
def end_exception(*, actor, at: datetime, record: Supplier) -> Supplier:
    """Take the exception back before its last day."""
    supplier = stored(Supplier, record)
    check_can_end_exception(actor, supplier)
    supplier.exceptions.filter(ended_at=None).update(ended_at=at, ended_by=actor)
    record_event(actor=actor, at=at, action="end_pass", record=supplier, text="收回放行")
    return supplier


def move_to(source, target) -> None:
    """Two cards of one firm became one: the canteen's supplier goes along, and where both were suppliers their deliveries do."""
    mine, theirs = (Supplier.objects.filter(partner=firm).first() for firm in (source, target))
    if theirs is None:
        Supplier.objects.filter(partner=source).update(partner=target)
        return
    if mine is None:
        return
    for rows in (mine.orders, mine.deliveries, mine.batches, mine.main_goods):
        rows.update(supplier=theirs)
    Supplier.objects.filter(pk=mine.pk).update(state=SupplierState.STOPPED, state_reason=f"合并到{target}"[:200])
