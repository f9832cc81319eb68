"""A bill beside meters and price, checked by another, shared to the cent, never changed (UTL-07)."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from logistics.platform.imports.targets import Row
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.org.models import Department
from logistics.utilities.bill import rules
from logistics.utilities.bill.comparing import findings_of
from logistics.utilities.bill.home import bill_todos, bills_overdue
from logistics.utilities.bill.importing import resolve
from logistics.utilities.bill.ledger import ledger
from logistics.utilities.bill.models import Bill, BillShare, BillState
from logistics.utilities.bill.queries import cost_of, department_costs
from logistics.utilities.bill.sharing import plan_of
from logistics.utilities.meter.models import Meter
from logistics.utilities.tariff.models import Tariff
from logistics.utilities.tariff.queries import tariff_on
from logistics.utilities.tariff.rules import save_tariff
from tests.conftest import NOW
from tests.utilities.use_kit import meter_of, read

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("UTL-07")]
D = Decimal
MONTH, LAST = date(2026, 10, 1), date(2026, 10, 31)


def bill(cast, **fields) -> Bill:
    given = {"kind": "power", "account": "A1", "since": MONTH, "until": LAST, "quantity": D(1000), "amount": D("568.00")} | fields
    return rules.save_bill(actor=cast.accountant, at=NOW, **given)


def check(cast, record, **fields) -> Bill:
    return rules.check_bill(actor=cast.director, at=NOW, record=record, **fields)


def price(cast, since=date(2025, 1, 1), yuan="0.568", **fields) -> Tariff:
    given = {"medium": "power", "name": "学校电价", "rows": [{"part": "电价", "price": D(yuan)}]} | fields
    return save_tariff(actor=cast.director, at=NOW, since=since, **given)


def meter(cast, name, use, *, account="", parent=None, department=None) -> Meter:
    """A meter that used `use` in October."""
    made = meter_of(cast, name, "power", since=MONTH, account=account, parent=parent, department=department)
    read(cast, made, {date(2026, 11, 1): use})
    return made


@pytest.fixture
def departments(db) -> list[Department]:
    return [Department.objects.create(name=f"分摊{n}", order=n) for n in range(3)]


def refused(cast, words, field, **fields) -> None:
    with pytest.raises(RuleViolation, match=words) as refusal:
        bill(cast, **fields)
    assert refusal.value.field == field


def test_a_bill_that_cannot_be_is_a_sentence_and_nothing_is_saved(cast):
    refused(cast, "不能早于", "until", until=date(2026, 9, 30))
    refused(cast, "只能算到今天", "until", until=timezone.localdate(NOW) + timedelta(days=1))
    refused(cast, "一起写", "until", until=None, month=MONTH)
    refused(cast, "计入哪个月", "month", since=None, until=None)
    refused(cast, "检查年份", "month", since=None, until=None, month=date(2062, 1, 1))
    refused(cast, "大于零", "amount", amount=D(0))
    refused(cast, "还多", "quantity", peak=D(900), flat=D(200))
    refused(cast, "只有电费", "peak", kind="water", peak=D(1))
    refused(cast, "不是水费的价格", "tariff", kind="water", tariff=price(cast))
    refused(cast, "请选归哪个部门", "department", share_by="one")
    refused(cast, "没有表", "share_by", kind="phone", share_by="meters")
    assert not Bill.objects.exists()


def test_no_two_bills_for_the_same_days_of_an_account(cast):
    first = bill(cast, number="N1")
    refused(cast, "包含这些日子", "since", since=LAST, until=LAST + timedelta(days=10))
    refused(cast, "包含这些日子", "month", since=None, until=None, month=MONTH)
    refused(cast, "已经登记过了", "number", account="B", number="N1")
    bill(cast, account="B")
    rules.void_bill(actor=cast.accountant, at=NOW, record=first, reason="写错了")
    assert bill(cast, number="N1").pk != first.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        Bill.objects.create(kind="power", account="A1", since=MONTH, until=MONTH, month=MONTH, amount=D(1), created_by=cast.accountant, created_at=NOW)


def test_bands_alone_are_the_whole_use(cast):
    assert bill(cast, quantity=None, peak=D(300), flat=D(500), valley=D(200)).quantity == D(1000)


def test_a_bill_beside_the_meters_of_its_account(cast):
    assert "没有户号 A1 的表" in findings_of(bill(cast)).remarks[0]
    main = meter(cast, "总表", 900, account="A1")
    meter(cast, "分表", 500, parent=main)
    found = findings_of(Bill.objects.get())
    assert (found.used, found.gap, found.is_gap, found.meters) == (D("900.000"), D("11.1"), True, ["总表"])


def test_a_month_that_was_not_read_is_not_compared(cast):
    meter(cast, "总表", 900, account="A1")
    found = findings_of(bill(cast, until=date(2026, 11, 15)))
    assert found.used is None
    assert "抄表不全" in found.remarks[0]


def test_what_differs_too_much_needs_words_and_another_person(cast):
    meter(cast, "总表", 900, account="A1")
    record = bill(cast)
    with pytest.raises(NotAllowed):
        rules.check_bill(actor=cast.accountant, at=NOW, record=record)
    with pytest.raises(RuleViolation, match=r"差 \+11\.1%") as refusal:
        check(cast, record)
    assert refusal.value.field == "explained"
    assert Bill.objects.get().state == BillState.RECORDED
    kept = check(cast, record, explained="抄表日晚三天")
    assert kept.findings["used"] == "900.000"
    Meter.objects.update(account="X")
    assert findings_of(Bill.objects.get()).gap == D("11.1")
    with pytest.raises(RuleViolation, match="不能改"):
        rules.save_bill(actor=cast.accountant, at=NOW, record=kept, kind="power", month=MONTH, amount=D(1))
    with pytest.raises(NotAllowed):
        rules.void_bill(actor=cast.accountant, at=NOW, record=kept, reason="不要了")


def test_the_price_of_the_day_counts_and_the_next_bill_takes_it_over(cast):
    old = price(cast)
    first = bill(cast, since=date(2026, 9, 1), until=date(2026, 9, 30), amount=D("600.00"), tariff=old)
    found = findings_of(first)
    assert (found.counted, found.amount_gap, found.is_amount_gap) == (D("568.00"), D("5.6"), True)
    new = price(cast, since=MONTH, yuan="0.6")
    assert tariff_on("power", "学校电价", date(2026, 9, 30)) == old
    second = bill(cast, amount=D("600.00"))
    assert second.tariff == new
    assert not findings_of(second).is_odd
    with pytest.raises(RuleViolation, match="新建一张"):
        save_tariff(actor=cast.director, at=NOW, record=old, medium="power", name="学校电价", since=old.since, rows=[{"part": "电价", "price": D(1)}])
    assert str(old.rows.get()) == "电价 0.568"


def test_steps_by_the_year_go_on_from_the_bill_before(cast):
    rows = [{"part": "水费", "price": D(2)}, {"part": "水费", "price": D(3), "over": D(1200)}]
    yearly = save_tariff(actor=cast.director, at=NOW, medium="water", name="水价", since=date(2025, 1, 1), rows=rows, yearly=True)
    bill(cast, kind="water", since=date(2026, 9, 1), until=date(2026, 9, 30), tariff=yearly)
    assert findings_of(bill(cast, kind="water", amount=D("2800.00"))).counted == D("2800.00")


@pytest.mark.parametrize(
    ("rows", "words"), [([], "至少写一行"), ([{"part": "a", "price": D(1)}] * 2, "写了两次"), ([{"part": "a", "band": "peak", "price": D(1)}], "只有电价")]
)
def test_a_price_that_makes_no_sense_is_refused(cast, rows, words):
    with pytest.raises(RuleViolation, match=words):
        save_tariff(actor=cast.director, at=NOW, medium="water", name="水价", since=MONTH, rows=rows)
    assert not Tariff.objects.exists()


def test_costs_go_to_departments_by_area_with_the_newest_base_and_stay(cast, departments):
    for n, one in enumerate(departments):
        rules.save_base(actor=cast.director, at=NOW, department=one, since=date(2025, 9, 1), area=D(100), heads=n)
    rules.save_base(actor=cast.director, at=NOW, department=departments[0], since=date(2026, 9, 1), area=D(150), heads=3)
    record = check(cast, bill(cast, account="", amount=D("100.00"), share_by="area"))
    assert [(row.department, row.amount) for row in record.shares.all()] == list(zip(departments, (D("42.86"), D("28.57"), D("28.57")), strict=True))
    heads = check(cast, bill(cast, kind="phone", since=None, until=None, month=MONTH, amount=D("10.00"), share_by="heads"))
    assert [row.amount for row in heads.shares.all()] == [D("5.00"), D("1.67"), D("3.33")]
    assert [(one.department, one.amount) for one in department_costs(MONTH, MONTH)] == [("分摊0", D("47.86")), ("分摊2", D("31.90")), ("分摊1", D("30.24"))]
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        BillShare.objects.update(amount=D(1))


def test_costs_go_to_departments_by_their_own_meters(cast, departments):
    main = meter(cast, "总表", 1000, account="A1")
    canteen = meter(cast, "食堂表", 600, parent=main, department=departments[0])
    meter(cast, "食堂里的小卖部", 200, parent=canteen, department=departments[1])
    record = bill(cast, amount=D("568.00"), share_by="meters")
    assert plan_of(record).doubt == ""
    record = check(cast, record)
    assert {row.department.name: row.amount for row in record.shares.all()} == {"分摊0": D("378.67"), "分摊1": D("189.33")}


def test_a_meter_that_was_not_read_is_named_where_costs_are_shared(cast, departments):
    meter(cast, "食堂表", 600, department=departments[0])
    meter_of(cast, "宿舍表", "power", since=MONTH, department=departments[1])
    plan = plan_of(bill(cast, share_by="meters"))
    assert "抄得不全" in plan.doubt
    assert "宿舍表" in plan.doubt
    assert [one for one, _, _ in plan.shares] == [departments[0]]


def test_a_meter_below_another_of_the_same_account_is_no_second_one(cast):
    main = meter(cast, "总表", 1000, account="A1")
    meter(cast, "分表", 400, account="A1", parent=main)
    assert findings_of(bill(cast)).used == D("1000.000")


def test_a_sharing_with_nothing_to_go_by_stops_the_check(cast):
    for how in ("area", "meters"):
        record = bill(cast, account=how, share_by=how)
        with pytest.raises(RuleViolation, match="请先"):
            check(cast, record)
    assert not Bill.objects.filter(state=BillState.CHECKED).exists()


def test_what_a_month_cost_leaves_out_what_is_void(cast):
    bill(cast)
    check(cast, bill(cast, account="B", amount=D("32.00"), quantity=D("50.5")))
    rules.void_bill(actor=cast.accountant, at=NOW, record=bill(cast, kind="petrol", since=None, until=None, month=MONTH, quantity=D(40)), reason="重了")
    (power,) = cost_of(LAST)
    assert (power.kind, power.quantity, power.amount, power.bills, power.unchecked, power.unit) == ("power", D("1050.50"), D("600.00"), 2, 1, "kWh")


def test_the_year_is_compared_to_the_same_month(cast):
    rows = [{"kind": "power", "month": date(2025, n, 1), "amount": D(100)} for n in range(1, 13)] + [{"kind": "power", "month": date(2026, n, 1), "amount": D(90)} for n in range(1, 11)]  # fmt: skip
    rules.import_costs(actor=cast.accountant, at=NOW, rows=rows)
    found = ledger(2026)
    assert (found.total, found.before, found.change_words, found.until) == (D("900.00"), D("1000.00"), "−10.0%", 10)
    assert found.months[11].before == D("100.00")
    assert found.months[11].total is None
    with pytest.raises(RuleViolation, match="已经有账单"):
        rules.import_costs(actor=cast.accountant, at=NOW, rows=rows[:1])
    assert Bill.objects.count() == 22


def test_the_next_bill_is_missed_when_it_is_late(cast):
    record = bill(cast, since=date(2026, 8, 1), until=date(2026, 8, 31))
    assert bill_todos(cast.director, NOW)[0].title == f"核对{record}"
    assert bills_overdue(NOW) == [(record, (timezone.localdate(NOW) - date(2026, 10, 21)).days)]
    bill(cast)
    assert bills_overdue(NOW) == []


def test_rows_of_a_list_are_refused_at_their_cell(cast, departments):
    bill(cast)
    values = (
        {"kind": "power", "account": "A1", "until": LAST},
        {"kind": "phone", "department": "没有的处"},
        {"kind": "phone", "month": MONTH, "department": "分摊1"},
    )
    rows = [Row(str(n), "", n, values=dict(one)) for n, one in enumerate(values)]
    resolve(rows, user=cast.accountant)
    assert [sorted(row.problems) for row in rows] == [["month"], ["department", "month"], []]
    assert rows[2].values["department"] == departments[1]
    made = rules.import_bills(actor=cast.accountant, at=NOW, rows=[rows[2].values | {"amount": D("9.90")}])
    assert rules.take_back(actor=cast.accountant, at=NOW, record=made[0]).state == BillState.VOID


def sheet() -> SimpleUploadedFile:
    book = Workbook()
    for row in (
        ("水电费", None, None, None),
        (None, "用水金额", None, "原因"),
        ("月份", "114年", "115年", None),
        (9, 100, "1,200.5", "施工"),
        ("10月", None, "无", None),
    ):
        book.active.append(row)
    book.active.merge_cells("B2:C2")
    kept = BytesIO()
    book.save(kept)
    return SimpleUploadedFile("费用.xlsx", kept.getvalue())


def test_a_cost_table_is_shown_first_and_saved_once(cast, client):
    client.force_login(cast.accountant)
    address = "/utilities/cost/read/"
    answer = client.post(address, {"file": sheet()})
    assert answer.status_code == 422
    assert "民国 114 年" in answer.content.decode()
    answer = client.post(address, {"file": sheet(), "republic": "on"})
    assert not Bill.objects.exists()
    assert "C5「无」" in answer.content.decode()
    signed = answer.context["signed"]
    assert client.post(address, {"rows": signed + "x"}).status_code == 422
    assert client.post(address, {"rows": signed}).status_code == 302
    assert set(Bill.objects.values_list("month", "amount")) == {(date(2025, 9, 1), D("100.00")), (date(2026, 9, 1), D("1200.50"))}
    assert client.post(address, {"rows": signed}).status_code == 422
    assert Bill.objects.count() == 2
    assert "sent" not in (client.post(address, {"file": sheet(), "republic": "on"}).context["signed"] or "")


def test_the_ledger_on_screen_in_excel_and_on_paper(cast, client):
    check(cast, bill(cast, share_by="one", department=Department.objects.create(name="分摊处")))
    client.force_login(cast.director)
    page = client.get("/utilities/cost/?year=2026").content.decode()
    assert "568.00" in page
    assert "分摊处" in page
    book = load_workbook(BytesIO(client.get("/utilities/cost/excel/?year=2026").content))
    assert book.sheetnames == ["费用台账", "按种类", "按部门"]
    assert client.get("/utilities/cost/print/?year=2026")["Content-Type"] == "application/pdf"
    for nonsense in ("?year=9999", "?year=x", "?year=²026"):
        assert client.get(f"/utilities/cost/{nonsense}").status_code == 200
    client.force_login(cast.teacher)
    assert client.get("/utilities/cost/").status_code == 403


def test_a_price_form_keeps_its_rows(cast, client):
    client.force_login(cast.director)
    rows = {"rows-0-part": "电价", "rows-0-price": "0.5", "rows-1-part": "附加", "rows-1-price": "0.01", "rows-1-over": "100"}
    form = {"medium": "power", "name": "电价甲", "since": "2026-01-01"} | rows
    assert "rows-2-part" in client.post("/utilities/tariff/new/", form | {"rows-more": "1"}).content.decode()
    assert client.post("/utilities/tariff/new/", form | {"rows-0-price": "便宜"}).status_code == 422
    assert client.post("/utilities/tariff/new/", form).status_code == 302
    made = Tariff.objects.get()
    assert 'value="附加"' in client.get(f"/utilities/tariff/{made.pk}/edit/").content.decode()
    assert client.post(f"/utilities/tariff/{made.pk}/edit/", form | {"rows-1-gone": "1"}).status_code == 302
    assert [str(row) for row in made.rows.all()] == ["电价 0.5"]


def test_a_base_of_a_wrong_year_is_refused(cast, departments):
    with pytest.raises(RuleViolation, match="检查年份"):
        rules.save_base(actor=cast.director, at=NOW, department=departments[0], since=date(2062, 1, 1), area=D(1), heads=1)
    rules.save_base(actor=cast.director, at=NOW, department=departments[0], since=MONTH, area=D(1), heads=1)
    with pytest.raises(ValidationError, match="已经有了"):
        rules.save_base(actor=cast.director, at=NOW, department=departments[0], since=MONTH, area=D(2), heads=1)
