"""A repairer's phone whose network can be cut, for the tests of work without network."""

from playwright.sync_api import Error, Page, expect

from tests.e2e.conftest import DOT, Windows, until

LOST = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_CONNECTION", "status of 500", "Failed to fetch", "Failed to convert value to 'Response'", "FetchEvent")
READY = "navigator.serviceWorker.controller !== null && Object.keys(localStorage).some(name => name.startsWith('pages-'))"


def ready(page: Page, address: str = "/repairs/mine/") -> Page:
    """The list open, the worker in charge and today's pages kept."""
    page.goto(address)
    until(lambda: page.evaluate(READY), "the phone keeps today's pages", 15)
    return page


def cut(windows: Windows, page: Page) -> None:
    page.context.set_offline(True)
    expect(badge(page)).to_have_text("没有网络")


def join(page: Page) -> None:
    page.context.set_offline(False)


def forgive(windows: Windows) -> None:
    """What a browser says of a network that was cut on purpose is no fault of a page."""
    windows.wrong[:] = [said for said in windows.wrong if not any(words in said for words in LOST)]


def badge(page: Page):
    """How many wait, as the next page says; a page that is sending is about to go."""
    return page.locator("html:not([data-sending]) .bar [data-offline-badge]")


def sent(page: Page) -> None:
    """Nothing waits any more, once the page has looked at what the phone holds."""
    until(lambda: waiting(page) == 0, "nothing waits", 15)
    expect(badge(page)).to_have_text("都已送出")


def waiting(page: Page) -> int | None:
    """How many the phone holds; None while the page changes."""
    try:
        return page.evaluate("offline.store('getAll').then(all => all.length)")
    except Error:
        return None


def fill_finish(page: Page, minutes: str = "40", photos: int = 2) -> None:
    page.get_by_label("怎么修的").fill("换角阀，试水不漏")
    page.get_by_label("用了多少分钟").fill(minutes)
    if photos:
        page.locator("[name=after][multiple]").set_input_files([{"name": f"{n}.png", "mimeType": "image/png", "buffer": DOT} for n in range(photos)])
    page.get_by_role("button", name="完工登记").click()
