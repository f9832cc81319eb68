"""Open books: made from the closed books, checked by another person, frozen, put on the board, asked about (FIN-10)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from finance.budget.rules import spend
from finance.disclosure import rules
from finance.disclosure.models import Disclosure
from finance.disclosure.queries import disclosures_visible_to, gather
from finance.journal.close_rules import close_day, close_month
from finance.journal.models import DayEntry, MonthClose
from finance.journal.rules import review_until, save_account, write_entry
from logistics.platform.access.models import Role
from logistics.platform.attachments.models import Attachment
from logistics.platform.board.models import BoardPost
from logistics.platform.board.rules import ask, withdraw_post
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.ref import Ref
from tests.conftest import NOW, SHANGHAI
from tests.finance.budget.conftest import Budget, fresh

pytestmark = pytest.mark.requirement("FIN-10")
OCTOBER, IN_OCTOBER = date(2026, 10, 1), datetime(2026, 10, 20, 10, tzinfo=SHANGHAI)
LAST = date(2026, 10, 31)


class Books:
    """A cash box with October's entries, and 120 yuan spent on a budget line in October."""

    def __init__(self, cast):
        self.cast, self.budget = cast, Budget(cast).open()
        self.cash = save_account(
            actor=cast.accountant,
            at=IN_OCTOBER,
            name="库存现金",
            kind="cash",
            bank="",
            number="",
            opening=Decimal(500),
            opened_on=OCTOBER,
            is_active=True,
            order=1,
        )
        self.write("in", 300), self.write("out", "120.50")
        spend(actor=cast.cashier, at=IN_OCTOBER, line=fresh(self.budget.line), amount=Decimal("120.50"), document=Ref("finance.budgetchange", 901))

    def write(self, side, amount, on=IN_OCTOBER):
        given = {"account": fresh(self.cash), "on": on.date(), "side": side, "amount": Decimal(amount), "summary": "某笔"}
        return write_entry(actor=self.cast.cashier, at=on, **given)

    def close(self):
        close_day(actor=self.cast.cashier, at=IN_OCTOBER, account=self.cash, on=IN_OCTOBER.date(), counted=Decimal("679.50"))
        review_until(actor=self.cast.accountant, at=NOW, account=self.cash, until=LAST)
        close_month(actor=self.cast.accountant, at=NOW, account=self.cash, month=OCTOBER)

    def draft(self, **fields) -> Disclosure:
        given = {"period": "month", "month": OCTOBER, "audience": "everyone", "above": Decimal(1000), "note": "十月秋游未列"} | fields
        return rules.create_disclosure(actor=self.cast.accountant, at=NOW, **given)

    def sent(self) -> Disclosure:
        return rules.send_disclosure(actor=self.cast.accountant, at=NOW, record=self.draft())

    def checked(self) -> Disclosure:
        return rules.check_disclosure(actor=self.cast.financegroup, at=NOW, record=self.sent(), opinion="相符")

    def published(self) -> Disclosure:
        return rules.publish_disclosure(actor=self.cast.director, at=NOW, record=self.checked())


@pytest.fixture
def books(cast) -> Books:
    made = Books(cast)
    made.close()
    return made


def test_it_says_what_the_books_say(books):
    content = gather(OCTOBER, LAST, Decimal(1000))
    assert content["accounts"] == [{"name": "库存现金", "opening": "500.00", "income": "300.00", "outgo": "120.50", "balance": "679.50"}]
    assert content["total"]["balance"] == "679.50"
    spent = next(row for row in content["items"] if row["code"] == "30201")
    assert (spent["period"], spent["spent"]) == ("120.50", "120.50")
    assert gather(date(2026, 9, 1), date(2026, 9, 30), Decimal(0))["accounts"] == []


def test_the_way_to_the_board(books, cast):
    shown = books.published()
    post = shown.post
    assert (shown.state, post.state, post.audience, post.category) == ("published", "published", "everyone", "funds")
    assert "支出 120.50，期末结余 679.50" in post.content
    assert Attachment.objects.get(kind="platform.boardpost", record_id=post.pk, role="paper").name == "2026年10月财务公开表.pdf"
    assert list(disclosures_visible_to(cast.teacher)) == [shown]
    ask(actor=cast.teacher, at=NOW + timedelta(minutes=1), post=post, text="支出是什么？")
    assert post.questions.count() == 1


def test_before_it_is_published_only_its_people_see_it(books, cast):
    record = books.checked()
    assert not disclosures_visible_to(cast.teacher).exists()
    for person in (cast.accountant, cast.financegroup, cast.director):
        assert list(disclosures_visible_to(person)) == [record]


def test_books_not_closed_or_a_running_month_are_not_sent(cast):
    books = Books(cast)
    with pytest.raises(RuleViolation, match="还没有月结"):
        rules.send_disclosure(actor=cast.accountant, at=NOW, record=books.draft())
    running = books.draft(month=date(2026, 11, 1))
    with pytest.raises(RuleViolation, match="结束以后"):
        rules.send_disclosure(actor=cast.accountant, at=NOW, record=running)
    assert set(Disclosure.objects.values_list("state", flat=True)) == {"draft"}


def test_nobody_checks_one_s_own(books, cast):
    Role.objects.get(key="financegroup").holders.add(cast.people["accountant"])
    record = books.sent()
    with pytest.raises(NotAllowed):
        rules.check_disclosure(actor=cast.accountant, at=NOW, record=record)
    with pytest.raises(NotAllowed):
        rules.check_disclosure(actor=cast.director, at=NOW, record=record)
    with pytest.raises(RuleViolation):
        rules.publish_disclosure(actor=cast.director, at=NOW, record=record)
    assert (fresh(record).state, BoardPost.objects.count()) == ("checking", 0)


def test_books_that_changed_since_are_neither_checked_nor_published(books, cast):
    record = books.checked()
    spend(actor=cast.cashier, at=IN_OCTOBER, line=fresh(books.budget.line), amount=Decimal(1), document=Ref("finance.budgetchange", 902))
    with pytest.raises(RuleViolation, match="账上有变化"):
        rules.publish_disclosure(actor=cast.director, at=NOW, record=record)
    assert not BoardPost.objects.exists()
    rules.return_disclosure(actor=cast.financegroup, at=NOW, record=record, reason="重新取数")
    again = rules.send_disclosure(actor=cast.accountant, at=NOW, record=record)
    assert (again.state, next(row for row in again.content["items"] if row["code"] == "30201")["period"]) == ("checking", "121.50")


def test_what_is_sent_is_not_edited_and_a_period_has_one(books, cast):
    record = books.sent()
    with pytest.raises(RuleViolation):
        rules.update_disclosure(actor=cast.accountant, at=NOW, record=record, audience="staff", above=Decimal(1), note="")
    with pytest.raises(RuleViolation) as refusal:
        books.draft()
    assert (refusal.value.field, Disclosure.objects.count(), fresh(record).audience) == ("month", 1, "everyone")


@pytest.mark.parametrize("where", ["here", "board"])
def test_after_it_is_taken_off_a_new_one_can_be_made(books, cast, where):
    shown = books.published()
    if where == "here":
        rules.withdraw_disclosure(actor=cast.director, at=NOW, record=shown, reason="有错")
    else:
        withdraw_post(actor=cast.director, at=NOW, record=shown.post, reason="有错")
    assert fresh(shown.post).state == "withdrawn"
    assert not disclosures_visible_to(cast.teacher).exists()
    assert books.draft().pk != shown.pk


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"month": None}, "month"),
        ({"month": date(1, 1, 1)}, "month"),
        ({"month": date(9999, 12, 1)}, "month"),
        ({"period": "term"}, "term"),
        ({"above": "-1"}, "above"),
        ({"above": "abc"}, "above"),
    ],
)
def test_wrong_input_has_its_sentence(books, wrong, field):
    with pytest.raises(RuleViolation) as refusal:
        books.draft(**wrong)
    assert refusal.value.field == field
    assert not Disclosure.objects.exists()


def test_the_books_it_was_made_from_stay(books):
    before = (DayEntry.objects.count(), MonthClose.objects.count())
    books.published()
    assert (DayEntry.objects.count(), MonthClose.objects.count()) == before


def test_its_pages_open_for_everybody_who_may(books, cast, client):
    record = books.published()
    for person, text in ((cast.teacher, "资金收支"), (cast.accountant, "预算执行，按科目"), (cast.director, "提问和答复")):
        client.force_login(person)
        answer = client.get(f"/finance/disclosure/{record.pk}/")
        assert (answer.status_code, text in answer.content.decode()) == (200, True)
    assert client.get(f"/print/finance.disclosure/{record.pk}/").status_code == 200
    draft = books.draft(month=date(2026, 9, 1))
    client.force_login(cast.teacher)
    assert client.get(f"/finance/disclosure/{draft.pk}/").status_code == 404
