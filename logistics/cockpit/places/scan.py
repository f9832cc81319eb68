"""What a scanned door plate opens: the things its reader most likely came to do."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.access.rules import has
from logistics.platform.places.models import Place
from logistics.platform.places.queries import place_by_code

REPAIRS_HERE = ("repairs.ticket.work", "repairs.ticket.dispatch")  # whoever holds one comes to mend, not to report


@dataclass(frozen=True)
class Choice:
    label: str
    hint: str
    icon: str
    url: str


def choices_for(user, place: Place) -> list[Choice]:
    """The three likeliest things this person does here, the likeliest first."""
    report = Choice("报修", "这里有东西坏了，一分钟说清楚", "wrench", f"{reverse('repairs:ticket-create')}?place={place.pk}")
    here = Choice("这里在修的", "看进度，维修工从这里接着办", "list-checks", f"{reverse('repairs:ticket-list')}?place={place.pk}")
    info = Choice("地点信息", "责任人、里面有什么、以前修过什么", "map-pin", reverse("cockpit:places-detail", args=[place.pk]))
    return [here, report, info] if any(has(user, code) for code in REPAIRS_HERE) else [report, here, info]


@login_not_required
@never_cache
@require_safe
def scan(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet of a scanned code; people who are not signed in choose between the public form and signing in."""
    place = place_by_code(code[:20])
    if place is None or not place.is_active:
        sentence = f"「{place}」已经停用了。" if place else "没有这个编码的地点。可能是旧的门牌，或者网址抄错了一位。"
        return render(request, "cockpit/scan_unknown.html", {"sentence": sentence}, status=404)
    if not request.user.is_authenticated:
        return render(request, "cockpit/scan_public.html", {"place": place})
    return render(request, "cockpit/scan.html", {"title": place.name, "place": place, "choices": choices_for(request.user, place)})
