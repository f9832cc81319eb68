"""At least two people who did not buy sign what came; only then it counts, and never more than was ordered (FIN-05, FIN-12)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from finance.acceptance import rules
from finance.acceptance.models import Acceptance, AcceptanceLine, AcceptanceMember
from finance.acceptance.queries import acceptances_of, accepted_amount, open_quantities
from finance.order.models import OrderLine, PurchaseOrder
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from tests.conftest import NOW
from tests.finance.acceptance.conftest import everything, fresh, make_order

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("FIN-05")]


def test_it_counts_with_the_last_signature(delivery, cast):
    acceptance = delivery.post(10, "3.5", 1)
    assert (acceptance.number, acceptance.state, acceptance.amount) == ("YH-2026-0001", "signing", Decimal("1516.66"))
    delivery.sign(acceptance, cast.keeper)
    assert (fresh(acceptance).state, delivery.accepted) == ("signing", [0, 0, 0])
    delivery.sign(acceptance, cast.storekeeper, opinion="数量对")
    done = fresh(acceptance)
    assert (done.state, done.conclusion, done.accepted_at) == ("posted", "passed", NOW)
    assert (delivery.accepted, delivery.state) == ([10, 3.5, 1], "received")
    assert accepted_amount(delivery.order) == fresh(delivery.order).total == Decimal("1516.66")
    told = [message.payload["title"] for message in OutboxMessage.objects.filter(topic="notice", key__startswith="finance.acceptance")]
    assert {"请您验收签字：第1批办公用品", "验收通过：第1批办公用品"} <= set(told)


def test_a_part_leaves_the_rest_to_come(delivery):
    delivery.accept(4, rejected=[2])
    assert (delivery.accepted, delivery.state) == ([4, 0, 0], "partial")
    assert [float(n) for n in open_quantities(delivery.order).values()] == [6, 3.5, 1]
    assert accepted_amount(delivery.order) == Decimal("480.00")
    note = OutboxMessage.objects.get(key__contains=":posted")
    assert "折叠椅退回 2 把（破损）" in note.payload["body"]
    assert "还差 折叠椅 6 把" in note.payload["body"]
    delivery.accept(6, "3.5", 1)
    assert delivery.state == "received"
    assert [a.number for a in acceptances_of(delivery.order)] == ["YH-2026-0001", "YH-2026-0002"]


def test_amounts_of_the_parts_add_up_to_the_cent(delivery):
    parts = [delivery.accept(None, part) for part in ("1.1", "1.2", "1.2")]
    line = delivery.order.lines.order_by("pk")[1]
    assert sum(part.amount for part in parts) == line.amount == Decimal("116.66")


def test_all_sent_back_is_written_down_and_counts_nothing(delivery):
    acceptance = delivery.accept(0, rejected=[10])
    assert (acceptance.conclusion, acceptance.amount, delivery.accepted, delivery.state) == ("failed", 0, [0, 0, 0], "placed")


def test_one_who_refuses_ends_it(delivery, cast):
    acceptance = delivery.post(10)
    before = everything(delivery.order)
    with pytest.raises(RuleViolation, match="不同意要写原因"):
        delivery.sign(acceptance, cast.keeper, agreed=False)
    assert everything(delivery.order) == before
    delivery.sign(acceptance, cast.keeper, agreed=False, opinion="椅子颜色不对")
    done = fresh(acceptance)
    assert (done.state, done.ended_reason, delivery.accepted) == ("refused", "椅子颜色不对", [0, 0, 0])
    assert [float(n) for n in open_quantities(delivery.order).values()] == [10, 3.5, 1]
    with pytest.raises(RuleViolation, match="没有通过"):
        delivery.sign(acceptance, cast.storekeeper)


def test_called_off_it_counts_nothing_and_frees_the_quantity(delivery, cast):
    acceptance = delivery.post(10)
    with pytest.raises(RuleViolation, match="等签字"):
        delivery.post(1)
    with pytest.raises(NotAllowed):
        rules.call_off_acceptance(actor=cast.storekeeper, at=NOW, record=acceptance, reason="写错了")
    with pytest.raises(RuleViolation, match="为什么撤回"):
        rules.call_off_acceptance(actor=cast.keeper, at=NOW, record=acceptance, reason=" ")
    rules.call_off_acceptance(actor=cast.keeper, at=NOW, record=acceptance, reason="写错了")
    assert fresh(acceptance).state == "called_off"
    assert delivery.accept(10).state == "posted"


@pytest.mark.requirement("FIN-12")
@pytest.mark.parametrize("who", ["buyer", "cashier", "headteacher"])
def test_buyers_and_requester_do_not_accept(delivery, cast, who):
    before = everything(delivery.order)
    with pytest.raises(NotAllowed) as refusal:
        delivery.post(1, members=[cast.keeper, getattr(cast, who)])
    assert refusal.value.field == "members"
    assert everything(delivery.order) == before


@pytest.mark.requirement("FIN-12")
def test_who_became_a_buyer_meanwhile_does_not_sign(delivery, cast):
    acceptance = delivery.post(1)
    PurchaseOrder.objects.filter(pk=delivery.order.pk).update(second_buyer=cast.storekeeper)
    delivery.sign(acceptance, cast.keeper)
    before = everything(delivery.order)
    with pytest.raises(NotAllowed, match="采购人"):
        delivery.sign(acceptance, cast.storekeeper)
    assert everything(delivery.order) == before


@pytest.mark.requirement("FIN-12")
def test_the_last_signature_looks_at_all_members_again(delivery, cast):
    acceptance = delivery.post(1)
    delivery.sign(acceptance, cast.keeper)
    PurchaseOrder.objects.filter(pk=delivery.order.pk).update(second_buyer=cast.keeper)
    with pytest.raises(NotAllowed, match="采购人"):
        delivery.sign(acceptance, cast.storekeeper)
    assert fresh(acceptance).state == "signing"


def test_nobody_signs_for_another_or_twice(delivery, cast):
    acceptance = delivery.post(1)
    with pytest.raises(NotAllowed, match="没有请您签字"):
        delivery.sign(acceptance, cast.director)
    delivery.sign(acceptance, cast.keeper)
    with pytest.raises(RuleViolation, match="已经签过"):
        delivery.sign(acceptance, cast.keeper)
    assert fresh(acceptance).state == "signing"


def test_who_may_write_one_down(delivery, cast):
    for actor, words in ((cast.buyer, "权限"), (cast.teacher, "别的部门"), (cast.nobody, "权限")):
        with pytest.raises(NotAllowed, match=words):
            delivery.post(1, actor=actor)
    PurchaseOrder.objects.update(created_by=cast.director)
    with pytest.raises(NotAllowed, match="您采购"):
        delivery.post(1, actor=cast.director)
    assert not Acceptance.objects.exists()


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"lines": [{"accepted": "11"}]}, "lines", "最多还能验收 10 把"),
        ({"lines": [{"accepted": "9", "rejected": "2", "reason": "坏"}]}, "lines", "最多还能验收 10 把"),
        ({"lines": [{"accepted": "-1"}]}, "lines", "不能小于零"),
        ({"lines": [{"accepted": "0.0001"}]}, "lines", "三位小数"),
        ({"lines": [{"accepted": "十"}]}, "lines", "请填数字"),
        ({"lines": [{"accepted": "NaN"}]}, "lines", "请填数字"),
        ({"lines": [{"accepted": "1e400"}]}, "lines", "请填数字"),
        ({"lines": [{"accepted": "-0"}]}, "lines", "还没有写数量"),
        ({"lines": []}, "lines", "还没有写数量"),
        ({"lines": [{"accepted": "1"}, {"accepted": "1"}]}, "lines", "两行"),
        ({"lines": [{"accepted": "1", "rejected": "1"}]}, "lines", "请写原因"),
        ({"lines": [{"accepted": "1", "rejected": "1", "reason": "坏" * 201}]}, "lines", "200"),
        ({"lines": [{"rejected": "1", "reason": "坏"}], "remedy": ""}, "remedy", "怎么处理"),
        ({"quality": "bad"}, "note", "为什么"),
        ({"delivered_on": date(2026, 11, 19)}, "delivered_on", "晚于今天"),
        ({"delivered_on": date(2026, 11, 17)}, "delivered_on", "早于下单"),
        ({"members": []}, "members", "2 到 10 个人"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(delivery, given, field, words):
    line = delivery.order.lines.order_by("pk")[0]
    fields = {"lines": delivery.rows(1)} | given
    fields["lines"] = [{"order_line": line} | row for row in fields["lines"]]
    before = everything(delivery.order)
    with pytest.raises(RuleViolation, match=words) as refusal:
        delivery.post(**({"remedy": "退回"} | fields))
    assert refusal.value.field == field
    assert everything(delivery.order) == before


def test_a_line_of_another_order_is_refused(delivery, cast):
    other = make_order(cast, 2)
    with pytest.raises(RuleViolation, match="不是这张采购单上的"):
        delivery.post(lines=[{"order_line": other.lines.first(), "accepted": "1"}])
    assert not Acceptance.objects.exists()


def test_full_width_digits_are_numbers(delivery):
    acceptance = delivery.post(lines=[{"order_line": delivery.order.lines.order_by("pk")[0], "accepted": "１０"}])
    assert acceptance.lines.get().accepted == 10


@pytest.mark.parametrize("state", ["received", "closed", "cancelled"])
def test_an_order_that_ended_takes_nothing(delivery, cast, state):
    acceptance = delivery.post(1)
    delivery.sign(acceptance, cast.keeper)
    PurchaseOrder.objects.filter(pk=delivery.order.pk).update(state=state, cancelled_reason="不要了")
    with pytest.raises(RuleViolation):
        delivery.post(1)
    with pytest.raises(RuleViolation, match="不能再签"):
        delivery.sign(acceptance, cast.storekeeper)
    assert (fresh(acceptance).state, delivery.accepted) == ("signing", [0, 0, 0])


def test_people_who_left_are_not_named(delivery, cast):
    left = cast.storekeeper
    left.is_active = False
    left.save()
    with pytest.raises(RuleViolation, match="不在职"):
        delivery.post(1, members=[cast.keeper, left])


def test_the_same_person_named_twice_is_one(delivery, cast):
    with pytest.raises(RuleViolation, match="现在选了 1 个"):
        delivery.post(1, members=[cast.keeper, cast.keeper])


def test_every_act_is_in_the_journal(delivery):
    acceptance = delivery.accept(1)
    acts = list(Event.objects.filter(kind="finance.acceptance", record_id=acceptance.pk).order_by("pk").values_list("action", flat=True))
    assert acts == ["create", "sign", "sign", "post"]


@pytest.mark.parametrize("change", [{"accepted": 5}, {"amount": 1}, {"destination": "store"}])
def test_the_database_keeps_what_was_accepted(delivery, change):
    acceptance = delivery.accept(1)
    lines = AcceptanceLine.objects.filter(acceptance=acceptance)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        lines.update(**change)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        lines._raw_delete("default")


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Acceptance, {"accepted_at": None}),
        (Acceptance, {"state": "reversed"}),
        (AcceptanceLine, {"received_at": NOW}),
        (AcceptanceMember, {"signed_at": None}),
        (AcceptanceMember, {"is_agreed": False, "opinion": ""}),
        (OrderLine, {"accepted": 11}),
    ],
)
def test_the_database_refuses_half_a_state(delivery, model, change):
    delivery.accept(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=model.objects.order_by("pk").first().pk).update(**change)
