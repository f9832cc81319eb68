"""A wrong acceptance is taken back by another one as long as nobody has the goods on his books (FIN-05)."""

from decimal import Decimal

import pytest

from finance.acceptance import correction_rules, receivers, rules
from finance.acceptance.models import Acceptance, AcceptanceLine
from finance.acceptance.queries import accepted_amount, open_quantities, standing_lines, waiting_lines
from finance.claim.models import Claim, ClaimLine
from finance.order.models import PurchaseOrder
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from tests.conftest import NOW
from tests.finance.acceptance.conftest import everything, fresh

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("FIN-05")]


def reverse(cast, acceptance, reason="数错了", who="director"):
    return correction_rules.reverse_acceptance(actor=getattr(cast, who), at=NOW, record=fresh(acceptance), reason=reason)


def test_a_reversal_gives_everything_back_and_edits_nothing(delivery, cast):
    wrong = delivery.accept(10, "3.5", 1)
    kept = list(AcceptanceLine.objects.filter(acceptance=wrong).values())
    back = reverse(cast, wrong)
    assert (back.number, back.state, back.amount, back.reverses) == ("YH-2026-0002", "posted", -wrong.amount, wrong)
    assert (fresh(wrong).state, fresh(wrong).ended_reason) == ("reversed", "数错了")
    assert (delivery.accepted, delivery.state) == ([0, 0, 0], "placed")
    assert accepted_amount(delivery.order) == 0
    assert list(AcceptanceLine.objects.filter(acceptance=wrong).values()) == kept
    assert [float(n) for n in open_quantities(delivery.order).values()] == [10, 3.5, 1]
    assert not waiting_lines(cast.director).exists()


def test_of_two_only_the_wrong_one_goes(delivery, cast):
    delivery.accept(4)
    wrong = delivery.accept(6, "3.5", 1)
    assert delivery.state == "received"
    reverse(cast, wrong)
    assert (delivery.accepted, delivery.state) == ([4, 0, 0], "partial")
    assert delivery.accept(6, "3.5", 1).state == "posted"
    assert accepted_amount(delivery.order) == fresh(delivery.order).total
    assert sum(Acceptance.objects.values_list("amount", flat=True), Decimal(0)) == fresh(delivery.order).total


def test_what_somebody_received_is_not_reversed(delivery, cast, receiving):
    receiving("asset")
    wrong = delivery.accept(2)
    before = everything(delivery.order)
    with pytest.raises(RuleViolation, match="卡片 折叠椅"):
        reverse(cast, wrong)
    assert everything(delivery.order) == before


@pytest.mark.parametrize(("claimed", "goes"), [("720.00", True), ("720.01", False)])
def test_what_was_claimed_is_not_reversed(delivery, cast, claimed, goes):
    delivery.accept(6)
    wrong = delivery.accept(4)
    claim_for(delivery.order, cast, Decimal(claimed))
    if goes:
        reverse(cast, wrong)
        assert delivery.accepted == [6, 0, 0]
        return
    before = everything(delivery.order)
    with pytest.raises(RuleViolation, match="已经有人报销"):
        reverse(cast, wrong)
    assert everything(delivery.order) == before


def claim_for(order, cast, amount: Decimal) -> None:
    """A claim on its way, past the rules of claims, which have tests of their own."""
    line = order.lines.first().request_line.budget_line
    claim = Claim.objects.create(
        number="BX-2026-0001", kind="purchase", title="办公用品", department=order.request.department, order=order, state="submitted", submitted_at=NOW,
        total=amount, payee="晨光文具店", created_by=cast.buyer, created_at=NOW,
    )  # fmt: skip
    ClaimLine.objects.create(claim=claim, position=1, what="货款", budget_line=line, amount=amount)


def test_who_may_reverse_and_what_cannot_be(delivery, cast):
    wrong = delivery.accept(2)
    before = everything(delivery.order)
    with pytest.raises(NotAllowed):
        reverse(cast, wrong, who="storekeeper")
    with pytest.raises(RuleViolation, match="冲销的原因"):
        reverse(cast, wrong, reason="  ")
    assert everything(delivery.order) == before
    PurchaseOrder.objects.update(second_buyer=cast.director)
    with pytest.raises(NotAllowed, match="您采购"):
        reverse(cast, wrong)
    assert everything(delivery.order) == before
    PurchaseOrder.objects.update(second_buyer=None, state="closed")
    with pytest.raises(RuleViolation, match="结清"):
        reverse(cast, wrong)


def test_a_reversal_and_a_reversed_one_stay(delivery, cast):
    wrong = delivery.accept(2)
    back = reverse(cast, wrong)
    with pytest.raises(RuleViolation, match="冲销单"):
        reverse(cast, back)
    with pytest.raises(RuleViolation, match="已冲销"):
        reverse(cast, wrong)
    with pytest.raises(RuleViolation):
        rules.call_off_acceptance(actor=cast.director, at=NOW, record=back, reason="不要了")
    assert Acceptance.objects.count() == 2


def test_without_a_receiver_the_line_waits_and_is_taken_later(delivery, cast, receiving, monkeypatch):
    monkeypatch.delitem(receivers._handlers, "asset", raising=False)
    monkeypatch.delitem(receivers._desks, "asset", raising=False)
    delivery.accept(2, 1, 1)
    assert [str(line) for line in standing_lines().order_by("pk")] == ["折叠椅", "粉笔"]
    assert [str(line) for line in waiting_lines(cast.director)] == ["折叠椅"]  # the chalk waits at the store's own desk
    with pytest.raises(RuleViolation, match="还没有人接收"):
        correction_rules.take_waiting(actor=cast.keeper, at=NOW, destination="asset")
    taken = receiving("asset")
    with pytest.raises(NotAllowed):
        correction_rules.take_waiting(actor=cast.teacher, at=NOW, destination="asset")
    assert correction_rules.take_waiting(actor=cast.keeper, at=NOW, destination="asset") == 1
    assert taken == [("折叠椅", 2)]
    line = AcceptanceLine.objects.get(destination="asset")
    assert (line.received_label, line.received_url, line.received_at) == ("卡片 折叠椅", "/assets/card/1/", NOW)
    assert correction_rules.take_waiting(actor=cast.keeper, at=NOW, destination="asset") == 0
    with pytest.raises(RuleViolation, match="已经办了"):
        correction_rules.take_line(actor=cast.keeper, at=NOW, record=line)


def test_a_receiver_takes_at_the_last_signature(delivery, receiving):
    taken = receiving("asset") + receiving("store")
    acceptance = delivery.accept(2, 0, 1, rejected=[0, 1])
    assert taken == []
    assert {line.received_label for line in acceptance.lines.all()} == {"卡片 折叠椅", ""}


def test_a_receiver_that_refuses_takes_everything_back(delivery, cast, receiving):
    acceptance = delivery.post(2)
    delivery.sign(acceptance, cast.keeper)
    receiving("asset", RuleViolation("卡片编号用完了，请先加一段编号。"))
    before = everything(delivery.order)
    with pytest.raises(RuleViolation, match="编号用完"):
        delivery.sign(acceptance, cast.storekeeper)
    assert everything(delivery.order) == before


def test_a_reversed_line_is_not_taken(delivery, cast, receiving):
    wrong = delivery.accept(2)
    line = wrong.lines.get()
    reverse(cast, wrong)
    taken = receiving("asset")
    with pytest.raises(Conflict):
        correction_rules.take_line(actor=cast.keeper, at=NOW, record=line)
    assert correction_rules.take_waiting(actor=cast.keeper, at=NOW, destination="asset") == 0
    assert taken == []


def test_one_receiver_per_destination_and_none_for_work():
    with pytest.raises(ValueError, match="nobody receives"):
        receivers.register("works", lambda **given: None)
