"""派工: from the list, from the board, several at once, and two people at the same ticket (REP-02)."""

import pytest
from playwright.sync_api import expect

from repairs.ticket.models import State
from tests.e2e.conftest import act

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.requirement("REP-02")
@pytest.mark.parametrize("start", ["/repairs/ticket/?state=new", "/repairs/board/"])
def test_the_dispatcher_gives_it_to_the_proposed_repairer(windows, cast, kinds, ticket_in, size, start):
    ticket = ticket_in()
    page = windows.open(cast.director, size)
    page.goto(start)
    page.get_by_role("link", name=ticket.title).click()
    act(page, size, "派工").click()
    expect(page.get_by_role("radio").first).to_be_checked()
    expect(page.locator("form label", has_text=str(kinds.plumber))).to_contain_text("水工")
    page.get_by_role("button", name="派工").click()
    expect(page.locator(".next")).to_contain_text("待接单")
    expect(page.locator(".next")).to_contain_text(cast.plumber.name)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.repairer, ticket.assigned_by) == (State.ASSIGNED, cast.plumber, cast.director)


@pytest.mark.requirement("REP-02")
def test_several_are_given_at_once(windows, cast, rooms, kinds, ticket_in):
    chosen = [ticket_in(place=rooms.room), ticket_in(place=rooms.other)]
    left = ticket_in(place=rooms.dorm)
    page = windows.open(cast.director)
    page.goto("/repairs/ticket/?state=new")
    expect(page.get_by_role("region", name="批量操作")).to_be_hidden()
    for ticket in chosen:
        page.get_by_role("row", name=ticket.place.full_name).get_by_role("checkbox").check()
    expect(page.get_by_role("region", name="批量操作")).to_contain_text("已选 2 件")
    page.get_by_role("region", name="批量操作").get_by_role("button", name="派工").click()
    expect(page.get_by_role("heading", name="派工 2 件")).to_be_visible()
    page.get_by_label(str(kinds.plumber)).check()
    page.get_by_role("button", name="派工").click()
    expect(page.locator(".note.done")).to_contain_text("派工 2 件")
    for ticket in (*chosen, left):
        ticket.refresh_from_db()
    assert [ticket.repairer for ticket in chosen] == [cast.plumber] * 2
    assert (left.state, left.repairer) == (State.NEW, None)


@pytest.mark.requirement("REP-02")
def test_of_two_windows_at_one_ticket_the_second_reads_what_happened(windows, cast, kinds, ticket_in, size):
    ticket = ticket_in()
    first, second = (windows.open(cast.director, size) for _ in range(2))
    for page in (first, second):
        page.goto(f"/repairs/ticket/{ticket.pk}/assign/")
    first.get_by_label(str(kinds.plumber)).check()
    first.get_by_role("button", name="派工").click()
    expect(first.locator(".note.done")).to_be_visible()
    second.get_by_label(str(kinds.electrician)).check()
    second.get_by_role("button", name="派工").click()
    expect(second.get_by_role("alert")).to_contain_text("刚刚有人先动过这张单了，请看看现在的情况再办。")
    ticket.refresh_from_db()
    assert ticket.repairer == cast.plumber


@pytest.mark.requirement("REP-02")
def test_a_repairer_whose_page_is_old_cannot_take_what_was_given_away(windows, cast, kinds, ticket_in):
    ticket = ticket_in()
    page, office = windows.open(cast.plumber, "phone"), windows.open(cast.director)
    page.goto(f"/repairs/ticket/{ticket.pk}/")
    office.goto(f"/repairs/ticket/{ticket.pk}/assign/")
    office.get_by_label(str(kinds.electrician)).check()
    office.get_by_role("button", name="派工").click()
    expect(office.locator(".note.done")).to_be_visible()
    act(page, "phone", "接单").click()
    expect(page.locator("main")).to_contain_text("刚刚有人先动过这张单了")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.repairer) == (State.ASSIGNED, cast.electrician)
