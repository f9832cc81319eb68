"""Pressed at the same moment, by one hand or by two: exactly one goes through; on both databases (Must hold of the issue)."""

from decimal import Decimal

import pytest

from finance.public import propose_purchase, requests_from
from finance.purchase import rules
from finance.purchase.models import PurchaseRequest, RequestState
from logistics.platform.approvals.deciding_rules import approve
from logistics.platform.approvals.models import Run
from logistics.platform.approvals.public import current_run
from logistics.platform.audit.queries import find_breaks
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.ref import ref
from tests.conftest import NOW
from tests.finance.budget.conftest import fresh
from tests.finance.purchase.conftest import row

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("FIN-02")]


def refusals(outcomes) -> int:
    assert not [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, RuleViolation)], outcomes
    return sum(isinstance(one, RuleViolation) for one in outcomes)


def test_one_request_sent_twice_at_once_is_sent_once(desk, together):
    request = desk.write()

    def send():
        return rules.submit_request(actor=desk.cast.keeper, at=NOW, record=fresh(request))

    assert refusals(together(send, send)) == 1
    assert (fresh(request).state, fresh(request).number) == (RequestState.SUBMITTED, "QG-2026-0001")
    assert desk.reserved() == Decimal("31.60")
    assert Run.objects.count() == 1
    assert list(find_breaks()) == []


def test_many_requests_for_one_line_never_hold_more_than_there_is(desk, budget, together):
    drafts = [desk.write(row(budget.line, quantity="1", price="300")) for _ in range(5)]

    def send(request):
        return lambda: rules.submit_request(actor=desk.cast.keeper, at=NOW, record=fresh(request))

    assert refusals(together(*map(send, drafts))) == 2
    assert desk.reserved() == 900
    numbers = set(PurchaseRequest.objects.filter(state=RequestState.SUBMITTED).values_list("number", flat=True))
    assert numbers == {"QG-2026-0001", "QG-2026-0002", "QG-2026-0003"}


def test_signed_and_taken_back_at_once_ends_in_one_of_both(desk, cast, together):
    request = desk.send()
    run = current_run(request)
    outcomes = together(
        lambda: approve(actor=cast.principal, at=NOW, record=fresh(run), opinion="同意"),
        lambda: rules.withdraw_request(actor=cast.keeper, at=NOW, record=fresh(request)),
    )
    assert refusals(outcomes) == 1
    state = fresh(request).state
    assert (state, desk.reserved()) in ((RequestState.APPROVED, Decimal("31.60")), (RequestState.DRAFT, Decimal(0)))


def test_proposed_twice_at_once_makes_one_draft(desk, budget, together):
    given = {"title": "配件", "department": budget.office, "reason": "漏水", "lines": [{"name": "角阀"}], "source": ref(budget.line)}

    def propose():
        return propose_purchase(actor=desk.cast.keeper, at=NOW, **given)

    assert refusals(together(propose, propose)) == 0
    assert len(requests_from(ref(budget.line))) == 1
