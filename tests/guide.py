"""Pictures of the user guide and of README, taken from the demo school: one report from the door plate to the signature, then the office and the set-up.

python tests/guide.py [ADDRESS]     of a fresh demo site that runs already, or of one of its own; writes docs/guide/images/*.png and docs/images/*.png
"""

import contextlib
import io
import sys
from pathlib import Path

import shots
from PIL import Image
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
GUIDE, README = ROOT / "docs" / "guide" / "images", ROOT / "docs" / "images"
LARGEST = 120 * 1024
PHONE = {"viewport": {"width": 390, "height": 760}, "device_scale_factor": 1.5, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
# The browser of the tests speaks English: its empty date boxes are shown as a Chinese browser shows them.
AS_IN_CHINA = """() => {
  document.activeElement?.blur()
  document.querySelectorAll("input[type=date], input[type=month]").forEach(input => {
    input.dataset.day = input.value
    input.dataset.kind = input.type
    input.style.width = getComputedStyle(input).width
    input.type = "text"
    input.value = input.dataset.day.replaceAll("-", "/") || (input.dataset.kind == "date" ? "年/月/日" : "年/月")
  })
}"""
AS_IT_WAS = """() => document.querySelectorAll("[data-day]").forEach(input => {
  input.type = input.dataset.kind
  input.value = input.dataset.day
})"""
PEOPLE = """序号\t姓名\t教职工号\t所在部门\t职务\t手机号码
1\t白晓静\tT201\t语文组\t教师\t139 1234 0001
2\t陈立民\tT202\t数学组\t教师\t13912340002
3\t董小雨\tT203\t数学\t教师\t13912340003
4\t冯国强\tT204\t总务处\t电工\t13912340004
合计：4 人"""


def keep(page: Page, name: str, *, folder: Path = GUIDE, full: bool = False, clip: dict | None = None) -> None:
    """One picture with as many colours as its size allows; `full` makes the window as tall as the page."""
    page.evaluate(AS_IN_CHINA)
    size = page.viewport_size
    if full:
        page.set_viewport_size({**size, "height": page.evaluate("document.documentElement.scrollHeight")})
    picture = Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")
    page.set_viewport_size(size)
    page.evaluate(AS_IT_WAS)
    for colours in (256, 128, 64, 32):
        buffer = io.BytesIO()
        picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
        if buffer.tell() <= LARGEST:
            break
    (folder / f"{name}.png").write_bytes(buffer.getvalue())
    print(f"  {name} {buffer.tell() // 1024} KB")


class School:
    """Windows of the demo school's people."""

    def __init__(self, browser: Browser, site: str):
        self.browser, self.site = browser, site

    @contextlib.contextmanager
    def as_(self, role: str, size: dict):
        context = self.browser.new_context(base_url=self.site, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce", **size)
        page = context.new_page()
        if role:
            page.goto("/login/")
            page.fill("[name=username]", role)
            page.fill("[name=password]", shots.PASSWORD)
            page.click("button.btn-primary")
            page.wait_for_url(f"{self.site}/")
        yield page
        context.close()


def see(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer.ok, f"{address} {answer.status}"


def press(page: Page, label: str) -> None:
    """An act of the bar at the foot of a phone."""
    bar = page.locator(".acts")
    button = bar.locator("a, button").filter(has_text=label).first
    if not button.is_visible():
        bar.get_by_text("更多").click()
    button.click()
    page.wait_for_load_state()


def report(school: School) -> str:
    """A teacher files; the address of the ticket."""
    with school.as_("director", DESK) as page:
        see(page, "/repairs/ticket/?state=closed")
        for link in page.locator("table.tbl a.name").evaluate_all("links => links.map(link => link.href)"):
            see(page, link)
            if page.locator(".pics a.pic").count():
                break
        photo = page.context.request.get(page.locator(".pics a.pic").first.get_attribute("href")).body()
    with school.as_("headteacher", PHONE) as page:
        keep(page, "reporter-home")
        see(page, "/repairs/ticket/new/")
        page.locator("[name=photos][multiple]").set_input_files({"name": "1.jpg", "mimeType": "image/jpeg", "buffer": photo})
        page.fill("[name=place]", "教学楼B座 2层 203教室")
        page.locator("label", has_text="漏水 堵").click()
        page.locator(".pics img").wait_for()
        keep(page, "report-phone", folder=README)
        page.fill("[name=description]", "洗手池下面的水管接头渗水，地上有积水。")
        keep(page, "reporter-form", full=True)
        press(page, "提交报修")
        page.locator(".note.done").wait_for()
        keep(page, "reporter-filed")
        address = page.url.removeprefix(school.site)
    with school.as_("teacher", PHONE) as page:
        see(page, "/repairs/ticket/new/")
        page.fill("[name=place]", "教学楼B座 2层 203教室")
        page.locator("[name=description]").focus()
        page.locator("#similar li").wait_for()
        page.evaluate("scrollTo(0, 0)")
        keep(page, "reporter-similar")
    return address


def dispatch(school: School, ticket: str) -> None:
    with school.as_("director", DESK) as page:
        page.set_viewport_size({"width": 1440, "height": 1240})
        see(page, "/")
        keep(page, "home", folder=README)
        page.set_viewport_size(DESK["viewport"])
        keep(page, "dispatcher-home")
        see(page, "/repairs/ticket/?state=new")
        for box in page.locator("tbody [form=bulk]").all()[:3]:
            box.check()
        keep(page, "dispatcher-list")
        see(page, "/repairs/board/")
        keep(page, "dispatcher-board")
        see(page, f"{ticket}assign/")
        keep(page, "dispatcher-assign")
        page.locator("label", has_text="周建平").click()
        page.locator(".acts button.go").click()
        page.locator(".note.done").wait_for()


def repair(school: School, ticket: str) -> None:
    with school.as_("plumber", PHONE) as page:
        see(page, "/repairs/mine/")
        keep(page, "repairer-mine")
        see(page, ticket)
        press(page, "接单")
        press(page, "到场")
        page.locator(".acts").get_by_text("更多").click()
        keep(page, "repairer-ticket")
        see(page, f"{ticket}wait/")
        page.locator("label", has_text="等配件").click()
        page.fill("[name=note]", "32 的接头库里没有，下午去买。")
        keep(page, "repairer-wait")
        see(page, f"{ticket}finish/")
        page.fill("[name=work_done]", "换水管接头，缠生料带，试水不漏。")
        page.fill("[name=minutes]", "35")
        page.fill("[name=materials]", "管接头 32mm 1 只 6.5\n生料带 1 卷 2")
        keep(page, "repairer-finish", full=True)
        press(page, "完工登记")
        page.locator(".note.done").wait_for()


def sign(school: School, ticket: str) -> None:
    with school.as_("headteacher", PHONE) as page:
        see(page, f"{ticket}accept/")
        pad = page.locator("[data-sign] canvas")
        pad.scroll_into_view_if_needed()
        frame = pad.bounding_box()
        for stroke in (
            [(0.2, 0.25), (0.45, 0.22)],
            [(0.32, 0.25), (0.3, 0.75)],
            [(0.18, 0.5), (0.46, 0.47)],
            [(0.15, 0.78), (0.5, 0.72)],
            [(0.6, 0.3), (0.85, 0.27), (0.7, 0.5), (0.62, 0.75)],
            [(0.65, 0.5), (0.88, 0.75)],
        ):
            points = [(frame["x"] + x * frame["width"], frame["y"] + y * frame["height"]) for x, y in stroke]
            page.mouse.move(*points[0])
            page.mouse.down()
            for point in points[1:]:
                page.mouse.move(*point, steps=6)
            page.mouse.up()
        keep(page, "reporter-sign")
        press(page, "验收签字")
        page.locator(".note.done").wait_for()
        page.locator(".sign-mark").scroll_into_view_if_needed()
        keep(page, "reporter-signed")


def visit(school: School) -> None:
    with school.as_("director", DESK) as page:
        see(page, "/places/?list=1&kind=classroom&q=101")
        see(page, page.locator("table.tbl a.name").first.get_attribute("href"))
        code = page.locator("dl.facts > div", has_text="编码").locator("dd").inner_text()
    with school.as_("", PHONE) as page:
        see(page, f"/q/{code}/")
        keep(page, "visitor-scan", clip={"x": 0, "y": 0, "width": 390, "height": 420})
        see(page, f"/public/repair/{code}/")
        keep(page, "visitor-form")


def office(school: School) -> None:
    with school.as_("director", DESK) as page:
        see(page, "/repairs/figures/")
        keep(page, "dispatcher-figures")
        see(page, "/repairs/month-report/")
        if page.locator("table.tbl a.name").count():
            see(page, page.locator("table.tbl a.name").first.get_attribute("href"))
            keep(page, "dispatcher-month")
        see(page, "/repairs/ticket/?state=finished")
        keep(page, "dispatcher-finished")
        see(page, "/repairs/plan/")
        see(page, page.locator("table.tbl a.name").first.get_attribute("href"))
        keep(page, "dispatcher-plan")


def set_up(school: School) -> None:
    with school.as_("admin", DESK) as page:
        for address, name in (
            ("/setup/", "setup-cards"),
            ("/imports/", "setup-imports"),
            ("/places/", "setup-places"),
            ("/places/labels/", "setup-labels"),
            ("/setup/role/", "setup-roles"),
        ):
            see(page, address)
            keep(page, name)
        see(page, "/setup/person/passwords/")
        keep(page, "setup-passwords")
        see(page, "/imports/people/new/")
        page.fill("[name=pasted]", PEOPLE)
        page.locator("[for=id_pasted]").evaluate("label => scrollTo(0, label.getBoundingClientRect().top - 24)")
        keep(page, "setup-paste")
        page.locator(".acts button.go").click()
        page.wait_for_url("**/imports/run/*/**")
        keep(page, "setup-mapping")
        page.locator(".acts button.go").click()
        page.wait_for_load_state()
        keep(page, "setup-preview")


def main() -> int:
    for folder in (GUIDE, README):
        folder.mkdir(parents=True, exist_ok=True)
    with contextlib.nullcontext(sys.argv[1]) if sys.argv[1:] else shots.demo_site() as site, shots.browser() as browser:
        school = School(browser, site)
        ticket = report(school)
        dispatch(school, ticket)
        repair(school, ticket)
        sign(school, ticket)
        visit(school)
        office(school)
        set_up(school)
    return 0


if __name__ == "__main__":
    sys.exit(main())
