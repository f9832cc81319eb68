"""A week's menu on the manager's phone: pasted from the published table, mended where it is in doubt, approved, put on the board (CAN-08, CAN-15)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from canteen.menu.models import MenuPart, WeekMenu
from logistics.platform.approvals.deciding_rules import approve
from logistics.platform.approvals.public import current_run, load_usual_chains
from tests.canteen.menu_kit import ingredient_of
from tests.e2e.conftest import act

pytestmark = pytest.mark.django_db(transaction=True)
TABLE = """日期\t类别\t品名\t主配料\t克重(生重/g)
周一\t主食\t米饭+\t大米\t145
\t大荤\t土豆牛肉\t土豆\t40
\t\t\t牛肉\t1块
\t素菜\t清炒菠菜\t菠菜\t165
"""


@pytest.mark.requirement("CAN-08", "CAN-15")
def test_a_weeks_menu_is_imported_and_published(windows, cast, rooms):
    for name in ("大米", "土豆", "牛肉", "菠菜"):
        ingredient_of(cast, name)
    load_usual_chains(actor=cast.director, at=timezone.now())
    coming = timezone.localdate() + timedelta(days=7)
    page = windows.open(cast.canteen, "phone")
    page.goto("/canteen/weekmenu/new/")
    page.get_by_label("哪一周").fill(coming.isoformat())
    page.locator(".acts").get_by_role("button", name="保存").click()
    page.get_by_role("link", name="导入带量食谱").click()
    page.get_by_label("或者粘贴表格").fill(TABLE)
    page.get_by_role("button", name="看看认得多少").click()
    expect(page.get_by_role("button", name="还有 1 行要改")).to_be_disabled()
    expect(page.get_by_text("「1块」不是重量，不知道是多少克")).to_be_visible()
    page.get_by_label("第 4 行 克重").fill("55")
    page.get_by_role("button", name="保存改动").click()
    page.get_by_role("button", name=re.compile("导入全部 4 行")).click()
    expect(page.get_by_text("已导入").first).to_be_visible()
    menu = WeekMenu.objects.get()
    assert list(MenuPart.objects.order_by("pk").values_list("menu_dish__dish__name", "ingredient__name", "g12")) == [
        ("米饭", "大米", 145), ("土豆牛肉", "土豆", 40), ("土豆牛肉", "牛肉", 55), ("清炒菠菜", "菠菜", 165),
    ]  # fmt: skip

    page.goto(f"/canteen/weekmenu/{menu.pk}/")
    act(page, "phone", "送批").click()
    expect(page.locator(".st.wait", has_text="审批中").first).to_be_visible()
    approve(actor=cast.principal, at=timezone.now(), record=current_run(menu), opinion="同意")
    page.reload()
    act(page, "phone", "公示").click()
    page.locator(".acts").get_by_role("button", name="公示").click()
    expect(page.locator(".st.done", has_text="已公示").first).to_be_visible()

    parent = windows.open(None, "phone")
    parent.goto("/public/")
    parent.get_by_role("link", name=re.compile("食堂菜谱")).first.click()
    expect(parent.get_by_text("米饭；土豆牛肉；清炒菠菜")).to_be_visible()
