"""Whatever is done to requests, in whatever order: each budget line holds exactly what its living requests ask of it."""

from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance.budget.models import BudgetEntry, BudgetLine
from finance.purchase import rules
from finance.purchase.models import PurchaseRequest, RequestLine, RequestState
from finance.purchase.queries import lines_of, sums_by_line
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.money import money
from tests.conftest import NOW
from tests.finance.budget.conftest import fresh
from tests.finance.purchase.conftest import row

pytestmark = pytest.mark.requirement("FIN-02")
HOLDING = (RequestState.SUBMITTED, RequestState.APPROVED)
PRICES = st.decimals(min_value="0.01", max_value="400", places=2)
STEPS = st.lists(
    st.tuples(st.sampled_from(["send", "change", "withdraw", "approve", "send_back", "reject", "cancel"]), st.sampled_from([0, 1]), PRICES), max_size=9
)


def act(desk, step: str, request, price: Decimal) -> None:
    common = {"actor": desk.cast.keeper, "at": NOW, "record": request}
    lines = [
        row(fresh(desk.budget.line), quantity="1", price=price),
        row(fresh(desk.budget.other), "灯", "3", price),
        row(fresh(desk.budget.line), "笔", "0.5", price),
    ]
    fields = {"title": "用品", "department": desk.budget.office, "reason": "日常", "lines": lines}
    steps = {
        "send": lambda: rules.submit_request(**common),
        "change": lambda: rules.update_request(**common, **fields),
        "withdraw": lambda: rules.withdraw_request(**common),
        "cancel": lambda: rules.cancel_request(**common, reason="不要了"),
    }
    if step in steps:
        steps[step]()
    elif request.state == RequestState.SUBMITTED:
        desk.sign(request, step)


def check_sums(requests) -> None:
    for line in BudgetLine.objects.all():
        living = [fresh(request) for request in requests]
        expected = sum((sums_by_line(lines_of(one)).get(line, Decimal(0)) for one in living if one.state in HOLDING), Decimal(0))
        assert line.reserved == expected
        assert line.allotment == line.available + line.reserved
    for request in requests:
        held = BudgetEntry.objects.filter(document_kind="finance.purchaserequest", document_id=request.pk).aggregate(s=Sum("to_reserved"))["s"] or 0
        now = PurchaseRequest.objects.get(pk=request.pk)
        assert money(held) == (now.total if now.state in HOLDING else 0)  # SQLite adds in floating point
        assert now.total == money(RequestLine.objects.filter(request=now).aggregate(s=Sum("amount"))["s"])


@pytest.mark.django_db
def test_any_sequence_holds_what_living_requests_ask(desk):
    requests = [desk.write(), desk.write(row(fresh(desk.budget.other), "灯", "2", "99.99"))]

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def check(steps):
        with transaction.atomic():
            for step, n, price in steps:
                try:
                    with transaction.atomic():
                        act(desk, step, fresh(requests[n]), price)
                except RuleViolation:
                    pass
                check_sums(requests)
            transaction.set_rollback(True)

    check()
