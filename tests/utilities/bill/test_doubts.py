"""What a bill must not let pass: an old price, a cost twice, a checker who wrote it himself, two years that are not alike (UTL-07)."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.org.models import Department
from logistics.platform.school.models import School
from logistics.utilities.bill import rules
from logistics.utilities.bill.comparing import findings_of
from logistics.utilities.bill.home import bills_overdue
from logistics.utilities.bill.ledger import ledger
from logistics.utilities.bill.models import Bill
from logistics.utilities.bill.pages import bill_stamp
from logistics.utilities.meter.models import Meter
from logistics.utilities.tariff.rules import save_tariff
from tests.conftest import NOW, make_person

from .test_bills import LAST, MONTH, bill, check, meter, price, refused

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("UTL-07")]
D = Decimal


def phone(cast, **fields) -> Bill:
    return bill(cast, **{"kind": "phone", "account": "", "since": None, "until": None, "quantity": None, "month": MONTH, "amount": D("426.50")} | fields)


def test_a_price_that_did_not_hold_on_the_days_of_the_bill_is_refused(cast):
    old, new = price(cast), price(cast, since=MONTH, yuan="0.6")
    refused(cast, "请选 2026-10-01 起的", "tariff", tariff=old)
    refused(cast, "还没有用它", "tariff", since=date(2026, 9, 1), until=date(2026, 9, 30), tariff=new)
    assert not Bill.objects.exists()
    half = bill(cast, since=date(2026, 9, 16), until=date(2026, 10, 15), tariff=old)
    assert "2026-10-01 调过价" in findings_of(half).remarks[-1]


def test_a_price_written_down_later_is_said_at_the_bill_that_was_counted_by_the_old_one(cast):
    record = bill(cast, tariff=price(cast))
    price(cast, since=date(2026, 3, 1), yuan="0.6")
    assert "2026-03-01 调过价" in findings_of(record).remarks[-1]


def test_steps_by_the_year_know_bills_without_days_and_without_price(cast):
    rows = [{"part": "水费", "price": D(2)}, {"part": "水费", "price": D(3), "over": D(1200)}]
    yearly = save_tariff(actor=cast.director, at=NOW, medium="water", name="水价", since=date(2025, 1, 1), rows=rows, yearly=True)
    bill(cast, kind="water", since=None, until=None, month=date(2026, 8, 1), quantity=D(700))
    bill(cast, kind="water", since=date(2026, 9, 1), until=date(2026, 9, 30), quantity=D(300))
    bill(cast, kind="water", since=date(2025, 12, 1), until=date(2025, 12, 31), quantity=D(9000))
    october = bill(cast, kind="water", amount=D("2800.00"), tariff=yearly)
    assert findings_of(october).counted == D("2800.00")
    bill(cast, kind="water", since=date(2026, 7, 1), until=date(2026, 7, 31), quantity=None)
    assert "没写用量" in findings_of(october).remarks[-1]


def test_steps_by_the_year_are_of_the_whole_use(cast):
    rows = [{"part": "电价", "band": "peak", "price": D(1), "over": D(100)}]
    with pytest.raises(RuleViolation, match="不分时"):
        price(cast, rows=rows, yearly=True)


def test_a_changed_step_stands_in_the_journal(cast):
    rows = [{"part": "水费", "price": D(2)}, {"part": "水费", "price": D(3), "over": D(100)}]
    made = price(cast, medium="water", rows=rows)
    price(cast, medium="water", record=made, rows=[rows[0], rows[1] | {"over": D(200)}])
    assert Event.objects.get(action="prices").changes == {"明细": ["水费 2；水费 3（超过 100）", "水费 2；水费 3（超过 200）"]}


def test_where_the_meter_stands_still_the_sentence_says_so(cast):
    meter(cast, "总表", 0, account="A1")
    free = price(cast, rows=[{"part": "电价", "price": D(0)}])
    with pytest.raises(RuleViolation, match=r"自己的表没有走字；账单有金额，按价格算是 0 元，请写原因"):
        check(cast, bill(cast, tariff=free))


def test_an_account_written_in_groups_or_wide_figures_is_the_same(cast):
    meter(cast, "总表", 1000, account="0571 88 1")
    record = bill(cast, account="０５７１ 88１")
    assert record.account == "0571881"
    assert findings_of(record).used == D("1000.000")


def test_a_meter_far_below_another_of_the_account_is_no_second_one(cast):
    main = meter(cast, "总表", 1000, account="A1")
    between = meter(cast, "楼表", 600, parent=main)
    meter(cast, "分表", 400, account="A1", parent=between)
    assert findings_of(bill(cast)).meters == ["总表"]


def test_who_changed_the_figures_does_not_check_them(cast):
    record = bill(cast)
    both = make_person("both", "两职", "accountant", "director")
    given = {"kind": "power", "account": "A1", "since": MONTH, "until": LAST, "quantity": D(1000), "amount": D("968.00")}
    rules.save_bill(actor=both, at=NOW, record=record, **given)
    with pytest.raises(NotAllowed, match="修改水电账单"):
        rules.check_bill(actor=both, at=NOW, record=Bill.objects.get())


def test_what_the_checker_read_is_the_whole_bill(cast):
    record = bill(cast)
    seen = bill_stamp(record)
    for change in ({"month": date(2026, 11, 1)}, {"until": date(2026, 10, 30)}, {"account": "A2"}, {"peak": D(1)}):
        for name, value in change.items():
            setattr(record, name, value)
        assert seen != (seen := bill_stamp(record))


def test_a_cost_without_meter_is_not_written_twice(cast):
    phone(cast)
    with pytest.raises(RuleViolation, match="已经登记过了") as refusal:
        phone(cast)
    assert refusal.value.field == "number"
    phone(cast, note="传达室的一部")
    assert Bill.objects.count() == 2
    row = {"kind": "network", "month": MONTH, "amount": D(5)}
    with pytest.raises(RuleViolation, match="已经有账单"):
        rules.import_costs(actor=cast.accountant, at=NOW, rows=[row, row | {"amount": D(6)}])
    assert Bill.objects.count() == 2


def test_the_month_is_near_the_days_of_the_bill(cast):
    refused(cast, "对不上", "month", month=date(2020, 1, 1))
    refused(cast, "对不上", "month", month=date(2026, 9, 1))
    assert bill(cast, month=date(2026, 11, 1)).month == date(2026, 11, 1)


def test_a_department_chosen_without_its_way_of_sharing_is_asked_about(cast):
    refused(cast, "归一个部门", "share_by", department=Department.objects.create(name="食堂组"))


def test_no_bill_is_missed_of_an_account_whose_meters_were_taken_off(cast):
    bill(cast, since=date(2026, 8, 1), until=date(2026, 8, 31))
    one = meter(cast, "总表", 900, account="A1")
    assert len(bills_overdue(NOW)) == 1
    Meter.objects.filter(pk=one.pk).update(since=date(2026, 8, 1), until=date(2026, 9, 1))
    assert bills_overdue(NOW) == []


def test_a_bill_with_a_month_only_is_the_next_bill_too(cast):
    bill(cast, since=date(2026, 8, 1), until=date(2026, 8, 31))
    bill(cast, since=None, until=None, month=MONTH)
    assert bills_overdue(NOW) == []


def test_two_years_that_are_not_alike_are_said_so(cast):
    old = [{"kind": kind, "month": date(2025, month, 1), "amount": D(100)} for kind in ("power", "water") for month in (9, 10)]
    rules.import_costs(actor=cast.accountant, at=NOW, rows=old)
    bill(cast, kind="water", since=date(2026, 9, 1), until=date(2026, 9, 30))
    bill(cast, since=date(2026, 9, 1), until=date(2026, 9, 30))
    assert ledger(2026).doubt == ""
    phone(cast)
    assert ledger(2026).doubt == "去年有、今年还没有登记：10月电费、10月水费。去年没有登记、今年算在里面：电话费。"
    assert ledger(2025).doubt == ""


def test_a_share_of_nothing_in_the_form_is_a_sentence(cast, client):
    client.force_login(cast.director)
    form = {"medium": "water", "name": "水价", "since": "2026-01-01", "rows-0-part": "污水", "rows-0-price": "1", "rows-0-share": "0"}
    answer = client.post("/utilities/tariff/new/", form)
    assert answer.status_code == 422
    assert "要大于 0" in answer.content.decode()


@pytest.mark.parametrize("words", ["9" * 10_000, "1e400", "NaN", "-0", "0.001", "𝟙😀", "１２.５", "1000000000000"])
def test_nonsense_in_figures_is_a_sentence_and_nothing_is_saved(cast, client, words):
    client.force_login(cast.accountant)
    good = {"kind": "power", "account": "A1", "since": "2026-10-01", "until": "2026-10-31", "quantity": "10", "amount": "5"}
    for name in ("amount", "quantity", "peak", "since", "month", "tariff", "department", "account"):
        answer = client.post("/utilities/bill/new/", good | {name: words})
        assert answer.status_code in (302, 422), (name, answer.status_code)
        assert answer.status_code == 422 or Bill.objects.count() == 1
        Bill.objects.all().delete()


def test_todays_bill_ends_today(cast):
    assert bill(cast, until=timezone.localdate(NOW)).until == timezone.localdate(NOW)


@pytest.mark.django_db(transaction=True)
def test_a_cost_table_taken_by_two_at_once_counts_once(cast, together):
    School.objects.get_or_create(pk=1, defaults={"name": "学校"})
    rows = [{"kind": "phone", "month": MONTH, "amount": D(5)}, {"kind": "network", "month": MONTH, "amount": D(6)}]

    def take():
        return rules.import_costs(actor=cast.accountant, at=NOW, rows=rows)

    outcomes = together(take, take)
    assert sum(isinstance(one, RuleViolation) for one in outcomes) == 1
    assert Bill.objects.count() == 2


def test_the_page_of_a_bill_beside_meters_and_price_asks_little(cast, client, django_assert_max_num_queries):
    main = meter(cast, "总表", 1000, account="A1")
    meter(cast, "分表", 300, parent=main, department=Department.objects.create(name="食堂组"))
    record = bill(cast, tariff=price(cast, yearly=True), share_by="meters")
    client.force_login(cast.director)
    client.get(f"/utilities/bill/{record.pk}/")  # limits are kept for a minute
    with django_assert_max_num_queries(17):
        assert "食堂组" in client.get(f"/utilities/bill/{record.pk}/").content.decode()


def test_many_bills_are_checked_at_once_by_who_may(cast, client):
    bill(cast), phone(cast)
    ids = {"ids": list(Bill.objects.values_list("pk", flat=True)), "confirmed": "1", "explained": ""}
    client.force_login(cast.accountant)
    assert "bulk/check" not in client.get("/utilities/bill/").content.decode()
    client.post("/utilities/bill/bulk/check/", ids)
    assert not Bill.objects.filter(state="checked").exists()
    client.force_login(cast.director)
    assert "bulk/check" in client.get("/utilities/bill/").content.decode()
    assert client.post("/utilities/bill/bulk/check/", ids).status_code == 302
    assert set(Bill.objects.values_list("state", "checked_by")) == {("checked", cast.director.pk)}
