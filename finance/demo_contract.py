"""The demo's contracts: one about to end, one by the month, one to sign, one being approved, a draft; and a supplement on its way."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from logistics.platform.approvals.deciding_rules import approve
from logistics.platform.approvals.public import current_run
from logistics.platform.attachments.photos import CleanPaper
from logistics.platform.audit.rules import rule
from logistics.platform.demo.build import DemoSchool
from logistics.platform.kernel.ref import ref
from logistics.platform.org.models import Department
from logistics.platform.partners.models import Partner

from .budget.rules import spend
from .contract.life_rules import add_note, note_paid
from .contract.models import Contract
from .contract.parts import Plan
from .contract.rules import create_contract, sign_contract, submit_contract
from .contract.supplement_rules import create_supplement, submit_supplement
from .demo_budget import known_lines
from .journal.models import CashAccount
from .journal.rules import write_entry

BLANK = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
ENDING, MONTHLY, TO_SIGN, WAITING, DRAFT = "消防器材维护保养", "课后服务美术辅导教师", "理化实验室投影设备", "教学楼楼梯间墙面维修", "体育场临时看台租赁"


def build(school: DemoSchool) -> None:
    lines = known_lines()
    repairs, equipment = lines["总务处", "30213", "公用经费"], lines["教务处", "31003", "教学设备专项"]
    now, today = school.now, timezone.localdate(school.now)
    ending = draft(
        school, 80, ENDING, repairs, 2400, kind="service", partner=firm("平安消防"), start_on=today - timedelta(days=79), end_on=today + timedelta(days=18),
        plan=Plan.MONTHLY, terms="每月检查灭火器和消火栓，过期的更换。", other_number="PA-2026-118",
    )  # fmt: skip
    in_force(school, ending, 76)
    monthly = draft(
        school, 60, MONTHLY, lines["教务处", "30226", "课后服务经费"], 3600, kind="staff", partner=None, person_name="周晓岚", person_phone="13957100088",
        department="教务处", start_on=today - timedelta(days=55), end_on=today + timedelta(days=60), plan=Plan.MONTHLY, unit="课时", unit_price=Decimal(60),
        terms="课后服务美术辅导，每周三课时，按实际课时付劳务费。",
    )  # fmt: skip
    in_force(school, monthly, 57)
    to_sign = draft(
        school, 12, TO_SIGN, equipment, 4980, kind="goods", partner=firm("育才设备"), department="教务处", start_on=today, end_on=today + timedelta(days=45),
        plan=Plan.THREE, terms="投影设备两套，送货安装，质保三年。",
    )  # fmt: skip
    agreed(school, to_sign, 10)
    waiting = draft(
        school, 3, WAITING, lines["总务处", "31006", "校舍维修专项"], 46800, kind="works", partner=firm("安居建筑"), start_on=today + timedelta(days=10),
        end_on=today + timedelta(days=40), plan=Plan.THREE, terms="楼梯间墙面铲除、找平、粉刷，放学后和周末施工。",
    )  # fmt: skip
    submit_contract(actor=school.people["buyer"], at=now - timedelta(days=2), record=waiting)
    draft(school, 1, DRAFT, None, 3000, kind="lease", partner=firm("捷通运输"), start_on=today + timedelta(days=20), end_on=today + timedelta(days=22))
    story(school, ending, monthly, repairs)


def firm(name: str) -> Partner:
    return Partner.objects.get(short_name=name)


def draft(school: DemoSchool, ago: int, title: str, line, amount: int, *, department: str = "总务处", **fields) -> Contract:
    """Drafted by the buyer so many days ago."""
    given = {"title": title, "department": Department.objects.get(name=department), "amount": Decimal(amount), "budget_line": line}
    return create_contract(actor=school.people["buyer"], at=school.now - timedelta(days=ago), **given, **fields)


@rule
def agreed(school: DemoSchool, contract: Contract, ago: int) -> None:
    """Sent and signed by everybody its chain names."""
    at = school.now - timedelta(days=ago)
    submit_contract(actor=school.people["buyer"], at=at - timedelta(days=1), record=contract)
    while run := current_run(contract):
        for signer in run.steps.filter(state="open").first().signers.filter(state="open").select_related("person"):
            approve(actor=signer.person, at=at, record=current_run(contract), opinion="同意")


@rule
def in_force(school: DemoSchool, contract: Contract, ago: int) -> None:
    agreed(school, contract, ago)
    copy = CleanPaper(content=BLANK, name=f"{contract.title}合同.pdf")
    at = school.now - timedelta(days=ago - 1)
    sign_contract(actor=school.people["director"], at=at, record=Contract.objects.get(pk=contract.pk), signed_on=timezone.localdate(at), papers=[copy])


@rule
def story(school: DemoSchool, ending: Contract, monthly: Contract, repairs) -> None:
    """How they are kept, what was paid, and a supplement that waits for its signature."""
    director, buyer, now = school.people["director"], school.people["buyer"], school.now
    today = timezone.localdate(now)
    notes = [(50, "九月检查到位，换了 6 具灭火器", 5), (20, "十月晚了三天，打电话催了一次", 3)]
    for ago, text, rating in notes:
        add_note(actor=director, at=now - timedelta(days=ago), record=ending, on=today - timedelta(days=ago), text=text, rating=rating)
    pay(school, ending, repairs, today)
    change = create_supplement(
        actor=buyer, at=now - timedelta(days=2), contract=Contract.objects.get(pk=monthly.pk), reason="期末增加两周辅导，课时增加",
        change=Decimal(300), budget_line=known_lines()["教务处", "30226", "课后服务经费"], due_on=monthly.end_on + timedelta(days=14),
        end_on=monthly.end_on + timedelta(days=14),
    )  # fmt: skip
    submit_supplement(actor=buyer, at=now - timedelta(days=1), record=change)


def pay(school: DemoSchool, contract: Contract, line, on: date) -> None:
    """The first instalment, from the bank and off its budget line."""
    cashier, bank, first = school.people["cashier"], CashAccount.objects.get(kind="bank"), contract.instalments.first()
    entry = write_entry(
        actor=cashier, at=school.now, account=bank, on=on, side="out", amount=first.amount, summary=f"付{contract.title}{first.name}",
        counterparty=contract.party, document=ref(contract),
    )  # fmt: skip
    spend(actor=cashier, at=school.now, line=line, amount=first.amount, document=ref(contract))
    note_paid(actor=cashier, at=school.now, instalment=first, amount=first.amount, document=ref(entry))
