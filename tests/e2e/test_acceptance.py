"""验收: sent back with a reason, done again, signed by hand, printed (REP-04, GEN-04)."""

import re
from urllib.parse import quote

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from logistics.platform.attachments.queries import attachments_of
from repairs.ticket.models import State
from repairs.work import rules as work
from tests.e2e.conftest import act
from tests.pdf import Pdf

pytestmark = pytest.mark.django_db(transaction=True)
STROKES = [[(0.2, 0.2), (0.8, 0.25), (0.5, 0.5)], [(0.5, 0.3), (0.45, 0.6), (0.2, 0.85)], [(0.55, 0.5), (0.7, 0.7), (0.85, 0.8)]]


def sign_with(page: Page, size: str) -> None:
    """Strokes on the canvas: by finger on the phone, by mouse at the desk."""
    canvas = page.get_by_role("img", name=re.compile("签名框"))
    canvas.scroll_into_view_if_needed()
    frame = canvas.bounding_box()
    strokes = [[(frame["x"] + x * frame["width"], frame["y"] + y * frame["height"]) for x, y in stroke] for stroke in STROKES]
    fingers = page.context.new_cdp_session(page) if size == "phone" else None
    for stroke in strokes:
        if fingers:
            for kind, points in [("touchStart", stroke[:1]), *(("touchMove", [point]) for point in stroke[1:]), ("touchEnd", [])]:
                fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})
        else:
            page.mouse.move(*stroke[0])
            page.mouse.down()
            for point in stroke[1:]:
                page.mouse.move(*point, steps=5)
            page.mouse.up()


@pytest.mark.requirement("REP-04")
def test_sent_back_done_again_and_signed_by_hand(windows, cast, ticket_in, size):
    ticket = ticket_in(State.FINISHED)
    page = windows.open(cast.teacher, size)
    page.goto("/")
    page.get_by_role("link", name=ticket.title).first.click()
    act(page, size, "没修好").click()
    page.get_by_label("哪里没修好").fill("还在滴水")
    page.get_by_role("button", name="没修好").click()
    expect(page.locator(".next")).to_contain_text("维修中")
    expect(page.locator(".story")).to_contain_text("还在滴水")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.rework) == (State.WORKING, 1)

    work.finish(actor=cast.plumber, at=timezone.now(), record=ticket, work_done="重新缠了生料带", cause="natural", minutes=10)
    page.reload()
    act(page, size, "验收签字").click()
    expect(page.locator(".note:not([data-offline-note])")).to_contain_text("重新缠了生料带")
    sign_with(page, size)
    page.get_by_role("button", name="验收签字").click()
    expect(page.locator(".next")).to_contain_text("已完成")
    mark = page.get_by_alt_text(f"{cast.teacher.name}的签名")
    expect(mark).to_be_visible()
    ticket.refresh_from_db()
    assert (ticket.state, ticket.rating, ticket.rework) == (State.CLOSED, 5, 1)
    (drawn,) = attachments_of(ticket, role="signature")
    assert not drawn.is_typed


@pytest.mark.requirement("REP-03", "GEN-04")
def test_the_paper_with_the_signature_is_downloaded(windows, cast, ticket_in):
    ticket = ticket_in(State.FINISHED)
    page = windows.open(cast.teacher)
    page.goto(f"/repairs/ticket/{ticket.pk}/accept/")
    sign_with(page, "desktop")
    page.get_by_role("button", name="验收签字").click()
    expect(page.locator(".next")).to_contain_text("已完成")
    answer = page.context.request.get(act(page, "desktop", "打印维修单").get_attribute("href"))
    assert answer.headers["content-type"] == "application/pdf"
    assert quote(ticket.number) in answer.headers["content-disposition"]
    content = answer.body()
    words = Pdf(content).text().replace("\n", "")
    assert ticket.number in words
    assert "换了陶瓷阀芯" in words
    assert cast.teacher.name in words
    assert re.search(rb"/Subtype\s*/Image", content), "the signature, the only picture of the form"


@pytest.mark.requirement("REP-04")
def test_an_empty_signature_is_asked_for_and_a_slip_is_wiped(windows, cast, ticket_in, size):
    ticket = ticket_in(State.FINISHED)
    page = windows.open(cast.teacher, size)
    page.goto(f"/repairs/ticket/{ticket.pk}/accept/")
    sign_with(page, size)
    page.get_by_role("button", name="重写").click()
    page.get_by_role("button", name="验收签字").click()
    expect(page.locator(".field.bad")).to_contain_text("签")
    ticket.refresh_from_db()
    assert ticket.state == State.FINISHED
    sign_with(page, size)
    page.get_by_role("button", name="验收签字").click()
    expect(page.locator(".next")).to_contain_text("已完成")


@pytest.mark.requirement("REP-04")
def test_signing_without_javascript_is_typing_the_name(windows, cast, ticket_in):
    ticket = ticket_in(State.FINISHED)
    page = windows.open(cast.teacher, "phone", java_script_enabled=False)
    page.goto(f"/repairs/ticket/{ticket.pk}/accept/")
    page.get_by_label("输入您的姓名代替签名").fill(cast.teacher.name)
    page.get_by_role("button", name="验收签字").click()
    expect(page.locator(".next")).to_contain_text("已完成")
    assert attachments_of(ticket, role="signature").get().is_typed
