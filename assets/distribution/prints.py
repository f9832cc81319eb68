"""发放签收表 and the packing list of one class or person (STK-07, GEN-04)."""

from assets.item.quantities import figure
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .counting import shares
from .models import IN_ORDER, LEFT_OUT, Distribution, DistributionState, Handout, Recipient, RecipientState
from .queries import kit_of, needs_of


def distribution_sheet(distribution: Distribution, user) -> dict:
    """Everybody with what is to be packed; who signed is named, who has not come signs by hand. Raises RuleViolation for an empty one."""
    kit = kit_of(distribution)
    recipients = list(distribution.recipients.exclude(state__in=LEFT_OUT).select_related("school_class", "person__department").order_by(*IN_ORDER))
    if not kit or not recipients:
        raise RuleViolation("还没有物品或名单，不能打印。")
    signed = {one.recipient_id: one.slip for one in Handout.objects.filter(recipient__in=recipients, slip__state="booked").select_related("slip__person")}
    rows = []
    for n, one in enumerate(recipients, 1):
        slip = signed.get(one.pk)
        rows.append({
            "n": n, "name": str(one), "more": str(one.person.department or "") if one.person_id else f"{one.count} 人",
            "kit": "；".join(share.words for share in shares(one, kit, {})), "state": one.get_state_display() if one.state != RecipientState.WAITING else "",
            "by": slip.person.name if slip else "", "on": f"{slip.on:%m-%d}" if slip else "", "number": slip.number if slip else "",
        })  # fmt: skip
    return {
        "what": distribution.title, "store": str(distribution.store), "more": "人数" if distribution.is_by_class else "部门",
        "days": f"{full_day(distribution.starts_on)}至{full_day(distribution.until)}",
        "state": "" if distribution.state in (DistributionState.OPEN, DistributionState.DONE) else distribution.get_state_display(),
        "needs": [
            {"item": need.item.name, "spec": need.item.spec, "unit": need.item.unit, "due": figure(need.due), "given": figure(need.given)}
            for need in needs_of(distribution, kit, recipients)
        ],
        "rows": rows, "decider": distribution.opened_by.name if distribution.opened_by else "", "keeper": distribution.created_by.name,
    }  # fmt: skip


def recipient_sheet(recipient: Recipient, user) -> dict:
    """What goes into the box of one class or person."""
    rows = shares(recipient, kit_of(recipient.distribution), {})
    if not rows:
        raise RuleViolation("没有要装的东西。")
    return {
        "what": recipient.distribution.title, "name": str(recipient), "count": recipient.count if recipient.school_class_id else 0,
        "contact": str(recipient.contact or ""), "until": full_day(recipient.distribution.until),
        "rows": [{"item": share.item.name, "spec": share.item.spec, "unit": share.item.unit, "due": figure(share.due)} for share in rows],
    }  # fmt: skip


DISTRIBUTION_SHEET = PrintDocument(
    kind="assets.distribution", title="发放签收表", template="print/assets/distribution.html", context=distribution_sheet, number=lambda d: f"FF-{d.pk}"
)
RECIPIENT_SHEET = PrintDocument(
    kind="assets.recipient", title="装箱单", template="print/assets/recipient.html", context=recipient_sheet, number=lambda r: f"FF-{r.distribution_id}-{r.pk}"
)
