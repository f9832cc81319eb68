"""Letters and parcels, takeaway, cars overnight (SAF-06, SAF-09)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from logistics.platform.attachments.photos import typed_signature
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from safety.gate import book_rules as rules
from safety.gate.home import gate_todos, late_at_gate
from safety.gate.models import NightState, NightVehicle, Parcel, ParcelState
from safety.gate.queries import cars_at, parcels_visible_to
from tests.conftest import NOW
from tests.pdf import Pdf

TODAY = NOW.date()


def mark(name: str) -> list:
    return [typed_signature(name, signer=name)]


@pytest.mark.requirement("SAF-06")
def test_a_parcel_is_told_handed_over_and_signed_for(cast):
    parcel = rules.receive_parcel(actor=cast.guard, at=NOW, kind="express", recipient=cast.teacher, sender="顺丰")
    assert OutboxMessage.objects.filter(key=f"safety.parcel:{parcel.pk}").count() == 1
    assert [todo.verb for todo in gate_todos(cast.teacher, NOW)] == ["去取"]
    with pytest.raises(NotAllowed):
        rules.hand_parcel(actor=cast.teacher, at=NOW, record=parcel, taker="我")
    done = rules.hand_parcel(actor=cast.guard, at=NOW, record=parcel, taker="师某", signature=mark("师某"))
    assert (done.state, done.taker) == (ParcelState.HANDED, "师某")
    with pytest.raises(RuleViolation):
        rules.return_parcel(actor=cast.guard, at=NOW, record=parcel, reason="没人")
    assert not parcels_visible_to(cast.stranger).exists()


@pytest.mark.requirement("SAF-06")
def test_takeaway_for_pupils_is_turned_away_and_noted(cast):
    with pytest.raises(RuleViolation, match="外卖不能送给学生"):
        rules.receive_parcel(actor=cast.guard, at=NOW, kind="takeaway", recipient_words="九年级学生")
    with pytest.raises(RuleViolation, match="为什么拒收"):
        rules.receive_parcel(actor=cast.guard, at=NOW, kind="takeaway", recipient_words="九年级学生", refuse=True)
    row = rules.receive_parcel(actor=cast.guard, at=NOW, kind="takeaway", recipient_words="九年级学生", refuse=True, note="退给骑手")
    assert row.state == ParcelState.REFUSED
    given = {"kind": "takeaway", "recipient_words": "九年级学生", "created_by": cast.guard, "created_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        Parcel.objects.create(**given)


@pytest.mark.requirement("SAF-06")
def test_what_nobody_fetches_is_shown_to_the_gate(cast):
    rules.receive_parcel(actor=cast.guard, at=NOW, kind="letter", recipient_words="校长室")
    count = {late.label: late.count for late in late_at_gate(cast.guard, NOW + timedelta(days=8))}
    assert count["收发件没有人领"] == 1 and late_at_gate(cast.teacher, NOW) == []


@pytest.mark.requirement("SAF-09")
def test_a_car_stays_overnight_on_a_signed_statement(cast):
    given = {"plate": "浙a 12345", "phone": "13800001111", "reason": "出差", "from_on": TODAY, "until_on": TODAY + timedelta(days=2)}
    car = rules.register_car(actor=cast.teacher, at=NOW, **given)
    assert (car.plate, car.owner, car.state) == ("浙A12345", cast.teacher, NightState.WAITING)
    with pytest.raises(RuleViolation, match="还没有驶离"):
        rules.register_car(actor=cast.teacher, at=NOW, **given)
    with pytest.raises(NotAllowed):
        rules.sign_car(actor=cast.stranger, at=NOW, record=car, signature=mark("外人"))
    with pytest.raises(RuleViolation, match="没有签名"):
        rules.sign_car(actor=cast.teacher, at=NOW, record=car, signature=[])
    rules.sign_car(actor=cast.guard, at=NOW, record=car, signature=mark("师某"))
    car.refresh_from_db()
    assert (car.state, car.signed_before, "挪车" in car.statement) == (NightState.SIGNED, cast.guard, True)
    assert list(cars_at(NOW + timedelta(hours=1))) == [car] and car.is_over(TODAY + timedelta(days=3))
    rules.drive_off(actor=cast.guard, at=NOW + timedelta(hours=2), record=car)
    assert not cars_at(NOW + timedelta(hours=3)).exists()
    client = Client()
    client.force_login(cast.guard)
    assert Pdf(client.get(f"/print/safety.nightvehicle/{car.pk}/").content).pages()


@pytest.mark.requirement("SAF-09")
@pytest.mark.parametrize(
    ("change", "words"),
    [({"plate": "abc"}, "浙A12345"), ({"plate": ""}, "请写车牌"), ({"from_on": TODAY - timedelta(days=1)}, "过去的日子"), ({"until_on": TODAY + timedelta(days=400)}, "最多登记")],
)  # fmt: skip
def test_a_car_that_cannot_be_registered_leaves_no_row(cast, change, words):
    given = {"plate": "浙A12345", "phone": "13800001111", "reason": "出差", "from_on": TODAY, "until_on": TODAY}
    with pytest.raises(RuleViolation, match=words):
        rules.register_car(actor=cast.teacher, at=NOW, **given | change)
    assert not NightVehicle.objects.exists()


@pytest.mark.requirement("SAF-06")
def test_who_does_not_want_a_parcel_refuses_it_and_the_gate_is_told(cast):
    parcel = rules.receive_parcel(actor=cast.guard, at=NOW, kind="express", recipient=cast.teacher)
    with pytest.raises(NotAllowed):
        rules.refuse_parcel(actor=cast.stranger, at=NOW, record=parcel, reason="不要")
    with pytest.raises(RuleViolation, match="为什么拒收"):
        rules.refuse_parcel(actor=cast.teacher, at=NOW, record=parcel, reason=" ")
    done = rules.refuse_parcel(actor=cast.teacher, at=NOW, record=parcel, reason="不是我买的")
    assert (done.state, done.ended_by) == (ParcelState.REFUSED, cast.teacher)
    assert OutboxMessage.objects.filter(key=f"safety.parcel.refused:{parcel.pk}").count() == 1
    with pytest.raises(RuleViolation):
        rules.hand_parcel(actor=cast.guard, at=NOW, record=parcel, taker="师某")
