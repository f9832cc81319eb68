"""领用: who may ask, approval, hand-over with a signature, old for new, what comes back (STK-02, STK-06)."""

from decimal import Decimal

import pytest

from assets.draw import rules
from assets.draw.models import RequestState
from assets.slip import booking
from assets.slip.models import Slip
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.org.models import Department
from tests.assets.store.conftest import everything, fresh
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("STK-02")


def ask(room, person):
    return rules.save_request(actor=person, at=NOW, store=room.main, department=room.office, purpose="用")


def test_only_certain_posts_may_ask(room):
    with pytest.raises(NotAllowed, match="班主任、组长和部门负责人"):
        ask(room, room.cast.teacher)
    assert ask(room, room.cast.headteacher).state == RequestState.DRAFT
    Department.objects.filter(name="理科组").update(head=room.cast.teacher)
    assert ask(room, room.cast.teacher).pk


def test_from_asking_to_the_receiver(room):
    room.receive(20, 100)
    request = room.request((room.paper, 10))
    assert (request.state, request.decided_by) == (RequestState.APPROVED, room.cast.principal)
    line = request.lines.get()
    first = room.hand_over(request, quantities={line.pk: Decimal(4)})
    assert (first.number[:8], first.lines.get().amount, first.person) == ("CK-2026-", 20, room.cast.headteacher)
    assert fresh(request).state == RequestState.APPROVED
    before = everything()
    with pytest.raises(RuleViolation, match="还能发 6 包"):
        room.hand_over(fresh(request), quantities={line.pk: Decimal(7)})
    assert everything() == before
    room.hand_over(fresh(request))
    assert fresh(request).state == RequestState.DONE
    assert room.sums() == (10, 50)


def test_nothing_goes_out_without_approval(room):
    room.receive(20, 100)
    request = ask(room, room.cast.headteacher)
    rules.add_line(actor=room.cast.headteacher, at=NOW, record=request, item=room.paper, quantity=Decimal(1))
    with pytest.raises(RuleViolation, match="现在不能发料"):
        room.hand_over(fresh(request))
    assert room.sums() == (20, 100)


def test_hand_over_refuses_the_keeper_himself_and_forged_lines(room):
    room.receive(20, 100)
    request, other = room.request((room.paper, 2)), room.request((room.paper, 2))
    with pytest.raises(RuleViolation, match="同一个人"):
        room.hand_over(request, receiver=room.cast.storekeeper)
    with pytest.raises(Conflict):
        room.hand_over(request, quantities={other.lines.get().pk: Decimal(1)})
    with pytest.raises(NotAllowed):
        rules.hand_over(actor=room.cast.headteacher, at=NOW, record=request, quantities={}, receiver=room.cast.teacher)
    assert not Slip.objects.filter(kind="issue").exists()


@pytest.mark.requirement("STK-06")
def test_new_for_old(room):
    room.receive(20, 100, room.lamp)
    request = room.request((room.lamp, 3))
    line = request.lines.get()
    with pytest.raises(RuleViolation, match="收回了几件旧的"):
        room.hand_over(request)
    with pytest.raises(RuleViolation, match="少收了 1 支"):
        room.hand_over(request, old_parts={line.pk: Decimal(2)})
    assert room.sums(room.lamp) == (20, 100)
    slip = room.hand_over(request, old_parts={line.pk: Decimal(2)}, notes={line.pk: "新装一处"})
    assert (slip.lines.get().old_parts, slip.lines.get().note) == (2, "新装一处")


def test_goods_come_back_at_what_they_went_out_for(room):
    room.receive(3, "10.00")
    slip = room.hand_over(room.request((room.paper, 3)))
    room.receive(3, "90.00")
    given = {"actor": room.cast.storekeeper, "at": NOW, "record": slip, "row": slip.lines.get()}
    booking.return_goods(quantity=Decimal(1), reason="多领", **given)
    assert room.sums() == (4, Decimal("93.33"))
    with pytest.raises(RuleViolation, match="没有这么多可退"):
        booking.return_goods(quantity=Decimal("2.001"), **given)
    booking.return_goods(quantity=Decimal(2), **given)
    assert room.sums() == (6, Decimal("100.00"))
    with pytest.raises(RuleViolation, match="有退库"):
        booking.reverse_slip(actor=room.cast.storekeeper, at=NOW, record=fresh(slip), reason="错")


def test_a_hand_over_struck_out_is_still_owed(room):
    room.receive(5, 50)
    request = room.request((room.paper, 3))
    slip = room.hand_over(request)
    booking.reverse_slip(actor=room.cast.storekeeper, at=NOW, record=fresh(slip), reason="发错")
    assert (fresh(request).state, request.lines.get().issued) == (RequestState.APPROVED, 0)
    assert room.sums() == (5, 50)


def test_hand_over_on_the_phone_with_a_signature(room, client):
    room.receive(5, 50)
    request = room.request((room.paper, 3))
    line = request.lines.get()
    client.force_login(room.cast.storekeeper)
    address = f"/assets/request/{request.pk}/hand_over/"
    assert "库存 5 包" in client.get(address).content.decode()
    given = {f"q_{line.pk}": "2", "receiver": room.cast.teacher.pk}
    answer = client.post(address, given)
    assert answer.status_code == 422
    assert not Slip.objects.filter(kind="issue").exists()
    assert client.post(address, given | {"signature_typed": room.cast.teacher.name}).status_code == 302
    slip = Slip.objects.get(kind="issue")
    assert (slip.person, [file.role for file in attachments_of(slip)]) == (room.cast.teacher, ["signature"])
    assert client.get(f"/print/assets.slip/{slip.pk}/").status_code == 200
    assert client.get(f"/print/assets.stockrequest/{request.pk}/").status_code == 200
