"""The school's ledger comes in from Excel, gets its labels and is scanned; goods are asked for and handed over against a signature (AST-13, AST-14, STK-02)."""

import re
import subprocess
from decimal import Decimal

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from assets.card.models import AssetCard
from assets.draw.models import RequestState, StockRequest
from assets.slip.models import Slip, SlipState
from assets.store.models import Stock
from logistics.platform.approvals.deciding_rules import approve
from logistics.platform.approvals.public import current_run, load_usual_chains
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.labels.reading import texts_on
from tests.assets.conftest import ledger  # noqa: F401
from tests.assets.store.conftest import room  # noqa: F401
from tests.e2e.conftest import act
from tests.e2e.test_acceptance import sign_with
from tests.platform.office_files import xlsx

pytestmark = pytest.mark.django_db(transaction=True)
MESSY = [
    ["青禾实验学校固定资产台账（2026 年整理）"],
    ["编号", "资产名称", "国标分类代码", "型号", "数量（单位）", "单价（元）", "购置时间", "存放位置", "使用人", "经办人签字"],
    ["ZC-0001", "学生课桌", "A05010203", "单人升降", "４０张", "168", "2019.9", "教学楼A座305", "产某", ""],
    ["ZC-0002", "台式计算机", "A02010105", "M4500", "1台", "4,280.00", "2021年9月", "教学楼A座305", "产某", ""],
    ["ZC-0003", "激光打印机", "没有这一类", "P1108", "1台", "1250", "2020.10", "教学楼A座305", "产某", ""],
    ["合计", "", "", "", "42", "", "", "", "", ""],
]


def pressed(page: Page, label: str) -> None:
    page.locator(".acts").get_by_role("button", name=re.compile(label)).click()


@pytest.mark.requirement("AST-14")
@pytest.mark.requirement("AST-13")
def test_a_messy_ledger_comes_in_gets_labels_and_is_scanned(windows, cast, ledger, tmp_path):  # noqa: F811
    page = windows.open(cast.keeper)
    page.goto("/imports/assets/new/")
    page.locator("input[type=file]").set_input_files({"name": "台账.xlsx", "mimeType": "application/octet-stream", "buffer": xlsx(MESSY)})
    pressed(page, "看看认得多少")
    pressed(page, "检查每一行")  # the signature's column is nothing to bring in
    expect(page.locator(".acts")).to_contain_text("还有 1 行要改")
    assert not AssetCard.objects.exists()
    page.locator("input[name^='cell ']").first.fill("A02021000")
    page.get_by_role("button", name="保存改动").click()
    pressed(page, "导入全部 3 行")
    expect(page.locator("#import")).to_contain_text("新增3行")
    assert list(AssetCard.objects.order_by("number").values_list("number", "quantity", "cost")) == [
        ("ZC-0001", 40, Decimal("6720.00")), ("ZC-0002", 1, Decimal("4280.00")), ("ZC-0003", 1, Decimal("1250.00")),
    ]  # fmt: skip

    page.goto("/assets/labels/")
    expect(page.get_by_label("标签纸")).to_contain_text("40×30")
    asked = {"layout": "40x30", "start": "1", "csrfmiddlewaretoken": page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")}
    printed = page.request.post("/assets/labels/", form=asked, headers={"Referer": page.url})
    assert printed.headers["content-type"] == "application/pdf"
    texts = codes_in(printed.body(), tmp_path)
    assert [text.rsplit("/q/", 1)[1] for text in texts] == ["ZC-0001/", "ZC-0002/", "ZC-0003/"]

    phone = windows.open(cast.keeper, "phone")
    phone.goto(f"/q/{texts[1].rsplit('/q/', 1)[1]}")
    expect(phone.locator("main")).to_contain_text("台式计算机")
    phone.get_by_role("link", name="一条线").click()
    expect(phone.locator("main")).to_contain_text("期初")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def codes_in(pdf: bytes, folder) -> list[str]:
    """What the codes say on the printed labels, drawn as a label printer would."""
    (folder / "labels.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-gray", "-r", "203", folder / "labels.pdf", folder / "page"], check=True)
    return [texts_on(Image.open(path))[0] for path in sorted(folder.glob("page*.pgm"))]


@pytest.mark.requirement("STK-02")
def test_goods_are_asked_for_and_handed_over_on_the_phone(windows, cast, room):  # noqa: F811
    load_usual_chains(actor=cast.director, at=timezone.now())
    room.receive(20, 400)
    page = windows.open(cast.headteacher, "phone")
    page.goto("/assets/request/new/")
    page.get_by_label("用途").fill("期中考试")
    page.get_by_label("向哪个仓库领").select_option(label="总务库房")
    page.get_by_label("部门").select_option(label="总务处")
    pressed(page, "保存")
    page.get_by_role("main").get_by_role("link", name="加物品").click()
    page.get_by_label("要什么").select_option(label="打印纸 A4（包）")
    page.get_by_label("要多少").fill("3")
    pressed(page, "加物品")
    request = StockRequest.objects.get()
    page.goto(f"/assets/request/{request.pk}/")
    act(page, "phone", "送批").click()
    expect(page.locator("main")).to_contain_text("审批中")
    approve(actor=cast.principal, at=timezone.now(), record=current_run(StockRequest.objects.get()), opinion="同意")

    keeper = windows.open(cast.storekeeper, "phone")
    keeper.goto("/")
    keeper.get_by_role("main").get_by_role("link", name="期中考试").first.click()
    act(keeper, "phone", "发料").click()
    sign_with(keeper, "phone")
    pressed(keeper, "发料")
    expect(keeper.locator("main")).to_contain_text("已领完")
    slip = Slip.objects.get(kind="issue")
    assert (slip.state, slip.person, StockRequest.objects.get().state) == (SlipState.BOOKED, cast.headteacher, RequestState.DONE)
    assert Stock.objects.get(item=room.paper).quantity == 17 and [file.role for file in attachments_of(slip)] == ["signature"]
    assert keeper.evaluate("document.documentElement.scrollWidth") <= 390
