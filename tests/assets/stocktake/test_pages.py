"""The pages of a stocktake, the blind counter, the phone's kept pages, papers and workbooks (AST-05)."""

import pytest
from django.core.cache import cache

from assets.stocktake.models import CountFind, Stocktake
from assets.stocktake.pages import kept_on_phone
from assets.stocktake.rules import remind_counters
from assets.stocktake.settling_rules import finish_stocktake
from logistics.platform.access.rules import has
from logistics.platform.duties.models import Duty, Occurrence
from logistics.platform.duties.queries import MANAGE as DUTIES
from logistics.platform.duties.rules import save_duty
from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.labels.things import choices_for, thing_of
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import User
from tests.conftest import NOW
from tests.platform.duties_kit import a_duty

from .conftest import fresh_of

pytestmark = pytest.mark.requirement("AST-05")


def text_of(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_a_campaign_is_drawn_up_and_started_on_pages(campaign, client):
    client.force_login(campaign.cast.keeper)
    given = {"title": "期末清点", "kind": "term_end", "starts_on": "2026-11-18", "due_on": "2026-11-30", "places": "教学楼A座\n306教室"}
    given |= {"recount_percent": "10", "team": [campaign.cast.teacher.pk]}
    assert client.post("/assets/stocktake/new/", given | {"places": "月球"}).status_code == 422
    assert client.post("/assets/stocktake/new/", given).status_code == 302
    stocktake = Stocktake.objects.get()
    assert stocktake.places.count() == 2 and "教学楼A座" in text_of(client, f"/assets/stocktake/{stocktake.pk}/edit/")
    assert client.post(f"/assets/stocktake/{stocktake.pk}/start/", {"seen": "draft"}).status_code == 302
    page = text_of(client, f"/assets/stocktake/{stocktake.pk}/")
    assert "305教室" in page and "点数单" in page


def test_the_count_form_ticks_by_code_and_says_what_is_wrong(campaign, client):
    sheet = campaign.sheet(campaign.started(), campaign.rooms.room)
    client.force_login(campaign.cast.teacher)
    address = f"/assets/count-sheet/{sheet.pk}/count/"
    page = text_of(client, address)
    assert f'data-code="{campaign.computer.number}"' in page and "账上 40" in page and 'data-offline="assets.count"' in page
    lines = {line.card_id: line.pk for line in sheet.lines.all()}
    given = {"seen": "waiting.1", f"n{lines[campaign.desks.pk]}": "40", f"n{lines[campaign.computer.pk]}": "on", "codes": "BQ1 2\n", "things": "x" * 70}
    assert client.post(address, given).status_code == 422
    assert not CountFind.objects.exists()
    assert client.post(address, given | {"things": "旧凳子 ×3 把"}).status_code == 302
    assert set(sheet.finds.values_list("code", "name", "quantity")) == {("", "", 40), ("", "", 1), ("BQ1", "", 2), ("", "旧凳子", 3)}
    assert client.post(address, given | {"things": ""}).status_code == 409


def test_a_page_takes_few_queries_whatever_the_state(campaign, client, django_assert_max_num_queries):
    stocktake = campaign.settle(in_room={campaign.laptop: 0})
    client.force_login(campaign.cast.keeper)
    for address in (f"/assets/stocktake/{stocktake.pk}/", f"/assets/stocktake/{stocktake.pk}/summary/"):
        client.get(address)
        with django_assert_max_num_queries(15 if "summary" not in address else 18):
            client.get(address)


def test_a_blind_counter_never_sees_the_book(campaign, client):
    stocktake = campaign.started(is_blind=True)
    sheet = campaign.sheet(stocktake, campaign.rooms.room)
    client.force_login(campaign.cast.teacher)
    pages = [f"/assets/count-sheet/{sheet.pk}/", f"/assets/count-sheet/{sheet.pk}/count/", f"/assets/stocktake/{stocktake.pk}/"]
    for address in pages:
        page = text_of(client, address)
        assert campaign.desks.number not in page and "账上 4" not in page and "40 件" not in page, address
    for address in (
        f"/assets/stocktake/{stocktake.pk}/summary/",
        f"/assets/stocktake/{stocktake.pk}/lines.xlsx",
        f"/assets/stocktake/{stocktake.pk}/summary.xlsx",
    ):
        assert client.get(address).status_code == 403, address
    assert client.get(f"/print/assets.stocktake/{stocktake.pk}/").status_code == 403
    campaign.count(sheet, {campaign.desks: 5})
    assert client.get(f"/print/assets.countsheet/{sheet.pk}/").status_code == 403


def test_the_phone_keeps_ones_own_rooms_and_forgets_what_is_counted(campaign):
    stocktake = campaign.started()
    sheet = campaign.sheet(stocktake, campaign.rooms.room)
    before = dict(kept_on_phone(campaign.cast.teacher))
    assert f"/assets/count-sheet/{sheet.pk}/count/" in before and len(before) == 5
    campaign.count(sheet)
    assert f"/assets/count-sheet/{sheet.pk}/count/" not in dict(kept_on_phone(campaign.cast.teacher))
    assert kept_on_phone(campaign.cast.headteacher) == []


def test_scanning_a_door_or_a_thing_offers_the_count(campaign):
    stocktake = campaign.started()
    address = f"/assets/count-sheet/{campaign.sheet(stocktake, campaign.rooms.room).pk}/count/"
    for kind, thing in (("platform.place", campaign.rooms.room), ("assets.assetcard", campaign.desks)):
        assert address in [choice.url for choice in choices_for(campaign.cast.teacher, thing_of(kind), thing)]
        assert address not in [choice.url for choice in choices_for(campaign.cast.stranger, thing_of(kind), thing)]


def test_papers_workbooks_and_the_summary(campaign, client):
    stocktake = campaign.settle(in_room={campaign.desks: 38, campaign.laptop: 0})
    client.force_login(campaign.cast.keeper)
    sheet = campaign.sheet(stocktake, campaign.rooms.room)
    for address in (f"/print/assets.stocktake/{stocktake.pk}/", f"/print/assets.countsheet/{sheet.pk}/"):
        assert client.get(address).status_code == 200, address
    assert "没找到" in text_of(client, f"/assets/stocktake/{stocktake.pk}/summary/")
    for name in ("lines", "summary"):
        answer = client.get(f"/assets/stocktake/{stocktake.pk}/{name}.xlsx")
        assert b"".join(answer)[:2] == b"PK"
    row = stocktake.differences.filter(card=campaign.laptop).get()
    address = f"/assets/difference/{row.pk}/decide/"
    assert "盘亏" in text_of(client, address) and "盘盈" not in text_of(client, address)
    assert client.post(address, {"decision": "shortage"}).status_code == 422
    assert client.post(address, {"decision": "shortage", "reason": "丢失"}).status_code == 302
    bulk = {"ids": [str(one.pk) for one in stocktake.differences.all()], "confirmed": "1", "decision": "shortage", "reason": "丢失"}
    assert client.post("/assets/difference/bulk/decide/", bulk).status_code == 302
    assert not stocktake.differences.filter(decision="").exists()


def test_who_has_rooms_left_is_told_the_day_before_and_once(campaign):
    stocktake = campaign.started()
    Stocktake.objects.filter(pk=stocktake.pk).update(due_on=NOW.date().replace(day=19))
    clock, told = User.objects.system(), OutboxMessage.objects.count
    before = told()
    assert remind_counters(actor=clock, at=NOW) == 1
    first = told()
    remind_counters(actor=clock, at=NOW)
    assert told() == first > before


def test_regular_stocktakes_become_duties_once(campaign, client):
    client.force_login(campaign.cast.keeper)
    assert not has(campaign.cast.keeper, DUTIES)
    assert "例行盘点" in text_of(client, "/assets/stocktake/")
    given = {"kinds": ["term_start", "term_end"], "owner_person": campaign.cast.keeper.pk}
    assert client.post("/assets/stocktake/regular/", given | {"owner_person": ""}).status_code == 422
    assert client.post("/assets/stocktake/regular/", given).status_code == 302
    assert client.post("/assets/stocktake/regular/", given).status_code == 422
    assert list(Duty.objects.order_by("pk").values_list("title", "owner_person")) == [
        ("开学清点", campaign.cast.keeper.pk),
        ("期末清点", campaign.cast.keeper.pk),
    ]
    assert "期末清点" in text_of(client, "/assets/stocktake/regular/")
    with pytest.raises(NotAllowed):  # the keeper's way is for stocktakes alone
        a_duty(campaign.cast, at=NOW, actor=campaign.cast.keeper)
    with pytest.raises(NotAllowed):
        save_duty(actor=campaign.cast.keeper, at=NOW, record=Duty.objects.first(), title="别的")
    client.force_login(campaign.cast.teacher)
    assert client.get("/assets/stocktake/regular/").status_code == 403


def test_finishing_a_stocktake_does_its_duty(campaign):
    cache.clear()
    rhythm = {"kind": "daily", "times": ["00:00"], "minutes": 1440}
    duty = a_duty(campaign.cast, at=NOW, rhythm=rhythm, starts_on=NOW.date(), producer="assets.stocktake", owner_person=campaign.cast.keeper, checklist=[])
    occurrence = Occurrence.objects.filter(duty=duty).order_by("opens_at").first()
    stocktake = campaign.settle(occurrence=occurrence.pk)
    finish_stocktake(actor=campaign.cast.keeper, at=NOW, record=stocktake)
    assert fresh_of(occurrence).state in ("done", "late") and fresh_of(stocktake).state == "done"
