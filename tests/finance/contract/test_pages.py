"""Contracts through pages and API: who sees which, what is typed wrongly, what is forged (FIN-07)."""

from decimal import Decimal

import pytest

from finance.contract.models import Contract, Instalment, Supplement
from logistics.platform.org.models import Department
from tests.conftest import api_key, make_person
from tests.finance.contract.conftest import TODAY, fresh

pytestmark = pytest.mark.requirement("FIN-07")


@pytest.fixture
def posted(desk):
    def make(**fields):
        given = {
            "kind": "goods", "title": "打印纸", "partner": desk.firm.pk, "department": desk.budget.office.pk, "amount": "600", "start_on": "2026-11-18",
            "end_on": "2027-02-18", "budget_line": desk.budget.line.pk, "plan": "once",
        }  # fmt: skip
        return {name: value for name, value in (given | fields).items() if value is not None}

    return make


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"amount": "六百"}, "请填数字"),
        ({"amount": "1.005"}, "小数"),
        ({"amount": "-3"}, ""),
        ({"amount": "0"}, "大于零"),
        ({"amount": "9999999999999.00"}, ""),
        ({"partner": 987654}, "请从列出来的里面选"),
        ({"budget_line": 987654}, "请从列出来的里面选"),
        ({"title": "长" * 10000}, "80 个字"),
        ({"end_on": "2026-11-01"}, "早于"),
        ({"order": 55}, "请从列出来的里面选"),
        ({"kind": "gift"}, "请从列出来的里面选"),
        ({"partner": None}, "请选对方单位"),
    ],
)
def test_what_is_typed_wrongly_is_said_and_kept(desk, posted, client, wrong, words):
    client.force_login(desk.cast.buyer)
    answer = client.post("/finance/contract/new/", posted(**wrong))
    page = answer.content.decode()
    assert (answer.status_code, words in page) == (422, True)
    assert not Contract.objects.exists()


def test_full_width_digits_are_a_number(desk, posted, client):
    client.force_login(desk.cast.buyer)
    answer = client.post("/finance/contract/new/", posted(amount="６００．５０"))
    assert answer.status_code in (302, 422)
    assert [row.amount for row in Contract.objects.all()] == ([Decimal("600.50")] if answer.status_code == 302 else [])


def test_the_way_over_the_pages(desk, posted, client):
    client.force_login(desk.cast.buyer)
    assert client.post("/finance/contract/new/", posted()).status_code == 302
    contract = Contract.objects.get()
    page = f"/finance/contract/{contract.pk}/"
    assert client.get(page).status_code == 200
    assert client.post(f"{page}submit/", {}).status_code == 302
    assert fresh(contract).state == "submitted"
    assert client.post(f"{page}submit/", {}).status_code in (400, 409)
    assert client.get(f"/print/finance.contract/{contract.pk}/")["Content-Type"] == "application/pdf"
    assert client.get("/finance/contract/ledger-2026.pdf").status_code == 400


def test_others_contracts_are_not_found(desk, client):
    contract = desk.active()
    head = make_person("head", "文科组长", "teacher", department=Department.objects.get(name="文科组"))
    Department.objects.filter(name="文科组").update(head=head)
    client.force_login(head)
    for address in ("", "edit/", "sign/", "terminate/"):
        assert client.get(f"/finance/contract/{contract.pk}/{address}").status_code == 404
    client.force_login(desk.cast.teacher)
    assert client.get("/finance/contract/").status_code == 403
    Department.objects.filter(pk=contract.department_id).update(head=head)
    client.force_login(head)
    assert client.get(f"/finance/contract/{contract.pk}/").status_code == 200


def test_a_line_of_another_contract_named_in_the_form_is_refused(desk, client):
    mine, other = desk.draft(), desk.draft(title="别的")
    client.force_login(desk.cast.buyer)
    answer = client.post(f"/finance/contract/{mine.pk}/remove_instalment/", {"instalment": other.instalments.get().pk})
    assert (answer.status_code, Instalment.objects.count()) == (422, 2)


def test_the_api_says_the_same_and_lets_nobody_around_the_rules(desk, posted, client):
    contract = desk.agreed()
    key = {"HTTP_AUTHORIZATION": f"Token {api_key(desk.cast.principal)}"}
    answer = client.post(f"/api/v1/finance/contracts/{contract.pk}/sign/", {"signed_on": TODAY.isoformat()}, content_type="application/json", **key)
    assert answer.status_code == 403
    key = {"HTTP_AUTHORIZATION": f"Token {api_key(desk.cast.buyer)}"}
    answer = client.post(f"/api/v1/finance/contracts/{contract.pk}/sign/", {"signed_on": TODAY.isoformat()}, content_type="application/json", **key)
    assert (answer.status_code, "签字盖章" in answer.content.decode()) == (400, True)
    assert client.post("/api/v1/finance/contracts/", posted(amount="x"), content_type="application/json", **key).status_code == 400
    changed = client.patch(f"/api/v1/finance/contracts/{contract.pk}/", {"amount": "1"}, content_type="application/json", **key)
    assert changed.status_code in (400, 403, 405, 409)
    assert (fresh(contract).state, fresh(contract).amount, Contract.objects.count()) == ("approved", 600, 1)


def test_a_supplement_is_only_for_contracts_in_force(desk, client):
    contract = desk.agreed()
    client.force_login(desk.cast.buyer)
    answer = client.post("/finance/supplement/new/", {"contract": contract.pk, "reason": "改", "change": "0"})
    assert (answer.status_code, Supplement.objects.count()) == (422, 0)
    desk.sign(contract)
    answer = client.post("/finance/supplement/new/", {"contract": contract.pk, "reason": "改交货地点", "change": "0"})
    assert (answer.status_code, Supplement.objects.count()) == (302, 1)
    assert client.post(f"/finance/supplement/{Supplement.objects.get().pk}/submit/", {}).status_code == 302
    assert client.get("/finance/contract/ledger-2026.pdf").status_code == 200


def test_an_instalment_leads_to_its_claim(desk, client):
    contract = desk.active()
    row = contract.instalments.get()
    client.force_login(desk.cast.buyer)
    link = f"/finance/claim/new/?kind=purchase&amp;source=finance.instalment:{row.pk}"
    assert link in client.get(f"/finance/contract/{contract.pk}/").content.decode()
    assert client.get(link.replace("&amp;", "&")).status_code == 200
