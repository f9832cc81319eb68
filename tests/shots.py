"""Photographs of every page of the demo school, 1440 and 390 pixels wide, into var/shots/.

python tests/shots.py [WORDS...]     WORDS keep only the pages whose file name holds one of them

Each role starts at the pages of its menu and follows the links it is shown. One page of each kind is photographed
(an address with its numbers taken out is its kind); the pages of the menu, tickets and papers about money in each state once per role.
"""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SHOTS = Path(os.environ.get("VAR_ROOT", ROOT / "var")) / "shots"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium-headless-shell")
QUIET = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic", "--lang=zh-CN"]
WIDTHS = {"d": {"width": 1440, "height": 900}, "m": {"width": 390, "height": 844}}
PASSWORD = "logistics-demo"
ROLES = ["teacher", "headteacher", "plumber", "director", "vice", "principal", "buyer", "accountant", "cashier", "keeper", "dormkeeper", "inspector", "admin"]
REPAIR_ROLES = ("teacher", "headteacher", "plumber", "director", "vice")
STATES = ["new", "assigned", "taken", "working", "waiting", "referred", "finished", "closed", "cancelled", "merged"]
MONEY_ROLES = ("buyer", "accountant")
MONEY = [
    "line",
    "change",
    "purchase",
    "inquiry",
    "order",
    "acceptance",
    "claim",
    "payment",
    "batch",
    "contract",
    "supplement",
    "charge",
    "aid-list",
    "disclosure",
]
FILES = re.compile(r"^/(api|static|files|print|logout|me/token|public/fees/file)/|/export/|^/verify/|/print/|\.(xlsx|pdf|ics|csv)$|/template/")
START_SECONDS = 60
TALLEST = 4000


@contextlib.contextmanager
def demo_site() -> Iterator[str]:
    """Address of a server of our own with the demo school in a temporary folder; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="shots-") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        settings = {"VAR_ROOT": folder, "DJANGO_SETTINGS_MODULE": "logistics.settings.local"}
        environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "STATIC_ROOT", "MEDIA_ROOT")} | settings
        manage = [sys.executable, str(ROOT / "manage.py")]
        for command in (["migrate", "-v0"], ["demo"], ["collectstatic", "--noinput", "-v0"]):
            subprocess.run([*manage, *command], check=True, env=environment)
        probe.close()
        with (Path(folder) / "server.log").open("w") as log:
            command = ["setpriv", "--pdeathsig", "TERM", "--", *manage, "runserver", "--noreload", f"127.0.0.1:{port}"]
            server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def wait_for(address: str, server: subprocess.Popen) -> None:
    end = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < end:
        with contextlib.suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.2)
    sys.exit("the demo site did not start")


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        arguments = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
        running = driver.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield running
        running.close()


class Camera:
    """One person's eyes: two windows with one login."""

    def __init__(self, running: Browser, site: str, role: str, wanted: list[str]):
        self.site, self.role, self.wanted, self.taken = site, role, wanted, 0
        context = running.new_context(base_url=site, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce")
        if role:
            page = context.new_page()
            page.goto("/login/")
            page.fill("[name=username]", role)
            page.fill("[name=password]", PASSWORD)
            page.click("button.btn-primary")
            page.wait_for_url(f"{site}/")
        kept = context.storage_state()
        context.close()
        self.windows: dict[str, Page] = {}
        for name, size in WIDTHS.items():
            phone = {"is_mobile": True, "has_touch": True} if name == "m" else {}
            window = running.new_context(
                base_url=site, storage_state=kept, viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce", **phone
            )
            self.windows[name] = window.new_page()

    def close(self) -> None:
        for page in self.windows.values():
            page.context.close()

    def visit(self, address: str, name: str) -> list[str]:
        """Photograph one page at both widths; the addresses it links to."""
        links = []
        for width, page in self.windows.items():
            try:
                answer = page.goto(address, wait_until="load")
            except Error:
                return []  # a download
            if answer is None or "html" not in answer.headers.get("content-type", ""):
                return []
            if answer.status >= 500:
                print(f"  {answer.status} {self.role} {address}")
            if not self.wanted or any(word in f"{self.role or 'open'}-{name}" for word in self.wanted):
                self.take(page, WIDTHS[width], f"{self.role or 'open'}-{name}-{width}.png")
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                print(f"  {wide} px too wide: {self.role} {address} at {WIDTHS[width]['width']}")
            if width == "d":
                links = page.eval_on_selector_all("main a[href], .acts a[href]", "links => links.map(link => link.href)")
        return [urlsplit(link).path for link in links if link.startswith(self.site + "/")]

    def take(self, page: Page, size: dict, name: str) -> None:
        """The whole page, in a window as tall as the page so that what sticks to the foot does not cover the middle."""
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({**size, "height": min(max(height, size["height"]), TALLEST)})
        page.screenshot(path=SHOTS / name)
        page.set_viewport_size(size)
        self.taken += 1

    def menu(self) -> list[str]:
        page = self.windows["d"]
        page.goto("/")
        return page.eval_on_selector_all("nav.side a:not(.school)", "links => links.map(link => link.getAttribute('href'))")

    def states_of(self, address: str) -> list[str]:
        """The states that this list can be narrowed to."""
        page = self.windows["d"]
        page.goto(address)
        return page.eval_on_selector_all("[name=state] option", "options => options.map(option => option.value).filter(Boolean)")

    def first_of(self, address: str) -> str:
        """Address of the first record of a list, or nothing."""
        page = self.windows["d"]
        page.goto(address)
        first = page.query_selector("table.tbl a.name")
        return first.get_attribute("href") if first else ""


def kind_of(address: str) -> str:
    """ "repairs-ticket-N-finish" of "/repairs/ticket/12/finish/": the file name of that kind of page."""
    return "-".join(re.sub(r"\d+", "N", part) for part in address.strip("/").split("/") if part) or "home"


def papers_of(camera: Camera) -> Iterator[tuple[str, str]]:
    """Lists narrowed to one state, of which this role is shown the first record: (address, name of the picture)."""
    for state in STATES if camera.role in REPAIR_ROLES else ():
        yield f"/repairs/ticket/?state={state}", f"ticket-{state}"
    for paper in MONEY if camera.role in MONEY_ROLES else ():
        for state in camera.states_of(f"/finance/{paper}/"):
            yield f"/finance/{paper}/?state={state}", f"{paper}-{state}"


def walk(camera: Camera, seen: set[str]) -> None:
    """The menu of this role, its tickets in every state, and each kind of page that nobody before it has seen."""
    queue = []
    for address in ["/me/", "/search/?q=教室", "/repairs/board/", *camera.menu()]:
        queue += camera.visit(address, kind_of(address.partition("?")[0]))
        seen.add(kind_of(address.partition("?")[0]))
    for paper, name in papers_of(camera):
        if address := camera.first_of(paper):
            queue += camera.visit(address, name)
    seen.add("repairs-ticket-N")
    while queue:
        address = queue.pop(0)
        kind = re.sub(r"^(q|public-repair)-.*", r"\1-CODE", kind_of(address))
        if kind not in seen and not FILES.search(address):
            seen.add(kind)
            queue += camera.visit(address, kind)


def place_code(camera: Camera) -> str:
    """Code on the door plate of a classroom."""
    page = camera.windows["d"]
    page.goto(camera.first_of("/places/?list=1&kind=classroom&q=101"))
    return page.locator("dl.facts > div", has_text="编码").locator("dd").inner_text()


def consent_link(camera: Camera) -> str:
    """A parent's link, from whoever may hand it out, while somebody has still to sign."""
    if camera.role != "headteacher":
        return ""
    page = camera.windows["d"]
    page.goto("/finance/charge/?state=issued")
    for address in page.eval_on_selector_all("table.tbl a.name", "links => links.map(link => link.getAttribute('href'))"):
        page.goto(f"{address}links/")
        if (link := page.query_selector(".user-select-all")) is not None:
            return urlsplit(link.inner_text()).path
    return ""


def main() -> int:
    wanted, seen, taken, consent = sys.argv[1:], set(), 0, ""
    shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir(parents=True)
    with demo_site() as site, browser() as running:
        for role in ROLES:
            camera = Camera(running, site, role, wanted)
            walk(camera, seen)
            code = place_code(camera)
            consent = consent or consent_link(camera)
            taken += camera.taken
            camera.close()
        stranger = Camera(running, site, "", wanted)
        for address, name in (
            ("/login/", "login"),
            (f"/q/{code}/", "scan"),
            (f"/public/repair/{code}/", "report"),
            ("/public/repair/follow/", "follow"),
            ("/public/fees/", "fees"),
            (consent, "consent"),
            ("/nowhere/", "lost"),
        ):
            stranger.visit(address, name)
        taken += stranger.taken
        stranger.close()
    print(f"{taken} pictures in {SHOTS}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
