"""Tables as schools and power companies send them: years of the Republic, merged headings, totals, months in words (UTL-07)."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook

from logistics.platform.imports.reader import read_grids
from logistics.platform.imports.targets import Row
from logistics.platform.kernel.errors import RuleViolation
from logistics.utilities.bill.importing import resolve
from logistics.utilities.bill.reading import Table, read_costs
from logistics.utilities.bill.rules import import_bills
from tests.conftest import NOW

from .test_bills import MONTH, bill

pytestmark = pytest.mark.requirement("UTL-07")
D = Decimal


def table(*rows, merged=(), republic=False) -> Table:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    kept = BytesIO()
    book.save(kept)
    return read_costs(read_grids(kept.getvalue(), "费用.xlsx"), republic=republic)


def figures(found: Table) -> list[tuple]:
    return [(row.kind, row.month, row.amount) for row in found.rows]


def test_totals_under_a_title_that_names_water_and_power_are_no_costs():
    found = table(
        ("青禾实验学校水费统计", None, None, None, None),
        (None, "合计", None, "用水金額", None),
        ("月份", "112年", "113年", "112年", "113年"),
        ("1月", 300, 310, 100, 110),
        ("2月", 280, 290, 90, 95),
        ("小计", 580, 600, 190, 205),
        ("总计", 580, 600, 190, 205),
        merged=("A1:E1", "B2:C2", "D2:E2"),
        republic=True,
    )
    assert figures(found) == [
        ("water", date(2023, 1, 1), D("100.00")),
        ("water", date(2023, 2, 1), D("90.00")),
        ("water", date(2024, 1, 1), D("110.00")),
        ("water", date(2024, 2, 1), D("95.00")),
    ]
    assert found.doubts == []


def test_a_year_that_says_the_republic_needs_no_tick_and_months_may_be_words():
    rows = ((None, "電費", None), ("月份", "民國114年", "民国115年度"), ("一月", 100, 200), ("十一月份", 300, None), ("十二月", None, 400), ("十三月", 5, 5))
    found = table(*rows, merged=("B1:C1",))
    assert figures(found) == [
        ("power", date(2025, 1, 1), D("100.00")),
        ("power", date(2025, 11, 1), D("300.00")),
        ("power", date(2026, 1, 1), D("200.00")),
        ("power", date(2026, 12, 1), D("400.00")),
    ]
    with pytest.raises(RuleViolation, match="民国 114 年（2025 年）"):
        table((None, "電費"), ("月份", "114年"), ("一月", 100))


def test_a_total_without_a_year_before_the_kinds_is_left_out():
    rows = (
        (None, None, "合计", "水费", "电费"),
        ("序号", "月份", None, "2025年", "2025年"),
        (1, "1月", 30, 10, 20),
        (2, "2月", 70, 30, 40),
        (None, "合计", 100, 40, 60),
    )
    assert figures(table(*rows, merged=("C1:C2",))) == [
        ("power", date(2025, 1, 1), D("20.00")),
        ("water", date(2025, 1, 1), D("10.00")),
        ("power", date(2025, 2, 1), D("40.00")),
        ("water", date(2025, 2, 1), D("30.00")),
    ]


@pytest.mark.django_db
def test_two_bills_of_one_month_come_in_when_their_days_are_others(cast):
    first = bill(cast, since=MONTH, until=date(2026, 10, 15))
    days = ((date(2026, 10, 16), date(2026, 10, 31)), (date(2026, 10, 15), date(2026, 10, 31)), (None, date(2026, 10, 31)))
    rows = [
        Row(str(n), "", n, values={"kind": "power", "account": "A1", "until": until} | ({"since": since} if since else {}))
        for n, (since, until) in enumerate(days)
    ]
    resolve(rows, user=cast.accountant)
    assert [sorted(row.problems) for row in rows] == [[], ["month"], ["month"]]
    (second,) = import_bills(actor=cast.accountant, at=NOW, rows=[rows[0].values | {"amount": D("9.90"), "quantity": D(20)}])
    assert (second.month, second.account) == (first.month, first.account)
