"""The demo's calendar of reports and payments: every item with its post, the last weeks' done with their receipts."""

from datetime import timedelta

from django.utils import timezone

from logistics.platform.attachments.photos import CleanPaper
from logistics.platform.audit.rules import rule
from logistics.platform.demo.build import DemoSchool
from logistics.platform.duties.models import Occurrence
from logistics.platform.duties.planning_rules import make_by_clock
from logistics.platform.org.models import Department, Post
from logistics.platform.org.rules import save_post

from .calendar.first_run import make_usual
from .calendar.presets import ACCOUNTANT, BUYER, CASHIER
from .calendar.queries import PRODUCER
from .calendar.rules import file_report
from .demo_contract import BLANK

HOLDERS = {ACCOUNTANT: "accountant", CASHIER: "cashier", BUYER: "buyer"}
SAID = {
    "发工资": "按花名册发放，银行回单附后。",
    "个税和社保申报缴纳": "自然人电子税务局申报，三方协议扣款成功。",
    "月结、银行对账、会计报表": "两个账户月结，对账相符。",
}


@rule
def build(school: DemoSchool) -> None:
    admin, start = school.people["admin"], school.now - timedelta(days=42)
    office = Department.objects.get(name="财务室")
    for name, key in HOLDERS.items():
        known = Post.objects.filter(name=name).first()
        save_post(actor=admin, at=start, record=known, name=name, department=office, duties="", order=50, holders=[school.people[key]])
    make_usual(actor=admin, at=start)
    for ago in (28, 14, 0):
        make_by_clock(at=school.now - timedelta(days=ago))
    done(school)


def done(school: DemoSchool) -> None:
    """Each two days before its deadline; what is due from now on waits."""
    for row in Occurrence.objects.filter(duty__producer=PRODUCER, due_at__lt=school.now).select_related("duty").order_by("due_at"):
        person = row.owner_post.holders.order_by("pk").first() if row.owner_post else row.owner_person
        at = max(row.opens_at, row.due_at - timedelta(days=2, hours=3))
        copy = CleanPaper(content=BLANK, name=f"{row.duty.title}{timezone.localdate(at)}.pdf")
        words = SAID.get(row.duty.title, "已办，回执附后。")
        file_report(actor=person, at=at, occurrence=row, note=words, papers=[copy])
