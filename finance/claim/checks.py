"""What must be true of a claim before it is kept, and before it is sent (FIN-06)."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from finance.money import ZERO
from logistics.platform.audit.saving import tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.ref import Ref
from logistics.platform.limits.queries import limit

from .models import Claim, ClaimKind, ClaimState, PayMethod, PayTo
from .queries import (
    PAYABLE_ORDERS,
    claimable_orders,
    claimed_of_source,
    departments_for,
    invoice_sum,
    left_of_order,
    lines_for,
    needed_invoices,
    promised_offsets,
)
from .sources import pay_for

CASH_MOST = "finance.cash.most"
MOST_PAPERS, LONGEST_DAYS = 999, 366
TRIP = ("place", "from_on", "until_on")


def checked_fields(actor, at: datetime, claim: Claim, fields: dict) -> dict:
    """The values as they are kept. Raises RuleViolation at its field."""
    fields = tidied(fields)
    kind = fields["kind"]
    if not fields.get("title"):
        raise RuleViolation("请写事由，例如：参加区教研会。", field="title")
    _check_department(actor, claim, fields.get("department"), fields.get("source_kind", ""))
    if kind == ClaimKind.PURCHASE and claim.order_id and not claimable_orders(actor).filter(pk=claim.order_id).exists():
        raise RuleViolation("请从您经手的采购单里选。", field="order")
    if kind != ClaimKind.PURCHASE:
        fields |= {"pay_to": PayTo.SELF, "partner": None}
    fields |= _checked_days(kind, fields, at)
    fields["advance"] = _checked_advance(actor, kind, fields.get("advance"))
    fields["papers"] = _checked_papers(fields.get("papers"))
    if (witness := fields.get("witness")) and witness.pk == actor.pk:
        raise RuleViolation("证明人要是别人。", field="witness")
    return fields | _checked_payee(claim, fields)


def _checked_payee(claim: Claim, fields: dict) -> dict:
    """A firm's account is that of its card; a person's is typed."""
    if fields.get("method") == PayMethod.OFFSET:
        raise RuleViolation("请选转账、公务卡或者现金。", field="method")
    if fields.get("pay_to") != PayTo.FIRM:
        return {}
    if fields.get("method") == PayMethod.CARD:
        raise RuleViolation("公务卡是先刷卡再报销，请选「付给我本人」。付给供应商的选转账。", field="method")
    if fields.get("partner"):
        return {"account": "", "bank": ""}
    if not claim.source_kind and not fields.get("source_kind"):
        raise RuleViolation("没有供应商的报销付给本人。", field="pay_to")
    return {}


def _check_department(actor, claim: Claim, department, named: str = "") -> None:
    if department is None:
        raise RuleViolation("请选部门。", field="department")
    fixed = (claim.order_id and department.pk == claim.order.request.department_id) or claim.source_kind or named
    if not fixed and claim.department_id != department.pk and not departments_for(actor).filter(pk=department.pk).exists():
        raise RuleViolation("请选自己的部门。", field="department")


def _check_trip(fields: dict, today: date) -> None:
    for name, label in zip(TRIP, ("去了哪里", "哪天出发", "哪天返回"), strict=True):
        if not fields.get(name):
            raise RuleViolation(f"请写{label}。", field=name)
    if fields["until_on"] < fields["from_on"]:
        raise RuleViolation("返回不能早于出发。", field="until_on")
    if (fields["until_on"] - fields["from_on"]).days > LONGEST_DAYS:
        raise RuleViolation("一次出差不会超过一年，请核对日期。", field="from_on")
    if fields["until_on"] > today:
        raise RuleViolation("返回以后才能报销。出发前要用钱，请办借款。", field="until_on")


def _checked_days(kind: str, fields: dict, at: datetime) -> dict:
    if kind == ClaimKind.TRIP:
        _check_trip(fields, timezone.localdate(at))
        return {"back_on": None}
    empty = {"place": "", "from_on": None, "until_on": None}
    if kind != ClaimKind.ADVANCE:
        return empty | {"back_on": None}
    if fields.get("back_on") and fields["back_on"] < timezone.localdate(at):
        raise RuleViolation("预计还款不能早于今天。", field="back_on")
    if fields.get("back_on") and (fields["back_on"] - timezone.localdate(at)).days > LONGEST_DAYS:
        raise RuleViolation("预计还款要在一年以内。", field="back_on")
    return empty


def _checked_advance(actor, kind: str, advance: Claim | None) -> Claim | None:
    if advance is None:
        return None
    if kind == ClaimKind.ADVANCE:
        raise RuleViolation("借款不能冲抵借款。", field="advance")
    if advance.created_by_id != actor.pk or not advance.is_advance or advance.state != ClaimState.PAID:
        raise RuleViolation("请选自己没有还清的借款。", field="advance")
    return advance


def _checked_papers(papers) -> int:
    if not 0 <= (papers or 0) <= MOST_PAPERS:
        raise RuleViolation(f"附件页数在 0 到 {MOST_PAPERS} 之间。", field="papers")
    return papers or 0


def check_complete(actor, at: datetime, claim: Claim) -> Decimal:
    """The total of a claim that may be sent. Raises RuleViolation that says what is missing. Its order and advance are locked."""
    lines = list(claim.lines.select_related("budget_line"))
    if not lines:
        raise RuleViolation("还没有明细，请先加一行。")
    total = sum((line.amount for line in lines), ZERO)
    usable = set(lines_for(actor, claim).values_list("pk", flat=True))
    for line in lines:
        if line.budget_line_id not in usable:
            raise RuleViolation(f"「{line.what}」的预算指标现在不能用，请换一个。")
    _check_document(claim, lines, total)
    needed, has = needed_invoices(claim), invoice_sum(claim)
    if has < needed:
        raise RuleViolation(f"发票合计 {has:,.2f} 元，报销 {needed:,.2f} 元，还差 {needed - has:,.2f} 元的发票。")
    due = total - offset_of(claim, total)
    _check_way(claim, due, at)
    return total


def _check_document(claim: Claim, lines, total: Decimal) -> None:
    if claim.order_id:
        check_no_contract(claim.order)
        if claim.order.state not in PAYABLE_ORDERS:
            raise RuleViolation(f"采购单{claim.order.get_state_display()}，还不能报销。")
        left = left_of_order(claim.order, but=claim.pk)
        if total > (most := sum(left.values(), ZERO)):
            raise RuleViolation(f"采购单验收了还没报销的有 {most:,.2f} 元，不能报 {total:,.2f} 元。")
        for pk in {line.budget_line_id for line in lines}:
            asked = sum((line.amount for line in lines if line.budget_line_id == pk), ZERO)
            if asked > left.get(pk, ZERO):
                raise RuleViolation(f"这个指标上验收了还没报销的有 {left.get(pk, ZERO):,.2f} 元，不能报 {asked:,.2f} 元。")
    elif claim.source_kind:
        due = pay_for(Ref(claim.source_kind, claim.source_id))
        most = due.amount - claimed_of_source(claim.source_kind, claim.source_id, but=claim.pk)
        if total > most:
            raise RuleViolation(f"这一笔最多还能付 {max(most, ZERO):,.2f} 元，不能报 {total:,.2f} 元。")


def check_no_contract(order) -> None:
    """An order with a contract is paid by the contract's plan, so that nothing is paid twice."""
    from .contracts import has_contract

    if has_contract(order):
        raise RuleViolation("这张采购单签了合同，请从合同的付款计划里报销。", field="order")


def offset_of(claim: Claim, total: Decimal) -> Decimal:
    """How much of the claim its advance pays: as much as is open and not promised to another claim."""
    if claim.advance_id is None:
        return ZERO
    advance = Claim.objects.get(pk=claim.advance_id)
    if advance.state != ClaimState.PAID:
        raise RuleViolation("选的借款已经结清了，请不选借款再送批。")
    return min(total, max(advance.open_sum - promised_offsets(advance, but=claim.pk), ZERO))


def _check_way(claim: Claim, due: Decimal, at: datetime) -> None:
    """Whether the money can be paid the way the claim says."""
    if not due:
        return
    if claim.method == PayMethod.CASH:
        most = limit(CASH_MOST, timezone.localdate(at))
        if due > most:
            raise RuleViolation(f"现金最多付 {most:,.2f} 元，这里要付 {due:,.2f} 元，请改为转账。")
        return
    if claim.pay_to == PayTo.FIRM and claim.partner is not None:
        if not claim.partner.bank_account or not claim.partner.bank_name:
            raise RuleViolation(f"「{claim.partner}」没有登记开户行和账号，请先到往来单位里补上。")
    elif not claim.account or (claim.method == PayMethod.TRANSFER and not claim.bank):
        raise RuleViolation("请先写收款的账号和开户行，再送批。")
