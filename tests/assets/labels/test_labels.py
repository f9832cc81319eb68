"""Labels: the code printed on a thing opens its card with what one may do there (AST-13)."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from assets.labels.pages import card_by_code, code_of
from logistics.platform.labels.queries import scanned
from logistics.platform.labels.rules import print_blank_labels
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("AST-13")


def test_the_number_is_the_code_where_it_can_be_typed_and_a_key_otherwise(ledger):
    plain, chinese, long = ledger.computer(), ledger.computer(number="电教-07"), ledger.computer(number="A" * 30)
    assert code_of(plain) == plain.number
    assert code_of(chinese) == f"KP-{chinese.pk}" and code_of(long) == f"KP-{long.pk}"
    assert [card_by_code(code_of(card)) for card in (plain, chinese, long)] == [plain, chinese, long]
    assert card_by_code("KP-99999999999999999999") is None and card_by_code("KP-x") is None


def test_scanning_offers_the_keeper_the_move_and_a_stranger_nothing(ledger, client):
    card = ledger.computer()
    client.force_login(ledger.cast.keeper)
    page = client.get(f"/q/{code_of(card)}/", follow=True)
    assert reverse("assets:card-action", args=[card.pk, "move"]) in page.content.decode()
    client.force_login(ledger.cast.stranger)
    page = client.get(f"/q/{code_of(card)}/", follow=True)
    assert page.status_code < 500 and reverse("assets:card-detail", args=[card.pk]) not in page.content.decode()


def test_the_sheet_is_a_pdf_of_the_cards_of_a_place(ledger, client):
    ledger.desks(40)
    client.force_login(ledger.cast.keeper)
    given = {"place": "教学楼A座", "layout": "3x8", "start": "1", "ids": "", "since": ""}
    page = client.post(reverse("assets:labels"), given)
    assert page["Content-Type"] == "application/pdf" and page.content.startswith(b"%PDF")
    page = client.post(reverse("assets:labels"), given | {"place": "三号宿舍楼"})
    assert page.status_code == 422 and "没有可以打印的标签" in page.content.decode()
    client.force_login(ledger.cast.teacher)
    assert client.get(reverse("assets:labels")).status_code == 403


@pytest.mark.requirement("AST-15")
def test_pages_excel_and_prints_of_the_ledger_open_and_bad_addresses_do_not_break(ledger, client):
    card = ledger.computer(acquired_on=date(2026, 11, 2), price=Decimal(5000))
    client.force_login(ledger.cast.accountant)
    base = reverse("assets:statement")
    good = ["", "?by=place", "?by=department&until=2026-11-01", "?since=2026-01-01&until=2026-12-31&by=kind"]
    assert [client.get(base + query).status_code for query in good] == [200] * 4
    assert [client.get(base + query).status_code for query in ("?by=x", "?until=abc", "?since=2027-01-01&until=2026-01-01")] == [422] * 3
    assert client.get(reverse("assets:statement-print") + "?since=2026-01-01").content.startswith(b"%PDF")
    assert client.get(reverse("assets:statement-excel")).content.startswith(b"PK")
    assert client.get(reverse("assets:statement-print") + "?until=1999-01-01").status_code < 500
    assert client.get(reverse("assets:card-detail", args=[card.pk])).status_code == 200
    assert NOW.year == card.acquired_on.year


def test_a_label_printed_blank_is_claimed_by_a_card_and_opens_it_from_then_on(ledger, client):
    card, (label, other) = ledger.computer(), print_blank_labels(actor=ledger.cast.keeper, at=NOW, count=2)
    client.force_login(ledger.cast.keeper)
    page = client.get(f"/q/{label.code}/claim/?kind=assets.assetcard")
    assert page.status_code == 200 and "资产编号" in page.content.decode()
    refused = client.post(f"/q/{label.code}/claim/?kind=assets.assetcard", {"thing": "没有这张"})
    assert "没有编号是「没有这张」的在用资产" in refused.content.decode() and scanned(label.code).record is None
    client.post(f"/q/{label.code}/claim/?kind=assets.assetcard", {"thing": card.number.lower()})
    assert scanned(label.code).record == card
    assert reverse("assets:card-detail", args=[card.pk]) in client.get(f"/q/{label.code}/", follow=True).content.decode()
    client.post(f"/q/{other.code}/claim/?kind=assets.assetcard", {"thing": f"http://testserver/q/{label.code}/"})
    assert scanned(other.code).record == card  # a scanner types the whole address of the old label
