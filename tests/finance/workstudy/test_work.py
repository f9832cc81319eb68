"""Posts with places, hours under the month's limit, pay to the cent, once (FIN-09)."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from finance.journal.models import CashAccount, DayEntry
from finance.journal.rules import save_account
from finance.workstudy import rules
from finance.workstudy.home import work_todos
from finance.workstudy.models import Placement, WorkHours, WorkPost, WorkSheet
from finance.workstudy.queries import posts_visible_to, rows_of
from logistics.platform.access.models import Role
from logistics.platform.attachments.photos import clean_paper
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.org.models import Department, Student
from tests.conftest import NOW, SHANGHAI
from tests.platform.attachments_kit import PDF, upload

pytestmark = pytest.mark.requirement("FIN-09")
OCTOBER, TODAY = date(2026, 10, 1), date(2026, 11, 18)


def fresh(record):
    return type(record).objects.get(pk=record.pk)


class Work:
    def __init__(self, cast, rooms):
        self.cast = cast
        self.students = [Student.objects.create(number=f"70{n}", name=f"学生{n}", school_class=rooms.school_class) for n in range(3)]
        self.library, self.hall = self.post("图书整理", cast.teacher, 2, "10.33"), self.post("餐厅秩序", cast.headteacher, 1, "9")
        self.bank = save_account(actor=cast.accountant, at=NOW, name="户", kind="bank", bank="建行", number="6", opened_on=OCTOBER, opening=Decimal(1000))
        self.sheet = rules.open_sheet(actor=cast.teacher, at=NOW, month=date(2026, 10, 15))

    def post(self, name, supervisor, places, pay) -> WorkPost:
        given = {"department": Department.objects.get(name="总务处"), "supervisor": supervisor, "duties": name}
        return rules.save_post(actor=self.cast.director, at=NOW, name=name, places=places, pay=pay, **given)

    def place(self, post, n, from_on=date(2026, 9, 10)) -> Placement:
        rules.place(actor=self.cast.director, at=NOW, record=post, student=self.students[n], from_on=from_on)
        return Placement.objects.get(post=post, student=self.students[n], until_on=None)

    def note(self, placement, hours, actor="teacher"):
        return rules.note_hours(actor=getattr(self.cast, actor), at=NOW, record=fresh(self.sheet), placement=placement, hours=hours)

    def approve(self, actor="vice"):
        return rules.approve(actor=getattr(self.cast, actor), at=NOW, record=fresh(self.sheet))

    def pay(self, **given):
        fields = {"account": fresh(self.bank), "on": TODAY, "papers": [clean_paper(upload(PDF, "签收.pdf"))]} | given
        return rules.pay(actor=self.cast.cashier, at=NOW, record=fresh(self.sheet), **fields)


@pytest.fixture
def work(cast, rooms) -> Work:
    return Work(cast, rooms)


def test_the_month_is_noted_approved_and_paid_once(work):
    first, second = work.place(work.library, 0), work.place(work.library, 1)
    assert work.note(first, "12.5").amount == Decimal("129.13")
    work.note(second, 10)
    with pytest.raises(RuleViolation):
        work.pay()
    work.approve()
    with pytest.raises(RuleViolation, match="不能再改"):
        work.note(first, 20)
    with pytest.raises(RuleViolation, match="凭证"):
        work.pay(papers=[])
    work.pay()
    assert (CashAccount.objects.get().balance, fresh(work.sheet).state) == (Decimal(1000) - Decimal("129.13") - Decimal("103.30"), "paid")
    with pytest.raises(RuleViolation):
        work.pay()
    assert DayEntry.objects.count() == 1


@pytest.mark.parametrize("hours", ["0", "-1", "1.3", "十", "NaN", "40.5", "9999"])
def test_wrong_hours_are_refused(work, hours):
    placement = work.place(work.library, 0)
    with pytest.raises(RuleViolation) as refusal:
        work.note(placement, hours)
    assert refusal.value.field == "hours"
    assert WorkHours.objects.count() == 0


def test_the_limit_counts_all_posts_of_a_student(work):
    one, two = work.place(work.library, 0), work.place(work.hall, 0)
    work.note(one, 30)
    with pytest.raises(RuleViolation, match="最多 40"):
        work.note(two, "10.5", actor="headteacher")
    work.note(two, 10, actor="headteacher")
    work.note(one, 20)
    assert sum(row.hours for row in rows_of(work.sheet)) == 30


def test_a_supervisor_notes_and_sees_the_own_posts_only(work, cast):
    foreign = work.place(work.hall, 0)
    with pytest.raises(NotAllowed):
        work.note(foreign, 5)
    work.note(foreign, 5, actor="headteacher")
    assert list(posts_visible_to(cast.teacher)) == [work.library]
    assert not rows_of(work.sheet, cast.teacher).exists()
    with pytest.raises(NotAllowed):
        rules.remove_hours(actor=cast.teacher, at=NOW, record=work.sheet, row=WorkHours.objects.get())
    with pytest.raises(NotAllowed):
        work.note(foreign, 5, actor="stranger")


def test_a_supervisor_is_reminded_of_last_month(work, cast):
    assert work_todos(cast.teacher, NOW) == []
    placement = work.place(work.library, 0)
    assert [todo.title for todo in work_todos(cast.teacher, NOW)] == ["图书整理"]
    work.note(placement, 5)
    assert work_todos(cast.teacher, NOW) == []
    assert [todo.verb for todo in work_todos(cast.vice, NOW)] == ["核准"]
    work.approve()
    assert [todo.verb for todo in work_todos(cast.cashier, NOW)] == ["发放"]


def test_a_post_has_its_places_and_a_student_one_of_them(work, cast):
    placement = work.place(work.hall, 0)
    with pytest.raises(RuleViolation, match="已经在"):
        work.place(work.hall, 0)
    with pytest.raises(RuleViolation, match="满了"):
        work.place(work.hall, 1)
    rules.end_placement(actor=cast.director, at=NOW, record=work.hall, placement=placement, until_on=date(2026, 9, 20))
    work.place(work.hall, 1, date(2026, 9, 21))
    with pytest.raises(RuleViolation, match="不在岗"):
        work.note(fresh(placement), 5, actor="headteacher")
    with pytest.raises(RuleViolation, match="不在这个岗位"):
        rules.end_placement(actor=cast.director, at=NOW, record=work.hall, placement=work.place(work.library, 2), until_on=TODAY)


def test_who_noted_hours_does_not_approve_and_no_month_before_its_end(work, cast):
    work.note(work.place(work.library, 0), 5)
    Role.objects.get(key="vice").holders.add(cast.teacher)
    with pytest.raises(NotAllowed, match="登记工时"):
        work.approve("teacher")
    november = rules.open_sheet(actor=cast.teacher, at=NOW, month=TODAY)
    rules.note_hours(actor=cast.teacher, at=NOW, record=november, placement=Placement.objects.get(), hours=3)
    with pytest.raises(RuleViolation, match="还没有过完"):
        rules.approve(actor=cast.vice, at=NOW, record=november)
    with pytest.raises(RuleViolation, match="以后的月份"):
        rules.open_sheet(actor=cast.teacher, at=NOW, month=date(2026, 12, 1))
    rules.approve(actor=cast.vice, at=datetime(2026, 12, 1, 9, tzinfo=SHANGHAI), record=november)
    assert WorkSheet.objects.filter(state="approved").count() == 1


def test_a_place_is_taken_until_the_day_its_student_leaves(work, cast):
    placement = work.place(work.hall, 0)
    rules.end_placement(actor=cast.director, at=NOW, record=work.hall, placement=placement, until_on=date(2026, 11, 30))
    given = {"actor": cast.director, "at": NOW, "record": work.hall}
    with pytest.raises(RuleViolation, match="满了"):
        rules.place(**given, student=work.students[1], from_on=date(2026, 11, 30))
    with pytest.raises(RuleViolation, match="已经在"):
        rules.place(**given, student=work.students[0], from_on=date(2026, 11, 20))
    for far in (date(1, 1, 1), date(9999, 12, 31)):
        with pytest.raises(RuleViolation, match="太远"):
            rules.place(**given, student=work.students[1], from_on=far)
    assert Placement.objects.count() == 1
    rules.place(**given, student=work.students[1], from_on=date(2026, 12, 1))
    assert Placement.objects.count() == 2


def test_no_month_of_long_ago_is_opened(work, cast):
    for far in (date(1, 1, 1), date(2023, 1, 1)):
        with pytest.raises(RuleViolation, match="近两年") as refusal:
            rules.open_sheet(actor=cast.teacher, at=NOW, month=far)
        assert refusal.value.field == "month"
    assert WorkSheet.objects.count() == 1


def test_a_supervisor_is_not_reminded_of_a_month_that_was_approved(work, cast):
    placement = work.place(work.library, 0)
    work.place(work.hall, 1)
    work.note(placement, 5)
    assert [todo.title for todo in work_todos(cast.headteacher, NOW)] == ["餐厅秩序"]
    work.approve()
    assert work_todos(cast.headteacher, NOW) == []
