"""Statements: their list, one with its tables and questions, and its way to the board."""

import django_filters as filters
from django import forms
from django.db.models import Q
from django.urls import reverse

from finance.journal.forms import MonthField
from finance.money import DIGITS
from logistics.platform.access.rules import has
from logistics.platform.board.models import Audience
from logistics.platform.terms.models import Term
from logistics.platform.web.forms import Picks, Words
from logistics.platform.web.lines import MoneyField
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, stamp

from . import rules
from .models import Disclosure, DisclosureState, Period
from .prints import tables_of
from .queries import BOARD, check_can_view, disclosures_visible_to, gather, sees_all


class DisclosureForm(forms.ModelForm):
    audience = forms.ChoiceField(label="给谁看", choices=Audience, initial=Audience.STAFF, widget=Picks(columns=2))
    above = MoneyField(label="采购列到多少元以上", max_digits=DIGITS, initial=1000, help_text="这个数以上的采购一笔一笔列出来。")
    note = Words(label="说明", max_length=500, required=False, rows=3)

    class Meta:
        model = Disclosure
        fields = ["audience", "above", "note"]


class NewDisclosureForm(DisclosureForm):
    period = forms.ChoiceField(label="期间", choices=Period, initial=Period.MONTH, widget=Picks(columns=2))
    month = MonthField(label="哪个月", required=False, help_text="按月的选。")
    term = forms.ModelChoiceField(Term.objects.all(), label="哪个学期", required=False, empty_label="按学期的选")
    field_order = ["period", "month", "term", "audience", "above", "note"]


class OpinionForm(forms.Form):
    opinion = Words(label="审核意见", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2, "placeholder": "与账相符"}))


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2)


class DisclosureFilters(filters.FilterSet):
    q = filters.CharFilter(method="search", label="找", help_text="哪一期、说明")
    state = filters.ChoiceFilter(choices=DisclosureState, label="状态", empty_label="全部状态")
    period = filters.ChoiceFilter(choices=Period, label="期间", empty_label="全部")
    year = filters.NumberFilter(field_name="last_on__year", label="年份", min_value=2000, max_value=2100)

    class Meta:
        model = Disclosure
        fields: list[str] = []

    def search(self, rows, name, value):
        return rows.filter(Q(name__icontains=value) | Q(note__icontains=value))


def views(user) -> list[ListView]:
    if not sees_all(user):
        return []
    rows = disclosures_visible_to(user).order_by()
    waiting = rows.filter(state__in=(DisclosureState.CHECKING, DisclosureState.CHECKED)).values_list("state", flat=True)
    states = list(waiting)
    return [
        ListView("全部", ""),
        ListView("待审核", "state=checking", states.count("checking"), pressing=True),
        ListView("待发布", "state=checked", states.count("checked"), pressing=True),
    ]


def standing(disclosure: Disclosure) -> tuple[str, str]:
    """(word, tone); the board's word counts once it is there."""
    if disclosure.state == DisclosureState.PUBLISHED and disclosure.post.state == "withdrawn":
        return "已撤下", "void"
    return disclosure.get_state_display(), disclosure.tone


def detail_context(disclosure: Disclosure, user) -> dict:
    frozen = bool(disclosure.content)
    content = disclosure.content or gather(disclosure.first_on, disclosure.last_on, disclosure.above)
    keeps_board, post = has(user, BOARD), disclosure.post
    questions = post.questions.select_related("answered_by").order_by("-pk") if post else Disclosure.objects.none()
    if post and not keeps_board:
        questions = questions.filter(Q(is_shown=True) | Q(asked_by=user.pk))
    on_board = bool(post) and disclosure.state == DisclosureState.PUBLISHED and post.state == "published"
    return {
        "state_cell": state_mark(*standing(disclosure)),
        "tables": tables_of(content),
        "is_frozen": frozen,
        "questions": list(questions[:50]),
        "keeps_board": keeps_board,
        "post_url": reverse("board:public-post", args=[post.pk]) if on_board else "",
    }


DISCLOSURES = Record(
    model=Disclosure,
    namespace="finance:disclosure",
    icon="book-open-check",
    label="财务公开",
    rows=disclosures_visible_to,
    columns=(
        Column(
            "name", "哪一期", lambda d: d.name,
            lambda d: link(str(d), reverse("finance:disclosure-detail", args=[d.pk]), f"{d.first_on} 至 {d.last_on}"), css="key", sort="last_on", width=26,
        ),
        Column("period", "期间", lambda d: d.get_period_display(), css="nw only-wide"),
        Column("audience", "给谁看", lambda d: d.get_audience_display().partition("（")[0], css="nw"),
        Column("created_by", "编制", lambda d: d.created_by.name, css="nw only-wide"),
        Column("checked_by", "审核", lambda d: d.checked_by.name if d.checked_by else "", css="nw only-wide"),
        Column("published_at", "公开时间", lambda d: d.published_at, lambda d: stamp(d.published_at), css="nw", sort="published_at", kind="datetime", width=18),
        Column("state", "状态", lambda d: standing(d)[0], lambda d: state_mark(*standing(d)), css="tail", sort="state"),
    ),
    filters=DisclosureFilters,
    order=("-last_on", "-pk"),
    form=DisclosureForm,
    create_form=NewDisclosureForm,
    create=rules.create_disclosure,
    update=rules.update_disclosure,
    check_view=check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_edit,
    views=views,
    facts=lambda d: [("期间", f"{day(d.first_on)} 至 {day(d.last_on)}", False), ("给谁看", d.get_audience_display(), False)],
    detail_context=detail_context,
    stamp=lambda d: f"{d.state}.{d.sent_at}",
    empty="还没有财务公开表。月结以后编一份，审核了就贴到公示栏。",
    actions=(
        Action("send", "送审", rules.send_disclosure, rules.check_can_send, icon="send", tone="primary"),
        Action(
            "check", "审核通过", rules.check_disclosure, rules.check_can_check, OpinionForm, icon="check", tone="primary",
            hint=lambda d, user: "请先和日记账、预算执行表核对。",
        ),
        Action(
            "publish", "公开", rules.publish_disclosure, rules.check_can_publish, icon="megaphone", tone="primary",
            confirm="公开以后贴在公示栏，内容不能再改。",
        ),
        Action("return", "退回", rules.return_disclosure, rules.check_can_return, ReasonForm, icon="corner-up-left"),
        Action("withdraw", "撤下", rules.withdraw_disclosure, rules.check_can_withdraw, ReasonForm, icon="x", tone="stop"),
    ),
)  # fmt: skip


def disclosure_urls() -> list:
    """The routes of statements, under /finance/."""
    return record_urls(DISCLOSURES)
