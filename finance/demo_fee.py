"""The demo's fees: a public list, a settled agency fee with refunds waiting, one that parents are signing, one to be decided."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from logistics.platform.attachments.photos import CleanPaper, typed_signature
from logistics.platform.audit.rules import rule
from logistics.platform.demo.build import DemoSchool
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import SchoolClass, User
from logistics.platform.terms.models import Term

from .fee import cash_rules, consent_rules, item_rules, rules
from .fee.models import FeeCharge, FeeDue, FeeItem
from .journal.models import CashAccount

BLANK = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
GRANTED, MEETING = "发改价费〔2023〕58号", "家长委员会 2026 年第 1 次会议"
# (name, kind, yuan, per, grades, document, authority, voluntary, use, how it is given back)
ITEMS = [
    ("住宿费", "official", "300", "term", "", GRANTED, "区发展和改革局", False, "住校生宿舍水电和维护", "中途退宿按月退"),
    ("课后服务费", "service", "60", "month", "", "教基〔2024〕7号", "区教育局", True, "课后服务老师的补助和材料", "没有上的月份全退"),
    ("校车费", "service", "500", "term", "", "教后〔2024〕12号", "区教育局", True, "校车租用", "没有乘的月份按月退"),
    ("报刊代办征订费", "agency", "60", "term", "七年级", MEETING, "家长委员会", True, "学生自愿订的报刊", "按实际订阅结算，多退"),
    ("报刊代办征订费", "agency", "156", "term", "八年级、九年级", MEETING, "家长委员会", True, "学生自愿订的报刊", "按实际订阅结算，多退"),
    ("教辅资料费", "agency", "91.20", "term", "八年级、九年级", MEETING, "家长委员会", True, "一科一辅，省评议公告目录内", "按实际领用结算，多退"),
    ("校服", "agency", "403", "year", "七年级", MEETING, "家长委员会", True, "春秋装、夏装各一套", "没有领的全退"),
]  # fmt: skip


class Story:
    def __init__(self, school: DemoSchool):
        self.school, self.now, self.people = school, school.now, school.people
        self.today = timezone.localdate(school.now)
        self.term = Term.objects.filter(end_on__gte=self.today).order_by("start_on").first()
        self.classes = list(SchoolClass.objects.filter(grade="七年级", is_active=True).order_by("order")[:2])
        self.bank = CashAccount.objects.filter(is_active=True).exclude(kind="cash").order_by("pk").first()
        self.parent = User.objects.system("public")

    def at(self, days: int) -> datetime:
        return self.now - timedelta(days=days)


def build(school: DemoSchool) -> None:
    story = Story(school)
    items = listed(story)
    if story.term is None or not story.classes:
        return
    papers = charged(story, items["报刊代办征订费", "七年级"], 50, days=40)
    collected(story, papers)
    settled(story, papers)
    uniform = charged(story, items["校服", "七年级"], 403, days=4)
    signed(story, uniform)
    drawn_up(story, items["课后服务费", ""])


@rule
def listed(story: Story) -> dict[tuple[str, str], FeeItem]:
    """Everything approved and published but one that waits."""
    accountant, principal, at = story.people["accountant"], story.people["principal"], story.at(70)
    found = {}
    for name, kind, amount, period, grades, document, authority, free, use, back in ITEMS:
        paper = CleanPaper(content=BLANK, name=f"{name}批文.pdf")
        item = item_rules.save_item(
            actor=accountant, at=at, name=name, kind=kind, amount=Decimal(amount), period=period, grades=grades, document=document, authority=authority,
            is_voluntary=free, use=use, refund_rule=back, valid_from=story.today - timedelta(days=90), papers=[paper],
        )  # fmt: skip
        found[name, grades] = item_rules.publish_item(actor=principal, at=at, record=item)
    item_rules.save_item(
        actor=accountant, at=story.at(1), name="研学实践代收费", kind="agency", amount=Decimal(180), period="once", document=MEETING, authority="家长委员会",
        is_voluntary=True, use="车费、门票和保险", valid_from=story.today, papers=[CleanPaper(content=BLANK, name="家委会纪要.pdf")],
    )  # fmt: skip
    return found


@rule
def charged(story: Story, item: FeeItem, amount: int, *, days: int) -> FeeCharge:
    given = {"item": item, "term": story.term, "due_on": story.today + timedelta(days=14 - days if days < 14 else 0), "classes": story.classes}
    charge = rules.create_charge(actor=story.people["accountant"], at=story.at(days + 1), amount=Decimal(amount), **given)
    return rules.issue_charge(actor=story.people["principal"], at=story.at(days), record=charge)


def sign(story: Story, due: FeeDue, days: int, *, agrees: bool) -> None:
    name = f"{due.student.name[0]}家长"
    given = {"name": name, "relation": "监护人", "signature": typed_signature(name), "agrees": agrees, "code": consent_rules.code_of(due)}
    consent_rules.answer(actor=story.parent, at=story.at(days), record=due, **given)


@rule
def collected(story: Story, charge: FeeCharge) -> None:
    """Nearly all agree and pay; one family is let off."""
    for n, due in enumerate(charge.dues.select_related("student", "charge__item")):
        sign(story, due, 35, agrees=n % 17 != 5)
        if n % 17 == 5:
            continue
        if n == 3:
            cash_rules.waive(actor=story.people["vice"], at=story.at(33), record=due, amount=due.amount, kind="poor", reason="家庭经济困难，班主任核实")
            continue
        on = timezone.localdate(story.at(30))
        cash_rules.collect(actor=story.people["cashier"], at=story.at(30), record=due, paid_on=on, means="scan")


@rule
def settled(story: Story, charge: FeeCharge) -> None:
    """In the day book, then settled: what was left waits to be given back, one class has it already."""
    if story.bank is None:
        return
    given = {"at": story.now, "account": CashAccount.objects.get(pk=story.bank.pk), "on": story.today}
    try:
        cash_rules.book(actor=story.people["cashier"], record=FeeCharge.objects.get(pk=charge.pk), **given)
    except RuleViolation:
        return  # today is closed already
    collected_sum = sum(charge.dues.values_list("paid", flat=True))
    spent = (collected_sum * Decimal("0.9437")).quantize(Decimal("0.01"))
    note = "邮局征订收据 1 张"
    cash_rules.settle(actor=story.people["accountant"], at=story.now, record=FeeCharge.objects.get(pk=charge.pk), spent=spent, note=note)
    given["account"] = CashAccount.objects.get(pk=story.bank.pk)
    cash_rules.pay_refunds(actor=story.people["cashier"], record=FeeCharge.objects.get(pk=charge.pk), school_class=story.classes[1], **given)


@rule
def signed(story: Story, charge: FeeCharge) -> None:
    """Most have signed, some have paid, the rest still have their links."""
    for n, due in enumerate(charge.dues.select_related("student", "charge__item")):
        if n % 4 == 3:
            continue
        sign(story, due, 2, agrees=n % 19 != 7)
        if n % 3 == 0 and n % 19 != 7:
            on = timezone.localdate(story.at(1))
            cash_rules.collect(actor=story.people["cashier"], at=story.at(1), record=due, paid_on=on, means="transfer")


@rule
def drawn_up(story: Story, item: FeeItem) -> None:
    given = {"item": item, "term": story.term, "months": 2, "due_on": story.today + timedelta(days=20), "classes": story.classes}
    rules.create_charge(actor=story.people["accountant"], at=story.at(0), amount=Decimal(120), **given)
