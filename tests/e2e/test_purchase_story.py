"""One purchase from the wish to the paid bill, every step on the phone of whoever does it (FIN-02, FIN-04 to FIN-06)."""

import re
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from finance.acceptance.models import Acceptance
from finance.budget.models import BudgetLine
from finance.claim.models import Claim, ClaimState
from finance.journal.models import CashAccount
from finance.journal.rules import save_account
from finance.order.models import OrderState, PurchaseOrder
from finance.payment.models import Payment
from finance.purchase.models import PurchaseRequest, RequestState
from logistics.platform.approvals.public import load_usual_chains
from logistics.platform.org.models import Department
from logistics.platform.partners.models import Partner
from logistics.platform.partners.rules import save_firm_paper
from tests.e2e.conftest import Windows, act
from tests.e2e.test_acceptance import sign_with
from tests.finance.budget.conftest import Budget
from tests.pdf import Pdf

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "物理实验器材"
GOODS = [("学生电源", "台", "8", "520"), ("导线", "套", "20", "60")]  # 5,360 yuan: above one pen
ASKED = Decimal("5360.00")
QUOTES = {"甲器材店": ("500", "50"), "乙器材店": ("470", "48"), "丙器材店": ("510", "55")}
CHOSEN, AGREED = "乙器材店", Decimal("4720.00")


@pytest.fixture
def school(cast) -> SimpleNamespace:
    """A budget line of the teacher's department, its head, firms with papers, the usual chains, a bank account."""
    now = timezone.now()
    today = timezone.localdate(now)
    budget = Budget(cast, year=today.year)
    line = budget.make(budget.teaching, budget.paper, budget.usual, 20000)
    budget.open()
    Department.objects.filter(pk=budget.teaching.pk).update(head=cast.headteacher)
    load_usual_chains(actor=cast.director, at=now)
    for name in QUOTES:
        bank = {"bank_holder": name, "bank_name": "农业银行", "bank_account": "10386001"}
        firm = Partner.objects.create(name=name, kinds=",supplier,", created_by=cast.director, created_at=now, **bank)
        save_firm_paper(actor=cast.buyer, at=now, partner=firm, kind="licence", expires_on=today + timedelta(days=300))
    common = {"actor": cast.accountant, "at": now, "opened_on": today - timedelta(days=60), "bank": "建设银行", "number": "6217001"}
    account = save_account(name="基本户", kind="bank", opening=Decimal(20000), **common)
    return SimpleNamespace(line=line, account=account)


def sums(school) -> tuple[Decimal, ...]:
    """(reserved, committed, spent, available) of the budget line."""
    line = BudgetLine.objects.get(pk=school.line.pk)
    return line.reserved, line.committed, line.spent, line.available


def from_home(page: Page, words: str = TITLE) -> Page:
    """On to the paper that the first page says is waiting."""
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name=words).first.click()
    return page


def at_home(windows: Windows, person, size: str, words: str = TITLE) -> Page:
    return from_home(windows.open(person, size), words)


def send(page: Page, label: str) -> None:
    page.locator(".acts").get_by_role("button", name=label, exact=True).click()


def asks(page: Page, size: str) -> None:
    """The teacher writes two lines, the second like the first, and sends them."""
    page.goto("/finance/purchase/new/")
    page.get_by_label("买什么").fill(TITLE)
    page.get_by_label("作什么用").fill("初三分组实验")
    rows = page.get_by_role("group", name="明细").locator("fieldset")
    for row, (name, unit, quantity, price) in zip((rows.nth(0), rows.nth(1)), GOODS, strict=True):
        for label, value in {"品名": name, "数量": quantity, "单位": unit, "预计单价（元）": price}.items():
            row.get_by_label(label).fill(value)
    rows.nth(0).get_by_label("买来归谁管").select_option("store")
    rows.nth(0).get_by_label("预算指标").select_option(index=1)
    send(page, "保存")
    act(page, size, "送批").click()


def agrees(page: Page, size: str) -> None:
    """One signer, with a phrase that is offered."""
    act(page, size, "同意").click()
    page.get_by_text("同意。", exact=True).click()
    send(page, "同意")
    expect(page.locator(".note.done")).to_be_visible()


def compares(page: Page, size: str, cast) -> None:
    """The buyer notes three answers, and the purchase group takes the lowest."""
    page.get_by_role("main").get_by_role("link", name="询价", exact=True).click()
    send(page, "开始询价")
    page.get_by_role("link", name="登记报价").click()
    for n, (firm, prices) in enumerate(QUOTES.items(), 1):
        page.get_by_label("供应商").select_option(label=firm)
        for (name, *_), price in zip(GOODS, prices, strict=True):
            page.get_by_role("row", name=name).get_by_label("单价").fill(price)
        send(page, "保存" if n == len(QUOTES) else "保存，再加")
        if n < len(QUOTES):
            expect(page.get_by_label("供应商")).to_have_value("")
    expect(page.locator("#quotes li")).to_have_count(3)
    expect(page.locator("#quotes li", has_text=CHOSEN)).to_contain_text("最低")
    act(page, size, "选定一家").click()
    page.get_by_label("选哪一家").select_option(label=f"{CHOSEN}　{AGREED:,} 元（最低）")
    tick(page, "采购小组", cast.buyer, cast.director, cast.driver)
    send(page, "选定一家")


def tick(page: Page, group: str, *people) -> None:
    for person in people:
        page.get_by_role("group", name=group).get_by_label(person.name).check()


def orders(page: Page, size: str, cast) -> None:
    """By the comparison: firm, prices and method stand there already."""
    act(page, size, "下单").click()
    expect(page.get_by_label("采购方式", exact=True)).to_have_value("quotes")
    expect(page.get_by_role("row", name="导线").get_by_label("单价")).to_have_value("48.00")
    page.get_by_label("同去采购").select_option(label=f"{cast.director.name}（总务处）")
    send(page, "下单")
    expect(page.locator(".next")).to_contain_text("待到货")


def receives(windows: Windows, size: str, cast, photo: dict) -> None:
    """The keeper counts and asks the storekeeper along; both sign by hand."""
    page = windows.open(cast.keeper, size)
    page.goto("/finance/acceptance/new/")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("group", name="到了什么").get_by_role("spinbutton", name=re.compile("^合格")).first).to_have_value("8")
    page.locator("[name=photos][multiple]").set_input_files(photo)
    tick(page, "验收人", cast.keeper, cast.storekeeper)
    send(page, "请验收人签字")
    for person, signer in ((cast.keeper, page), (cast.storekeeper, at_home(windows, cast.storekeeper, size))):
        act(signer, size, "验收签字").click()
        sign_with(signer, size)
        send(signer, "验收签字")
        expect(signer.get_by_alt_text(f"{person.name}的签名")).to_be_visible()
    expect(signer.get_by_role("main")).to_contain_text("已验收")


def claims(page: Page, size: str) -> None:
    """From the order: sum, firm and budget line are known; the invoice is what is new."""
    page.get_by_role("main").get_by_role("link", name="报销", exact=True).click()
    send(page, "保存")
    page.get_by_role("link", name="加发票").click()
    page.get_by_label("发票号码").fill("26112000000012345678")
    page.get_by_label("价税合计（元）").fill(str(AGREED))
    page.get_by_label("销售方").fill(CHOSEN)
    send(page, "保存")
    expect(page.locator("#invoices li")).to_have_count(1)
    act(page, size, "送批").click()


def paid(page: Page, size: str) -> bytes:
    """The cashier pays; the paper that he prints."""
    page.get_by_role("link", name=re.compile(TITLE)).first.click()
    act(page, size, "付款").click()
    expect(page.locator(".note:not([data-offline-note])")).to_contain_text("4,720.00")
    send(page, "付款")
    expect(page.get_by_role("main")).to_contain_text("已付")
    answer = page.context.request.get(page.get_by_role("link", name="打印").get_attribute("href"))
    assert answer.headers["content-type"] == "application/pdf"
    assert quote(Claim.objects.get().number) in answer.headers["content-disposition"]
    return answer.body()


@pytest.mark.requirement("FIN-02", "FIN-04", "FIN-05", "FIN-06")
def test_from_the_wish_to_the_paid_bill_on_phones(windows, cast, school, photo):
    size = "phone"
    free = sums(school)[-1]
    teacher = windows.open(cast.teacher, size)
    asks(teacher, size)
    expect(teacher.locator(".next")).to_contain_text("审批")
    assert sums(school) == (ASKED, 0, 0, free - ASKED)

    for person in (cast.headteacher, cast.financegroup, cast.principal, cast.vice):
        agrees(at_home(windows, person, size), size)
    buyer = at_home(windows, cast.buyer, size)
    compares(buyer, size, cast)
    orders(buyer, size, cast)
    assert sums(school)[1] == AGREED

    receives(windows, size, cast, photo)
    claims(from_home(buyer), size)
    agrees(at_home(windows, cast.principal, size), size)
    assert sums(school)[2] == 0
    sheet = paid(at_home(windows, cast.cashier, size, "1 张报销单待付款"), size)

    claim, order = Claim.objects.get(), PurchaseOrder.objects.get()
    assert (claim.state, claim.total, order.state) == (ClaimState.PAID, AGREED, OrderState.CLOSED)
    assert PurchaseRequest.objects.get().state == RequestState.DONE
    assert Payment.objects.get().amount == AGREED
    assert sums(school) == (0, 0, AGREED, free - AGREED)
    assert CashAccount.objects.get(pk=school.account.pk).balance == 20000 - AGREED
    words = Pdf(sheet).text().replace("\n", "")
    assert all(part in words for part in (claim.number, "4,720.00", "肆仟柒佰贰拾元整", CHOSEN, cast.principal.name))
    teacher.reload()
    expect(teacher.locator(".next")).to_contain_text("已办结")
    expect(teacher.get_by_role("main")).to_contain_text(Acceptance.objects.get().number)
