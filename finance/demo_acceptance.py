"""What came of the demo's orders: most of it good, one delivery partly sent back, the latest waiting for a signature."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from logistics.platform.attachments.photos import typed_signature
from logistics.platform.audit.rules import rule
from logistics.platform.demo.build import DemoSchool
from logistics.platform.web.records import allowed

from .acceptance.models import Acceptance
from .acceptance.queries import DELIVERABLE, lines_of
from .acceptance.rules import check_can_file_for, check_may_accept, post_acceptance, sign_acceptance
from .order.models import PurchaseOrder

RECORDERS = ("storekeeper", "vice", "keeper")
MEMBERS = ("storekeeper", "safety", "headteacher", "dormkeeper", "nurse")
TRANSPORT = timedelta(days=2)


def build(school: DemoSchool) -> None:
    """Deliveries two days after each order, the oldest first; without orders there is nothing to accept."""
    orders = list(PurchaseOrder.objects.filter(state__in=DELIVERABLE, created_at__lt=school.now - TRANSPORT).order_by("created_at", "pk"))
    for n, order in enumerate(orders):
        deliver(school, order, sent_back=n == len(orders) - 2, unsigned=n == len(orders) - 1)


@rule
def deliver(school: DemoSchool, order: PurchaseOrder, *, sent_back: bool, unsigned: bool) -> Acceptance | None:
    """All of it on one day; `sent_back` leaves out the tenth part of the first line, `unsigned` the last signature."""
    at = order.created_at + TRANSPORT
    recorders = [school.people[key] for key in RECORDERS if allowed(check_can_file_for, school.people[key], order)]
    members = [school.people[key] for key in MEMBERS if allowed(check_may_accept, school.people[key], order)][:2]
    if not recorders or len(members) < 2:
        return None
    rows = [{"order_line": line, "accepted": line.quantity - line.accepted} for line in lines_of(order)]
    given = {}
    if sent_back:
        back = max(Decimal(1), (rows[0]["accepted"] / 10).quantize(Decimal(1)))
        rows[0] |= {"accepted": rows[0]["accepted"] - back, "rejected": back, "reason": "外包装破损，受潮"}
        given = {"remedy": "退回供应商，五天内补送", "appearance": "bad"}
    made = post_acceptance(actor=recorders[0], at=at, order=order, members=members, delivered_on=timezone.localdate(at), lines=rows, **given)
    for n, member in enumerate(members[: 1 if unsigned else 2], 1):
        signature = [typed_signature(member.name, signer=member.name)]
        sign_acceptance(actor=member, at=at + timedelta(hours=n), record=made, opinion="数量清点无误。" if n == 1 else "", signature=signature)
    return made
