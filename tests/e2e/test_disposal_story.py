"""A batch of old computers from the list to the books: appraised by three on their phones, approved, wiped, sold, the money taken in, written off (AST-07)."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from assets.card.models import AssetCard, Status
from assets.disposal.first_run import make_usual
from assets.disposal.models import Disposal, DisposalState
from finance.journal.models import CashAccount
from finance.journal.rules import save_account
from logistics.platform.approvals.public import load_usual_chains
from tests.assets.conftest import Ledger
from tests.e2e.conftest import Windows, act
from tests.e2e.test_acceptance import sign_with
from tests.pdf import Pdf

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "微机室旧电脑"


@pytest.fixture
def school(cast, rooms) -> SimpleNamespace:
    """Two old computers on the ledger, the usual chains, a cash box."""
    now = timezone.now()
    ledger = Ledger(cast, rooms)
    given = {"at": now, "acquired_on": timezone.localdate(now), "custodian": None}
    cards = [ledger.computer(name=f"旧电脑{n}", **given) for n in (1, 2)]
    load_usual_chains(actor=cast.director, at=now)
    make_usual(actor=cast.director, at=now)
    save_account(actor=cast.accountant, at=now, name="库存现金", kind="cash", opening=Decimal(0), opened_on=timezone.localdate(now) - timedelta(days=30))
    return SimpleNamespace(cards=cards, judges=(cast.director, cast.repairer, cast.teacher))


def send(page: Page, label: str) -> None:
    page.locator(".acts").get_by_role("button", name=label, exact=True).click()


def at_home(windows: Windows, person, size: str, words: str = TITLE) -> Page:
    page = windows.open(person, size)
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name=words).first.click()
    return page


def lists(page: Page, size: str, school, photo: dict) -> None:
    """The keeper names the batch, pastes the numbers, takes a picture and asks three people."""
    page.goto("/assets/disposal/new/")
    page.get_by_label("处置什么").fill(TITLE)
    page.get_by_label("处置原因").fill("用了九年，主板烧了，修理费超过净值")
    send(page, "保存")
    page.get_by_role("link", name="加一批").click()
    page.get_by_label("资产编号").fill("\n".join(card.number for card in school.cards))
    send(page, "加一批")
    page.get_by_role("link", name="加照片和文件").click()
    page.locator("[name=photos][multiple]").set_input_files(photo)
    send(page, "加照片和文件")
    act(page, size, "送鉴定").click()
    for person in school.judges:
        page.get_by_role("group", name="鉴定人").get_by_label(person.name).check()
    send(page, "送鉴定")
    expect(page.locator(".next")).to_contain_text("还差")


def judges(windows: Windows, size: str, person) -> None:
    page = at_home(windows, person, size, f"鉴定：{TITLE}")
    act(page, size, "签鉴定意见").click()
    page.get_by_label("鉴定意见").fill("没有修理价值")
    sign_with(page, size)
    send(page, "签鉴定意见")
    expect(page.get_by_role("main")).to_contain_text(f"{person.name} 同意处置")


def carries_out(page: Page, size: str) -> None:
    """Disks destroyed, sold to a recycler."""
    act(page, size, "确认清除数据").click()
    page.get_by_label("怎样清的").fill("硬盘拆下打孔")
    send(page, "确认清除数据")
    act(page, size, "登记处置结果").click()
    page.get_by_label("怎样处置的").fill("卖给有资质的回收单位，开了回收证明")
    page.get_by_label("不在名单里的单位").fill("绿源再生资源公司")
    page.get_by_label("处置收入（元）").fill("120.50")
    send(page, "登记处置结果")
    expect(page.get_by_role("main")).to_contain_text("出纳待收")


@pytest.mark.requirement("AST-07")
def test_a_batch_is_scrapped_through_approval_on_phones(windows, cast, school, photo):
    size = "phone"
    keeper = windows.open(cast.keeper, size)
    lists(keeper, size, school, photo)
    for person in school.judges:
        judges(windows, size, person)
    keeper.reload()
    act(keeper, size, "送批").click()
    send(keeper, "送批")
    expect(keeper.locator(".next")).to_contain_text("等审批")
    assert set(AssetCard.objects.values_list("status", flat=True)) == {Status.LEAVING}

    vice = at_home(windows, cast.vice, size)
    act(vice, size, "同意").click()
    vice.get_by_text("同意。", exact=True).click()
    send(vice, "同意")
    expect(vice.locator(".note.done")).to_be_visible()

    keeper.reload()
    carries_out(keeper, size)
    cashier = at_home(windows, cast.cashier, size, "1 笔处置收入待收")
    cashier.get_by_role("link", name=TITLE).first.click()
    act(cashier, size, "收款").click()
    cashier.get_by_label("收进哪个账户").select_option(label="库存现金")
    send(cashier, "收款")
    assert CashAccount.objects.get().balance == Decimal("120.50")

    accountant = at_home(windows, cast.accountant, size, f"核销：{TITLE}")
    act(accountant, size, "核销").click()
    accountant.get_by_label("凭证号").fill("记-88")
    send(accountant, "核销")
    expect(accountant.get_by_role("main")).to_contain_text("已核销")
    disposal = Disposal.objects.get()
    assert disposal.state == DisposalState.DONE
    assert {(card.status, card.quantity, card.approval) for card in AssetCard.objects.all()} == {(Status.GONE, 0, disposal.number)}
    answer = accountant.context.request.get(f"/print/assets.disposal/{disposal.pk}/", timeout=60_000)  # the first PDF of a server loads its fonts
    words = Pdf(answer.body()).text().replace("\n", "")
    assert all(part in words for part in (disposal.number, "绿源再生资源公司", "120.50", "记-88", cast.vice.name, school.judges[0].name))
