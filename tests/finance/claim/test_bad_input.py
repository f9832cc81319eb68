"""Whatever is typed into the forms of claims and payments is refused with a sentence; nothing breaks and nothing is half saved (FIN-06)."""

import pytest

from finance.claim.models import Claim, ClaimLine, Invoice
from finance.payment import batch_rules
from finance.payment.models import Payment, PaymentBatch
from tests.conftest import NOW
from tests.finance.budget.conftest import fresh
from tests.finance.claim.conftest import balance, sums

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("FIN-06")]

LONG, NUL, NOTHING = "长" * 10000, "a\x00b", " \u200b "
BAD_WORDS = (LONG, NUL)
BAD_SUMS = ("NaN", "Infinity", "1e400", "-0", "1.234", "1000000000000", "1" * 5000, NUL, "")
BAD_DAYS = ("2026-02-30", LONG, "99999-01-01", NUL)
BAD_KEYS = ("-1", "999999999", "9" * 30, "x", NUL)


@pytest.fixture
def post(client, desk):
    def send(who, address, **fields):
        client.force_login(getattr(desk.cast, who))
        response = client.post(address, fields)
        assert response.status_code in (400, 403, 404, 409, 422), (address, {name: str(value)[:20] for name, value in fields.items()}, response.status_code)
        return response

    return send


def counts() -> tuple:
    return Claim.objects.count(), ClaimLine.objects.count(), Invoice.objects.count(), Payment.objects.count(), PaymentBatch.objects.count()


def every(good: dict, **bad):
    """The good form with one field wrong at a time."""
    for name, values in bad.items():
        for value in values:
            yield good | {name: value}


def test_a_new_claim(desk, post):
    good = {
        "kind": "trip", "title": "听课", "department": desk.budget.teaching.pk, "budget_line": desk.line.pk, "amount": "10", "method": "transfer", "account": "6222",
        "bank": "工行", "place": "省城", "from_on": "2026-11-10", "until_on": "2026-11-11", "what": "车票",
    }  # fmt: skip
    before = counts()
    words = dict.fromkeys(("what", "account", "bank", "note"), BAD_WORDS)
    required = dict.fromkeys(("title", "place"), (*BAD_WORDS, NOTHING))
    keys = dict.fromkeys(("department", "budget_line", "advance", "witness", "kind", "method"), BAD_KEYS)
    for fields in every(good, amount=BAD_SUMS, from_on=BAD_DAYS, until_on=BAD_DAYS, papers=("-1", "1e9", "9" * 30, "x"), **words, **required, **keys):
        post("teacher", "/finance/claim/new/", **fields)
    for source in ("finance.instalment:0", "finance.instalment:" + "9" * 17, "finance.instalment:" + "9" * 40, "x:1", ":", "finance.instalment", NUL, LONG):
        post("teacher", "/finance/claim/new/", kind="purchase", method="transfer", pay_to="firm", source=source)
    for order in BAD_KEYS:
        post("teacher", "/finance/claim/new/", kind="purchase", method="transfer", pay_to="firm", order=order)
    assert counts() == before


def test_lines_and_invoices(desk, post):
    claim, other = desk.claim(10), desk.claim(20)
    at, before = f"/finance/claim/{claim.pk}", counts()
    line = {"what": "笔", "budget_line": desk.line.pk, "amount": "5"}
    for fields in every(line, what=BAD_WORDS, budget_line=(*BAD_KEYS, desk.budget.line.pk), amount=BAD_SUMS):
        post("teacher", f"{at}/add_line/", **fields)
        post("teacher", f"{at}/edit_line/", row=claim.lines.get().pk, **fields)
    for key in (*BAD_KEYS, other.lines.get().pk):
        post("teacher", f"{at}/edit_line/", row=key, **line)
        post("teacher", f"{at}/remove_line/", row=key)
    for key in (*BAD_KEYS, other.invoices.get().pk):
        post("teacher", f"{at}/remove_invoice/", invoice=key)
    invoice = {"number": "26312000003812345678", "code": "", "issued_on": "2026-11-18", "amount": "10", "tax": "0", "seller": "店"}
    wrong = {
        "number": (*BAD_WORDS, NOTHING, "😀😀😀😀", "12"),
        "code": BAD_WORDS,
        "seller": (*BAD_WORDS, NOTHING),
        "issued_on": (*BAD_DAYS, "9999-12-31", "0001-01-01"),
    }
    for fields in every(invoice, amount=BAD_SUMS, tax=("NaN", "-1", "1.234", "10", "1e400"), **wrong):
        post("teacher", f"{at}/add_invoice/", **fields)
    assert counts() == before
    assert (fresh(claim).total, fresh(other).total) == (10, 20)


def test_paying_booking_and_sending_back(desk, post):
    claim, paid, owed = desk.approved(10), desk.paid(20), desk.paid(500, kind="advance")
    batch = batch_rules.create_batch(actor=desk.cast.cashier, at=NOW, account=desk.bank, claims=[desk.approved(30)])
    before, money = counts(), (balance(desk.bank), sums(desk.line))
    days = (*BAD_DAYS, "0001-01-01", "9999-12-31", "")
    good = {"account": desk.bank.pk, "paid_on": "2026-11-18"}
    for fields in every(good, account=(*BAD_KEYS, desk.cash.pk), paid_on=days):
        post("cashier", f"/finance/claim/{claim.pk}/pay/", **fields)
    for fields in every(good | {"amount": "1"}, account=BAD_KEYS, paid_on=days, amount=(*BAD_SUMS, "500.01")):
        post("cashier", f"/finance/claim/{owed.pk}/pay_back/", **fields)
    for day in days:
        post("cashier", f"/finance/batch/{batch.pk}/post/", paid_on=day)
    for fields in every({"account": desk.bank.pk, "claims": claim.pk, "note": ""}, account=BAD_KEYS, claims=(*BAD_KEYS, paid.pk, ""), note=BAD_WORDS):
        post("cashier", "/finance/batch/new/", **fields)
    for key in BAD_KEYS:
        post("cashier", f"/finance/batch/{batch.pk}/take_out/", claim=key)
        post("cashier", f"/finance/batch/{batch.pk}/add_claims/", claims=key)
    for words in (*BAD_WORDS, NOTHING, ""):
        post("cashier", f"/finance/payment/{paid.payments.get().pk}/return/", reason=words)
        post("cashier", f"/finance/batch/{batch.pk}/cancel/", reason=words)
        post("teacher", f"/finance/claim/{claim.pk}/cancel/", reason=words)
        post("accountant", f"/finance/claim/{paid.pk}/book/", voucher=words)
    assert (counts(), (balance(desk.bank), sums(desk.line))) == (before, money)
    assert (fresh(claim).state, fresh(paid).voucher, fresh(owed).settled, fresh(batch).state) == ("approved", "", 0, "draft")


@pytest.mark.parametrize("asked", ["order=abc", "order=" + "9" * 30, "kind=purchase&order=1&source=x", "kind=trip&advance=x", "kind=petty&budget_line=-1"])
def test_a_link_with_nonsense_opens_the_form(desk, client, asked):
    client.force_login(desk.cast.teacher)
    assert client.get(f"/finance/claim/new/?{asked}", follow=True).status_code == 200


@pytest.mark.parametrize("page", ["claim", "payment", "batch"])
def test_a_list_asked_for_nonsense_answers(desk, client, page):
    client.force_login(desk.cast.cashier)
    for name in ("q", "kind", "state", "department", "year", "mine", "owed", "unbooked", "method", "account", "sort", "page"):
        for value in ("%00", "NaN", "9" * 30):
            assert client.get(f"/finance/{page}/?{name}={value}").status_code in (200, 400, 404), (name, value)
