"""晨检, 留样 and 冰箱温度 written where there is no network (CAN-07, CAN-10)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from canteen.meal.models import Meal
from canteen.sample.models import FridgeReading, Sample
from canteen.staff.models import MorningCheck
from logistics.platform.offline.queries import pages_for
from tests.canteen.safety_kit import certify, dish_of, fridge_of, worker_of

pytestmark = pytest.mark.requirement("CAN-07")


def morning(cast, wrote) -> tuple:
    worker = worker_of(cast, certified=False)
    certify(worker.person, until=timezone.localdate(wrote) + timedelta(days=90), since=timezone.localdate(wrote) - timedelta(days=90))
    return MorningCheck, {"worker": worker.pk, "celsius": "36.5", "tidy": ["dress_ok", "nails_ok", "hands_ok"], "result": "duty"}


def sample(cast, wrote) -> tuple:
    given = {"starts_at": wrote - timedelta(minutes=5), "ends_at": wrote + timedelta(minutes=40), "created_by": cast.canteen, "created_at": wrote}
    meal = Meal.objects.create(on=timezone.localdate(wrote), kind="lunch", **given)
    return Sample, {"dish": dish_of(cast, meal=meal).pk, "grams": "150", "container": "1", "fridge": fridge_of(cast).pk}


def reading(cast, wrote) -> tuple:
    return FridgeReading, {"fridge": fridge_of(cast).pk, "celsius": "4.0"}


@pytest.mark.parametrize(
    ("key", "url", "written"),
    [("canteen.morning", "morning-check", morning), ("canteen.sample", "sample", sample), ("canteen.fridge", "fridge-reading", reading)],
)
def test_what_was_written_without_network_keeps_the_time_of_writing(cast, key, url, written):
    at = timezone.now()
    wrote = at - timedelta(minutes=90)
    model, typed = written(cast, wrote)
    url, browser = f"/canteen/{url}/new/", Client()
    browser.force_login(cast.canteen)
    assert f'data-offline="{key}"' in browser.get(url).content.decode()
    assert url in dict(pages_for(cast.canteen))
    clock = f"{wrote.timestamp() * 1000:.0f}"
    sent = {
        "offline_id": f"{uuid4()}",
        "offline_key": key,
        "offline_url": url,
        "offline_user": cast.canteen.pk,
        "offline_claimed": clock,
        "offline_read": clock,
    }
    answer = browser.post("/offline/send/", sent | typed).json()
    assert answer["state"] == "done", answer
    row = model.objects.get()
    assert abs(row.happened_at - wrote) < timedelta(seconds=1)
    assert row.created_at >= at
    assert "补记" in row.late
    assert browser.post("/offline/send/", sent | typed).json() == answer
    assert model.objects.count() == 1
