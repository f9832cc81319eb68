"""The pages, the API, the paper and the first page of acceptance (FIN-05, FIN-12)."""

from decimal import Decimal

import pytest
from django.test import Client
from rest_framework.test import APIClient

from finance.acceptance import receivers
from finance.acceptance.home import acceptance_todos, unsigned_acceptances, waiting_figure
from finance.acceptance.models import Acceptance
from finance.order.models import PurchaseOrder
from tests.conftest import NOW, api_key
from tests.finance.acceptance.conftest import everything, fresh, make_order
from tests.pdf import Pdf
from tests.platform.attachments_kit import ink, saved, scene

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("FIN-05")]
NEW = "/finance/acceptance/new/"


@pytest.fixture
def browse():
    def as_person(person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return as_person


def filled(delivery, **given) -> dict:
    """What the form sends for ten chairs, one of them broken."""
    lines = list(delivery.order.lines.order_by("pk"))
    typed = {
        "order": delivery.order.pk, "delivered_on": "2026-11-18", "appearance": "good", "quality": "good", "trial": "none", "papers": "good",
        "remedy": "退回补送", "members": [person.pk for person in delivery.members], "note": "留着这句话",
        "lines-0-order_line": lines[0].pk, "lines-0-accepted": "9", "lines-0-rejected": "1", "lines-0-reason": "腿弯了",
        "lines-1-order_line": lines[1].pk, "lines-1-accepted": "", "lines-1-rejected": "", "lines-1-reason": "",
    }  # fmt: skip
    return typed | given


@pytest.fixture(autouse=True)
def _on_that_day(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def test_who_comes_without_an_order_chooses_one(delivery, cast, browse):
    page = browse(cast.director).get(NEW).content.decode()
    assert f"?order={delivery.order.pk}" in page
    assert f"?order={delivery.order.pk}" not in browse(cast.teacher).get(NEW).content.decode()
    assert browse(cast.buyer).get(NEW).status_code == 403


def test_from_the_order_to_the_paper(delivery, cast, browse):
    client = browse(cast.director)
    page = client.get(f"{NEW}?order={delivery.order.pk}")
    assert "还差 10 把" in page.content.decode()
    answer = client.post(NEW, filled(delivery) | {"photos": [photo_file()]})
    acceptance = Acceptance.objects.get()
    assert answer.headers["Location"] == f"/finance/acceptance/{acceptance.pk}/"
    for person in delivery.members:
        signer = browse(person)
        seen = signer.get(f"/finance/acceptance/{acceptance.pk}/").context["seen"]
        assert "合格 9 把" in signer.get(f"/finance/acceptance/{acceptance.pk}/sign/").content.decode()
        signed = signer.post(f"/finance/acceptance/{acceptance.pk}/sign/", {"agreed": "yes", "signature": ink(), "seen": seen})
        assert signed.status_code == 302
    detail = client.get(f"/finance/acceptance/{acceptance.pk}/").content.decode()
    assert "有退回的，还要补送" in detail
    assert "待建卡" in detail
    text = Pdf(client.get(f"/print/finance.acceptance/{acceptance.pk}/").content).text()
    for words in ("验收单", "折叠椅", "腿弯了", "壹仟零捌拾元整", "退回补送", "产某", "仓某"):
        assert words in text
    assert "等保管员办" in detail and "/assets/arrival/" in detail
    seen = browse(cast.buyer).get(f"/finance/acceptance/{acceptance.pk}/").content.decode()
    assert "等保管员办" in seen and "/assets/arrival/" not in seen  # who may not open the keepers' page is not sent there


def photo_file():
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("到货.jpg", saved(scene(), "JPEG"), "image/jpeg")


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"lines-0-accepted": "十"}, "lines", "请填数字"),
        ({"lines-0-accepted": "-1"}, "lines", "小于零"),
        ({"lines-0-accepted": "1.0001"}, "lines", "三位小数"),
        ({"lines-0-accepted": "9999999999999"}, "lines", "太大"),
        ({"lines-0-accepted": "11"}, "lines", "最多还能验收"),
        ({"lines-0-reason": ""}, "lines", "请写原因"),
        ({"lines-0-reason": "长" * 10_000}, "lines", "200"),
        ({"lines-0-order_line": "999999"}, "lines", "不是这张采购单上的"),
        ({"lines-0-order_line": "x"}, "lines", "不是这张采购单上的"),
        ({"remedy": ""}, "remedy", "怎么处理"),
        ({"delivered_on": "2026-11-19"}, "delivered_on", "晚于今天"),
        ({"delivered_on": "昨天"}, "delivered_on", "日期写成"),
        ({"members": []}, "members", "请填写"),
        ({"order": "999999"}, "order", "不能由您验收"),
        ({"note": "长" * 10_000}, "note", "最多 300 个字"),
    ],
)
def test_wrong_input_stands_at_its_field_and_nothing_is_saved(delivery, cast, browse, given, field, words):
    before = everything(delivery.order)
    answer = browse(cast.director).post(NEW, filled(delivery, **given))
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert "note" in given or "留着这句话" in answer.content.decode()
    assert everything(delivery.order) == before


def test_a_page_sent_twice_makes_one(delivery, cast, browse):
    client = browse(cast.director)
    seen = client.get(f"{NEW}?order={delivery.order.pk}").context["form"].initial["seen"]
    typed = filled(delivery, seen=seen) | {"lines-0-accepted": "4", "lines-0-rejected": "", "lines-0-reason": ""}
    assert [client.post(NEW, typed).status_code for _ in range(2)] == [302, 422]
    assert Acceptance.objects.count() == 1


@pytest.mark.requirement("FIN-12")
def test_the_buyer_cannot_be_chosen_nor_come_in_by_another_order(delivery, cast, browse):
    before = everything(delivery.order)
    answer = browse(cast.director).post(NEW, filled(delivery, members=[cast.keeper.pk, cast.buyer.pk]))
    assert "members" in answer.context["form"].errors
    own = make_order(cast, 2)
    PurchaseOrder.objects.filter(pk=own.pk).update(created_by=cast.director)
    assert "order" in browse(cast.director).post(NEW, filled(delivery, order=own.pk)).context["form"].errors
    assert everything(delivery.order) == before


def test_a_stale_page_signs_nothing(delivery, cast, browse):
    acceptance = delivery.post(1)
    answer = browse(cast.keeper).post(f"/finance/acceptance/{acceptance.pk}/sign/", {"agreed": "yes", "signature": ink(), "seen": "posted."})
    assert answer.status_code == 409
    assert fresh(acceptance).state == "signing"


def test_without_a_signature_nothing_is_signed(delivery, cast, browse):
    acceptance = delivery.post(1)
    answer = browse(cast.keeper).post(f"/finance/acceptance/{acceptance.pk}/sign/", {"agreed": "yes"})
    assert answer.status_code == 422
    typed = browse(cast.keeper).post(f"/finance/acceptance/{acceptance.pk}/sign/", {"agreed": "yes", "signature_typed": "别人"})
    assert typed.status_code == 422
    assert fresh(acceptance).members.filter(signed_at=None).count() == 2


def test_who_sees_what(delivery, cast, browse):
    acceptance = delivery.post(1, members=[cast.keeper, cast.guard])
    address = f"/finance/acceptance/{acceptance.pk}/"
    for person in (cast.guard, cast.headteacher, cast.buyer, cast.inspector, cast.accountant):
        assert browse(person).get(address).status_code == 200, person
    for person in (cast.driver, cast.nobody):
        assert browse(person).get(address).status_code in (403, 404), person
    assert browse(cast.stranger).get(address).status_code == 404


def test_the_api_takes_lines_as_objects(delivery, cast):
    program = APIClient()
    program.credentials(HTTP_AUTHORIZATION=f"Token {api_key(cast.director)}")
    line = delivery.order.lines.order_by("pk")[0]
    body = {
        "order": delivery.order.pk, "delivered_on": "2026-11-18", "appearance": "good", "quality": "good", "trial": "none", "papers": "good",
        "members": [person.pk for person in delivery.members], "lines": [{"order_line": line.pk, "accepted": "10"}],
    }  # fmt: skip
    refused = program.post("/api/v1/finance/acceptances/", body | {"lines": [{"order_line": line.pk, "accepted": "11"}]}, "json")
    assert refused.status_code == 400
    assert not Acceptance.objects.exists()
    made = program.post("/api/v1/finance/acceptances/", body, "json")
    assert (made.status_code, made.json()["amount"], made.json()["state"]) == (201, "1200.00", "signing")
    pk = made.json()["id"]
    assert program.post(f"/api/v1/finance/acceptances/{pk}/sign/", {"agreed": "yes", "signature_typed": "总某"}, "json").status_code in (400, 403)
    keeper = APIClient()
    keeper.credentials(HTTP_AUTHORIZATION=f"Token {api_key(cast.keeper)}")
    assert keeper.post(f"/api/v1/finance/acceptances/{pk}/sign/", {"agreed": "yes", "signature_typed": "产某"}, "json").status_code == 200
    assert fresh(Acceptance.objects.get()).members.filter(signed_at=None).count() == 1


def test_the_first_page_says_who_must_sign_and_what_must_come_again(delivery, cast, later, monkeypatch):
    monkeypatch.delitem(receivers._desks, "asset")
    acceptance = delivery.post(8, rejected=[2])
    assert [todo.title for todo in acceptance_todos(cast.keeper, NOW)] == ["第1批办公用品"]
    assert acceptance_todos(cast.buyer, NOW) == []
    assert unsigned_acceptances(cast.director, later(71)) == []
    assert [late.count for late in unsigned_acceptances(cast.director, later(73))] == [1]
    assert unsigned_acceptances(cast.keeper, later(73))[0].count == 1
    assert unsigned_acceptances(cast.buyer, later(73)) == []
    for person in delivery.members:
        delivery.sign(acceptance, person)
    assert acceptance_todos(cast.keeper, NOW) == []
    assert [todo.verb for todo in acceptance_todos(cast.buyer, NOW)] == ["催补送"]
    assert [figure.value for figure in waiting_figure(cast.keeper, NOW)] == ["1"]
    delivery.accept(2, "3.5", 1)
    assert acceptance_todos(cast.buyer, NOW) == []


def test_a_reversal_prints_with_what_it_reverses(delivery, cast, browse):
    from finance.acceptance.correction_rules import reverse_acceptance

    wrong = delivery.accept(2)
    back = reverse_acceptance(actor=cast.director, at=NOW, record=wrong, reason="数错了")
    client = browse(cast.director)
    assert "已经冲销" in client.get(f"/finance/acceptance/{wrong.pk}/").content.decode()
    assert "这是冲销单" in client.get(f"/finance/acceptance/{back.pk}/").content.decode()
    text = Pdf(client.get(f"/print/finance.acceptance/{back.pk}/").content).text()
    assert wrong.number in text
    assert "负贰佰肆拾元整" in text


def test_waiting_lines_are_handed_over_from_their_page(delivery, cast, browse, receiving, monkeypatch):
    monkeypatch.delitem(receivers._desks, "asset")
    delivery.accept(2)
    line = Acceptance.objects.get().lines.get()
    client = browse(cast.keeper)
    client.post("/finance/waiting/bulk/take/", {"ids": [line.pk]})
    assert fresh(line).received_at is None
    taken = receiving("asset")
    client.post("/finance/waiting/bulk/take/", {"ids": [line.pk]})
    assert taken == [("折叠椅", Decimal(2))]
    assert fresh(line).received_label == "卡片 折叠椅"
    assert client.get("/finance/waiting/").context["total"] == 0
