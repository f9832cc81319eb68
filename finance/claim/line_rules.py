"""The lines and invoices of a draft (FIN-06). An invoice counts once in the whole school, whoever is quicker."""

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Max, Sum
from django.utils import timezone

from finance.budget.models import BudgetLine
from finance.money import ZERO, amount_of
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.money import money
from logistics.platform.kernel.ref import Ref

from .invoices import checked, key_of
from .models import Claim, ClaimKind, ClaimLine, ClaimState, Invoice
from .queries import left_of_order, lines_for, used_before
from .sources import pay_for

MOST_LINES, MOST_INVOICES, MOST_FILES = 50, 200, 12
PHOTOS_OF_INVOICE, FIRST_YEAR = 2, 2000


def check_can_change(user, claim: Claim) -> None:
    if user.pk != claim.created_by_id:
        raise NotAllowed("这张单只能由报销人自己办。")
    if claim.state != ClaimState.DRAFT:
        raise RuleViolation(f"这张单{claim.get_state_display()}，不能再改。要改的话，请先撤回。")


def check_can_add_line(user, claim: Claim) -> None:
    check_can_change(user, claim)


def check_can_add_invoice(user, claim: Claim) -> None:
    check_can_change(user, claim)
    if claim.is_advance:
        raise RuleViolation("借款不用发票，报销冲账时再放。")


def fill_lines(actor, claim: Claim, first: dict) -> None:
    """The lines a new claim begins with."""
    if claim.order_id or claim.source_kind:
        for line, amount in _owed(claim):
            _write_line(actor, claim, what=claim.title, budget_line=line, amount=amount)
        return
    if first.get("budget_line") is None:
        raise RuleViolation("请选预算指标。", field="budget_line")
    first["what"] = first.get("what") or claim.title
    _write_line(actor, claim, **first)


def _owed(claim: Claim) -> list[tuple[BudgetLine, Decimal]]:
    if claim.order_id:
        left = left_of_order(claim.order)
        return [(line, left[line.pk]) for line in BudgetLine.objects.filter(pk__in=left).order_by("pk")]
    return list(pay_for(Ref(claim.source_kind, claim.source_id)).lines)


@rule
def add_line(*, actor, at: datetime, record: Claim, what: str, budget_line: BudgetLine, amount, is_allowance: bool = False) -> ClaimLine:
    """One more sum. Raises RuleViolation at its field."""
    claim = stored(Claim, record)
    check_can_change(actor, claim)
    line = _write_line(actor, claim, what=what, budget_line=budget_line, amount=amount, is_allowance=is_allowance)
    record_event(actor=actor, at=at, action="add_line", record=claim, text=f"加一行：{line}")
    return line


def _write_line(actor, claim: Claim, *, what: str, budget_line: BudgetLine, amount, is_allowance: bool | None = False) -> ClaimLine:
    if claim.lines.count() >= MOST_LINES:
        raise RuleViolation(f"一张报销单最多 {MOST_LINES} 行，请另填一张。")
    values = _checked_line(actor, claim, what, budget_line, amount, is_allowance)
    position = (claim.lines.aggregate(last=Max("position"))["last"] or 0) + 1
    line = ClaimLine(claim=claim, position=position, **values)
    line.full_clean()
    line.save()
    _add_up(claim)
    return line


def _checked_line(actor, claim: Claim, what: str, budget_line: BudgetLine, amount, is_allowance) -> dict:
    if not lines_for(actor, claim).filter(pk=budget_line.pk).exists():
        raise RuleViolation("请从列出来的预算指标里选一个。", field="budget_line")
    if is_allowance and claim.kind != ClaimKind.TRIP:
        raise RuleViolation("只有差旅有补助，别的都要发票。", field="is_allowance")
    return {
        "what": tidied({"what": what or ""})["what"][:120] or claim.title,
        "budget_line": budget_line,
        "amount": amount_of(amount),
        "is_allowance": bool(is_allowance),
    }


@rule
def edit_line(*, actor, at: datetime, record: Claim, row: ClaimLine, what: str, budget_line: BudgetLine, amount, is_allowance: bool = False) -> ClaimLine:
    claim = stored(Claim, record)
    check_can_change(actor, claim)
    found = _part(claim.lines, row)
    before = str(found)
    for name, value in _checked_line(actor, claim, what, budget_line, amount, is_allowance).items():
        setattr(found, name, value)
    found.full_clean()
    found.save()
    _add_up(claim)
    record_event(actor=actor, at=at, action="edit_line", record=claim, text=f"改一行：{found}", changes={"明细": [before, str(found)]})
    return found


@rule
def remove_line(*, actor, at: datetime, record: Claim, row: ClaimLine) -> Claim:
    claim = stored(Claim, record)
    check_can_change(actor, claim)
    found = _part(claim.lines, row)
    record_event(actor=actor, at=at, action="remove_line", record=claim, text=f"去掉一行：{found}")
    found.delete()
    _add_up(claim)
    return claim


def _part(rows, one):
    found = rows.select_for_update(of=("self",)).filter(pk=one.pk).first()
    if found is None:
        raise Conflict("这一条刚刚被去掉了，请刷新后再看。")
    return found


def _add_up(claim: Claim) -> None:
    claim.total = money(claim.lines.aggregate(sum=Sum("amount"))["sum"] or 0)
    Claim.objects.filter(pk=claim.pk).update(total=claim.total)


@rule
def add_invoice(
    *, actor, at: datetime, record: Claim, number: str, code: str = "", issued_on: date, amount, tax=None, seller: str, photos=(), papers=()
) -> Invoice:
    """One invoice with its pictures. Raises RuleViolation at `number` that says where this one was used already."""
    claim = stored(Claim, record)
    check_can_add_invoice(actor, claim)
    if claim.invoices.count() >= MOST_INVOICES:
        raise RuleViolation(f"一张报销单最多 {MOST_INVOICES} 张发票，请另填一张。")
    number, code = checked(number, code)
    seller = tidied({"seller": seller or ""})["seller"]
    if not seller:
        raise RuleViolation("请写销售方，就是开票的单位。", field="seller")
    if issued_on > timezone.localdate(at):
        raise RuleViolation(f"开票日期不能晚于今天（{timezone.localdate(at)}）。", field="issued_on")
    if issued_on.year < FIRST_YEAR:
        raise RuleViolation("请核对开票日期，这一天太早了。", field="issued_on")
    amount, tax = amount_of(amount), amount_of(tax or ZERO, field="tax", least=ZERO)
    if tax >= amount:
        raise RuleViolation("税额要小于价税合计。", field="tax")
    invoice = Invoice(claim=claim, number=number, code=code, key=key_of(number, code), issued_on=issued_on, amount=amount, tax=tax, seller=seller)
    _keep(actor, invoice)
    attach(actor=actor, at=at, record=claim, role=invoice.role, uploads=photos, limit=PHOTOS_OF_INVOICE)
    attach(actor=actor, at=at, record=claim, role="paper", uploads=papers, limit=MOST_FILES, field="papers")
    record_event(actor=actor, at=at, action="add_invoice", record=claim, text=f"发票：{invoice}", note=seller)
    return invoice


def _keep(actor, invoice: Invoice) -> None:
    """Write it; the table itself refuses the second of two who press at once."""
    if earlier := used_before(invoice.number, invoice.code):
        raise RuleViolation(_used_words(actor, earlier), field="number")
    invoice.full_clean(exclude=["claim"], validate_constraints=False)
    try:
        with transaction.atomic():
            invoice.save()
    except IntegrityError as clash:
        earlier = used_before(invoice.number, invoice.code)
        raise RuleViolation(_used_words(actor, earlier) if earlier else "这张发票刚刚已经有人登记了，请刷新后再看。", field="number") from clash


def _used_words(actor, earlier: Invoice) -> str:
    claim = earlier.claim
    where = f"报销单 {claim.number}" if claim.number else "还没有送批的报销单"
    whose = "您自己" if claim.created_by_id == actor.pk else claim.created_by.name
    return f"这张发票已经用过了：{whose}的{where}，{timezone.localdate(claim.created_at)}。一张发票只能报一次，请核对号码。"


@rule
def remove_invoice(*, actor, at: datetime, record: Claim, invoice: Invoice) -> Claim:
    """Take out an invoice typed wrongly; the journal keeps it."""
    claim = stored(Claim, record)
    check_can_change(actor, claim)
    found = _part(claim.invoices, invoice)
    record_event(actor=actor, at=at, action="remove_invoice", record=claim, text=f"去掉发票：{found}", note=found.seller)
    found.delete()
    return claim


@rule
def add_papers(*, actor, at: datetime, record: Claim, papers) -> Claim:
    """Scanned lists, minutes, contracts: PDF files."""
    claim = stored(Claim, record)
    check_can_change(actor, claim)
    if not papers:
        raise RuleViolation("请选文件。", field="papers")
    attach(actor=actor, at=at, record=claim, role="paper", uploads=papers, limit=MOST_FILES, field="papers")
    record_event(actor=actor, at=at, action="add_papers", record=claim, text=f"附件 {len(papers)} 份")
    return claim
