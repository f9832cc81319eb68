"""The canteen's page for parents and the screen in the lobby, without a login (CAN-15)."""

from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from logistics.platform.board.queries import service_phones, shown_posts
from logistics.platform.printing.qr import qr_svg
from logistics.platform.printing.queries import base_address
from logistics.platform.web.public import PublicPage

from .queries import accounts, certified, open_surveys, purchases, watched, week_of

SCREEN_SECONDS = 300


class ParentsPage(PublicPage):
    """This week's menu, what was bought, who looked on, who may cook."""

    bucket, per_minute = "board", 120

    def get(self, request):
        today = timezone.localdate()
        workers, working = certified(today)
        shown = {
            "today": today,
            "week": week_of(today),
            "purchases": purchases(today),
            "watched": watched(today),
            "accounts": accounts(today),
            "workers": workers,
            "working": working,
            "surveys": open_surveys(today),
        }
        return render(request, "canteen/parents.html", shown)


class MenuScreen(PublicPage):
    """Today's dishes in large type; the page reads itself again every few minutes."""

    bucket, per_minute = "board", 120

    def get(self, request):
        today = timezone.localdate()
        meals = next((one.meals for one in week_of(today) if one.on == today), [])
        account = next(iter(accounts(today)), None)
        bought = shown_posts(None, today).filter(category="purchase").first()
        code = qr_svg(f"{base_address(request)}{reverse('canteen:parents')}", "二维码，扫码看食堂公开")
        shown = {"today": today, "meals": meals, "bought": bought, "account": account, "phones": service_phones()[:6], "qr": code, "seconds": SCREEN_SECONDS}
        return render(request, "canteen/parents_screen.html", shown)


def parents_urls() -> list:
    """The routes without a login."""
    return [path("public/canteen/", ParentsPage.as_view(), name="parents"), path("public/canteen/screen/", MenuScreen.as_view(), name="parents-screen")]
