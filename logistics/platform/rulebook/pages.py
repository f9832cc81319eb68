"""制度汇编: list, text with its versions and differences, who has read it (ORG-06)."""

from django import forms
from django.http import Http404
from django.urls import path
from django.utils import timezone
from django_filters import CharFilter, ChoiceFilter, FilterSet

from logistics.platform.access.rules import has, require
from logistics.platform.attachments.forms import KeepsUploads, PapersField
from logistics.platform.web.forms import Words
from logistics.platform.web.record_pages import RecordPage, record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as Usual
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, full_day

from . import rules
from .models import Regulation, RegulationVersion, RuleCategory, RuleState
from .queries import (
    MANAGE,
    READ,
    counts,
    difference,
    draft_of,
    has_read,
    in_force,
    readers_meant,
    regulation_list_rows,
    regulations_visible_to,
    unread_by,
    versions_of,
    with_words,
)

MOST_NAMES = 300
TONES = {RuleState.DRAFT: "wait", RuleState.PUBLISHED: "done", RuleState.WITHDRAWN: "void"}


class RuleFilters(FilterSet):
    q = CharFilter(method="find", label="找", help_text="名称或正文里的词")
    category = ChoiceFilter(label="类别", choices=RuleCategory.choices, empty_label="全部类别")
    state = ChoiceFilter(label="状态", choices=RuleState.choices, empty_label="全部状态")
    read = ChoiceFilter(label="阅读", choices=[("no", "我还没读"), ("yes", "我读过")], method="by_reading", empty_label="读没读都看")
    draft = ChoiceFilter(label="新版本", choices=[("1", "有新版本要发布")], method="with_draft", empty_label="新版本不限")

    def find(self, rows, name, value):
        return with_words(rows, value)

    def by_reading(self, rows, name, value):
        receipt = {"current__receipts__person": self.request.user.pk}
        return rows.filter(**receipt) if value == "yes" else rows.filter(state=RuleState.PUBLISHED).exclude(**receipt)

    def with_draft(self, rows, name, value):
        return rows.filter(pk__in=RegulationVersion.objects.filter(published_at=None).values("regulation"))


class RuleForm(KeepsUploads, forms.ModelForm):
    """Title, category and the text of the next version; what waits as a draft is filled in, otherwise the current text."""

    text = Words(label="正文", max_length=rules.LONGEST, rows=18, help_text="一段一行。条款自己编号，例如“一、”“第一条”。")
    effective_on = forms.DateField(label="施行日期", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    change_note = Words(label="这一版改了什么", max_length=200, required=False, help_text="修订时写一句，大家先看到它。")
    papers = PapersField(label="盖章的原件", required=False, most=1)

    class Meta:
        model = Regulation
        fields = ["title", "category"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        regulation = self.instance
        written = (draft_of(regulation) or regulation.current) if regulation.pk else None
        if written:
            note = "" if written.published_at else written.change_note
            effective_on = timezone.localdate() if written.published_at else written.effective_on
            self.initial = {"text": written.text, "effective_on": effective_on, "change_note": note} | self.initial


class WithdrawForm(forms.Form):
    reason = Words(label="废止原因", max_length=200, rows=2)


def check_view(user, record=None) -> None:
    if not has(user, MANAGE):
        require(user, READ)


def stamp(row: Regulation) -> str:
    return f"{row.state}.{row.changed_at.timestamp():.6f}"


def mark(row: Regulation):
    return state_mark(row.get_state_display(), TONES[RuleState(row.state)])


def reading(row: Regulation) -> str:
    """Whether the person who looks has read it; nothing to say of what is not in force."""
    return "" if row.state != RuleState.PUBLISHED else "读过" if row.is_read else "还没读"


def version_words(row: Regulation) -> str:
    return f"第 {row.current.number} 版" if row.current else "还没有发布"


def views(user) -> list[Usual]:
    n = counts(user)
    usual = [Usual("全部", ""), Usual("现行", "state=published"), Usual("我还没读", "read=no", n["unread"], pressing=True)]
    return [*usual, Usual("等待发布", "draft=1", n["drafts"])] if has(user, MANAGE) else usual


def detail_context(regulation: Regulation, user) -> dict:
    """The current text, what changed in it, older versions, and for keepers the draft and who has not read it."""
    versions = versions_of(regulation, user)
    published = [version for version in versions if version.published_at]
    shown, context = regulation.current, {}
    if has(user, MANAGE):
        context = keeper_context(regulation, next((version for version in versions if not version.published_at), None))
    return context | {
        "shown": shown,
        "valid": in_force(published, timezone.localdate()),
        "changes": difference(published[1], published[0]) if len(published) > 1 else [],
        "versions": published,
        "is_read": has_read(user, shown),
        "state_cell": mark(regulation),
        "today": timezone.localdate(),
    }


def keeper_context(regulation: Regulation, draft: RegulationVersion | None) -> dict:
    shown = regulation.current if regulation.state == RuleState.PUBLISHED else None
    waiting = list(unread_by(shown).values_list("name", "department__name")) if shown else []
    by_department: dict[str, list[str]] = {}
    for name, department in waiting[:MOST_NAMES]:
        by_department.setdefault(department or "没有部门", []).append(name)
    return {
        "draft": draft,
        "draft_changes": difference(regulation.current, draft) if draft and regulation.current else [],
        "is_counted": shown is not None,
        "meant": readers_meant().count() if shown else 0,
        "waiting": len(waiting),
        "by_department": by_department,
    }


RULES = Record(
    model=Regulation,
    namespace="rulebook:rules",
    icon="book-open",
    label="制度",
    rows=regulations_visible_to,
    list_rows=regulation_list_rows,
    columns=(
        Column(
            "title",
            "名称",
            lambda r: r.title,
            lambda r: link(r.title, RULES.url("detail", r), "有新版本等待发布" if r.has_draft else ""),
            css="key",
            sort="title",
            width=30,
        ),
        Column("category", "类别", lambda r: r.get_category_display(), css="nw", sort="category", width=12),
        Column("version", "版本", version_words, css="nw", width=12),
        Column(
            "effective_on",
            "施行日期",
            lambda r: r.current and r.current.effective_on,
            lambda r: r.current and day(r.current.effective_on),
            css="nw",
            sort="current__effective_on",
            kind="date",
            width=14,
        ),
        Column("readers", "读过的人数", lambda r: r.readers or 0, css="num only-wide", sort="readers", kind="integer", width=12),
        Column("reading", "我", reading, css="nw", width=8),
        Column("state", "状态", lambda r: r.get_state_display(), mark, css="tail", sort="state", width=10),
    ),
    filters=RuleFilters,
    order=("category", "title", "pk"),
    form=RuleForm,
    create=rules.draft_version,
    update=rules.draft_version,
    check_view=check_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_draft,
    stamp=stamp,
    views=views,
    facts=lambda r: [
        ("类别", r.get_category_display(), False),
        ("版本", version_words(r), False),
        ("施行日期", full_day(r.current.effective_on) if r.current else "—", False),
        ("发布", f"{r.current.published_by} {full_day(r.current.published_at)}" if r.current else "—", False),
    ],
    detail_context=detail_context,
    empty="还没有制度。把值班、用电、仓库这些规定写进来，大家随时能查。",
    actions=(
        Action("read", "我已阅读", rules.read_version, rules.check_can_read, icon="check", tone="primary"),
        Action(
            "publish",
            "发布新版本",
            rules.publish_version,
            rules.check_can_publish,
            icon="send",
            tone="primary",
            confirm="发布以后这一版不能再改，大家会收到消息。",
        ),
        Action("remind", "催读", rules.remind_unread, rules.check_can_remind, icon="bell-ring", confirm="给还没读的人发一条消息，一天最多一次。"),
        Action("withdraw", "废止", rules.withdraw_rule, rules.check_can_withdraw, WithdrawForm, icon="archive", tone="stop"),
    ),
)


class VersionPage(RecordPage):
    """One version as it was, with what it changed."""

    record = RULES

    def get_template_names(self):
        return ["platform/regulation_version.html"]

    def get_context_data(self, **kwargs):
        regulation = self.get_object()
        versions = versions_of(regulation, self.request.user)
        at = next((n for n, version in enumerate(versions) if version.number == self.kwargs["number"]), None)
        if at is None:
            raise Http404(self.kwargs["number"])
        older = versions[at + 1] if at + 1 < len(versions) else None
        shown = {"object": regulation, "version": versions[at], "older": older, "changes": difference(older, versions[at]) if older else []}
        return super().get_context_data(**kwargs, **shown)


def rulebook_urls() -> list:
    return [path("rules/<int:pk>/v/<int:number>/", VersionPage.as_view(record=RULES), name="version"), *record_urls(RULES)]
