"""账账核对: the ledger beside the accountant's book, differences until they are cleared (AST-06)."""

from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.category.models import Kind
from assets.depreciation.rules import run_month
from assets.reconcile import rules
from assets.reconcile.balance import balances
from assets.reconcile.models import BookDifference, Reason, ReconcileState, Reconciliation
from assets.reconcile.queries import balances_of, month_to_reconcile, standing_in
from logistics.platform.imports import rules as imports
from logistics.platform.imports.models import RunState
from logistics.platform.imports.targets import target_for
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from tests.conftest import NOW, SHANGHAI
from tests.platform.imports_kit import found
from tests.platform.office_files import xlsx

pytestmark = pytest.mark.requirement("AST-06")
SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)
THEN, DECEMBER = datetime(2026, 9, 10, 9, tzinfo=SHANGHAI), datetime(2026, 12, 2, 9, tzinfo=SHANGHAI)


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def line_of(kind="equipment", cost="100", depreciation="0", book=("100", "0")):
    numbers = {"cost": Decimal(cost), "depreciation": Decimal(depreciation)}
    books = {"book_cost": None, "book_depreciation": None} if book is None else {"book_cost": Decimal(book[0]), "book_depreciation": Decimal(book[1])}
    return SimpleNamespace(kind=kind, cards=1, quantity=1, get_kind_display=lambda: Kind(kind).label, **numbers, **books)


def difference(reason, cost, depreciation="0", kind="equipment"):
    return BookDifference(kind=kind, reason=reason, cost=Decimal(cost), depreciation=Decimal(depreciation))


@pytest.mark.parametrize(
    ("reason", "ledger", "book"),
    [(Reason.LEDGER_UP, "150", "100"), (Reason.LEDGER_DOWN, "50", "100"), (Reason.BOOK_UP, "100", "150"), (Reason.BOOK_DOWN, "100", "50")],
)
def test_each_reason_explains_its_own_direction(reason, ledger, book):
    (row,) = balances([line_of(cost=ledger, book=(book, "0"))], [difference(reason, "50")])
    assert (row.cost.unexplained, row.is_even) == (0, True)
    (wrong,) = balances([line_of(cost=book, book=(ledger, "0"))], [difference(reason, "50")])
    assert abs(wrong.cost.unexplained) == 100


amounts = st.decimals(min_value=0, max_value=10**9, places=2)


@settings(max_examples=30)
@given(ledger=amounts, known=st.lists(st.tuples(st.sampled_from(list(Reason)), amounts), max_size=6))
def test_ledger_less_book_is_explained_plus_unexplained(ledger, known):
    rows = [difference(reason, amount) for reason, amount in known]
    (row,) = balances([line_of(cost=ledger, book=("1234.56", "0"))], rows)
    assert row.cost.ledger - row.cost.book == row.cost.explained + row.cost.unexplained
    assert row.cost.explained == sum((one.signed[0] for one in rows), Decimal(0))


@pytest.fixture
def month(ledger):
    """September closed: a computer of 4320 and 40 desks in the ledger, the reconciliation begun by the accountant."""
    ledger.computer(at=THEN, acquired_on=date(2026, 9, 2))
    ledger.desks(at=THEN, acquired_on=date(2026, 9, 2))
    run_month(actor=ledger.cast.accountant, at=NOW, month=SEPTEMBER)
    return rules.begin_month(actor=ledger.cast.accountant, at=NOW)


def book_as_ledger(record, **changes):
    book = {line.kind: (line.cost, line.depreciation) for line in record.lines.all()}
    return book | changes


def finish(ledger, record):
    rules.send(actor=ledger.cast.accountant, at=NOW, record=fresh(record))
    rules.agree(actor=ledger.cast.keeper, at=NOW, record=fresh(record))


def test_the_ledgers_side_is_that_of_the_closed_month(ledger, month):
    ledger.computer(acquired_on=date(2026, 9, 20))  # registered late: enters the first open month
    sides = {row.kind: row for row in balances_of(month)}
    assert (month.month, len(sides)) == (SEPTEMBER, len(Kind))
    assert (sides["equipment"].cost.ledger, sides["equipment"].depreciation.ledger, sides["furniture"].cost.ledger) == (4320, 60, 6720)
    assert not sides["equipment"].is_filled


def test_only_a_closed_month_and_in_order(ledger, month):
    accountant = ledger.cast.accountant
    book = {"actor": accountant, "at": NOW}
    with pytest.raises(RuleViolation, match="还没有办完"):
        rules.begin_month(**book, month=OCTOBER)
    rules.fill_book(**book, record=month, book=book_as_ledger(month))
    finish(ledger, month)
    assert month_to_reconcile() is None
    with pytest.raises(RuleViolation, match="还没有提折旧"):
        rules.begin_month(**book, month=OCTOBER)
    with pytest.raises(RuleViolation, match="请选后面的月份"):
        rules.begin_month(**book, month=SEPTEMBER)
    assert Reconciliation.objects.count() == 1


def test_nothing_unexplained_may_be_sent(ledger, month):
    accountant, keeper = ledger.cast.accountant, ledger.cast.keeper
    with pytest.raises(RuleViolation, match="财务账还没有填"):
        rules.send(actor=accountant, at=NOW, record=month)
    rules.fill_book(actor=accountant, at=NOW, record=month, book=book_as_ledger(month, equipment=(Decimal(0), Decimal(0))))
    with pytest.raises(RuleViolation, match="还有差异没有说明：设备"):
        rules.send(actor=accountant, at=NOW, record=month)
    words = {"kind": "equipment", "reason": Reason.LEDGER_UP, "words": "发票没到"}
    rules.add_difference(actor=keeper, at=NOW, record=month, cost=Decimal(4320), depreciation=Decimal(60), **words)
    rules.send(actor=accountant, at=NOW, record=fresh(month))
    assert fresh(month).state == ReconcileState.SENT


def test_two_people_agree(ledger, month):
    accountant = ledger.cast.accountant
    rules.fill_book(actor=accountant, at=NOW, record=month, book=book_as_ledger(month))
    rules.send(actor=accountant, at=NOW, record=fresh(month))
    with pytest.raises(NotAllowed):
        rules.agree(actor=accountant, at=NOW, record=fresh(month))
    Reconciliation.objects.update(sent_by=ledger.cast.keeper)
    with pytest.raises(NotAllowed, match="不能由同一个人"):
        rules.agree(actor=ledger.cast.keeper, at=NOW, record=fresh(month))
    assert fresh(month).state == ReconcileState.SENT


def test_a_difference_is_listed_every_month_until_it_is_cleared(ledger, month):
    accountant, keeper = ledger.cast.accountant, ledger.cast.keeper
    rules.fill_book(actor=accountant, at=NOW, record=month, book=book_as_ledger(month, equipment=(Decimal(0), Decimal(0))))
    words = {"kind": "equipment", "reason": Reason.LEDGER_UP, "words": "发票没到"}
    one = rules.add_difference(actor=accountant, at=NOW, record=month, cost=Decimal(4320), depreciation=Decimal(60), **words)
    finish(ledger, month)
    with pytest.raises(RuleViolation, match="只能写后面的月份"):
        rules.clear_difference(actor=keeper, at=NOW, record=one, month=SEPTEMBER, how="补记")
    run_month(actor=accountant, at=NOW, month=OCTOBER)
    october = rules.begin_month(actor=accountant, at=NOW)
    assert list(standing_in(OCTOBER)) == [one]
    rules.clear_difference(actor=keeper, at=NOW, record=one, month=OCTOBER, how="记-18 补记")
    assert list(standing_in(OCTOBER)) == []
    assert list(standing_in(SEPTEMBER)) == [one]  # what was agreed stays what it was
    with pytest.raises(Conflict, match="不是这个月记的"):
        rules.remove_difference(actor=keeper, at=NOW, record=october, row=fresh(one))
    with pytest.raises(RuleViolation, match="后面的月份已经在核对"):
        rules.reopen(actor=accountant, at=NOW, record=fresh(month), reason="改")


def test_wrong_input_at_its_field(ledger, month):
    accountant = {"actor": ledger.cast.accountant, "at": NOW, "record": month}
    with pytest.raises(RuleViolation) as more:
        rules.fill_book(**accountant, book={"equipment": (Decimal(10), Decimal(11))})
    with pytest.raises(RuleViolation) as nothing:
        rules.add_difference(**accountant, kind="equipment", reason=Reason.BOOK_UP, words="空的")
    assert (more.value.field, nothing.value.field) == ("d_equipment", "cost")
    with pytest.raises(NotAllowed):
        rules.fill_book(**accountant | {"actor": ledger.cast.keeper}, book={"equipment": (Decimal(10), Decimal(0))})
    assert not month.lines.filter(book_cost__isnull=False).exists()
    assert not BookDifference.objects.exists()


def test_the_story_on_the_pages(ledger, month, client):
    client.force_login(ledger.cast.accountant)
    page = f"/assets/reconciliation/{month.pk}/"
    assert "填财务账" in client.get(page).content.decode()
    typed = {f"{side}_{kind.value}": "0" for kind in Kind for side in "cd"} | {
        "c_equipment": "4,000",
        "d_equipment": "60",
        "c_furniture": "6720",
        "d_furniture": "0",
    }
    answer = client.post(f"{page}fill_book/", typed)
    assert answer.status_code == 422  # a comma is no number here
    given = typed | {"c_equipment": "4000.00", "d_furniture": str(month.lines.get(kind="furniture").depreciation)}
    assert client.post(f"{page}fill_book/", given).status_code == 302
    text = client.get(page).content.decode()
    assert "还有差异没有说明：设备" in text
    assert "320.00" in text
    wrong = {"kind": "equipment", "reason": "ledger_up", "cost": "320", "words": "暂估", "card": "没有这个"}
    assert client.post(f"{page}add_difference/", wrong).status_code == 422
    assert client.post(f"{page}add_difference/", wrong | {"card": ""}).status_code == 302
    assert client.post(f"{page}send/").status_code == 302
    assert fresh(month).state == ReconcileState.SENT
    assert client.get(f"/print/assets.reconciliation/{month.pk}/").status_code == 200


HEAD = ["科目名称", "原值（元）", "累计折旧（元）"]


def bring(ledger, month, *rows, head=HEAD):
    content = xlsx([head, *rows])
    who = {"actor": ledger.cast.accountant, "at": NOW}
    return imports.start_run(**who, target=target_for("assets-book"), name="余额.xlsx", content=content, into=month.pk)


def test_totals_come_from_the_accountants_file_and_can_be_taken_back(ledger, month):
    who = {"actor": ledger.cast.accountant, "at": NOW}
    run = bring(ledger, month, ["固定资产-设备", 4320, 60], ["160105 家具及用具", "0.672万元", ""], ["图书和档案", 0, 0], ["合计", 11040, 60])
    assert (run.state, found(run)) == (RunState.PREVIEWED, {})
    run = imports.commit_run(**who, run=run)
    book = {line.kind: (line.book_cost, line.book_depreciation) for line in month.lines.filter(book_cost__isnull=False)}
    assert book == {"equipment": (4320, 60), "furniture": (6720, 0), "books": (0, 0)}
    imports.undo_run(**who, run=run)
    assert not month.lines.filter(book_cost__isnull=False).exists()


def test_a_file_of_totals_keeps_to_the_rule_of_the_page(ledger, month, client):
    run = bring(ledger, month, ["设备", 100, 60], ["家具和用具", 10, 11], ["专用设备", 5, 0], ["课桌椅", 5, 0], ["图书", -1, 0])
    assert set(found(run)) == {(4, "kind"), (5, "kind"), (6, "book_cost")}
    more = bring(ledger, month, ["家具和用具", 10, 11])
    assert "累计折旧比原值还大" in found(more)[2, "book_depreciation"]
    client.force_login(ledger.cast.accountant)
    assert "第 1 至 1 行，共 1 行" in client.get(f"/imports/run/{more.pk}/").content.decode()
    rules.fill_book(actor=ledger.cast.accountant, at=NOW, record=month, book=book_as_ledger(month))
    good = bring(ledger, month, ["设备", 100, 60])
    rules.send(actor=ledger.cast.accountant, at=NOW, record=fresh(month))
    with pytest.raises(RuleViolation, match="不能再改"):
        imports.commit_run(actor=ledger.cast.accountant, at=NOW, run=good)
    assert month.lines.get(kind="equipment").book_cost == 4320
