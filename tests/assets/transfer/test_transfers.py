"""调拨 and 交接: two signatures, then everything moves in one piece, or nothing (AST-04)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from assets.card.change_rules import move_card, take_off
from assets.card.models import AssetEntry
from assets.transfer import rules
from assets.transfer.models import Transfer, TransferKind, TransferState
from assets.transfer.queries import transfers_visible_to
from assets.transfer.signing_rules import sign_transfer
from logistics.platform.access.models import Role
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import SchoolClass
from logistics.platform.places.models import Place
from repairs.ticket.rules import open_ticket
from tests.assets.conftest import TODAY, fresh, stands, sums
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("AST-04")


class Desk:
    """What a keeper does with a transfer of the head teacher's things to the teacher."""

    def __init__(self, ledger, mark):
        self.ledger, self.cast, self.mark = ledger, ledger.cast, mark
        self.desks = ledger.desks(40)
        self.computer = ledger.computer(custodian=ledger.cast.headteacher)

    def draft(self, kind=TransferKind.TRANSFER, **given) -> Transfer:
        usual = {"giver": self.cast.headteacher, "receiver": self.cast.teacher}
        return rules.save_transfer(actor=self.cast.keeper, at=NOW, kind=kind, **usual | given)

    def sent(self, *lines, **given) -> Transfer:
        transfer = self.draft(**given)
        for card, quantity in lines:
            rules.add_line(actor=self.cast.keeper, at=NOW, record=transfer, card=card, quantity=quantity)
        rules.send_transfer(actor=self.cast.keeper, at=NOW, record=transfer)
        return self.stored(transfer)

    def stored(self, transfer) -> Transfer:
        return Transfer.objects.get(pk=transfer.pk)

    def sign(self, transfer, *people) -> Transfer:
        for person in people:
            sign_transfer(actor=person, at=NOW, record=self.stored(transfer), signature=self.mark(person))
        return self.stored(transfer)


@pytest.fixture
def desk(ledger, mark):
    return Desk(ledger, mark)


def test_nothing_moves_before_the_second_signature(desk):
    transfer = desk.sent((desk.computer, None), to_place=desk.ledger.rooms.other)
    half = desk.sign(transfer, desk.cast.headteacher)
    assert (half.state, half.waits_for) == (TransferState.OPEN, f"接收人{desk.cast.teacher}")
    assert fresh(desk.computer).custodian == desk.cast.headteacher and not AssetEntry.objects.filter(kind="move").exists()
    done = desk.sign(transfer, desk.cast.teacher)
    card = fresh(desk.computer)
    assert (done.state, done.done_on) == (TransferState.DONE, TODAY)
    assert (card.custodian, card.place, card.department) == (desk.cast.teacher, desk.ledger.rooms.other, desk.ledger.office)
    entries = list(AssetEntry.objects.filter(card=card, kind="move"))
    assert [entry.document_id for entry in entries] == [transfer.pk] * 2 and {entry.document_kind for entry in entries} == {"assets.transfer"}
    assert sums(card) == stands(card)


def test_part_of_a_batch_becomes_a_card_of_its_own(desk):
    transfer = desk.sent((desk.desks, 6))
    desk.sign(transfer, desk.cast.teacher, desk.cast.headteacher)
    line = desk.stored(transfer).lines.get()
    assert (line.moved.quantity, line.moved.custodian) == (6, desk.cast.teacher) and line.moved.pk != desk.desks.pk
    assert (fresh(desk.desks).quantity, fresh(desk.desks).custodian) == (34, desk.cast.headteacher)
    assert fresh(desk.desks).cost + line.moved.cost == 6720
    for card in (desk.desks, line.moved):
        assert sums(card) == stands(card)


def test_a_leaver_hands_over_everything_and_the_rooms(desk):
    Place.objects.filter(pk=desk.ledger.rooms.other.pk).update(responsible=desk.cast.headteacher)
    transfer = desk.sent(kind=TransferKind.LEAVER)
    assert transfer.lines.count() == 2 and transfer.rooms.get().place == desk.ledger.rooms.other
    desk.sign(transfer, desk.cast.headteacher, desk.cast.teacher)
    assert {fresh(desk.desks).custodian, fresh(desk.computer).custodian} == {desk.cast.teacher}
    assert Place.objects.get(pk=desk.ledger.rooms.other.pk).responsible == desk.cast.teacher


def test_a_class_hands_over_its_room_without_what_others_keep_there(desk):
    other = desk.ledger.computer(name="摄像机")  # the keeper's
    transfer = desk.sent(kind=TransferKind.CLASS, giver=None, school_class=SchoolClass.objects.get())
    assert transfer.giver == desk.cast.headteacher
    assert set(transfer.lines.values_list("card", flat=True)) == {desk.desks.pk, desk.computer.pk}
    desk.sign(transfer, desk.cast.headteacher, desk.cast.teacher)
    assert fresh(other).custodian == desk.cast.keeper


def test_a_stale_list_is_refused_by_the_name_of_the_thing(desk):
    transfer = desk.sent((desk.computer, None), (desk.desks, 5))
    desk.sign(transfer, desk.cast.headteacher)
    take_off(actor=desk.cast.accountant, at=NOW, record=desk.desks, on=TODAY, kind="scrap", quantity=1, approval="1 号", voucher="记-1")
    with pytest.raises(RuleViolation, match="学生课桌」现在是 39 张"):
        desk.sign(transfer, desk.cast.teacher)
    found = desk.stored(transfer)
    assert (found.state, found.took_at) == (TransferState.OPEN, None)
    assert fresh(desk.computer).custodian == desk.cast.headteacher


def test_what_came_into_the_name_later_stops_a_handover(desk):
    transfer = desk.sent(kind=TransferKind.LEAVER)
    desk.ledger.computer(name="投影仪", custodian=desk.cast.headteacher)
    with pytest.raises(RuleViolation, match="投影仪」后来到了"):
        desk.sign(transfer, desk.cast.teacher)
    rules.take_back(actor=desk.cast.keeper, at=NOW, record=desk.stored(transfer), reason="多了一台")
    rules.relist(actor=desk.cast.keeper, at=NOW, record=desk.stored(transfer))
    rules.send_transfer(actor=desk.cast.keeper, at=NOW, record=desk.stored(transfer))
    assert desk.sign(transfer, desk.cast.teacher, desk.cast.headteacher).state == TransferState.DONE


def test_a_moved_card_is_named_and_one_that_would_not_change_is_not_sent(desk):
    draft = desk.draft()
    rules.add_line(actor=desk.cast.keeper, at=NOW, record=draft, card=desk.computer)
    card = fresh(desk.computer)
    move_card(actor=desk.cast.keeper, at=NOW, record=card, on=TODAY, place=desk.ledger.rooms.other, department=card.department, custodian=card.custodian)
    with pytest.raises(RuleViolation, match="的地点已经改成"):
        rules.send_transfer(actor=desk.cast.keeper, at=NOW, record=draft)
    assert desk.stored(draft).state == TransferState.DRAFT


def test_taking_back_voids_the_signatures(desk):
    transfer = desk.sent((desk.computer, None))
    desk.sign(transfer, desk.cast.headteacher)
    old = desk.stored(transfer)
    rules.take_back(actor=desk.cast.keeper, at=NOW, record=old, reason="改一下")
    assert desk.stored(transfer).gave_at is None
    rules.send_transfer(actor=desk.cast.keeper, at=NOW, record=desk.stored(transfer))
    old.revision = 1
    with pytest.raises(RuleViolation, match="单子改过了"):
        sign_transfer(actor=desk.cast.teacher, at=NOW, record=old, signature=desk.mark(desk.cast.teacher))


def test_who_may_not(desk):
    with pytest.raises(NotAllowed):
        rules.save_transfer(actor=desk.cast.teacher, at=NOW, kind="transfer", giver=desk.cast.headteacher, receiver=desk.cast.teacher)
    with pytest.raises(RuleViolation, match="不能是同一个人"):
        desk.draft(receiver=desk.cast.headteacher)
    transfer = desk.sent((desk.computer, None))
    with pytest.raises(NotAllowed, match="只有移交人和接收人"):
        desk.sign(transfer, desk.cast.keeper)
    desk.sign(transfer, desk.cast.headteacher)
    with pytest.raises(RuleViolation, match="已经签过"):
        desk.sign(transfer, desk.cast.headteacher)
    assert not transfers_visible_to(desk.cast.stranger).exists()
    assert list(transfers_visible_to(desk.cast.teacher)) == [transfer]
    assert not transfers_visible_to(desk.cast.teacher).filter(pk=desk.draft().pk).exists()


def test_lines_of_others_twice_and_too_many(desk):
    draft, others = desk.draft(), desk.ledger.computer()
    for card, quantity, words in ((others, None, "要由保管人移交"), (desk.desks, 41, "数量"), (desk.desks, 0, "数量")):
        with pytest.raises(RuleViolation, match=words):
            rules.add_line(actor=desk.cast.keeper, at=NOW, record=draft, card=card, quantity=quantity)
    rules.add_line(actor=desk.cast.keeper, at=NOW, record=draft, card=desk.desks, quantity=1)
    with pytest.raises(RuleViolation, match="已经在单上"):
        rules.add_line(actor=desk.cast.keeper, at=NOW, record=draft, card=desk.desks, quantity=1)
    assert draft.lines.count() == 1
    with pytest.raises(RuleViolation, match="还没有东西"):
        rules.send_transfer(actor=desk.cast.keeper, at=NOW, record=desk.draft())


def test_a_paper_of_a_keeper_without_the_right_is_not_carried_out(desk):
    transfer = desk.sent((desk.computer, None))
    desk.sign(transfer, desk.cast.headteacher)
    Role.objects.get(key="keeper").holders.clear()
    with pytest.raises(RuleViolation, match="已经没有登记变动的权限"):
        desk.sign(transfer, desk.cast.teacher)
    assert fresh(desk.computer).custodian == desk.cast.headteacher and desk.stored(transfer).took_at is None


def test_open_repairs_of_the_room_stand_on_the_handover(desk, kinds, client):
    open_ticket(actor=desk.cast.director, at=NOW, place=desk.ledger.rooms.room, kind=kinds.power, description="灯管不亮")
    transfer = desk.sent(kind=TransferKind.CLASS, giver=None, school_class=SchoolClass.objects.get())
    client.force_login(desk.cast.director)
    assert "没办完的事" in client.get(f"/assets/transfer/{transfer.pk}/").content.decode()


def test_pages_sign_with_a_typed_name_and_print(desk, client):
    transfer = desk.sent((desk.computer, None))
    client.force_login(desk.cast.teacher)
    assert "请签字" not in client.get("/assets/transfer/").content.decode()
    assert "正在交接的" in client.get("/assets/mine/").content.decode()
    wrong = client.post(f"/assets/transfer/{transfer.pk}/sign/", {"seen": "open.1", "signature": "", "signature_typed": "别人"})
    assert wrong.status_code == 422 and desk.stored(transfer).took_at is None
    right = client.post(f"/assets/transfer/{transfer.pk}/sign/", {"seen": "open.1", "signature": "", "signature_typed": desk.cast.teacher.name})
    assert right.status_code == 302 and desk.stored(transfer).took_at is not None
    paper = client.get(reverse("print-record", args=["assets.transfer", transfer.pk]))
    assert paper.status_code in (200, 302)


def test_who_has_not_signed_is_reminded(desk, clock):
    transfer = desk.sent((desk.computer, None))
    desk.sign(transfer, desk.cast.teacher)
    OutboxMessage.objects.all().delete()
    assert rules.remind_unsigned(actor=clock(), at=NOW + timedelta(days=1)) == 0
    for _ in range(2):
        assert rules.remind_unsigned(actor=clock(), at=NOW + timedelta(days=4)) == 1
    assert OutboxMessage.objects.get().payload["recipients"] == [desk.cast.headteacher.pk]


@pytest.mark.django_db(transaction=True)
def test_two_people_sign_at_the_same_moment(desk, together):
    transfer = desk.sent((desk.computer, None), (desk.desks, 10))
    people = [desk.cast.headteacher, desk.cast.teacher]
    outcomes = together(*(lambda person=person: desk.sign(transfer, person) for person in people))
    assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
    assert desk.stored(transfer).state == TransferState.DONE
    assert fresh(desk.computer).custodian == desk.cast.teacher
    assert AssetEntry.objects.filter(card=desk.computer, kind="move").count() == 2
    assert sums(desk.desks) == stands(desk.desks)


@pytest.mark.django_db(transaction=True)
def test_one_persons_double_tap_signs_once(desk, together):
    transfer = desk.sent((desk.computer, None))
    outcomes = together(*[lambda: desk.sign(transfer, desk.cast.teacher)] * 2)
    assert sum(isinstance(one, RuleViolation) for one in outcomes) == 1, outcomes
    assert desk.stored(transfer).state == TransferState.OPEN
