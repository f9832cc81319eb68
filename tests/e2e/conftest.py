"""A real browser beside a live server: people sign in by cookie, and a page that misbehaves fails its test."""

import io
import os
import re
import time
from base64 import b64decode
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, expect, sync_playwright

from repairs.acceptance import rules as acceptance
from repairs.dispatch import rules as dispatch
from repairs.ticket import rules
from repairs.ticket.models import State, Ticket
from repairs.work import rules as work

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium-headless-shell")
QUIET = [
    "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic", "--lang=zh-CN",
    "--disable-dev-shm-usage",  # a container's is small
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",  # a page that asks elsewhere gets nothing, and its test fails
]  # fmt: skip
SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1440, "height": 900}}
ABORTED = "net::ERR_ABORTED"  # a download ends its navigation so
REFUSED = "Failed to load resource: the server responded with a status of 4"  # a page with a refusal on it is a page
# Nothing of a page can be pressed or found by its name before its styles and scripts have come, however slow the machine.
VEIL = """(() => {
  const veil = new CSSStyleSheet();
  veil.replaceSync("html { visibility: hidden }");
  document.adoptedStyleSheets = [veil];
  const lift = () => { document.adoptedStyleSheets = []; };
  document.readyState === "complete" ? lift() : window.addEventListener("load", lift);
})();"""
DOT = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")  # the smallest picture


def until(holds: Callable[[], bool], what: str, seconds: float = 10) -> None:
    """Wait for something that the page shows to no selector; its security policy forbids the driver's own waiting."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def act(page: Page, size: str, label: str) -> Locator:
    """The button of this act where the hand finds it: at the foot of a phone, folded or not, at the head of a wide page."""
    bar = page.locator(".acts" if size == "phone" else ".head .do")
    button = bar.locator("a, button").filter(has_text=re.compile(rf"^\s*{label}\s*$"))
    expect(button).to_have_count(1)
    expect(bar).to_be_visible()
    if size == "phone" and not button.is_visible():
        bar.get_by_text("更多").click()
    return button


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET)
        yield running
        running.close()


@pytest.fixture(autouse=True, scope="session")
def _patience():
    expect.set_options(timeout=15_000)


class Windows:
    """Opens windows on the live server; keeps whatever went wrong in any of them."""

    def __init__(self, browser: Browser, address: str):
        self.browser, self.address = browser, address
        self.wrong: list[str] = []
        self.contexts: list[BrowserContext] = []

    def open(self, person=None, size: str = "desktop", **options) -> Page:
        """A window of its own for this person, signed in; nobody is a visitor. Further options are Playwright's."""
        if size == "phone":
            options = {"is_mobile": True, "has_touch": True, "device_scale_factor": 2} | options
        options = {"viewport": SIZES[size]} | options
        context = self.browser.new_context(
            base_url=self.address, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce", accept_downloads=True, **options
        )
        context.set_default_timeout(20_000)
        if options.get("java_script_enabled", True):
            context.add_init_script(VEIL)
        context.on("page", self._watch)
        if person is not None:
            client = Client()
            client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value, "url": self.address}])
        self.contexts.append(context)
        return context.new_page()

    def _watch(self, page: Page) -> None:
        page.on("request", self._asked)
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))
        page.on("requestfailed", self._failed)
        page.on("console", self._said)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.wrong.append(f"asked {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != ABORTED:
            self.wrong.append(f"{request.url} {request.failure}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(REFUSED):
            self.wrong.append(message.text)


@pytest.fixture
def windows(chromium, live_server) -> Iterator[Windows]:
    opened = Windows(chromium, live_server.url)
    yield opened
    for context in opened.contexts:
        context.close()
    assert not opened.wrong, opened.wrong


@pytest.fixture(params=list(SIZES))
def size(request) -> str:
    return request.param


@pytest.fixture
def ticket_in(cast, rooms, kinds) -> Callable[..., Ticket]:
    """A report of the teacher's brought to this state a moment ago by its own rules."""

    def make(state: State = State.NEW, *, place=None, kind=None, description: str = "水龙头一直滴水。地上有积水", **fields) -> Ticket:
        at = timezone.now()
        ticket = rules.file_ticket(actor=cast.teacher, at=at, place=place or rooms.room, kind=kind or kinds.water, description=description, **fields)
        steps = {
            State.ASSIGNED: lambda: dispatch.assign_ticket(actor=cast.director, at=at, record=ticket, repairer=kinds.plumber),
            State.TAKEN: lambda: dispatch.take_ticket(actor=cast.plumber, at=at, record=ticket),
            State.WORKING: lambda: work.arrive(actor=cast.plumber, at=at, record=ticket),
            State.FINISHED: lambda: work.finish(actor=cast.plumber, at=at, record=ticket, work_done="换了陶瓷阀芯", cause="natural", minutes=30),
            State.CLOSED: lambda: acceptance.accept(actor=cast.teacher, at=at, record=ticket, rating=5),
        }
        for reached, step in steps.items():
            if state == State.NEW:
                break
            step()
            if reached == state:
                break
        return ticket

    return make


@pytest.fixture
def photo() -> dict:
    """A picture as a phone makes it: large, noisy, turned by its EXIF mark, with the place where it was taken inside."""
    picture = Image.effect_noise((800, 600), 90).resize((2400, 1800)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 15.0, 0.0), 3: "E", 4: (120.0, 10.0, 0.0)})
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=92, exif=exif)
    return {"name": "IMG_0042.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}
