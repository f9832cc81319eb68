"""One thread of a card: its purchase, what happened to it, what owning it cost, as far as the reader may see (AST-01, FIN-02)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from assets.card.change_rules import move_card, split_card
from assets.card.models import AssetCard
from assets.custody.rules import draw_pledge
from assets.thread import registry
from assets.thread.registry import Step
from assets.thread.story import owning_of, story_of
from logistics.platform.terms.models import Term
from tests.assets.arrival.conftest import Arrivals, chalk, store  # noqa: F401
from tests.assets.conftest import TODAY, fresh
from tests.conftest import NOW


@pytest.fixture
def bought(cast, ledger, chalk):  # noqa: F811
    """A computer that came by a purchase, and was moved since."""
    ledger.computer()
    arrivals = Arrivals(cast)
    arrivals.accept(1)
    card = AssetCard.objects.get(purchase__isnull=False)
    place, custodian = ledger.rooms.room, cast.teacher
    move_card(actor=cast.keeper, at=NOW, record=card, on=TODAY, place=place, department=card.department, custodian=custodian)
    return fresh(card)


def test_the_story_tells_the_purchase_and_each_move_once(bought, cast):
    story = story_of(bought, cast.director, TODAY)
    assert [paper.label for paper in story.papers] == ["请购单", "采购单", "验收单"] and story.papers[1].url
    assert [step.title for step in story.steps] == ["变动", "购置"] and "高一" not in story.steps[1].words
    assert cast.teacher.name in story.steps[0].words


def test_the_custodian_reads_his_own_card_and_of_the_papers_only_numbers(bought, cast, client):
    story = story_of(bought, cast.teacher, TODAY)
    assert all(not paper.url and not paper.words and paper.amount is None for paper in story.papers if paper.label == "采购单")
    client.force_login(cast.teacher)
    assert client.get(f"/assets/card/{bought.pk}/thread/").status_code == 200
    client.force_login(cast.plumber2 if hasattr(cast, "plumber2") else cast.guard)
    assert client.get(f"/assets/card/{bought.pk}/thread/").status_code == 404


def test_a_thing_and_what_replaced_it_name_each_other(ledger, cast):
    old = ledger.computer()
    new = ledger.computer(replaces=old)
    told = {step.title: step.number for card in (old, new) for step in story_of(card, cast.director, TODAY).steps}
    assert told["接替"] == old.number and told["由新的接替"] == new.number


def test_parts_of_other_folders_add_to_what_owning_cost(bought, cast, monkeypatch):
    monkeypatch.setattr(registry, "parts", [*registry.parts, lambda card, user: [Step(NOW, "维修", "WX-1", "换硬盘", cost=Decimal("380.00"))]])
    owning = story_of(bought, cast.director, TODAY).owning
    assert (owning.price, owning.spent, owning.total) == (Decimal("4320.00"), Decimal("380.00"), Decimal("4700.00"))


@pytest.mark.parametrize(("days", "yearly"), [(100, None), (731, Decimal("600.41"))])
def test_a_year_costs_what_was_spent_over_the_years(days, yearly):
    today = date(2026, 11, 18)
    card = AssetCard(acquired_on=today - timedelta(days=days))
    steps = [Step(today, "维修", cost=Decimal("300.00")), Step(today, "赔偿", income=Decimal("98.35"))]
    assert owning_of(card, steps, Decimal("1000.00"), today).yearly == yearly


def test_the_papers_of_a_purchase_name_what_they_became(bought, cast, client):
    client.force_login(cast.director)
    acceptance = bought.purchase.acceptance
    for url in (f"/finance/acceptance/{acceptance.pk}/", f"/finance/order/{acceptance.order_id}/", f"/finance/purchase/{acceptance.order.request_id}/"):
        assert f"/assets/card/{bought.pk}/thread/" in client.get(url).content.decode(), url


def test_what_was_split_off_is_no_more_the_price_of_the_first_card(ledger, cast):
    desks = ledger.desks(40)
    part = split_card(actor=cast.keeper, at=NOW, record=desks, on=TODAY, quantity=10)
    prices = [story_of(fresh(card), cast.director, TODAY).owning.price for card in (desks, part)]
    assert prices == [desks.cost * 3 / 4, desks.cost / 4]


def test_a_statement_of_a_room_names_who_signed_for_it(ledger, cast):
    card = ledger.computer(place=ledger.rooms.room)
    term = Term.objects.create(name="2026年秋季学期", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2027, 1, 22))
    draw_pledge(actor=cast.keeper, at=NOW, subject="room", term=term, place=ledger.rooms.room, custodian=cast.teacher)
    told = [step.words for step in story_of(card, cast.director, TODAY).steps if step.title == "财产管理责任书"]
    assert told == [f"{ledger.rooms.room}，责任人{cast.teacher}"]
