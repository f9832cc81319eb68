"""Entries: meals only, two books, no published month, corrected by another entry (CAN-13)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from canteen.account.models import AccountEntry
from canteen.account.purposes import stranger_in
from canteen.account.queries import fees_waiting, standing_amount
from canteen.account.rules import correct_entry, take_fees
from finance.fee.models import FeeCharge, FeeDue, FeeItem, FeePayment
from logistics.platform.imports import rules as imports
from logistics.platform.imports.models import ImportRun
from logistics.platform.imports.targets import target_for
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.org.models import Student
from logistics.platform.terms.models import Term
from tests.canteen.account_kit import DECEMBER, LATER, MONTH, TODAY, eaters, entry, signed
from tests.canteen.menu_kit import pupils
from tests.conftest import NOW, api_key
from tests.platform.imports_kit import found, noted
from tests.platform.office_files import xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("CAN-13")]


@pytest.mark.parametrize(
    ("summary", "what", "purse"),
    [
        ("上级检查招待用餐", "公务接待", "公用经费"), ("教师节慰问品", "福利", "工会经费"), ("办公用品一批", "办公费", "公用经费"), ("校车汽油", "车辆", "公用经费"),
        ("操场维修", "基建", "维修或基建经费"), ("行政罚款", "罚款", "不能从伙食费里出"), ("教师加班费", "工资", "人员经费"),
    ],
)  # fmt: skip
def test_spending_that_is_no_meal_is_refused_with_reason_purse_and_basis(cast, summary, what, purse):
    with pytest.raises(RuleViolation) as refusal:
        entry(cast, "other", "300", summary=summary)
    assert refusal.value.field == "summary"
    assert all(word in refusal.value.message for word in (what, purse, "专款专用", "《中小学校园食品安全和膳食经费管理工作指引》"))
    assert not AccountEntry.objects.exists()


@pytest.mark.parametrize("summary", ["料酒、黄酒各一箱", "教学楼食堂分餐台灯管", "食堂工勤人员工资", "液化气 46 瓶", "不锈钢汤桶"])
def test_what_only_sounds_alike_is_taken(summary):
    assert stranger_in(summary) == ""


def test_the_page_and_the_api_refuse_alike(cast, client):
    given = {"on": str(TODAY), "purpose": "supplies", "book": "both", "amount": "300", "summary": "打印机硒鼓"}
    client.force_login(cast.accountant)
    answer = client.post("/canteen/account-entry/new/", given)
    assert answer.status_code == 422
    assert "不是伙食支出" in answer.content.decode()
    said = client.post("/api/v1/canteen/account-entries/", given, headers={"authorization": f"Token {api_key(cast.accountant)}"})
    assert said.status_code == 400
    assert "不是伙食支出" in said.content.decode()
    assert not AccountEntry.objects.exists()


@pytest.mark.parametrize(
    ("purpose", "book"),
    [("pupil_fee", "staff"), ("staff_fee", "pupil"), ("nutrition", "staff"), ("subsidy", "both"), ("refund", "both"), ("power", ""), ("opening", "both")],
)
def test_the_books_of_pupils_and_staff_are_kept_apart(cast, purpose, book):
    with pytest.raises(RuleViolation) as refusal:
        entry(cast, purpose, book=book)
    assert refusal.value.field == "book"


def test_the_database_keeps_the_books_apart_and_the_entries_as_they_are(cast):
    fee = entry(cast, "pupil_fee", "500")
    for change in ({"book": "staff"}, {"amount": 0}):
        values = {"on": TODAY, "purpose": "pupil_fee", "book": "pupil", "amount": 5, "summary": "餐费", "created_by": cast.accountant, "created_at": NOW}
        with pytest.raises(IntegrityError), transaction.atomic():
            AccountEntry.objects.create(**values | change)
    with pytest.raises(DatabaseError), transaction.atomic():
        AccountEntry.objects.filter(pk=fee.pk).update(amount=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        fee.delete()


@pytest.mark.parametrize("amount", ["0", "-5", "0.001", "1000000000", "1e400", "NaN", "Infinity"])
def test_an_amount_that_is_none_is_refused(cast, amount):
    with pytest.raises(RuleViolation) as refusal:
        entry(cast, amount=amount)
    assert refusal.value.field == "amount"


@pytest.mark.parametrize("days", [1, -400_000])
def test_a_day_to_come_or_long_gone_is_refused(cast, days):
    with pytest.raises(RuleViolation) as refusal:
        entry(cast, on=TODAY + timedelta(days=days))
    assert refusal.value.field == "on"


def test_other_spending_says_what_it_was(cast):
    with pytest.raises(RuleViolation, match="写清楚"):
        entry(cast, "other", summary="杂项")


def test_a_correction_is_a_new_entry_that_points_at_the_old(cast):
    old = entry(cast, "fuel", "6430", summary="液化气")
    new = correct_entry(actor=cast.accountant, at=NOW, record=old, amount=Decimal(6340), reason="写反了")
    assert (new.corrects, new.amount, new.purpose, new.book) == (old, Decimal(-90), "fuel", "both")
    last = correct_entry(actor=cast.accountant, at=NOW, record=old, amount=Decimal(0), reason="记重了")
    assert (last.amount, standing_amount(old)) == (Decimal(-6340), 0)
    assert AccountEntry.objects.get(pk=old.pk).amount == Decimal(6430)
    with pytest.raises(RuleViolation, match="没有要更正的"):
        correct_entry(actor=cast.accountant, at=NOW, record=old, amount=Decimal(0), reason="再来")
    with pytest.raises(RuleViolation, match="打开原来那一笔"):
        correct_entry(actor=cast.accountant, at=NOW, record=new, amount=Decimal(1), reason="改更正")
    with pytest.raises(NotAllowed):
        correct_entry(actor=cast.canteen, at=NOW, record=old, amount=Decimal(1), reason="不归我")


def test_a_published_month_takes_no_entry_and_is_corrected_in_the_next(cast):
    old = entry(cast, "pupil_fee", "500")
    eaters(cast, 10, 0)
    signed(cast)
    with pytest.raises(RuleViolation, match="已经签字公布") as refusal:
        entry(cast, at=LATER)
    assert refusal.value.field == "on"
    new = correct_entry(actor=cast.accountant, at=LATER, record=old, amount=Decimal(450), reason="多收")
    assert (new.on.month, new.amount) == (DECEMBER.month, Decimal(-50))
    with pytest.raises(RuleViolation, match="已经签字公布"):
        correct_entry(actor=cast.accountant, at=LATER, record=old, amount=Decimal(1), reason="改", on=TODAY)


def test_the_opening_balance_is_said_once_a_book_and_may_be_a_deficit(cast):
    given = {"book": "pupil", "summary": "上期结余"}
    assert entry(cast, "opening", "88.50", is_deficit=True, **given).amount == Decimal("-88.50")
    with pytest.raises(RuleViolation, match="记过了"):
        entry(cast, "opening", "5", **given)
    with pytest.raises(RuleViolation, match="只有期初结余"):
        entry(cast, "fuel", "5", is_deficit=True)


@pytest.fixture
def charge(cast) -> FeeDue:
    """What one pupil owes of a meal charge; and a uniform that has nothing to do with it."""
    by = {"created_by": cast.accountant, "created_at": NOW}
    room = pupils(1)
    term = Term.objects.create(name="秋", year="2026-2027", start_on=MONTH, end_on=DECEMBER)
    dues = []
    for name in ("校服", "学生伙食费"):
        item = FeeItem.objects.create(name=name, kind="service", amount=500, document="1", authority="区", valid_from=MONTH, **by)
        one = FeeCharge.objects.create(
            number=f"SF-{name}", item=item, term=term, amount=500, due_on=TODAY, issued_by=cast.principal, issued_at=NOW, state="issued", **by
        )
        dues.append(FeeDue.objects.create(charge=one, student=Student.objects.get(school_class=room), school_class=room, amount=500, paid=300))
    return dues[-1]


def paid(cast, due: FeeDue, amount, **given) -> FeePayment:
    return FeePayment.objects.create(due=due, amount=Decimal(amount), paid_on=TODAY, receipt="1", at=NOW, by=cast.cashier, **given)


def test_meal_money_of_finance_is_taken_over_once_and_the_difference_later(cast, charge):
    first = paid(cast, charge, 300)
    made = take_fees(actor=cast.accountant, at=NOW, until=TODAY)
    assert [(one.purpose, one.book, one.amount) for one in made] == [("pupil_fee", "pupil", Decimal(300))]
    with pytest.raises(RuleViolation, match="都已经记过了"):
        take_fees(actor=cast.accountant, at=NOW, until=TODAY)
    with pytest.raises(RuleViolation, match="从收费单记入的"):
        correct_entry(actor=cast.accountant, at=NOW, record=made[0], amount=Decimal(1), reason="改")
    paid(cast, charge, -300, reverses=first)
    assert [one.amount for one in fees_waiting(TODAY)] == [Decimal(-300)]
    with pytest.raises(RuleViolation, match="已经记到"):
        take_fees(actor=cast.accountant, at=NOW, until=TODAY - timedelta(days=1))
    back = take_fees(actor=cast.accountant, at=NOW, until=TODAY)
    assert [(one.purpose, one.amount) for one in back] == [("refund", Decimal(300))]
    assert fees_waiting(TODAY) == []


HEAD = ["日期", "项目", "哪本账", "金额", "摘要"]


def check(cast, *rows) -> ImportRun:
    target = target_for("canteen-account")
    return imports.start_run(actor=cast.accountant, at=NOW, target=target, name="账.xlsx", content=xlsx([HEAD, *map(list, rows)]))


def test_a_list_is_imported_row_by_row_and_taken_back_by_corrections(cast):
    run = check(cast, ["2026-11-05", "电费", "共同", 100.5, "食堂电费"], ["2026-11-02", "学生伙食费", None, 5000, "十一月伙食费"])
    assert found(run) == {}
    imports.commit_run(actor=cast.accountant, at=NOW, run=run)
    assert set(AccountEntry.objects.values_list("purpose", "book", "amount")) == {("power", "both", Decimal("100.50")), ("pupil_fee", "pupil", Decimal(5000))}
    imports.undo_run(actor=cast.accountant, at=NOW, run=ImportRun.objects.get(pk=run.pk))
    assert AccountEntry.objects.count() == 4
    assert sum(AccountEntry.objects.values_list("amount", flat=True)) == 0


def test_bad_rows_of_a_list_are_told_at_their_cells(cast):
    run = check(
        cast,
        ["2026-11-05", "办公用品", "共同", 100, "打印纸"],
        ["2026-11-05", "其他伙食支出", "共同", 100, "招待上级检查用餐"],
        ["2026-11-05", "教职工伙食费", "学生", 100, "教师交费"],
        ["2026-11-05", "水费", None, 100, "食堂水费"],
        ["合计", None, None, 450, None],
    )
    assert set(found(run)) == {(2, "purpose"), (3, "summary"), (4, "book"), (5, "book")}
    assert any("差" in said[0] for said in noted(run).values())
    assert not AccountEntry.objects.exists()
