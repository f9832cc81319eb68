"""损坏赔偿: opened by a ticket or found, judged on net value, paid into a day book, mended, waived, points handed on (AST-09, REP-07)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from assets.card.change_rules import take_off
from assets.damage import rules
from assets.damage.deductions import takers
from assets.damage.forms import AssessForm
from assets.damage.loss import most, suggested
from assets.damage.models import Damage, DamageState
from assets.damage.queries import by_class, damages_visible_to
from finance.journal.models import CashAccount, DayEntry
from finance.journal.rules import reverse_entry, save_account
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.ref import Ref
from logistics.platform.org.models import SchoolClass
from tests.conftest import NOW

TODAY = date(2026, 11, 18)
pytestmark = pytest.mark.requirement("AST-09")


@pytest.fixture
def school_class(cast):
    return SchoolClass.objects.create(name="七年级1班", grade="七年级", head_teacher=cast.headteacher)


@pytest.fixture
def account(cast):
    given = {"opened_on": TODAY - timedelta(days=60), "opening": Decimal(100)}
    return save_account(actor=cast.accountant, at=NOW, name="库存现金", kind="cash", **given)


def opened(cast, **given) -> Damage:
    return rules.file_damage(actor=cast.headteacher, at=NOW, **{"thing": "玻璃", "description": "打球打破", "found_on": TODAY} | given)


def judged(cast, school_class, **given) -> Damage:
    damage = given.pop("damage", None) or opened(cast)
    usual = {"amount": Decimal(30), "worth": Decimal(45), "school_class": school_class}
    return rules.assess(actor=cast.keeper, at=NOW, record=damage, **usual | given)


def state(damage) -> str:
    return Damage.objects.get(pk=damage.pk).state


@pytest.fixture
def told():
    found = []

    def take(*, actor, at, deduction):
        found.append((deduction.school_class, deduction.head_teacher, deduction.points))

    takers.append(take)
    yield found
    takers.remove(take)


@pytest.mark.parametrize(
    ("worth", "cost", "ask", "limit"),
    [("120", "0", "120", "120"), ("120", "35.50", "35.50", "120"), ("0", "35.50", "35.50", "35.50"), ("20", "35.50", "20", "35.50"), (None, "8", "8", "8")],
)
def test_nobody_is_asked_for_more_than_the_loss(worth, cost, ask, limit):
    worth = None if worth is None else Decimal(worth)
    assert suggested(worth, Decimal(cost)) == Decimal(ask)
    assert most(worth, Decimal(cost)) == Decimal(limit)


def test_a_card_is_worth_its_book_value_by_the_piece(ledger, school_class):
    card = ledger.desks(40)
    damage = opened(ledger.cast, card=card, thing="", quantity=3)
    assert (damage.thing, damage.place, damage.number) == ("学生课桌", ledger.rooms.room, "PC-2026-0001")
    with pytest.raises(RuleViolation, match=r"最多赔 504\.00 元") as refusal:
        judged(ledger.cast, school_class, damage=damage, amount=Decimal("504.01"), worth=Decimal(9999))
    assert refusal.value.field == "amount"
    assert state(damage) == DamageState.OPEN
    assert judged(ledger.cast, school_class, damage=damage, amount=Decimal(504)).worth == Decimal(504)


def test_more_pieces_than_the_card_has_are_refused(ledger):
    with pytest.raises(RuleViolation, match="1 到 2"):
        opened(ledger.cast, card=ledger.desks(2), quantity=3)
    assert not Damage.objects.exists()


def test_paid_to_the_cashier_with_a_receipt(cast, school_class, account):
    damage = judged(cast, school_class)
    with pytest.raises(NotAllowed):
        rules.receive_payment(actor=cast.keeper, at=NOW, record=damage, account=account, on=TODAY)
    rules.receive_payment(actor=cast.cashier, at=NOW, record=damage, account=account, on=TODAY)
    damage.refresh_from_db()
    entry = DayEntry.objects.get()
    assert (damage.state, damage.receipt, damage.payer, damage.ended_by) == (DamageState.PAID, "SJ-2026-0001", "七年级1班", cast.cashier)
    assert (entry.side, entry.amount, entry.voucher, entry.document_label) == ("in", Decimal(30), damage.receipt, str(damage))
    assert CashAccount.objects.get(pk=account.pk).balance == 130
    with pytest.raises(RuleViolation):
        rules.receive_payment(actor=cast.cashier, at=NOW, record=damage, account=account, on=TODAY)
    assert DayEntry.objects.count() == 1


def test_a_receipt_struck_out_in_the_day_book_is_owed_again(cast, school_class, account):
    damage = judged(cast, school_class)
    rules.receive_payment(actor=cast.cashier, at=NOW, record=damage, account=account, on=TODAY)
    reverse_entry(actor=cast.cashier, at=NOW, record=DayEntry.objects.get(), reason="收错了")
    damage.refresh_from_db()
    assert (damage.state, damage.receipt, damage.ended_on) == (DamageState.DUE, "", None)
    assert CashAccount.objects.get(pk=account.pk).balance == 100


def test_who_judges_takes_no_money_and_does_not_judge_himself(cast, school_class, account):
    damage = opened(cast, person=cast.keeper)
    with pytest.raises(NotAllowed, match="别的同事"):
        judged(cast, school_class, damage=damage)
    with pytest.raises(RuleViolation, match="别的同事") as refusal:
        judged(cast, None, person=cast.keeper)
    assert refusal.value.field == "person"
    with pytest.raises(NotAllowed):
        rules.waive(actor=cast.keeper, at=NOW, record=judged(cast, school_class), reason="算了")


def test_mended_or_waived_with_words(cast, school_class):
    first, second = judged(cast, school_class), judged(cast, school_class)
    for call, given in ((rules.mend, {"ending": " ", "on": TODAY}), (rules.waive, {"reason": ""})):
        with pytest.raises(RuleViolation):
            call(actor=cast.director, at=NOW, record=first, **given)
    rules.mend(actor=cast.keeper, at=NOW, record=first, ending="家长照原样装了玻璃", on=TODAY)
    rules.waive(actor=cast.director, at=NOW, record=second, reason="主动承认，初犯")
    assert (state(first), state(second)) == (DamageState.REPAIRED, DamageState.WAIVED)
    assert Damage.objects.get(pk=second.pk).ending == "主动承认，初犯"


def test_points_go_to_the_class_and_come_back_when_judged_anew(cast, school_class, told):
    damage = judged(cast, school_class, points=Decimal("1.5"))
    assert told == [(school_class, cast.headteacher, Decimal("1.5"))]
    rules.waive(actor=cast.director, at=NOW, record=damage, reason="困难家庭")
    assert len(told) == 1
    rules.reopen(actor=cast.keeper, at=NOW, record=damage, reason="弄错了班")
    assert told[-1][2] == 0
    rules.judge_natural(actor=cast.keeper, at=NOW, record=damage, opinion="合页锈断")
    damage.refresh_from_db()
    assert (damage.state, damage.amount, damage.points, len(told)) == (DamageState.NATURAL, 0, 0, 2)


@pytest.mark.parametrize("points", ["20.1", "0.05", "-1", "NaN"])
def test_points_stay_within_bounds(cast, school_class, points):
    with pytest.raises(RuleViolation):
        judged(cast, school_class, points=Decimal(points))
    assert Damage.objects.get().state == DamageState.OPEN


def test_another_paper_opens_it_once(cast, school_class):
    origin = Ref("dorms.room", 7)
    given = {"actor": cast.plumber, "at": NOW, "origin": origin, "description": "门踢坏", "school_class": school_class}
    first = rules.open_damage(thing="门", repair_cost=Decimal(20), **given)
    again = rules.open_damage(thing="门", repair_cost=Decimal(55), **given)
    assert (first.pk, again.repair_cost, Damage.objects.count()) == (again.pk, 55, 1)
    judged(cast, school_class, damage=again, amount=Decimal(50), repair_cost=Decimal(55))
    assert rules.open_damage(thing="门", repair_cost=Decimal(99), **given).amount == 50
    with pytest.raises(IntegrityError), transaction.atomic():
        Damage.objects.create(
            number="X", thing="门", found_on=TODAY, description="踢", origin_kind=origin.kind, origin_id=7, created_by=cast.keeper, created_at=NOW
        )


def test_mended_again_it_keeps_what_people_wrote_since(cast, school_class):
    origin = Ref("dorms.room", 8)
    given = {"actor": cast.plumber, "at": NOW, "origin": origin, "thing": "床", "description": "床板断"}
    damage = rules.open_damage(school_class=school_class, **given)
    rules.update_damage(actor=cast.keeper, at=NOW, record=damage, quantity=3, thing="上下铺")
    again = rules.open_damage(repair_cost=Decimal(20), **given)
    assert (again.quantity, again.thing, again.school_class, again.repair_cost) == (3, "上下铺", school_class, 20)


def test_what_has_left_the_books_is_valued_by_hand(ledger, school_class):
    card = ledger.computer()
    damage = opened(ledger.cast, card=card, thing="")
    given = {"kind": "scrap", "quantity": 1, "approval": "批-1", "voucher": "记-1"}
    take_off(actor=ledger.cast.accountant, at=NOW, record=card, on=TODAY, **given)
    damage = Damage.objects.get()
    assert "worth" in AssessForm(record=damage).fields
    assert judged(ledger.cast, school_class, damage=damage, amount=Decimal(90), worth=Decimal(100)).worth == 100


def test_who_reported_it_does_not_waive_it(cast, school_class):
    damage = rules.file_damage(actor=cast.director, at=NOW, thing="玻璃", description="打破", found_on=TODAY)
    judged(cast, school_class, damage=damage)
    with pytest.raises(NotAllowed, match="您登记的"):
        rules.waive(actor=cast.director, at=NOW, record=damage, reason="算了")
    rules.waive(actor=cast.vice, at=NOW, record=damage, reason="初犯")
    assert state(damage) == DamageState.WAIVED


def test_the_keeper_adds_the_card_that_was_not_named(ledger, client):
    card, damage = ledger.desks(40), opened(ledger.cast, thing="课桌")
    client.force_login(ledger.cast.keeper)
    given = {"thing": "课桌", "quantity": "2", "description": "桌面刻字", "found_on": TODAY.isoformat(), "card": f"https://school.example.cn/q/{card.number}/"}
    assert client.post(f"/assets/damage/{damage.pk}/edit/", given | {"found_on": "0001-01-01"}).status_code == 422
    assert client.post(f"/assets/damage/{damage.pk}/edit/", given).status_code == 302
    assert Damage.objects.get().card == card
    assert f'value="{card.number}"' in client.get(f"/assets/damage/{damage.pk}/edit/").content.decode()


def test_wrong_days_of_the_table_are_told(cast, client):
    client.force_login(cast.keeper)
    for query, words in (("since=2026-09-01&until=2026-08-01", "不能晚于"), ("since=2026-13-45", "日期")):
        answer = client.get(f"/assets/damage/classes/?{query}")
        assert (answer.status_code, words in answer.content.decode()) == (422, True)


def test_people_see_their_own(cast, school_class):
    judged(cast, school_class)
    assert damages_visible_to(cast.headteacher).count() == 1
    assert not damages_visible_to(cast.stranger).exists()
    assert damages_visible_to(cast.principal).count() == 1


def test_the_table_by_class_counts_what_people_did(cast, school_class):
    judged(cast, school_class, points=Decimal(2))
    rules.judge_natural(actor=cast.keeper, at=NOW, record=opened(cast, school_class=school_class), opinion="旧了")
    rows = by_class(TODAY, TODAY)
    assert [(row["school_class__name"], row["n"], row["asked"], row["points"]) for row in rows] == [("七年级1班", 1, 30, 2)]
    assert by_class(TODAY - timedelta(days=9), TODAY - timedelta(days=1)) == []


def test_pages_from_the_label_to_the_receipt(ledger, school_class, account, client):
    card = ledger.desks(2)
    client.force_login(ledger.cast.headteacher)
    assert f'value="{card.number}"' in client.get(f"/assets/damage/new/?card={card.pk}").content.decode()
    given = {"card": card.number, "quantity": "1", "description": "桌面刻字", "found_on": TODAY.isoformat(), "school_class": school_class.pk}
    assert client.post("/assets/damage/new/", given).status_code == 302
    damage = Damage.objects.get()
    client.force_login(ledger.cast.keeper)
    page = f"/assets/damage/{damage.pk}/"
    assert "168.00" in client.get(f"{page}assess/").content.decode()
    assert client.post(f"{page}assess/", {"school_class": school_class.pk, "amount": "168.01"}).status_code == 422
    assert client.post(f"{page}assess/", {"school_class": school_class.pk, "amount": "80", "points": "1"}).status_code == 302
    assert client.get(f"{page}receipt.pdf").status_code == 400
    client.force_login(ledger.cast.cashier)
    assert client.post(f"{page}receive/", {"account": account.pk, "on": timezone.localdate().isoformat()}).status_code == 302
    answer = client.get(f"{page}receipt.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert client.get("/assets/damage/classes/").status_code == 200
