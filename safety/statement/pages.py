"""Statements and who signed them: lists, pages (SAF-12)."""

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.evidence.logs import ReasonForm
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, full_moment, stamp
from safety.evidence import VIEW

from . import forms, rules
from .models import LAW, SafetyStatement, StatementState
from .queries import MANAGE, check_can_manage, people_meant, signatures_visible_to, statement_list_rows, statements_visible_to, unsigned_of

MOST_SHOWN = 200


def standing(statement: SafetyStatement) -> tuple[str, str]:
    if statement.state == StatementState.WITHDRAWN:
        return ("已停用", "void")
    if statement.current.ends_on < timezone.localdate():
        return ("已到期", "late")
    unsigned = getattr(statement, "unsigned", None)
    if unsigned is None:
        return ("现行", "doing")
    return (f"{unsigned} 人没签", "wait") if unsigned else ("都签了", "done")


def detail_context(statement: SafetyStatement, user) -> dict:
    """Everybody sees the text; who reads the books sees who has signed and who has not."""
    reads = has(user, VIEW) or has(user, MANAGE)
    signed = list(statement.current.signatures.select_related("person").order_by("signed_at")[:MOST_SHOWN]) if reads else []
    unsigned = list(unsigned_of(statement)[:MOST_SHOWN]) if reads and statement.state == StatementState.CURRENT else []
    own = statement.current.signatures.filter(person=user.pk).first()
    return {
        "reads": reads,
        "signed": signed,
        "unsigned": unsigned,
        "versions": list(statement.versions.select_related("leader").order_by("-number")),
        "posts": list(statement.posts.all()),
        "is_mine": own is None and people_meant(statement).filter(pk=user.pk).exists(),
        "own": own,
        "is_over": statement.current.ends_on < timezone.localdate(),
        "law": LAW,
    }


STATEMENTS = Record(
    model=SafetyStatement,
    namespace="safety:statement",
    label="安全责任书",
    icon="signature",
    rows=statements_visible_to,
    list_rows=statement_list_rows,
    columns=(
        Column("title", "名称", lambda s: s.title, lambda s: link(s.title, reverse("safety:statement-detail", args=[s.pk])), css="key", sort="title", width=34),
        Column("version", "版次", lambda s: s.current.number, lambda s: f"第 {s.current.number} 版", css="nw only-wide", kind="integer"),
        Column("ends_on", "有效期到", lambda s: s.current.ends_on, lambda s: day(s.current.ends_on), css="nw", sort="current__ends_on", kind="date"),
        Column("signed", "已签", lambda s: s.signed, css="num nw", sort="signed", kind="integer"),
        Column("unsigned", "未签", lambda s: s.unsigned, css="num nw", sort="unsigned", kind="integer"),
        Column("mine", "我", lambda s: "签了" if s.is_signed else "", css="nw only-wide", optional=True),
        Column("state", "情况", lambda s: standing(s)[0], lambda s: state_mark(*standing(s)), css="tail"),
    ),
    filters=forms.StatementFilters,
    create_form=forms.StatementForm,
    create=rules.issue_statement,
    check_create=check_can_manage,
    order=("title", "pk"),
    facts=lambda s: [],  # the page has its own
    stamp=lambda s: f"{s.state}{s.current_id}",
    detail_context=detail_context,
    empty="还没有要签的责任书。按岗位写一份，任职的人在手机上签，谁没签一眼看到。",
    actions=(
        Action("sign", "签字", rules.sign_statement, rules.check_can_sign, forms.SignForm, icon="signature", tone="primary", hint=lambda s, user: f"您签的是「{s.title}」第 {s.current.number} 版，签了以后不能收回。"),
        Action("remind", "催签", rules.remind_unsigned, rules.check_is_current, icon="bell", confirm="给还没签的人各发一条通知，一天一次。"),
        Action("renew", "续签换版", rules.renew_statement, rules.check_is_current, forms.RenewForm, icon="refresh-cw", hint=lambda s, user: "换版以后，大家都要重新签。原来签的照样留着。"),
        Action("posts", "改谁签", rules.change_posts, rules.check_is_current, forms.PostsForm, icon="users"),
        Action("withdraw", "停用", rules.withdraw_statement, rules.check_can_withdraw, ReasonForm, icon="archive", tone="stop"),
    ),
)  # fmt: skip

SIGNATURES = Record(
    model=rules.SafetyStatementSignature,
    namespace="safety:signature",
    label="责任书签订",
    icon="signature",
    rows=signatures_visible_to,
    columns=(
        Column("person", "签订人", lambda s: s.person.name, lambda s: link(s.person.name, reverse("safety:signature-detail", args=[s.pk]), str(s.person.department or "")), css="key", sort="person__pinyin"),
        Column("statement", "责任书", lambda s: s.version.statement.title, width=30),
        Column("version", "版次", lambda s: s.version.number, lambda s: f"第 {s.version.number} 版", css="nw", kind="integer"),
        Column("posts", "签订时的岗位", lambda s: s.posts, css="only-wide", width=24),
        Column("signed_at", "签订时间", lambda s: s.signed_at, lambda s: stamp(s.signed_at), css="nw", sort="signed_at", kind="datetime", width=17),
        Column("ends_on", "有效期到", lambda s: s.version.ends_on, lambda s: day(s.version.ends_on), css="nw only-wide", kind="date"),
    ),
    filters=forms.SignatureFilters,
    order=("-signed_at", "-pk"),
    facts=lambda s: [("责任书", str(s.version), True), ("签订人", s.person.name, False), ("岗位", s.posts or "—", False), ("签订时间", full_moment(s.signed_at), False), ("有效期到", day(s.version.ends_on), False)],
    detail_context=lambda s, user: {"photos": list(attachments_of(s, "signature")), "paragraphs": s.version.paragraphs},
    empty="还没有人签。",
)  # fmt: skip


def statement_urls() -> list:
    """The routes of statements, under /safety/."""
    return [*record_urls(STATEMENTS), *record_urls(SIGNATURES)]
