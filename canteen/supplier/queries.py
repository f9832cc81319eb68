"""Which suppliers the canteen has, and whether one may deliver on a day (CAN-01)."""

from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from canteen.rights import BUYING_MANAGE, BUYING_VIEW, OVERRIDE
from logistics.platform.access.rules import has, require
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.limits.queries import limit_shown
from logistics.platform.papers.models import PaperState
from logistics.platform.partners.models import FirmPaper, FirmPaperKind, PartnerKind
from logistics.platform.partners.queries import shortcomings as firm_shortcomings
from logistics.platform.web.home import Late

from .models import Supplier, SupplierException, SupplierState

BASIS = "《食品安全法》第五十三条、第五十五条"
WARN = "canteen.supplier.warn.days"
CLEAN_YEARS = "canteen.supplier.clean.years"
PAPERS = (FirmPaperKind.LICENCE, FirmPaperKind.FOOD, FirmPaperKind.PRODUCTION, FirmPaperKind.CONTRACT)


def check_can_view(user, record=None) -> None:
    if not (has(user, BUYING_VIEW) or has(user, BUYING_MANAGE)):
        require(user, BUYING_VIEW)


def check_can_manage(user, record=None) -> None:
    require(user, BUYING_MANAGE)


def suppliers_visible_to(user) -> QuerySet[Supplier]:
    rows = Supplier.objects.select_related("partner")
    return rows if has(user, BUYING_VIEW) or has(user, BUYING_MANAGE) else rows.none()


def listed_suppliers(user) -> QuerySet[Supplier]:
    return suppliers_visible_to(user).prefetch_related("partner__papers")


def active_suppliers() -> QuerySet[Supplier]:
    """Suppliers in use, by name: the choices of a form."""
    return Supplier.objects.filter(state=SupplierState.ACTIVE).select_related("partner").order_by("partner__name", "pk")


def shortcomings(supplier: Supplier, on: date) -> list[str]:
    """What keeps the canteen from buying from this one on that day, a sentence each; empty when nothing does. Two queries at most."""
    if supplier.state != SupplierState.ACTIVE:
        return [f"{supplier.partner}已停用：{supplier.state_reason}。"]
    found = firm_shortcomings(supplier.partner, PartnerKind.FOOD, on)
    contracts = FirmPaper.objects.filter(partner=supplier.partner_id, kind=FirmPaperKind.CONTRACT).exclude(state=PaperState.VOID)
    ends = list(contracts.order_by("-expires_on").values_list("issued_on", "expires_on"))
    if not ends:
        found.append(f"{supplier.partner}没有登记合同。")
    elif not any((first is None or first <= on) and (last is None or last >= on) for first, last in ends):
        found.append(f"{supplier.partner}的合同在 {on:%Y-%m-%d} 不在有效期内，请登记新合同。")
    return found


def exception_for(supplier: Supplier, on: date) -> SupplierException | None:
    """The standing exception that covers that day, None without one."""
    return supplier.exceptions.filter(first_on__lte=on, last_on__gte=on, ended_at=None).select_related("answers").first()


def check_supplier(supplier: Supplier, on: date, *, field: str | None = "supplier") -> SupplierException | None:
    """Refuse a supplier whose licence, permit or contract is missing or expired on that day, unless somebody let it pass by name.

    Returns the exception that let it pass. Stopped suppliers and firms out of use are never let pass.
    """
    found = shortcomings(supplier, on)
    if not found:
        return None
    passed = exception_for(supplier, on)
    if passed is not None and supplier.state == SupplierState.ACTIVE and supplier.partner.is_usable:
        return passed
    raise RuleViolation(f"{''.join(found)}按{BASIS}，不能向它采购，也不能验收。确需继续的，请校领导在供应商页面写明理由放行。", field=field)


def may_bring(supplier: Supplier, on: date) -> bool:
    """Whether `check_supplier` lets it pass."""
    try:
        check_supplier(supplier, on)
    except RuleViolation:
        return False
    return True


def standing(supplier: Supplier, on: date, papers=None) -> tuple[str, str]:
    """(words, tone) of how its papers stand, from papers already fetched: the list asks for fifty at once."""
    if supplier.state != SupplierState.ACTIVE:
        return "停用", "void"
    current = [p for p in (supplier.partner.papers.all() if papers is None else papers) if p.is_current and p.kind in PAPERS]
    groups = ((FirmPaperKind.LICENCE,), (FirmPaperKind.FOOD, FirmPaperKind.PRODUCTION), (FirmPaperKind.CONTRACT,))
    ends = []
    for group in groups:
        held = [p.expires_on or date.max for p in current if p.kind in group]
        if not held:
            return f"缺{group[0].label}", "late"
        ends.append((max(held), group[0].label))
    last, label = min(ends)
    if last < on:
        return f"{label}过期", "late"
    if last <= on + timedelta(days=limit_shown(WARN, on)):
        return f"{label}还有 {(last - on).days} 天", "wait"
    return "证照有效", "done"


def supplier_papers(supplier: Supplier) -> list[FirmPaper]:
    rows = supplier.partner.papers.filter(state=PaperState.CURRENT)
    return list(rows.order_by("kind", "-expires_on"))


def late_suppliers(user, at: datetime) -> list[Late]:
    """Suppliers in use whose licence, permit or contract has run out, or does within the days of warning, for who buys and who may let pass."""
    if not (has(user, BUYING_MANAGE) or has(user, OVERRIDE)):
        return []
    on = timezone.localdate(at)
    last = on + timedelta(days=limit_shown(WARN, on))
    ending = Q(partner__papers__state=PaperState.CURRENT, partner__papers__kind__in=PAPERS, partner__papers__expires_on__lte=last)
    found = list(Supplier.objects.filter(ending, state=SupplierState.ACTIVE).select_related("partner").distinct().order_by("pk")[:100])
    return [Late("食堂供应商证照到期", f"{found[0]}的证照快到期或已过期", len(found), "/canteen/supplier/?papers=late")] if found else []
