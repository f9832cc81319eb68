"""开学发放: kits by class, by person and by grade, signed for, with who has not come (STK-07)."""

from decimal import Decimal

import pytest

from assets.distribution import handing_rules, rules
from assets.distribution.counting import due_of
from assets.distribution.models import DistributionState, Handout, Recipient, RecipientState
from assets.distribution.queries import kit_of, needs_of
from assets.slip import booking
from assets.slip.models import Slip
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from tests.assets.distribution.conftest import fresh
from tests.assets.store.conftest import everything
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("STK-07")


def test_every_class_with_what_is_due_to_it(hall):
    made = hall.sheet()
    kit = kit_of(made)
    due = {str(one): {item.name: quantity for item, quantity in due_of(one, kit).items()} for one in made.recipients.select_related("school_class")}
    assert due == {"三年级1班": {"作业本": 6, "扫把": 1}, "四年级1班": {"作业本": 3, "扫把": 1, "英语书": 1}}
    needs = {need.item.name: (need.due, need.short) for need in needs_of(made, kit, list(made.recipients.select_related("school_class")))}
    assert needs == {"作业本": (9, 9), "扫把": (2, 2), "英语书": (1, 1)}


def test_nobody_hands_out_before_another_approved(hall):
    hall.stock()
    made = hall.sheet()
    with pytest.raises(RuleViolation, match="现在不能发"):
        hall.give(hall.of(made, hall.one), {hall.books: 6})
    rules.submit_distribution(actor=hall.cast.storekeeper, at=NOW, record=fresh(made))
    with pytest.raises(NotAllowed):
        rules.open_distribution(actor=hall.cast.storekeeper, at=NOW, record=fresh(made))
    assert fresh(made).state == DistributionState.READY
    assert hall.sums(hall.books) == (50, 100)


def test_handed_out_in_two_parts_through_the_ledger(hall):
    hall.stock()
    made = hall.opened()
    one = hall.of(made, hall.one)
    slip = hall.give(one, {hall.books: 4, hall.broom: 1})
    assert (slip.kind, slip.person, slip.department) == ("issue", hall.cast.headteacher, hall.office)
    assert [file.role for file in attachments_of(slip)] == ["signature"]
    assert (hall.sums(hall.books), fresh(one).state) == ((46, 92), RecipientState.PARTLY)
    before = everything()
    with pytest.raises(RuleViolation, match="还能发 2 本"):
        hall.give(one, {hall.books: 3})
    with pytest.raises(RuleViolation, match="还没有签名"):
        hall.give(one, {hall.books: 2}, signature=[])
    with pytest.raises(Conflict):
        hall.give(one, {hall.english: 1})
    with pytest.raises(RuleViolation, match="不能是同一个人"):
        hall.give(one, {hall.books: 2}, receiver=hall.cast.storekeeper)
    assert everything() == before
    hall.give(one, {hall.books: 2})
    assert fresh(one).state == RecipientState.DONE
    assert hall.sums(hall.books) == (44, 88)


def test_too_little_in_the_store_leaves_nothing_half_done(hall):
    hall.receive(50, 100, hall.books)
    made = hall.opened()
    one = hall.of(made, hall.one)
    before = everything()
    with pytest.raises(RuleViolation, match="只有 0 把"):
        hall.give(one, {hall.books: 6, hall.broom: 1})
    assert (everything(), Handout.objects.count(), fresh(one).state) == (before, 0, RecipientState.WAITING)


def test_a_paper_struck_out_is_due_again(hall):
    hall.stock()
    made = hall.opened()
    one = hall.of(made, hall.one)
    hall.give(one, {hall.broom: 1})
    slip = hall.give(one, {hall.books: 6})
    assert fresh(one).state == RecipientState.DONE
    booking.reverse_slip(actor=hall.cast.storekeeper, at=NOW, record=slip, reason="发错班")
    assert (fresh(one).state, hall.sums(hall.books)) == (RecipientState.PARTLY, (50, 100))
    hall.give(one, {hall.books: 6})
    assert fresh(one).state == RecipientState.DONE


def test_states_follow_the_numbers(hall):
    hall.stock()
    made = hall.opened()
    one, two = hall.of(made, hall.one), hall.of(made, hall.two)
    hall.give(one, {hall.books: 6, hall.broom: 1})
    keeper = {"actor": hall.cast.storekeeper, "at": NOW}
    handing_rules.set_count(**keeper, record=fresh(one), count=3, note="转来一名")
    assert (fresh(one).count, fresh(one).state) == (3, RecipientState.PARTLY)
    hall.give(one, {hall.books: 3})
    hall.add(made, hall.paper, 1)  # something more in the middle
    assert fresh(one).state == RecipientState.PARTLY
    handing_rules.skip(**keeper, record=fresh(two), reason="在分校领")
    assert due_of(fresh(two), kit_of(made)) == {}
    with pytest.raises(RuleViolation, match="不用领"):
        hall.give(two, {hall.books: 1})
    with pytest.raises(RuleViolation, match="还有 1 份没有领齐"):
        rules.close_distribution(**keeper, record=fresh(made))
    rules.close_distribution(**keeper, record=fresh(made), reason="打印纸没到，另发")
    with pytest.raises(RuleViolation, match="现在不能发"):
        hall.give(one, {hall.paper: 1})


def test_who_has_not_come_is_told_once_a_day(hall):
    hall.stock()
    made = hall.opened()
    hall.give(hall.of(made, hall.one), {hall.books: 6, hall.broom: 1})
    before = set(OutboxMessage.objects.values_list("pk", flat=True))
    for _ in range(2):
        rules.remind(actor=hall.cast.storekeeper, at=NOW, record=fresh(made))
    told = OutboxMessage.objects.exclude(pk__in=before)
    assert [one.key.endswith(f".{hall.cast.teacher.pk}") for one in told] == [True]


def test_by_person_on_the_cost_of_the_own_department(hall):
    hall.stock()
    made = hall.sheet(audience="person")
    with pytest.raises(RuleViolation, match="每人一份"):
        hall.add(made, hall.books, 1, per="pupil")
    hall.add(made, hall.books, 2)
    keeper = {"actor": hall.cast.storekeeper, "at": NOW}
    rules.add_recipients(**keeper, record=fresh(made), persons=[hall.cast.teacher, hall.cast.headteacher])
    with pytest.raises(RuleViolation, match="都在名单上"):
        rules.add_recipients(**keeper, record=fresh(made), persons=[hall.cast.teacher])
    rules.submit_distribution(**keeper, record=fresh(made))
    rules.open_distribution(actor=hall.cast.director, at=NOW, record=fresh(made))
    slip = hall.give(Recipient.objects.get(person=hall.cast.teacher), {hall.books: 2}, receiver=hall.cast.teacher)
    assert slip.department == (hall.cast.teacher.department or hall.office)
    assert slip.lines.get().amount == Decimal(4)


def test_on_the_phone(hall, client):
    hall.stock()
    made = hall.opened()
    one = hall.of(made, hall.one)
    client.force_login(hall.cast.storekeeper)
    assert "三年级1班" in client.get("/assets/recipient/?now=true&state=waiting").content.decode()
    address = f"/assets/recipient/{one.pk}/hand_out/"
    assert "该领 6 本" in client.get(address).content.decode()
    given = {f"q_{hall.books.pk}": "6", f"q_{hall.broom.pk}": "1", "receiver": hall.cast.headteacher.pk}
    assert client.post(address, given).status_code == 422
    assert not Slip.objects.filter(kind="issue").exists()
    assert client.post(address, given | {"signature_typed": hall.cast.headteacher.name}).status_code == 302
    assert fresh(one).state == RecipientState.DONE
    assert "四年级1班" in client.get(f"/assets/distribution/{made.pk}/").content.decode()
    assert client.get(f"/print/assets.distribution/{made.pk}/").status_code == 200
    assert client.get(f"/print/assets.recipient/{one.pk}/").status_code == 200
    client.force_login(hall.cast.headteacher)
    assert "已领齐" in client.get(f"/assets/recipient/{one.pk}/").content.decode()
    assert client.get(f"/assets/recipient/{hall.of(made, hall.two).pk}/").status_code == 404


def test_who_has_nothing_to_fetch_is_not_called_and_not_waited_for(hall):
    made = hall.sheet(audience="class")
    for line in kit_of(made):
        if not line.grade:
            rules.remove_item(actor=hall.cast.storekeeper, at=NOW, record=fresh(made), row=line)
    one, two = hall.of(made, hall.one), hall.of(made, hall.two)
    assert (one.state, two.state) == (RecipientState.NOTHING, RecipientState.WAITING)
    rules.submit_distribution(actor=hall.cast.storekeeper, at=NOW, record=fresh(made))
    rules.open_distribution(actor=hall.cast.director, at=NOW, record=fresh(made))
    assert not OutboxMessage.objects.filter(key__contains=".distribution.open.", key__endswith=f".{hall.cast.headteacher.pk}").exists()
    with pytest.raises(RuleViolation, match="没有要领的"):
        hall.give(one, {hall.english: 1})
    hall.stock()
    hall.give(two, {hall.english: 1})
    rules.close_distribution(actor=hall.cast.storekeeper, at=NOW, record=fresh(made))
    assert fresh(made).state == DistributionState.DONE


def test_nothing_more_goes_out_than_was_approved(hall):
    made = hall.opened()
    with pytest.raises(NotAllowed, match="由批准的人来加"):
        rules.add_item(actor=hall.cast.storekeeper, at=NOW, record=fresh(made), item=hall.paper, quantity=Decimal(100))
    assert made.kit.count() == 3
