"""One row of every kind of record, made by the school's own rules, and what hangs on its page.

A new record type needs a function in MAKERS; one whose page lists other rows needs one in GROWERS, too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from logistics.platform.approvals.models import ChainVersion
from logistics.platform.approvals.side_rules import add_signer, comment, copy_to
from logistics.platform.attachments.models import Attachment
from logistics.platform.audit.models import Event
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.board import rules as board
from logistics.platform.board.pages import PHONES
from logistics.platform.duties.checklist import items_of
from logistics.platform.duties.models import Occurrence, OccurrenceEntry
from logistics.platform.duties.rules import add_substitute, save_duty
from logistics.platform.kernel.ref import ref
from logistics.platform.labels.rules import print_blank_labels
from logistics.platform.notices.robot_rules import save_robot
from logistics.platform.offline.models import ArrivalState
from logistics.platform.offline.rules import Entry, Outcome, receive
from logistics.platform.org.roles import save_role, set_holders
from logistics.platform.org.rules import save_class, save_department, save_person, save_post, save_student
from logistics.platform.papers.rules import save_paper
from logistics.platform.partners.rules import merge_partner, save_firm_paper, save_partner
from logistics.platform.places.models import Level
from logistics.platform.places.rules import save_place
from logistics.platform.rulebook.rules import draft_version, publish_version, read_version
from logistics.platform.school.limit_rules import change_limit
from logistics.platform.terms.rules import save_calendar_day, save_term, save_working_hours
from repairs.figures.rules import make_month_report
from repairs.kind.pages import KINDS, TRADES, save_repairer
from repairs.plan.preventive_rules import open_now, save_preventive
from repairs.plan.rules import add_item, create_plan
from repairs.project.models import ProjectState
from repairs.project.rules import add_quote, approve_project, propose_project
from repairs.ticket import rules as tickets
from repairs.ticket.models import Follower, Material, Signature
from tests.conftest import NOW
from tests.platform import approvals_kit
from tests.records import (
    account_makers,
    arrival_makers,
    asset_makers,
    bedcheck_makers,
    bill_makers,
    buying_makers,
    control_makers,
    custody_makers,
    daily_makers,
    disposal_makers,
    dorm_makers,
    fee_makers,
    finance_makers,
    incident_makers,
    menu_makers,
    meter_makers,
    night_makers,
    safe_makers,
    safety_makers,
    score_makers,
    stocktake_makers,
    store_makers,
    use_makers,
    using_makers,
    watch_makers,
)

TODAY = date(2026, 11, 18)  # the day of NOW


@dataclass(frozen=True)
class School:
    """The fixed cast, rooms and fault kinds that rows are made with."""

    cast: object
    rooms: object
    kinds: object

    def person(self, n: int):
        return save_person(actor=self.cast.director, at=NOW, username=f"new-{n}", name=f"新人{n}", phone=f"138{n:08d}")


def ticket(school: School, n: int):
    return tickets.file_ticket(actor=school.cast.director, at=NOW, place=school.rooms.dorm, kind=school.kinds.water, description=f"第{n}处水管漏水")


def plan(school: School, n: int):
    made = create_plan(actor=school.cast.director, at=NOW, title=f"第{n}份计划", start_on=TODAY, end_on=TODAY + timedelta(days=30))
    item(school, made, n)
    return made


def item(school: School, record, n: int) -> None:
    given = {"place": school.rooms.room, "quantity": Decimal(2), "unit": "盏", "estimate": Decimal(90), "trade": school.kinds.plumber.trades.first()}
    add_item(actor=school.cast.director, at=NOW, record=record, content=f"换灯{n}", owner=school.cast.keeper, **given)


def preventive(school: School, n: int):
    given = {"place": school.rooms.room, "kind": school.kinds.water, "work": "看一遍", "every_months": 3, "next_on": TODAY}
    return save_preventive(actor=school.cast.director, at=NOW, title=f"第{n}项检查", owner=school.cast.director, **given)


def project(school: School, n: int):
    given = {"reason": "渗漏", "budget": Decimal(50000), "fund": "公用经费", "start_on": TODAY, "end_on": TODAY + timedelta(days=60)}
    return propose_project(actor=school.cast.director, at=NOW, title=f"第{n}项防水", place=school.rooms.dorm, owner=school.cast.keeper, **given)


def kind(school: School, n: int):
    trade = school.kinds.plumber.trades.first()
    usual = {"size": "small", "small_days": 0, "large_days": 1, "finish_by": time(22), "danger_minutes": 120, "escalate_minutes": 240, "order": n}
    return KINDS.create(actor=school.cast.director, at=NOW, name=f"类别{n}", icon="wrench", hint="", trade=trade, is_active=True, **usual)


def place(school: School, n: int):
    return save_place(actor=school.cast.director, at=NOW, parent=school.rooms.floor, level=Level.ROOM, name=f"第{n}间")


def term(school: School, n: int):
    year = 2001 + n
    return save_term(
        actor=school.cast.director, at=NOW, name=f"{year}年秋季学期", year=f"{year}-{year + 1}", start_on=date(year, 9, 1), end_on=date(year, 12, 20)
    )


def student(school: School, n: int):
    given = {"name": f"学生{n}", "school_class": school.rooms.school_class, "sex": "f", "is_boarder": True, "is_active": True}
    return save_student(actor=school.cast.director, at=NOW, number=f"S{n}", **given)


def month_report(school: School, n: int):
    return make_month_report(actor=school.cast.director, at=NOW, month=date(2026, n, 1))


def event(school: School, n: int):
    department(school, n + 50)
    return Event.objects.latest("id")


def department(school: School, n: int):
    return save_department(actor=school.cast.director, at=NOW, name=f"部门{n}")


def board_post(school: School, n: int):
    """A draft, which strangers do not see."""
    given = {"category": "notice", "content": "停水\n请提前接水", "audience": "everyone", "publish_on": date(2026, 11, 1), "withdraw_on": None}
    return board.save_post(actor=school.cast.director, at=NOW, title=f"第{n}号通知", **given)


def question(school: School, record, n: int):
    return board.ask(actor=school.cast.guard, at=NOW, post=record, text=f"第{n}个问题")


def on_board_post(school: School, record, n: int) -> None:
    """One more question; the first time it is published, too."""
    record.refresh_from_db()
    if record.state == "draft":
        board.publish_post(actor=school.cast.director, at=NOW, record=record)
    question(school, record, n)


def regulation(school: School, n: int):
    """A draft, which strangers do not see."""
    return draft_version(actor=school.cast.director, at=NOW, title=f"第{n}号制度", category="repair", text="一、先报修\n二、再维修", effective_on=TODAY)


def robot(school: School, n: int):
    """Out of use, so that no test speaks to a vendor."""
    given = {"address": f"https://open.feishu.cn/open-apis/bot/v2/hook/{n}", "keyword": "", "subjects": [], "is_active": False}
    return save_robot(actor=school.cast.director, at=NOW, name=f"第{n}个群", kind="feishu", **given)


def arrival(school: School, n: int):
    """A form from a phone that did not go through."""
    about = {"key": "repairs.arrive", "label": "到场", "url": f"/repairs/ticket/{n}/arrive/", "claimed_at": NOW, "read_at": NOW, "typed": {"note": ["到了"]}}
    entry = Entry(uid=UUID(int=n), title=f"第{n}张单", **about)
    return receive(actor=school.cast.director, at=NOW, entry=entry, apply=lambda: Outcome(ArrivalState.REFUSED, "这张单不在您手上。"))


def working_hours(school: School, n: int):
    return save_working_hours(actor=school.cast.director, at=NOW, start=time(n, 0), end=time(n, 50))


def partner(school: School, n: int):
    return save_partner(actor=school.cast.director, at=NOW, name=f"第{n}号商行", kinds=["food"], is_another=True)


def firm_paper(school: School, n: int):
    given = {"partner": partner(school, n + 50), "kind": "licence", "number": f"Z{n}", "expires_on": TODAY}
    return save_firm_paper(actor=school.cast.director, at=NOW, **given)


def on_partner(school: School, record, n: int) -> None:
    """A paper, and a card that was merged into it."""
    save_firm_paper(actor=school.cast.director, at=NOW, partner=record, kind="food", number=f"F{n}", expires_on=TODAY + timedelta(days=n))
    merge_partner(actor=school.cast.director, at=NOW, record=partner(school, n + 20), target=record)


def duty(school: School, n: int):
    """Set up yesterday; one time of it is open today whatever the hour."""
    since = timezone.now() - timedelta(days=1)
    given = {
        "rhythm": {"kind": "interval", "every": 30, "times": ["00:00"], "minutes": 1440},
        "starts_on": timezone.localdate(),
        "checklist": items_of("大门\n水温｜0 至 60 ℃"),
    }
    return save_duty(actor=school.cast.director, at=since, title=f"第{n}项巡视", owner_person=school.cast.guard, ladder=[[30, "role:vice"]], **given)


def occurrence(school: School, n: int):
    """Today's of a new duty."""
    return Occurrence.objects.get(duty=duty(school, n), on=timezone.localdate())


def on_duty(school: School, record, n: int) -> None:
    """Somebody who stands in on one day."""
    on = timezone.localdate() + timedelta(days=n)
    add_substitute(actor=school.cast.director, at=timezone.now(), record=record, person=school.person(n), first_on=on, last_on=on)


def on_occurrence(school: School, record, n: int) -> None:
    OccurrenceEntry.objects.create(occurrence=record, kind="makeup", at=NOW, by=school.person(n), note=f"第{n}次补做")


def approval(school: School, n: int):
    """A works project on its way to the principal."""
    if not ChainVersion.objects.exists():
        approvals_kit.chain_of(school.cast, approvals_kit.by_role("校长", "principal"), approvals_kit.by_role("会计", "accountant"))
    return approvals_kit.started(school.cast, approvals_kit.project_of(school.cast, school.rooms, title=f"第{n}项审批"))


def on_approval(school: School, record, n: int) -> None:
    """A comment, somebody who is shown it, a further signer."""
    copy_to(actor=school.cast.director, at=NOW, record=record, people=[school.person(n + 70)])
    comment(actor=school.cast.principal, at=NOW, record=record, opinion=f"第{n}句")
    add_signer(actor=school.cast.principal, at=NOW, record=record, people=[school.person(n + 80)], where="beside")


MAKERS: dict[str, Callable] = {
    "platform.run": approval,
    "platform.arrival": arrival,
    "repairs.ticket": ticket,
    "repairs.faultkind": kind,
    "repairs.trade": lambda school, n: TRADES.create(actor=school.cast.director, at=NOW, name=f"工种{n}", order=n),
    "repairs.repairer": lambda school, n: save_repairer(
        actor=school.cast.director, at=NOW, user=school.person(n + 50), trades=list(school.kinds.plumber.trades.all())
    ),
    "repairs.planlist": plan,
    "repairs.preventive": preventive,
    "repairs.project": project,
    "repairs.monthreport": month_report,
    "platform.department": department,
    "platform.post": lambda school, n: save_post(actor=school.cast.director, at=NOW, name=f"岗位{n}", duties="巡查\n登记"),
    "platform.user": School.person,
    "platform.staffpaper": lambda school, n: save_paper(
        actor=school.cast.director, at=NOW, person=school.cast.guard, kind="health", number=f"H{n}", expires_on=TODAY
    ),
    "platform.partner": partner,
    "platform.firmpaper": firm_paper,
    "platform.limitvalue": lambda school, n: change_limit(
        actor=school.cast.director, at=NOW, code="repairs.accept.days", value=3 + n, effective_on=TODAY + timedelta(days=n)
    ),
    "platform.regulation": regulation,
    "platform.duty": duty,
    "platform.occurrence": occurrence,
    "platform.robot": robot,
    "platform.boardpost": board_post,
    "platform.boardquestion": lambda school, n: question(school, board.publish_post(actor=school.cast.director, at=NOW, record=board_post(school, n)), n),
    "platform.blanklabel": lambda school, n: print_blank_labels(actor=school.cast.director, at=NOW, count=1)[0],
    "platform.servicephone": lambda school, n: PHONES.create(
        actor=school.cast.director, at=NOW, name=f"电话{n}", phone="8260", person="", hours="", order=n, is_active=True
    ),
    "platform.schoolclass": lambda school, n: save_class(actor=school.cast.director, at=NOW, name=f"新{n}班", grade="七年级"),
    "platform.student": student,
    "platform.place": place,
    "platform.term": term,
    "platform.calendarday": lambda school, n: save_calendar_day(actor=school.cast.director, at=NOW, on=date(2026, 5, n), kind="holiday", name=f"假{n}"),
    "platform.workinghours": working_hours,
    "platform.role": lambda school, n: save_role(actor=school.cast.admin, at=NOW, name=f"角色{n}", order=n),
    "platform.event": event,
}
OF_APPS = (
    finance_makers, fee_makers, asset_makers, arrival_makers, control_makers, custody_makers, disposal_makers, stocktake_makers, store_makers,
    using_makers, safety_makers, buying_makers, menu_makers, incident_makers, account_makers, watch_makers, daily_makers, safe_makers, night_makers, dorm_makers,
    bedcheck_makers, bill_makers, use_makers, meter_makers, score_makers,
)  # fmt: skip
for more in OF_APPS:
    MAKERS |= more.MAKERS


def on_ticket(school: School, record, n: int) -> None:
    """A photo, a material, a follower and a signature."""
    known = {"kind": ref(record).kind, "record_id": record.pk, "uploaded_by": school.cast.director, "uploaded_at": NOW + timedelta(minutes=n)}
    Attachment.objects.create(role="report", token=f"{n:032x}", name=f"{n}.jpg", size=1, file=f"{n}.jpg", **known)
    Material.objects.create(ticket=record, name=f"角阀{n}", quantity=1, price=2)
    Follower.objects.create(ticket=record, user=school.person(n), at=NOW)
    Signature.objects.create(ticket=record, is_accepted=False, by=school.cast.director, name="某", at=NOW, reason="还漏")


def on_person(school: School, record, n: int) -> None:
    """A role, a post and a place."""
    set_holders(actor=school.cast.admin, at=NOW, record=save_role(actor=school.cast.admin, at=NOW, name=f"角色{n}", order=n), holders=[record])
    save_post(actor=school.cast.director, at=NOW, name=f"岗位{n}", duties="巡查", holders=[record])
    save_place(actor=school.cast.director, at=NOW, record=place(school, n), responsible=record)


def on_class(school: School, record, n: int) -> None:
    save_student(actor=school.cast.director, at=NOW, number=f"S{n}", name=f"学生{n}", school_class=record, sex="m", is_boarder=False, is_active=True)


def on_place(school: School, record, n: int) -> None:
    """A repair, and a class."""
    tickets.file_ticket(actor=school.cast.director, at=NOW, place=record, kind=school.kinds.water, description=f"第{n}处漏水")
    save_class(actor=school.cast.director, at=NOW, name=f"新{n}班", grade="七年级", room=record)


def on_department(school: School, record, n: int) -> None:
    save_person(actor=school.cast.director, at=NOW, record=school.person(n), department=record)


def on_post(school: School, record, n: int) -> None:
    save_post(actor=school.cast.director, at=NOW, record=record, holders=[*record.holders.all(), school.person(n)])


def on_role(school: School, record, n: int) -> None:
    set_holders(actor=school.cast.admin, at=NOW, record=record, holders=[*record.holders.all(), school.person(n)])


def on_regulation(school: School, record, n: int) -> None:
    """One more version in force, which somebody has read."""
    given = {"title": record.title, "category": "repair", "text": f"一、先报修\n二、第{n}次改过", "effective_on": TODAY}
    draft_version(actor=school.cast.director, at=NOW, record=record, **given)
    publish_version(actor=school.cast.director, at=NOW, record=record)
    read_version(actor=school.cast.guard, at=NOW, record=record)


def on_project(school: School, record, n: int) -> None:
    record.refresh_from_db()
    if record.state == ProjectState.PROPOSED:
        approve_project(actor=school.cast.vice, at=NOW, record=record)
    add_quote(actor=school.cast.director, at=NOW, record=record, firm=f"第{n}家", amount=Decimal(40000 + n), quoted_on=TODAY)


# what the page of a record lists beside its story
GROWERS: dict[str, Callable] = {
    "platform.run": on_approval,
    "repairs.ticket": on_ticket,
    "repairs.planlist": lambda school, record, n: item(school, record, n + 10),
    "repairs.preventive": lambda school, record, n: open_now(actor=school.cast.director, at=NOW, record=record),
    "repairs.project": on_project,
    "platform.user": on_person,
    "platform.partner": on_partner,
    "platform.boardpost": on_board_post,
    "platform.regulation": on_regulation,
    "platform.duty": on_duty,
    "platform.occurrence": on_occurrence,
    "platform.schoolclass": on_class,
    "platform.place": on_place,
    "platform.department": on_department,
    "platform.post": on_post,
    "platform.role": on_role,
    **finance_makers.GROWERS,
    **safe_makers.GROWERS,
    **fee_makers.GROWERS,
    **asset_makers.GROWERS,
    **control_makers.GROWERS,
    **custody_makers.GROWERS,
    **disposal_makers.GROWERS,
    **stocktake_makers.GROWERS,
    **store_makers.GROWERS,
    **using_makers.GROWERS,
    **buying_makers.GROWERS,
    **menu_makers.GROWERS,
    **meter_makers.GROWERS,
    **night_makers.GROWERS,
    **account_makers.GROWERS,
    **bill_makers.GROWERS,
    **incident_makers.GROWERS,
    **daily_makers.GROWERS,
}


@rule
def tell_more(*, actor, at, record, n: int) -> None:
    """One more line in the record's story."""
    record_event(actor=actor, at=at, action="note", record=record, text=f"第{n}件事")


def grow(school: School, record, n: int) -> None:
    tell_more(actor=school.cast.director, at=NOW, record=record, n=n)
    grower = GROWERS.get(record._meta.label_lower)
    if grower:
        grower(school, record, n)
