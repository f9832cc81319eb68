"""借还: no piece is promised twice, what is out holds its card, who is late hears of it (AST-08)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse

from assets.card.change_rules import merge_card, split_card, take_off
from assets.damage import rules as damages
from assets.damage.models import Damage
from assets.loan import home, rules
from assets.loan.forms import LoanForm
from assets.loan.free import Span, least_free, piece_days
from assets.loan.models import Loan, LoanReturn, LoanState
from assets.loan.queries import loans_visible_to, offers_visible_to, usage
from assets.loan.telling import remind_loans
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import SchoolClass, Student, User
from tests.assets.conftest import TODAY, fresh
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("AST-08")


def day(n: int):
    return TODAY + timedelta(days=n)


class Counter:
    """A keeper who lends cameras (one card of 3) that teachers may book."""

    def __init__(self, ledger):
        self.ledger, self.cast = ledger, ledger.cast
        self.cameras = ledger.computer(name="摄像机", quantity=3)
        self.offer = rules.save_offer(actor=self.cast.keeper, at=NOW, card=self.cameras, longest_days=10)

    def book(self, actor, first=0, last=3, quantity=1, **given) -> Loan:
        given = {"card": self.cameras, "from_on": day(first), "due_on": day(last), "quantity": quantity} | given
        return rules.book_loan(actor=actor, at=NOW, **given)

    def out(self, **given) -> Loan:
        return self.book(self.cast.keeper, borrower=self.cast.teacher, now=True, **given)

    def take_in(self, loan, at=NOW, **given) -> Loan:
        return rules.take_in(actor=self.cast.keeper, at=at, record=loan, **given)


@pytest.fixture
def counter(ledger):
    return Counter(ledger)


# what is free, without a database


def test_free_is_counted_on_the_worst_day_of_the_period():
    spans = [Span(day(0), day(2), 2), Span(day(2), day(4)), Span(day(9), day(9), 3)]
    assert least_free(3, spans, day(0), day(5)) == (0, day(2))
    assert least_free(3, spans, day(3), day(8)) == (2, day(3))
    assert least_free(3, spans, day(5), day(8)) == (3, day(5))


def test_piece_days_are_those_inside_the_period():
    assert piece_days([Span(day(-5), day(1), 2), Span(day(3), day(9)), Span(day(20), day(30))], day(0), day(4)) == 2 * 2 + 2


# booking


def test_no_piece_is_promised_twice(counter):
    counter.book(counter.cast.teacher, 2, 5, quantity=2)
    with pytest.raises(RuleViolation, match="只剩 1 台") as refusal:
        counter.book(counter.cast.headteacher, 5, 6, quantity=2)
    assert refusal.value.field == "quantity"
    assert Loan.objects.count() == 1
    counter.book(counter.cast.headteacher, 6, 7, quantity=3)
    counter.book(counter.cast.headteacher, 0, 5)


def test_teachers_book_for_themselves_what_is_open_and_not_longer_than_allowed(counter):
    with pytest.raises(NotAllowed):
        counter.book(counter.cast.teacher, borrower=counter.cast.headteacher)
    with pytest.raises(RuleViolation, match="最长借 10 天"):
        counter.book(counter.cast.teacher, 0, 10)
    rules.save_offer(actor=counter.cast.keeper, at=NOW, record=counter.offer, is_active=False)
    with pytest.raises(RuleViolation, match="没有开放借用"):
        counter.book(counter.cast.teacher)
    assert not Loan.objects.exists()
    assert not offers_visible_to(counter.cast.teacher).exists()


@pytest.mark.parametrize(("first", "last"), [(-1, 2), (3, 2), (400, 401), (0, 400)])
def test_days_are_in_order_and_not_past(counter, first, last):
    with pytest.raises(RuleViolation):
        counter.out(first=first, last=last)


def test_who_is_late_books_nothing_new(counter):
    counter.out(last=0)
    with pytest.raises(RuleViolation, match="超期没还"):
        rules.book_loan(actor=counter.cast.teacher, at=NOW + timedelta(days=2), card=counter.cameras, from_on=day(3), due_on=day(4))


def test_things_in_repair_are_not_lent(counter):
    type(counter.cameras).objects.filter(pk=counter.cameras.pk).update(status="repair")
    with pytest.raises(RuleViolation, match="维修"):
        counter.out()


# out and back


def test_out_and_back_in_two_parts_with_its_condition(counter):
    loan = counter.out(quantity=3)
    assert loan.state == LoanState.OUT
    loan = counter.take_in(loan, quantity=2)
    assert (loan.state, loan.left) == (LoanState.OUT, 1)
    with pytest.raises(RuleViolation) as refusal:
        counter.take_in(loan, condition="damaged")
    assert refusal.value.field == "words"
    with pytest.raises(RuleViolation):
        counter.take_in(loan, quantity=2)
    loan = counter.take_in(loan, condition="damaged", words="镜头碎了")
    assert (loan.state, loan.back_on, loan.returns.count()) == (LoanState.BACK, TODAY, 2)
    assert OutboxMessage.objects.filter(key__contains="assets.loan.bad").count() == 1
    damage = Damage.objects.get()
    assert (damage.card_id, damage.person, damage.quantity, damage.origin_label) == (counter.cameras.pk, counter.cast.teacher, 1, str(loan))
    with pytest.raises(RuleViolation):
        counter.take_in(loan)


def lose(counter, quantity=1) -> Damage:
    counter.take_in(counter.out(quantity=quantity), condition="lost", words="丢在操场了")
    return Damage.objects.latest("pk")


def free(counter) -> int:
    offer = offers_visible_to(counter.cast.keeper).get()
    return offer.card.quantity - offer.out - offer.lost


def test_what_was_lost_is_not_lent_until_it_is_found_or_given_anew(counter):
    damage = lose(counter, 2)
    assert free(counter) == 1
    with pytest.raises(RuleViolation, match="丢了 2 台，还没有处理完") as refusal:
        counter.out(quantity=2)
    assert refusal.value.field == "quantity"
    assert Loan.objects.count() == 1
    assert home.card_panel(counter.cameras, counter.cast.keeper)["lost"] == 2
    damages.void_damage(actor=counter.cast.keeper, at=NOW, record=damage, reason="在器材室找到了")
    assert free(counter) == 3
    damages.assess(actor=counter.cast.keeper, at=NOW, record=lose(counter), amount=1, person=counter.cast.teacher)
    damage = Damage.objects.latest("pk")
    assert free(counter) == 2
    damages.mend(actor=counter.cast.keeper, at=NOW, record=damage, ending="买了同样的一台", on=TODAY)
    assert free(counter) == 3
    counter.out(quantity=3)


def test_what_was_lost_is_written_off_once(counter):
    lose(counter)
    given = {"actor": counter.cast.accountant, "on": TODAY, "approval": "批", "voucher": "记-1"}
    take_off(at=NOW, record=fresh(counter.cameras), kind="scrap", quantity=1, **given)
    assert free(counter) == 1
    take_off(at=NOW, record=fresh(counter.cameras), kind="loss", quantity=1, **given)
    assert free(counter) == 1
    counter.out()


def test_a_single_thing_that_was_lost_is_not_lent(counter):
    card = counter.ledger.computer(name="相机", quantity=1)
    loan = counter.out(card=card)
    counter.take_in(loan, condition="lost", words="丢了")
    with pytest.raises(RuleViolation, match="借不到了（丢了 1 台"):
        counter.out(card=card)


def test_a_booking_goes_out_only_when_the_pieces_are_there(counter):
    booked = counter.book(counter.cast.teacher, 2, 4, quantity=3)
    late = counter.book(counter.cast.keeper, 0, 1, quantity=1, borrower=counter.cast.headteacher, now=True)
    with pytest.raises(RuleViolation):
        rules.hand_out(actor=counter.cast.keeper, at=NOW + timedelta(days=2), record=booked)
    counter.take_in(late, at=NOW + timedelta(days=2))
    assert rules.hand_out(actor=counter.cast.keeper, at=NOW + timedelta(days=2), record=booked).from_on == day(2)


def test_borrowers_do_not_give_out_or_take_back(counter):
    booked = counter.book(counter.cast.teacher)
    with pytest.raises(NotAllowed):
        rules.hand_out(actor=counter.cast.teacher, at=NOW, record=booked)
    with pytest.raises(NotAllowed):
        rules.take_in(actor=counter.cast.teacher, at=NOW, record=counter.out())


@time_machine.travel(NOW)
def test_longer_only_until_the_next_booking(counter):
    loan = counter.out(last=5, quantity=3)
    counter.book(counter.cast.headteacher, 8, 9)
    with pytest.raises(RuleViolation) as refusal:
        rules.extend_loan(actor=counter.cast.teacher, at=NOW, record=loan, due_on=day(8))
    assert refusal.value.field == "due_on"
    longer = rules.extend_loan(actor=counter.cast.teacher, at=NOW, record=loan, due_on=day(7))
    assert (longer.due_on, longer.extended) == (day(7), 1)


def test_a_cancelled_booking_frees_its_pieces(counter):
    booked = counter.book(counter.cast.teacher, quantity=3)
    with pytest.raises(NotAllowed):
        rules.cancel_loan(actor=counter.cast.headteacher, at=NOW, record=booked)
    rules.cancel_loan(actor=counter.cast.teacher, at=NOW, record=booked)
    counter.book(counter.cast.headteacher, quantity=3)


# what it holds


def test_a_lent_thing_is_not_scrapped_merged_or_split_away(counter):
    counter.out(quantity=2)
    card = fresh(counter.cameras)
    with pytest.raises(RuleViolation, match="JY-2026-0001"):
        take_off(actor=counter.cast.accountant, at=NOW, record=card, on=TODAY, kind="scrap", quantity=1, approval="批", voucher="记-1")
    with pytest.raises(RuleViolation, match="不能少于"):
        split_card(actor=counter.cast.keeper, at=NOW, record=card, on=TODAY, quantity=2)
    with pytest.raises(RuleViolation, match="不能少于"):
        merge_card(actor=counter.cast.keeper, at=NOW, record=card, on=TODAY, into=counter.ledger.computer(name="摄像机", quantity=3))
    assert split_card(actor=counter.cast.keeper, at=NOW, record=card, on=TODAY, quantity=1).quantity == 1


def test_loans_stand_in_the_name_and_in_a_handover(counter):
    loan = counter.out()
    assert home.loans_in_name(counter.cast.teacher).lines[0].title == "摄像机"
    assert home.loans_in_name(counter.cast.headteacher) is None
    assert [item.detail[:5] for item in home.loans_to_hand_over(counter.cast.teacher, [], counter.cast.keeper)] == ["自己借的，"]
    assert len(home.loans_to_hand_over(counter.cast.keeper, [], counter.cast.keeper)) == 1
    assert list(home.held_by(counter.cast.teacher)) == [loan]


# telling


def test_reminders_come_once_and_lapsed_bookings_end(counter):
    counter.out(last=1)
    booked = counter.book(counter.cast.headteacher, 0, 9)
    clock = User.objects.system()
    with pytest.raises(NotAllowed):
        remind_loans(actor=counter.cast.keeper, at=NOW)
    assert remind_loans(actor=clock, at=NOW) == 0
    first = OutboxMessage.objects.count()
    remind_loans(actor=clock, at=NOW)
    assert OutboxMessage.objects.count() == first
    assert remind_loans(actor=clock, at=NOW + timedelta(days=4)) == 1
    assert OutboxMessage.objects.count() > first
    booked.refresh_from_db()
    assert (booked.state, booked.reason) == (LoanState.CANCELLED, "没有来取")


# pupils, figures, pages


def test_a_pupils_loan_is_the_head_teachers_to_see(counter):
    school_class = SchoolClass.objects.create(name="七年级（9）班", grade="七年级", head_teacher=counter.cast.headteacher)
    pupil = Student.objects.create(number="20260901", name="林小满", school_class=school_class)
    with pytest.raises(RuleViolation, match="不借给学生"):
        counter.book(counter.cast.keeper, student=pupil)
    rules.save_offer(actor=counter.cast.keeper, at=NOW, record=counter.offer, for_students=True)
    loan = counter.book(counter.cast.keeper, student=pupil, now=True)
    assert loan.who == "七年级（9）班 林小满"
    assert loan in loans_visible_to(counter.cast.headteacher)
    assert loan not in loans_visible_to(counter.cast.teacher)
    with pytest.raises(RuleViolation):
        counter.book(counter.cast.keeper, student=pupil, borrower=counter.cast.teacher)


def test_usage_is_piece_days_out_of_all(counter):
    loan = counter.out(last=9, quantity=3)
    counter.take_in(loan, at=NOW + timedelta(days=4))
    [row] = usage(day(0), day(9), day(9))
    assert (row.loans, row.pieces, row.piece_days, row.share) == (1, 3, 15, 0.5)


def test_the_form_asks_teachers_only_about_themselves(counter):
    assert "borrower" in LoanForm(user=counter.cast.keeper).fields
    assert "borrower" not in LoanForm(user=counter.cast.teacher).fields


def test_a_teacher_books_on_the_page(counter, client):
    client.force_login(counter.cast.teacher)
    page = client.get(reverse("assets:loan-create"), {"card": counter.cameras.number})
    assert "现在都在" in page.content.decode()
    given = {"card": counter.cameras.number, "quantity": 1, "from_on": "2060-01-01", "due_on": "2060-01-02"}
    assert client.post(reverse("assets:loan-create"), given).status_code == 422
    assert client.get(reverse("assets:loan-usage")).status_code == 403
    assert "摄像机" in client.get(reverse("assets:offer-list")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_ten_people_at_three_pieces(counter, together):
    keeper, cameras = counter.cast.keeper, counter.cameras
    given = {"card": cameras, "from_on": day(0), "due_on": day(3), "borrower": keeper, "now": True}
    outcomes = together(*(lambda: rules.book_loan(actor=keeper, at=NOW, **given) for _ in range(10)))
    assert sum(isinstance(one, Loan) for one in outcomes) == 3
    assert sum(isinstance(one, RuleViolation) for one in outcomes) == 7


def test_what_was_given_back_stays_as_it_is_in_the_database(counter):
    counter.take_in(counter.out(quantity=2), quantity=1)
    for act in (lambda: LoanReturn.objects.update(quantity=2), lambda: LoanReturn.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()
    assert LoanReturn.objects.get().quantity == 1


def test_how_a_thing_is_lent_is_changed_from_where_it_is_lent(counter, client):
    client.force_login(counter.cast.keeper)
    edit = reverse("assets:offer-update", args=[counter.offer.pk])
    card, lend = reverse("assets:card-detail", args=[counter.cameras.pk]), f"{reverse('assets:loan-create')}?card={counter.cameras.number}"
    for page in (card, lend):
        assert edit in client.get(page).content.decode()
    assert client.post(edit, {"longest_days": "5", "words": "先充电"}, follow=True).status_code == 200  # no tick: closed
    assert not fresh_offer(counter).is_active and not offers_visible_to(counter.cast.teacher).exists()
    assert edit in client.get(card).content.decode()
    client.force_login(counter.cast.teacher)
    assert edit not in client.get(lend).content.decode()


def fresh_offer(counter):
    return type(counter.offer).objects.get(pk=counter.offer.pk)


@time_machine.travel(NOW)  # who is late is asked of the clock
def test_what_is_not_open_is_extended_by_whoever_lends_it(counter):
    loan = counter.out()
    rules.save_offer(actor=counter.cast.keeper, at=NOW, record=counter.offer, is_active=False)
    with pytest.raises(RuleViolation, match="续借请找保管人"):
        rules.extend_loan(actor=counter.cast.teacher, at=NOW, record=loan, due_on=day(5))
    assert Loan.objects.get(pk=loan.pk).due_on == day(3)
    assert rules.extend_loan(actor=counter.cast.keeper, at=NOW, record=loan, due_on=day(5)).due_on == day(5)


def test_a_booking_of_somebody_who_left_is_not_given_out(counter):
    loan = counter.book(counter.cast.teacher)
    User.objects.filter(pk=counter.cast.teacher.pk).update(is_active=False)
    with pytest.raises(RuleViolation, match="不在职"):
        rules.hand_out(actor=counter.cast.keeper, at=NOW, record=loan)
    assert Loan.objects.get(pk=loan.pk).state == LoanState.BOOKED


@pytest.mark.parametrize("asked", ["until=0001-01-01", "since=0001-01-01&until=9999-12-31"])
def test_days_of_another_age_are_no_error_of_ours(counter, client, asked):
    client.force_login(counter.cast.keeper)
    page = client.get(f"{reverse('assets:loan-usage')}?{asked}")
    assert (page.status_code, "请核对年份" in page.content.decode()) == (200, True)
    assert client.get(f"{reverse('assets:loan-usage-excel')}?{asked}").status_code < 500
