"""The nutrition programme: classes sign for what they got, a month is settled against the money (CAN-22)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from canteen.nutrition import rules
from canteen.nutrition.home import late_nutrition, nutrition_todos
from canteen.nutrition.models import ClassIssue, Programme, Settlement, SubsidyReceipt
from canteen.nutrition.pages import kept_on_phone
from canteen.nutrition.prints import ProgrammeDay, day_paper, settlement_paper
from canteen.nutrition.queries import gathered, issues_visible_to
from logistics.platform.attachments.photos import typed_signature
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.board.models import BoardPost
from logistics.platform.evidence.rules import strike
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.offline.declarations import form_of, match_of
from logistics.platform.org.models import SchoolClass, Student
from tests.canteen.buying_kit import TODAY
from tests.conftest import NOW, SHANGHAI

OCTOBER = date(2026, 10, 1)
SIGNED = {"signature": [typed_signature("校长")]}


def class_of(name="七年级（9）班", teacher=None, pupils=4) -> SchoolClass:
    made = SchoolClass.objects.create(name=name, grade="七年级", head_teacher=teacher)
    Student.objects.bulk_create(Student(number=f"{made.pk}-{n}", name=f"学生{n}", school_class=made) for n in range(pupils))
    return made


def programme_of(cast, **given) -> Programme:
    usual = {"name": "蛋奶工程", "food": "鸡蛋和牛奶", "standard": Decimal(5), "funding": "财政补助", "since": OCTOBER, "until": date(2027, 6, 30)}
    return rules.save_programme(actor=cast.canteen, at=NOW, **usual | given)


def take(cast, programme, school_class, actor=None, at=NOW, present=4, issued=4, **given) -> ClassIssue:
    actor = actor or cast.canteen
    signed = {"signature": [typed_signature(actor.name, signer=actor.name)]}
    return rules.take_issue(actor=actor, at=at, programme=programme, school_class=school_class, present=present, issued=issued, **signed | given)


def at_ten(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 10, tzinfo=SHANGHAI)


@pytest.mark.requirement("CAN-22")
def test_the_head_teacher_signs_for_the_own_class_once_a_day(cast):
    programme, mine, other = programme_of(cast), class_of(teacher=cast.headteacher), class_of("七年级（10）班")
    row = take(cast, programme, mine, cast.headteacher, issued=3, returned=1, reason="一人过敏，一人请假")
    assert (row.enrolled, row.eaten, row.amount) == (4, 2, Decimal("10.00"))
    assert attachments_of(row, "signature").count() == 1
    with pytest.raises(NotAllowed, match="由班主任签收"):
        take(cast, programme, other, cast.headteacher)
    with pytest.raises(Conflict, match=r"已经由.*签收了 3 份"):
        take(cast, programme, mine)
    with pytest.raises(NotAllowed):
        take(cast, programme, other, cast.teacher)
    assert ClassIssue.objects.count() == 1
    assert list(issues_visible_to(cast.headteacher)) == [row]
    assert not issues_visible_to(cast.teacher)
    with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE canteen_classissue SET issued = 4")


@pytest.mark.requirement("CAN-22")
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"present": 5}, "present"),
        ({"present": 3, "issued": 4}, "issued"),
        ({"returned": 5, "reason": "多"}, "returned"),
        ({"issued": 3}, "reason"),
        ({"returned": 1}, "reason"),
        ({"signature": []}, "signature"),
    ],
)
def test_never_more_than_the_pupils_who_came_and_always_a_name(cast, given, field):
    with pytest.raises(RuleViolation) as refused:
        take(cast, programme_of(cast), class_of(), **given)
    assert refused.value.field == field
    assert not ClassIssue.objects.exists()


@pytest.mark.requirement("CAN-22")
def test_no_subsidy_for_a_day_without_school_or_outside_the_programme(cast):
    programme, one = programme_of(cast, until=date(2026, 11, 20)), class_of()
    with pytest.raises(RuleViolation, match=r"不上学.*不能领补助"):
        take(cast, programme, one, at=at_ten(date(2026, 11, 15)))
    with pytest.raises(RuleViolation, match="不包括"):
        take(cast, programme, one, at=at_ten(date(2026, 11, 23)))
    upper = programme_of(cast, name="初三牛奶", grades="九年级")
    with pytest.raises(RuleViolation, match="不在「初三牛奶」里"):
        take(cast, upper, one)
    assert not ClassIssue.objects.exists()


@pytest.mark.requirement("CAN-22")
def test_the_database_holds_the_heads(cast):
    programme, one = programme_of(cast), class_of()
    base = {"programme": programme, "school_class": one, "on": TODAY, "standard": 5, "happened_at": NOW, "created_at": NOW, "created_by": cast.chef}
    for heads in ({"enrolled": 4, "present": 5, "issued": 4}, {"enrolled": 4, "present": 4, "issued": 5}, {"enrolled": 4, "present": 4, "issued": 3}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ClassIssue.objects.create(**base, **heads)


@pytest.mark.requirement("CAN-22")
def test_an_old_row_keeps_its_standard_and_a_struck_one_counts_for_nothing(cast):
    programme, one, two = programme_of(cast), class_of(), class_of("七年级（10）班")
    take(cast, programme, one)
    rules.save_programme(actor=cast.canteen, at=NOW, record=programme, standard=Decimal(6))
    programme.refresh_from_db()
    wrong = take(cast, programme, two)
    facts = gathered(programme, TODAY.replace(day=1))
    assert (facts["spent"], facts["eaten"], facts["standards"]) == ("44.00", 8, ["5.00", "6.00"])
    strike(actor=cast.canteen, at=NOW, record=wrong, reason="写错班")
    assert gathered(programme, TODAY.replace(day=1))["spent"] == "20.00"
    assert take(cast, programme, two).pk != wrong.pk


@pytest.mark.requirement("CAN-22")
def test_a_month_is_settled_in_order_by_two_people_and_published(cast):
    programme, one = programme_of(cast), class_of()
    take(cast, programme, one, at=at_ten(date(2026, 10, 15)))
    rules.record_receipt(
        actor=cast.accountant, at=at_ten(date(2026, 10, 9)), programme=programme, received_on=date(2026, 10, 9), amount=Decimal(50), voucher="财 1"
    )
    take(cast, programme, one)
    sign = {"signature": [typed_signature("校长")]}
    november = rules.draw_settlement(actor=cast.accountant, at=NOW, programme=programme, on=TODAY)
    with pytest.raises(RuleViolation, match="还没有过完"):
        rules.sign_settlement(actor=cast.principal, at=NOW, record=november, **sign)
    later = NOW + timedelta(days=20)
    with pytest.raises(RuleViolation, match="2026年10月还没有对账签字"):
        rules.sign_settlement(actor=cast.principal, at=later, record=november, **sign)
    october = rules.draw_settlement(actor=cast.accountant, at=later, programme=programme, on=OCTOBER)
    assert (october.facts["spent"], october.facts["closing"]) == ("20.00", "30.00")
    with pytest.raises(RuleViolation, match="先写说明"):
        rules.sign_settlement(actor=cast.principal, at=later, record=october, **sign)
    rules.save_settlement(actor=cast.accountant, at=later, record=october, words="结余转下月")
    with pytest.raises(NotAllowed):
        rules.sign_settlement(actor=cast.accountant, at=later, record=october, **sign)
    done = rules.sign_settlement(actor=cast.principal, at=later, record=october, **sign)
    post = BoardPost.objects.get(pk=done.post_id)
    assert "应补助 20.00 元" in post.content
    assert "结余 30.00 元" in post.content
    rules.save_settlement(actor=cast.accountant, at=later, record=november, words="结余转下月")
    november.refresh_from_db()
    assert (november.facts["opening"], november.facts["closing"]) == ("30.00", "10.00")
    assert settlement_paper(done, cast.principal)["facts"]["closing"] == "30.00"


@pytest.mark.requirement("CAN-22")
def test_a_signed_month_takes_nothing_more(cast):
    programme, one = programme_of(cast), class_of()
    row = take(cast, programme, one, at=at_ten(date(2026, 10, 30)))
    made = rules.draw_settlement(actor=cast.accountant, at=NOW, programme=programme, on=OCTOBER)
    rules.save_settlement(actor=cast.accountant, at=NOW, record=made, words="由学校先垫付")
    rules.sign_settlement(actor=cast.principal, at=NOW, record=Settlement.objects.get(), signature=[typed_signature("校长")])
    with pytest.raises(RuleViolation, match="已经对账签字"):
        strike(actor=cast.canteen, at=NOW, record=row, reason="写错")
    with pytest.raises(Conflict):
        rules.record_receipt(actor=cast.accountant, at=NOW, programme=programme, received_on=date(2026, 10, 31), amount=Decimal(9), voucher="财 2")
    with pytest.raises(Conflict):
        take(cast, programme, class_of("七年级（10）班"), at=at_ten(date(2026, 10, 30)))
    assert not SubsidyReceipt.objects.exists()


@pytest.mark.requirement("CAN-22")
def test_money_goes_back_only_with_the_reason(cast):
    given = {"programme": programme_of(cast), "received_on": TODAY, "voucher": "财 9"}
    with pytest.raises(RuleViolation, match="退回要在备注里写原因"):
        rules.record_receipt(actor=cast.accountant, at=NOW, amount=Decimal(-5), **given)
    with pytest.raises(NotAllowed):
        rules.record_receipt(actor=cast.canteen, at=NOW, amount=Decimal(5), **given)
    assert rules.record_receipt(actor=cast.accountant, at=NOW, amount=Decimal(-5), note="学期结余上缴", **given).amount == -5


@pytest.mark.requirement("CAN-22")
def test_who_has_not_signed_is_reminded_and_stands_empty_on_the_paper(cast):
    programme, mine, other = programme_of(cast), class_of(teacher=cast.headteacher), class_of("七年级（10）班")
    assert [todo.title for todo in nutrition_todos(cast.headteacher, NOW)] == [f"签收{mine}营养餐"]
    take(cast, programme, other)
    assert late_nutrition(cast.canteen, NOW + timedelta(days=1))[0].count == 1
    rows = {row["name"]: row for row in day_paper(ProgrammeDay(programme, TODAY), cast.canteen)["rows"]}
    assert (rows[other.name]["eaten"], rows[mine.name]["eaten"], rows[mine.name]["by"]) == (4, None, "")
    take(cast, programme, mine, cast.headteacher)
    assert not nutrition_todos(cast.headteacher, NOW)
    assert not nutrition_todos(cast.headteacher, at_ten(date(2026, 11, 21)))
    made = rules.draw_settlement(actor=cast.accountant, at=NOW, programme=programme, on=TODAY)
    assert [todo.title for todo in nutrition_todos(cast.principal, NOW + timedelta(days=14))] == [f"签{made}"]


@pytest.mark.requirement("CAN-22")
def test_the_form_works_without_network_for_the_own_class(cast, monkeypatch):
    programme, mine = programme_of(cast), class_of(teacher=cast.headteacher)
    address = f"/canteen/nutrition-issue/take/{programme.pk}/{mine.pk}/"
    assert match_of(form_of("canteen.nutrition"), address) is not None
    client = Client()
    client.force_login(cast.headteacher)
    page = client.get(address)
    assert page.status_code == 200
    assert b'data-offline="canteen.nutrition"' in page.content
    assert client.post(address, {"present": "9"}).status_code == 422
    assert kept_on_phone(cast.headteacher)[0][0] == "/canteen/nutrition/"
    client.force_login(cast.teacher)
    assert client.get(address).status_code == 403
    assert client.get("/canteen/nutrition/").status_code == 403


@pytest.mark.parametrize("given", [{"until": date(9999, 12, 31)}, {"since": date(1, 1, 1)}])
def test_days_beyond_reckoning_are_refused(cast, given):
    with pytest.raises(RuleViolation, match="前后最多十年"):
        programme_of(cast, **given)
    with pytest.raises(RuleViolation, match="不在项目里"):
        rules.draw_settlement(actor=cast.accountant, at=NOW, programme=programme_of(cast), on=date(9999, 12, 31))


def received(cast, programme, on: date, amount=50, voucher="财 1", at=NOW) -> SubsidyReceipt:
    return rules.record_receipt(actor=cast.accountant, at=at, programme=programme, received_on=on, amount=Decimal(amount), voucher=voucher)


def drawn(cast, programme, on: date, words="结余转下月", at=NOW) -> Settlement:
    made = rules.draw_settlement(actor=cast.accountant, at=at, programme=programme, on=on)
    return rules.save_settlement(actor=cast.accountant, at=at, record=made, words=words)


@pytest.mark.requirement("CAN-22")
def test_money_that_comes_before_the_first_portion_is_settled_too(cast):
    programme = programme_of(cast)
    received(cast, programme, date(2026, 9, 20))
    take(cast, programme, class_of(), at=at_ten(date(2026, 10, 15)))
    with pytest.raises(RuleViolation, match="不在项目里"):
        drawn(cast, programme, date(2026, 8, 1))
    rules.sign_settlement(actor=cast.principal, at=NOW, record=drawn(cast, programme, date(2026, 9, 1)), **SIGNED)
    assert drawn(cast, programme, OCTOBER).facts["opening"] == "50.00"


@pytest.mark.requirement("CAN-22")
def test_nothing_is_written_behind_a_signed_month(cast):
    """Money of an empty month before it would be carried by no settlement."""
    programme, one = programme_of(cast, since=date(2026, 9, 1)), class_of()
    take(cast, programme, one, at=at_ten(date(2026, 10, 15)))
    rules.sign_settlement(actor=cast.principal, at=NOW, record=drawn(cast, programme, OCTOBER), **SIGNED)
    with pytest.raises(Conflict, match="后面签了字"):
        received(cast, programme, date(2026, 9, 20))
    with pytest.raises(Conflict, match="后面签了字"):
        take(cast, programme, one, at=at_ten(date(2026, 9, 15)))
    with pytest.raises(Conflict, match="已经转过去了"):
        drawn(cast, programme, date(2026, 9, 1))
    assert not SubsidyReceipt.objects.exists()


@pytest.mark.requirement("CAN-22")
def test_what_is_signed_is_what_was_read(cast):
    programme = programme_of(cast)
    take(cast, programme, class_of(), at=at_ten(date(2026, 10, 15)))
    made = drawn(cast, programme, OCTOBER)
    received(cast, programme, date(2026, 10, 20), 500)
    with pytest.raises(RuleViolation, match="重新汇总"):
        rules.sign_settlement(actor=cast.principal, at=NOW, record=made, **SIGNED)
    assert not BoardPost.objects.exists()
    made = rules.save_settlement(actor=cast.accountant, at=NOW, record=made, words="结余转下月")
    assert rules.sign_settlement(actor=cast.principal, at=NOW, record=made, **SIGNED).facts["closing"] == "480.00"


@pytest.mark.requirement("CAN-22")
@pytest.mark.django_db(transaction=True)
def test_money_comes_before_the_signature_or_not_into_that_month(cast, together):
    programme = programme_of(cast)
    take(cast, programme, class_of(), at=at_ten(date(2026, 10, 15)))
    made = drawn(cast, programme, OCTOBER)
    together(
        lambda: rules.sign_settlement(actor=cast.principal, at=NOW, record=made, **SIGNED),
        lambda: received(cast, programme, date(2026, 10, 20)),
    )
    now = Settlement.objects.get()
    assert (now.state == "signed") == (not SubsidyReceipt.objects.exists())
