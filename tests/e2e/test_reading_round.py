"""A reading round at phone width with the network cut: what was read arrives once, what is not like before is asked again (issue 8)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from logistics.platform.attachments.models import Attachment
from logistics.platform.duties.models import Occurrence
from logistics.platform.offline.models import Arrival, ArrivalState
from logistics.utilities.meter.models import Reading
from logistics.utilities.reading.models import ReadingRound, Stop
from logistics.utilities.reading.round_rules import prepare_reading_rounds
from tests.e2e.conftest import DOT, act, until
from tests.e2e.offline_kit import badge, cut, forgive, join, ready, waiting
from tests.utilities.meter_kit import a_meter, a_route, planned, read

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("UTL-01")]
METERS, BIG = 4, 2


@pytest.fixture
def round_today(cast, rooms) -> ReadingRound:
    """Four meters of ten a day for the plumber, open whatever the hour."""
    now = timezone.now()
    meters = [a_meter(cast, rooms.room, f"{n} 号水表", at=now - timedelta(days=60)) for n in range(METERS)]
    for meter in meters:
        for n in range(1, 5):
            read(cast, meter, 100 * n, now - timedelta(days=50 - 10 * n))
    since = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    duty = planned(cast, a_route(cast, *meters, name="每天抄水表", at=since), at=since, rhythm={"kind": "daily", "times": ["00:00"], "minutes": 1440})
    prepare_reading_rounds(actor=cast.director, at=now)
    cache.clear()
    return ReadingRound.objects.get(occurrence__duty=duty, occurrence__on=timezone.localdate())


def test_a_round_without_network_arrives_once_and_the_strange_reading_is_asked_again(windows, cast, rooms, round_today):
    page = ready(windows.open(cast.plumber, "phone"), "/utilities/rounds/")
    until(lambda: page.evaluate("caches.open(Object.keys(localStorage).find(name => name.startsWith('pages-'))).then(own => own.keys()).then(all => all.length)") > METERS, "every meter is kept", 20)  # fmt: skip
    cut(windows, page)
    page.get_by_role("link", name="每天抄水表").first.click()
    stops = list(round_today.stops.order_by("order"))
    for n, stop in enumerate(stops):
        page.locator(f"a[href='/utilities/stop/{stop.pk}/read/'].cover").click()
        expect(page.locator("main")).to_contain_text("上次")
        page.locator("[name=value]").fill("4500" if n == BIG else f"50{n}")
        if n == 0:
            page.locator("[name=photos][multiple]").set_input_files({"name": "m.png", "mimeType": "image/png", "buffer": DOT})
        act(page, "phone", "抄好了").click()
        expect(badge(page)).to_have_text(f"{n + 1} 条待送")
    assert not Stop.objects.exclude(state="todo").exists()
    join(page)
    page.reload()
    until(lambda: waiting(page) == 0, "the phone has sent everything", 20)
    assert (Stop.objects.filter(state="read").count(), Reading.objects.filter(value__gte=500).count()) == (METERS - 1, METERS - 1)
    forgive(windows)
    page.goto(f"/utilities/stop/{stops[BIG].pk}/read/")
    page.locator("[name=value]").fill("4500")
    act(page, "phone", "抄好了").click()
    expect(page.locator("main")).to_contain_text("请再看一眼")
    page.locator("[name=value]").fill("502")
    act(page, "phone", "抄好了").click()
    expect(page.locator("main")).to_contain_text("这趟抄完了")
    found = ReadingRound.objects.get(pk=round_today.pk)
    assert (found.seen, found.skipped, Occurrence.objects.get(pk=found.occurrence_id).state) == (METERS, 0, "done")
    assert Reading.objects.filter(value=Decimal(502)).count() == 1
    assert Attachment.objects.filter(kind="utilities.reading").count() == 1
    assert Arrival.objects.filter(state=ArrivalState.DONE).count() == METERS
    windows.wrong[:] = [said for said in windows.wrong if "422" not in said]
