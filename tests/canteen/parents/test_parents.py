"""食堂公开: what parents read without a login (CAN-15)."""

from datetime import timedelta

import pytest
from django.test import Client

from canteen.committee.rules import publish_activity
from canteen.parents.queries import certified, watched, week_of
from logistics.platform.board.rules import take_down
from tests.canteen.committee.test_committee import activity, wish
from tests.canteen.menu_kit import MONDAY, menu_of, published
from tests.canteen.safety_kit import TODAY, certify, worker_of
from tests.conftest import NOW, make_person

pytestmark = pytest.mark.requirement("CAN-15")


def test_only_certificates_in_date_are_shown(cast):
    worker_of(cast)
    late = make_person("K9", "证过期的")
    worker_of(cast, late, certified=False)
    certify(late, until=TODAY - timedelta(days=1))
    shown, working = certified(TODAY)
    assert ([one.worker.person for one in shown], working) == ([cast.chef], 2)


def test_what_was_taken_down_is_not_shown(cast):
    row = publish_activity(actor=cast.foodsafety, at=NOW, record=wish(cast, activity(cast)))
    assert watched(TODAY) == [row.post]
    take_down(actor=cast.foodsafety, at=NOW, record=row.post, reason="改")
    assert watched(TODAY) == []


def test_without_anything_the_pages_say_so(cast, django_assert_max_num_queries):
    assert week_of(TODAY) == []
    with django_assert_max_num_queries(15):
        page = Client().get("/public/canteen/").content.decode()
    assert "这周的菜谱还没有公示" in page
    assert "今天没有公示的菜谱" in Client().get("/public/canteen/screen/").content.decode()


def test_the_week_shows_the_published_menu_only(cast):
    menu = menu_of(cast)
    assert week_of(MONDAY) == []
    published(cast, menu)
    days = week_of(MONDAY)
    assert [one.on for one in days] == sorted({row.on for row in menu.dishes.all()})
    assert all(meal.dishes for one in days for meal in one.meals)
