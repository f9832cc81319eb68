"""Aid on pages, on the board and on paper: nobody reads what is not for him (FIN-09)."""

import pytest
from django.test import Client

from finance.aid.home import aid_todos
from finance.aid.models import AidApplication, AidReason
from tests.conftest import NOW, api_key
from tests.finance.aid.conftest import AFTER
from tests.pdf import Pdf

pytestmark = pytest.mark.requirement("FIN-09")


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """Pages ask the clock; the school's day is the one of NOW."""
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def browse():
    def as_person(person=None) -> Client:
        client = Client()
        if person:
            client.force_login(person)
        return client

    return as_person


def api(person) -> Client:
    return Client(headers={"authorization": f"Token {api_key(person)}"})


def test_the_class_teacher_applies_on_the_page_for_the_own_class(aid, cast, browse):
    given = {"listing": aid.listing.pk, "student": "701", "level": "一等", "kind": "allowance", "text": "吃低保"}
    web = browse(cast.headteacher)
    for wrong in ({"student": "801"}, {"student": "999"}, {"level": "特等"}, {"kind": "rich"}, {"text": ""}, {"text": "长" * 10_000}, {"listing": "77"}):
        answer = web.post("/finance/aid-application/new/", given | wrong)
        assert answer.status_code in (403, 422), wrong
    assert AidApplication.objects.count() == 0
    assert web.post("/finance/aid-application/new/", given).status_code == 302
    found = AidApplication.objects.get()
    assert web.post(f"/finance/aid-application/{found.pk}/edit/", given | {"level": "二等", "text": "再写一遍"}).status_code == 302
    found.refresh_from_db()
    assert (found.level, found.amount, found.why.text) == ("二等", 500, "再写一遍")
    assert browse(cast.teacher).get("/finance/aid-application/new/").status_code == 403


def test_reasons_stay_closed_on_pages_exports_and_api(aid, cast, browse):
    found = aid.apply("701", actor=cast.headteacher, text="父亲重病在床")
    why = AidReason.objects.get()
    pages = (f"/finance/aid-application/{found.pk}/", f"/finance/aid-list/{aid.listing.pk}/", "/finance/aid-application/")
    for key in ("principal", "director", "accountant", "cashier", "inspector"):
        person = getattr(cast, key)
        for page in pages:
            assert "父亲重病" not in browse(person).get(page).content.decode(), (key, page)
        assert browse(person).get(f"/finance/aid-reason/{why.pk}/").status_code in (403, 404)
        assert api(person).get(f"/api/v1/finance/aid-reasons/{why.pk}/").status_code in (403, 404)
        assert "父亲重病" not in api(person).get(f"/api/v1/finance/aid-applications/{found.pk}/").content.decode()
    assert "父亲重病" in browse(cast.headteacher).get(pages[0]).content.decode()
    aid.reviewed()
    assert "父亲重病" in browse(aid.group[0]).get(pages[0]).content.decode()
    assert browse(aid.group[0]).get("/finance/aid-reason/").content.decode().count("父亲重病") == 1


def test_members_vote_on_several_at_once_and_are_told(aid, browse):
    found = [aid.apply("701"), aid.apply("702")]
    aid.reviewed()
    member = aid.group[0]
    assert [todo.detail for todo in aid_todos(member, NOW)] == ["2 份申请等您评议"]
    given = {"ids": [one.pk for one in found], "confirmed": "1", "agrees": "yes", "score": "80"}
    assert browse(member).post("/finance/aid-application/bulk/vote/", given).status_code == 302
    assert {one.votes.count() for one in found} == {1}
    assert aid_todos(member, NOW) == []
    outsider = api(aid.cast.principal)
    assert outsider.post(f"/api/v1/finance/aid-applications/{found[0].pk}/vote/", {"agrees": "yes"}).status_code == 403


def test_the_board_and_the_paper_show_masked_names(aid, cast, browse):
    listing = aid.on_notice()
    shown = browse().get(f"/public/post/{listing.post_id}/").content.decode()
    paper = Pdf(browse(cast.headteacher).get(f"/print/finance.aidlist/{listing.pk}/").content).text()
    for text in (shown, paper):
        assert "李*明" in text
        assert "李小明" not in text
    assert "公示以后" not in paper
    page = browse(cast.cashier).get(f"/finance/aid-list/{listing.pk}/")
    assert "期满以前不能审定" in page.content.decode()
    assert api(cast.cashier).post(f"/api/v1/finance/aid-lists/{listing.pk}/pay/").status_code in (400, 403)


def test_the_pay_list_is_for_who_sees_the_whole_school(aid, cast, browse, monkeypatch):
    listing = aid.final()
    url = f"/finance/aid-list/{listing.pk}/pay.pdf"
    text = Pdf(browse(cast.cashier).get(url).content).text()
    assert "资助发放表" in text
    assert "李小明" in text
    assert "1,250.00" in text
    assert browse(cast.headteacher).get(url).status_code == 403
    assert browse(cast.teacher).get(url).status_code == 403
    assert [todo.verb for todo in aid_todos(cast.cashier, AFTER)] == ["发放"]
