"""上报: figures frozen from the ledger, checked by another person, sent upward (AST-15)."""

from datetime import date, datetime

import pytest

from assets.card.change_rules import take_off
from assets.card.models import Status
from assets.report import rules
from assets.report.figures import read
from assets.report.models import AssetReport, ReportState
from assets.report.queries import period_due, usual_period
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from tests.assets.conftest import TODAY
from tests.conftest import NOW, SHANGHAI

pytestmark = pytest.mark.requirement("AST-15")


def fresh(record):
    return type(record).objects.get(pk=record.pk)


@pytest.mark.parametrize(
    ("kind", "today", "period"),
    [
        ("june", date(2026, 6, 20), (date(2025, 7, 1), date(2026, 6, 20))),
        ("june", date(2026, 11, 18), (date(2025, 7, 1), date(2026, 6, 30))),
        ("june", date(2026, 3, 1), (date(2024, 7, 1), date(2025, 6, 30))),
        ("annual", date(2026, 12, 20), (date(2026, 1, 1), date(2026, 12, 20))),
        ("annual", date(2027, 1, 5), (date(2026, 1, 1), date(2026, 12, 31))),
    ],
)
def test_the_usual_period(kind, today, period):
    assert usual_period(kind, today) == period


@pytest.fixture
def report(ledger):
    """This year: a computer bought, 40 desks of which three are scrapped, one thing idle."""
    ledger.computer(status=Status.IDLE)
    desks = ledger.desks()
    take_off(actor=ledger.cast.accountant, at=NOW, record=desks, on=TODAY, kind="scrap", quantity=3, approval="批", voucher="记-1")
    return rules.save_report(actor=ledger.cast.keeper, at=NOW, kind="other", words="清点无误")


def test_figures_add_up(report):
    found = read(report.figures)
    total = found.total
    assert (total.before.cost, total.more.cost, total.less.cost, total.after.cost) == (0, 11040, -504, 10536)
    assert total.before.cost + total.more.cost + total.less.cost + total.moved.cost == total.after.cost
    assert [label for label, _ in found.less] == ["报废"]
    assert found.of_status("闲置").cost == 4320


def test_what_was_taken_stays_until_taken_again(ledger, report):
    ledger.computer()
    assert read(fresh(report).figures).total.after.cost == 10536
    with pytest.raises(RuleViolation, match="和现在的账对不上"):
        rules.check_report(actor=ledger.cast.accountant, at=NOW, record=fresh(report))
    assert fresh(report).state == ReportState.DRAFT
    rules.take_again(actor=ledger.cast.keeper, at=NOW, record=fresh(report))
    assert read(fresh(report).figures).total.after.cost == 14856
    rules.check_report(actor=ledger.cast.accountant, at=NOW, record=fresh(report))
    assert fresh(report).checked_by == ledger.cast.accountant


def test_drawn_up_and_checked_by_two(ledger, report):
    with pytest.raises(NotAllowed):
        rules.check_report(actor=ledger.cast.keeper, at=NOW, record=report)
    AssetReport.objects.update(created_by=ledger.cast.accountant)
    with pytest.raises(NotAllowed, match="不能是同一个人"):
        rules.check_report(actor=ledger.cast.accountant, at=NOW, record=fresh(report))
    with pytest.raises(RuleViolation):
        rules.file_report(actor=ledger.cast.keeper, at=NOW, record=fresh(report), filed_on=TODAY, filed_to="教育局")
    assert fresh(report).state == ReportState.DRAFT


def test_filed_once_after_its_last_day(ledger, report):
    keeper = ledger.cast.keeper
    rules.check_report(actor=ledger.cast.accountant, at=NOW, record=report)
    with pytest.raises(RuleViolation) as early:
        rules.file_report(actor=keeper, at=NOW, record=fresh(report), filed_on=date(2026, 11, 1), filed_to="教育局")
    assert early.value.field == "filed_on"
    rules.file_report(actor=keeper, at=NOW, record=fresh(report), filed_on=TODAY, filed_to="区教育局", receipt="收-8")
    assert (fresh(report).state, fresh(report).receipt) == (ReportState.FILED, "收-8")
    with pytest.raises(RuleViolation, match="已经有了"):
        rules.save_report(actor=keeper, at=NOW, kind="other")
    with pytest.raises(RuleViolation, match="还没有到"):
        rules.save_report(actor=keeper, at=NOW, kind="other", until=date(2026, 12, 31))


def test_due_in_june_until_it_is_there(ledger):
    june = date(2026, 6, 3)
    assert (period_due(june), period_due(date(2026, 9, 1)), period_due(date(2027, 1, 3))) == (("june", 2026), None, ("annual", 2026))
    rules.save_report(actor=ledger.cast.keeper, at=datetime(2026, 6, 3, 9, tzinfo=SHANGHAI), kind="june")
    assert period_due(june) is None


def test_pages_workbook_and_paper(ledger, report, client):
    client.force_login(ledger.cast.accountant)
    text = client.get(f"/assets/report/{report.pk}/").content.decode()
    assert "10,536.00" in text
    assert "闲置" in text
    assert client.get(f"/assets/report/{report.pk}/excel/").content[:2] == b"PK"
    assert client.get(f"/print/assets.assetreport/{report.pk}/").status_code == 200
    assert client.post(f"/assets/report/{report.pk}/check/").status_code == 302
    client.force_login(ledger.cast.teacher)
    assert client.get(f"/assets/report/{report.pk}/excel/").status_code == 403


def test_what_the_authority_sent_back_is_checked_and_filed_again(ledger, report):
    keeper, accountant = {"actor": ledger.cast.keeper, "at": NOW}, {"actor": ledger.cast.accountant, "at": NOW}
    rules.check_report(**accountant, record=report)
    rules.file_report(**keeper, record=fresh(report), filed_on=TODAY, filed_to="区教育局", receipt="收-8")
    with pytest.raises(NotAllowed):
        rules.take_back(**accountant, record=fresh(report), reason="改")
    rules.take_back(**keeper, record=fresh(report), reason="情况说明要写清闲置")
    again = fresh(report)
    assert (again.state, again.checked_by, again.filed_on, again.receipt) == (ReportState.DRAFT, None, None, "")
    with pytest.raises(RuleViolation):
        rules.file_report(**keeper, record=again, filed_on=TODAY, filed_to="区教育局")
    rules.check_report(**accountant, record=again)
    rules.file_report(**keeper, record=fresh(report), filed_on=TODAY, filed_to="区教育局")
    assert fresh(report).state == ReportState.FILED
