"""On the phone in the kitchen: a meal with its samples, the morning check before work (CAN-07, CAN-10)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from canteen.meal.models import Meal
from canteen.sample.models import Sample
from canteen.sample.rules import record_sample
from canteen.staff.models import MorningCheck, RosterEntry
from canteen.staff.rules import put_on_roster
from tests.canteen.safety_kit import certify, dish_of, fridge_of, worker_of
from tests.conftest import make_person

pytestmark = pytest.mark.django_db(transaction=True)


def save(page: Page) -> None:
    page.locator(".acts").get_by_role("button", name="保存").click()


@pytest.fixture
def meal(cast) -> Meal:
    now = timezone.now()
    on, times = timezone.localdate(now), {"starts_at": now - timedelta(minutes=10), "ends_at": now + timedelta(minutes=40)}
    return Meal.objects.create(on=on, kind="lunch", created_by=cast.canteen, created_at=now, **times)


@pytest.mark.requirement("CAN-07")
def test_a_meal_with_its_samples(windows, cast, meal):
    chicken, greens = dish_of(cast, "红烧鸡块", meal), dish_of(cast, "清炒青菜", meal)
    fridge = fridge_of(cast)
    page = windows.open(cast.chef, "phone")
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="2 道菜还没有留样").first.click()
    page.get_by_role("link", name="给红烧鸡块留样").click()
    page.get_by_label("留样量").fill("124")
    page.get_by_label("盒号").fill("3")
    save(page)
    expect(page.locator(".err")).to_contain_text("不少于 125 克，这里是 124 克")
    expect(page.locator(".err")).to_contain_text("第四十条")
    expect(page.get_by_label("盒号")).to_have_value("3")
    page.get_by_label("留样量").fill("150")
    save(page)
    expect(page.get_by_text("还差 1 份")).to_be_visible()
    record_sample(actor=cast.foodsafety, at=timezone.now(), dish=greens, grams=140, container="4", fridge=fridge)
    page.reload()
    expect(page.get_by_text("都有着落")).to_be_visible()
    page.get_by_role("link", name="红烧鸡块").click()
    expect(page.get_by_text("到时才能处理")).to_be_visible()
    expect(page.get_by_role("link", name="处理样品")).to_have_count(0)
    assert set(Sample.objects.values_list("dish", "grams")) == {(chicken.pk, 150), (greens.pk, 140)}


@pytest.mark.requirement("CAN-10")
def test_the_morning_check(windows, cast):
    now = timezone.now()
    today = timezone.localdate(now)
    helper, bare = make_person("K1", "帮厨甲"), make_person("K2", "帮厨乙")
    for person in (cast.chef, helper):
        certify(person, until=today + timedelta(days=100), since=today - timedelta(days=100))
    cook, ill, late = (worker_of(cast, person, certified=False) for person in (cast.chef, helper, bare))
    shift = put_on_roster(actor=cast.foodsafety, at=now, worker=ill, on=today)
    page = windows.open(cast.foodsafety, "phone")
    page.goto("/canteen/morning/")
    expect(page.get_by_text("1 人没有有效的健康证")).to_be_visible()
    page.get_by_role("link", name="给厨某晨检").click()
    page.get_by_label("体温").fill("36.4")
    for label in ("着装、帽子、口罩整洁", "指甲短净，没有饰物", "洗手消毒"):
        page.get_by_label(label).check()
    page.get_by_text("上岗", exact=True).click()
    save(page)
    page.get_by_role("link", name="给帮厨甲晨检").click()
    page.get_by_label("体温").fill("37.6")
    page.get_by_text("上岗", exact=True).click()
    save(page)
    expect(page.locator(".err").first).to_contain_text("发热 37.6 ℃")
    page.get_by_text("就医", exact=True).click()
    page.get_by_label("去向或复工依据").fill("去社区医院")
    save(page)
    expect(page).to_have_url(re.compile(r"/canteen/morning/$"))
    page.goto("/canteen/roster/day/")
    page.get_by_label(re.compile("厨某")).check()
    page.get_by_label(re.compile("帮厨乙")).check()
    page.locator(".acts").get_by_role("button", name="排班").click()
    expect(page.get_by_text("帮厨乙").first).to_be_visible()
    expect(page.get_by_text(re.compile("没有有效的健康证，不能排班"))).to_be_visible()
    shift.refresh_from_db()
    assert (shift.state, MorningCheck.objects.get(worker=ill).result) == ("off", "doctor")
    assert list(RosterEntry.objects.filter(state="on").values_list("worker", flat=True)) == [cook.pk]
    assert late.checks.count() == 0
