"""Pictures of the money pages of the user guide, taken from the demo school: one request to its payment, then the books, fees and aid.

python tests/guide_money.py [ADDRESS]     of a fresh demo site that runs already, or of one of its own; writes docs/guide/images/money-*.png
"""

import contextlib
import sys

import shots
from guide import GUIDE, PHONE, School, keep, press, see
from playwright.sync_api import Page

TALL = PHONE | {"viewport": {"width": 390, "height": 980}}
WIDE = {"viewport": {"width": 1280, "height": 1000}}
TITLE = "分组实验耗材"
THINGS = [("滤纸", "9 厘米 100 张", "12", "盒", "6.5"), ("酒精灯", "150 毫升", "24", "个", "9.8")]


def first(page: Page, address: str, words: str = "") -> str:
    """Open the first record of a list, or the first that holds these words; its address."""
    see(page, address)
    link = page.locator("table.tbl a.name", has_text=words).first
    see(page, link.get_attribute("href"))
    return page.url


def save(page: Page) -> None:
    page.locator(".acts button.go").click()
    page.wait_for_load_state()


def request(school: School) -> str:
    """A teacher writes a request and sends it; its address."""
    with school.as_("teacher", PHONE) as page:
        see(page, "/finance/purchase/new/")
        page.fill("[name=title]", TITLE)
        page.fill("[name=reason]", "初三化学分组实验，每班一套。")
        for n, thing in enumerate(THINGS):
            for name, value in zip(("name", "spec", "quantity", "unit", "price"), thing, strict=True):
                page.fill(f"[name=lines-{n}-{name}]", value)
        page.select_option("[name=lines-0-destination]", "store")
        page.select_option("[name=lines-0-budget_line]", index=1)
        keep(page, "money-request-form", full=True)
        save(page)
        page.set_viewport_size(TALL["viewport"])
        press(page, "送批")
        page.locator(".note.done").wait_for()
        keep(page, "money-request-sent")
        return page.url.removeprefix(school.site)


def claim(school: School) -> None:
    with school.as_("teacher", PHONE) as page:
        see(page, "/finance/claim/new/")
        keep(page, "money-claim-kinds")
        see(page, "/finance/claim/new/?kind=petty")
        page.fill("[name=title]", "家长会打印和矿泉水")
        page.select_option("[name=budget_line]", index=1)
        page.fill("[name=amount]", "86.50")
        page.fill("[name=account]", "6222 0200 1234 5678")
        page.fill("[name=bank]", "工商银行青禾支行")
        keep(page, "money-claim-form", full=True)
        save(page)
        page.get_by_role("link", name="加发票").click()
        page.fill("[name=number]", "26112000000087654321")
        page.fill("[name=amount]", "86.50")
        page.fill("[name=seller]", "晨光文具店")
        keep(page, "money-claim-invoice", full=True)
        save(page)
        page.locator("#invoices li").wait_for()
        page.set_viewport_size(TALL["viewport"])
        keep(page, "money-claim-ready")
        press(page, "送批")


def approve(school: School) -> None:
    with school.as_("principal", TALL) as page:
        see(page, "/approvals/")
        keep(page, "money-inbox")
        page.get_by_role("link", name=TITLE).first.click()
        page.wait_for_load_state()
        keep(page, "money-paper")
        page.locator(".acts").get_by_role("link", name="同意", exact=True).click()
        page.wait_for_load_state()
        save(page)
        page.locator(".note.done").wait_for()


def buy(school: School, address: str) -> None:
    with school.as_("buyer", WIDE) as page:
        see(page, address)
        keep(page, "money-to-buy")
        first(page, "/finance/inquiry/?state=open")
        keep(page, "money-quotes")
        first(page, "/finance/order/?state=closed")
        keep(page, "money-thread")


def accept(school: School) -> None:
    with school.as_("keeper", PHONE) as page:
        see(page, "/finance/acceptance/new/")
        for link in page.locator("main .list a.cover").evaluate_all("links => links.map(link => link.href)"):
            see(page, link)
            if page.locator("[name$=accepted]").count():
                break
        keep(page, "money-accept", full=True)


def books(school: School) -> None:
    with school.as_("accountant", WIDE) as page:
        first(page, "/finance/year/")
        keep(page, "money-year")
        first(page, "/finance/line/")
        keep(page, "money-line")
        first(page, "/finance/contract/?state=active")
        keep(page, "money-contract")
        first(page, "/finance/disclosure/")
        keep(page, "money-disclosure")
        see(page, "/finance/calendar/")
        keep(page, "money-calendar")
    with school.as_("cashier", WIDE) as page:
        first(page, "/finance/claim/?state=approved")
        page.locator(".head .do").get_by_role("link", name="付款").click()
        page.wait_for_load_state()
        page.set_viewport_size({"width": 1280, "height": 560})
        keep(page, "money-pay")
        page.set_viewport_size(WIDE["viewport"])
        first(page, "/finance/batch/")
        keep(page, "money-batch")
        first(page, "/finance/account/")
        keep(page, "money-daybook")


def fees(school: School) -> None:
    with school.as_("cashier", WIDE) as page:
        first(page, "/finance/charge/?state=issued")
        keep(page, "money-charge")
    with school.as_("headteacher", TALL) as page:
        see(page, "/finance/charge/")
        first(page, "/finance/charge/", "校服")
        keep(page, "money-class")
    with school.as_("", PHONE) as page:
        see(page, "/public/fees/")
        keep(page, "money-public")
    with school.as_("vice", WIDE) as page:
        first(page, "/finance/aid-list/")
        keep(page, "money-aid")


def main() -> int:
    GUIDE.mkdir(parents=True, exist_ok=True)
    with contextlib.nullcontext(sys.argv[1]) if sys.argv[1:] else shots.demo_site() as site, shots.browser() as browser:
        school = School(browser, site)
        address = request(school)
        claim(school)
        approve(school)
        buy(school, address)
        accept(school)
        books(school)
        fees(school)
    return 0


if __name__ == "__main__":
    sys.exit(main())
