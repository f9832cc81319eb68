"""课桌凳: what every class has, needs and can spare; a proposal becomes transfers (AST-11)."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.card.models import AssetCard
from assets.desks import rules
from assets.desks.balance import Shift, Spot, propose
from assets.desks.models import DeskCount
from assets.desks.pages import KINDS
from assets.desks.queries import classes_visible_to, digest, proposal, table
from assets.transfer.models import Transfer, TransferState
from assets.transfer.signing_rules import sign_transfer
from logistics.platform.attachments.photos import typed_signature
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import SchoolClass, Student
from logistics.platform.places.models import Level, Place, PlaceKind
from tests.conftest import NOW, make_person

pytestmark = pytest.mark.requirement("AST-11")


# the proposal, without a database


def test_the_same_building_gives_before_the_store_and_the_store_before_elsewhere():
    spots = [Spot(1, 10, missing=5), Spot(2, 10, surplus=2), Spot(3, 20, surplus=9), Spot(4, 30, surplus=2, is_store=True)]
    assert propose(spots) == [Shift(2, 1, 2), Shift(4, 1, 2), Shift(3, 1, 1)]


def test_one_room_that_has_enough_before_two():
    assert propose([Spot(1, 10, missing=3), Spot(2, 10, surplus=1), Spot(3, 10, surplus=8), Spot(4, 10, surplus=4)]) == [Shift(4, 1, 3)]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(-9, 9), st.booleans()), max_size=8))
def test_nothing_gives_more_than_it_has_or_gets_more_than_it_misses(rooms):
    spots = [Spot(n, building, max(-pieces, 0), max(pieces, 0), store and pieces > 0) for n, (building, pieces, store) in enumerate(rooms)]
    shifts = propose(spots)
    for spot in spots:
        assert sum(shift.quantity for shift in shifts if shift.source == spot.place) <= spot.surplus
        assert sum(shift.quantity for shift in shifts if shift.target == spot.place) <= spot.missing
    assert sum(shift.quantity for shift in shifts) == min(sum(spot.missing for spot in spots), sum(spot.surplus for spot in spots))
    assert all(shift.quantity > 0 for shift in shifts)


# the school


class Corridor:
    """Two classrooms: one with 40 desks for 38 pupils, one with 35 for 37; and 6 desks in a store."""

    def __init__(self, ledger):
        self.ledger, self.cast = ledger, ledger.cast
        SchoolClass.objects.update(room=None)
        self.kind = KINDS.create(actor=self.cast.keeper, at=NOW, name="课桌", codes="A05010203", seats=1, spare=0, order=1, is_active=True)
        self.first = self.school_class("一班", 38, ledger.rooms.room, self.cast.headteacher)
        self.second = self.school_class("二班", 37, ledger.rooms.other, make_person("HT2", "贺二"))
        self.desks = ledger.desks(40, place=ledger.rooms.room, custodian=self.cast.headteacher)
        ledger.desks(35, place=ledger.rooms.other, custodian=self.second.head_teacher)

    def school_class(self, name, pupils, room, head) -> SchoolClass:
        found = SchoolClass.objects.create(name=name, grade="七年级", head_teacher=head, room=room)
        Student.objects.bulk_create(Student(number=f"{name}{n:02d}", name=f"学生{n}", school_class=found) for n in range(pupils))
        return found

    def rows(self):
        found = {row.school_class.name: row.cells[0] for row in table(classes_visible_to(self.cast.keeper), [self.kind])}
        return found["一班"], found["二班"]

    def count(self, actor, school_class, counted, damaged=0):
        return rules.save_counts(actor=actor, at=NOW, school_class=school_class, rows=[{"kind": self.kind, "counted": counted, "damaged": damaged}])

    def sign(self, transfer) -> Transfer:
        for person in (transfer.giver, transfer.receiver):
            transfer = Transfer.objects.get(pk=transfer.pk)
            sign_transfer(actor=person, at=NOW, record=transfer, signature=[typed_signature(person.name, signer=person.name)])
        return Transfer.objects.get(pk=transfer.pk)


@pytest.fixture
def corridor(ledger):
    return Corridor(ledger)


def test_have_needed_missing_and_to_spare(corridor):
    first, second = corridor.rows()
    assert (first.have, first.needed, first.missing, first.surplus) == (40, 38, 0, 2)
    assert (second.have, second.needed, second.missing, second.surplus) == (35, 37, 2, 0)


def test_damaged_ones_seat_nobody(corridor):
    corridor.count(corridor.cast.headteacher, corridor.first, 39, damaged=3)
    first, _ = corridor.rows()
    assert (first.usable, first.missing, first.differs) == (37, 1, -1)
    corridor.count(corridor.cast.headteacher, corridor.first, 40)
    assert (corridor.rows()[0].damaged, corridor.rows()[0].differs) == (0, 0)


@pytest.mark.parametrize(("counted", "damaged"), [(-1, 0), (5, 6), (99_999, 0), (None, 0), (True, 0)])
def test_counts_that_cannot_be(corridor, counted, damaged):
    with pytest.raises(RuleViolation):
        corridor.count(corridor.cast.keeper, corridor.first, counted, damaged)
    assert not DeskCount.objects.exists()


def test_only_the_head_teacher_and_the_keeper_count(corridor):
    with pytest.raises(NotAllowed):
        corridor.count(corridor.cast.headteacher, corridor.second, 35)
    corridor.count(corridor.cast.keeper, corridor.second, 35)


def test_one_tap_makes_a_transfer_that_both_sign(corridor):
    [move] = proposal()
    assert (move.quantity, move.giver, move.receiver) == (2, corridor.cast.headteacher, corridor.second.head_teacher)
    [transfer] = rules.carry_out(actor=corridor.cast.keeper, at=NOW, seen=digest([move]))
    assert transfer.state == TransferState.OPEN
    first, second = corridor.rows()
    assert (first.going, second.coming, second.missing, second.still_missing) == (2, 2, 2, 0)
    assert proposal() == []
    assert corridor.sign(transfer).state == TransferState.DONE
    first, second = corridor.rows()
    assert (first.have, second.have, second.missing) == (38, 37, 0)
    assert AssetCard.objects.get(pk=corridor.desks.pk).quantity == 38


def test_a_second_tap_or_other_numbers_make_nothing(corridor):
    seen = digest(proposal())
    rules.carry_out(actor=corridor.cast.keeper, at=NOW, seen=seen)
    with pytest.raises(Conflict):
        rules.carry_out(actor=corridor.cast.keeper, at=NOW, seen=seen)
    assert Transfer.objects.count() == 1
    with pytest.raises(NotAllowed):
        rules.carry_out(actor=corridor.cast.headteacher, at=NOW, seen=seen)


def test_the_store_gives_what_classes_cannot(corridor):
    store = Place.objects.create(name="库房", full_name="库房", code="KF", level=Level.ROOM, kind=PlaceKind.STORE, path="/990/")
    corridor.ledger.desks(6, place=store, custodian=corridor.cast.keeper)
    Student.objects.bulk_create(Student(number=f"new{n}", name="新生", school_class=corridor.second) for n in range(3))
    moves = proposal()
    assert sum(move.quantity for move in moves) == 5
    assert store in [move.source for move in moves]


def test_the_same_custodian_on_both_sides_is_said(corridor):
    SchoolClass.objects.filter(pk=corridor.second.pk).update(head_teacher=corridor.cast.headteacher)
    [move] = proposal()
    assert "同一个保管人" in move.trouble
    with pytest.raises(RuleViolation):
        rules.carry_out(actor=corridor.cast.keeper, at=NOW, seen=digest([move]))
    assert not Transfer.objects.exists()


def test_asking_reaches_who_has_not_counted_once_a_day(corridor):
    corridor.count(corridor.cast.headteacher, corridor.first, 40)
    assert rules.ask_counts(actor=corridor.cast.keeper, at=NOW) == 1
    before = OutboxMessage.objects.count()
    rules.ask_counts(actor=corridor.cast.keeper, at=NOW)
    assert OutboxMessage.objects.count() == before


def test_a_head_teacher_sees_and_counts_the_own_class(corridor, client):
    client.force_login(corridor.cast.headteacher)
    page = client.get(reverse("assets:desks")).content.decode()
    assert "一班" in page and "二班" not in page
    assert client.get(reverse("assets:desks-count", args=[corridor.second.pk])).status_code == 404
    assert client.get(reverse("assets:desks-proposal")).status_code == 403
    key = corridor.kind.pk
    url = reverse("assets:desks-count", args=[corridor.first.pk])
    assert client.post(url, {f"counted-{key}": "3", f"damaged-{key}": "4"}).status_code == 422
    assert client.post(url, {f"counted-{key}": "40", f"damaged-{key}": ""}).status_code == 302
    assert DeskCount.objects.get().counted == 40
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        DeskCount.objects.update(counted=41)


def test_the_keepers_pages(corridor, client, django_assert_max_num_queries):
    client.force_login(corridor.cast.keeper)
    with django_assert_max_num_queries(20):
        assert "缺 2" in client.get(reverse("assets:desks")).content.decode()
    for name in ("desks-excel", "desks-print", "desks-proposal"):
        assert client.get(reverse(f"assets:{name}")).status_code == 200
    assert client.post(reverse("assets:desks-carry-out"), {"seen": "old"}).status_code == 302
    assert not Transfer.objects.exists()
