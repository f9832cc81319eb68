"""膳食委员会: members, activities with their opinions, the printed form."""

from django.urls import reverse
from django.utils import timezone

from canteen.evidence import check_can_view
from canteen.sample.pages import stamp_of
from logistics.platform.evidence.logs import LogDetail, LogList, LogSheet, log_record, log_urls
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day

from . import forms, rules
from .models import CommitteeActivity, CommitteeMember
from .queries import answer_words, check_can_keep, check_can_write, members_visible_to, opinions_of


def term(member: CommitteeMember) -> tuple[str, str]:
    today = timezone.localdate()
    return ("在任", "done") if member.since <= today <= member.until else ("未到任", "wait") if member.since > today else ("已到期", "void")


MEMBERS = Record(
    model=CommitteeMember,
    namespace="canteen:committee-member",
    label="膳食委员",
    icon="users",
    rows=members_visible_to,
    columns=(
        Column("name", "姓名", lambda m: m.name, lambda m: link(m.name, reverse("canteen:committee-member-detail", args=[m.pk]), m.origin), css="key", sort="name"),
        Column("stands_for", "代表谁", lambda m: m.get_stands_for_display(), css="nw", sort="stands_for"),
        Column("since", "任期从", lambda m: m.since, lambda m: day(m.since), css="nw only-wide", sort="since", kind="date"),
        Column("until", "任期到", lambda m: m.until, lambda m: day(m.until), css="nw", sort="until", kind="date"),
        Column("term", "情况", lambda m: term(m)[0], lambda m: state_mark(*term(m)), css="tail"),
    ),
    filters=forms.MemberFilters,
    form=forms.MemberForm,
    create=rules.save_member,
    update=rules.save_member,
    check_view=check_can_view,
    check_create=check_can_keep,
    check_update=check_can_keep,
    order=("-until", "stands_for", "pk"),
    empty="还没有登记委员。膳食委员会由家长、教师、学生和学校的代表组成，按任期登记。",
)  # fmt: skip

ACTIVITIES = log_record(
    CommitteeActivity,
    name="committee",
    label="膳食委员会活动",
    icon="users-round",
    columns=(
        Column("kind", "种类", lambda a: a.get_kind_display(), css="nw", sort="kind"),
        Column("topic", "事由", lambda a: a.topic, width=30),
        Column("number_present", "到场", lambda a: a.number_present, css="num", kind="integer"),
        Column("present", "到场的委员", lambda a: a.present, css="only-wide", optional=True, width=40),
        Column("content", "内容", lambda a: a.content, css="only-wide", optional=True, width=40),
    ),
    form=forms.ActivityForm,
    create=rules.record_activity,
    check_create=check_can_write,
    search="topic",
    state=lambda a: ("已公示", "done") if a.post_id else ("未公示", "wait"),
    actions=(
        Action("opinion", "加意见", rules.add_opinion, rules.check_can_add, forms.OpinionForm, icon="message-square-plus", tone="primary"),
        Action(
            "publish", "公示", rules.publish_activity, rules.check_can_publish, icon="megaphone", confirm="公示以后家长都能看到，不能再加意见。委员只公示人数。"
        ),
    ),
    empty="还没有活动。开会、检查、陪餐都记一次，提的意见一条一条交给人办。",
)
ACTIVITY_SHEET = LogSheet(
    ACTIVITIES,
    "膳食委员会活动记录",
    (("时间", False), ("种类", False), ("事由", False), ("到场的委员", False), ("情况", False), ("意见和答复", False)),
    lambda a: [
        stamp_of(a.happened_at), a.get_kind_display(), a.topic, a.present, a.content,
        "；".join(f"{one.fault.problem}：{answer_words(one)}" for one in a.opinions.all()) or "没有意见",
    ],
    ("主任委员", "记录人", "学校负责人"),
    prefetch=("opinions__fault",),
)  # fmt: skip


class CommitteeList(LogList):
    def get_template_names(self):
        return ["canteen/committee_list.html"]


class CommitteeDetail(LogDetail):
    def get_template_names(self):
        return ["canteen/committee_detail.html"]

    def get_context_data(self, **kwargs):
        return super().get_context_data(opinions=[(one, answer_words(one)) for one in opinions_of(self.get_object())], **kwargs)


def committee_urls() -> list:
    """The routes of the committee, under /canteen/."""
    return [*record_urls(MEMBERS), *log_urls(ACTIVITIES, ACTIVITY_SHEET, list=CommitteeList, detail=CommitteeDetail)]
