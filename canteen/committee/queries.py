"""Reading the committee: who is a member on a day, what became of its opinions (CAN-14)."""

from datetime import date

from django.db.models import QuerySet

from canteen.control.models import FaultState
from canteen.evidence import VIEW
from logistics.platform.access.rules import has, require
from logistics.platform.web.templatetags.school import full_day

from .models import CommitteeActivity, CommitteeMember, CommitteeOpinion

KEEP, ATTEND = "canteen.committee.keep", "canteen.committee.write"


def check_can_keep(user, record=None) -> None:
    require(user, KEEP)


def check_can_write(user, record=None) -> None:
    require(user, ATTEND)


def members_visible_to(user) -> QuerySet[CommitteeMember]:
    rows = CommitteeMember.objects.select_related("created_by")
    return rows if has(user, VIEW) else rows.none()


def members_between(first: date, last: date) -> QuerySet[CommitteeMember]:
    return CommitteeMember.objects.filter(since__lte=last, until__gte=first).order_by("stands_for", "pk")


def members_on(day: date) -> QuerySet[CommitteeMember]:
    return members_between(day, day)


def opinions_of(activity: CommitteeActivity) -> list[CommitteeOpinion]:
    return list(activity.opinions.select_related("fault__owner").order_by("pk"))


def answer_words(opinion: CommitteeOpinion) -> str:
    fault = opinion.fault
    if fault.state == FaultState.DONE:
        return f"{fault.measure}，已办：{fault.done_words}"
    return f"{fault.measure}，{fault.due_on.month}月{fault.due_on.day}日以前办好"


def public_text(activity: CommitteeActivity) -> str:
    """The activity as paragraphs of the board; members stand there as a number."""
    head = f"{full_day(activity.happened_at)}，膳食委员会{activity.get_kind_display()}，委员 {activity.number_present} 人到场。"
    said = [f"意见：{one.fault.problem}。{answer_words(one)}。" for one in opinions_of(activity)]
    return "\n".join([head, activity.content, *(said or ["没有提意见。"])])[:9900]
