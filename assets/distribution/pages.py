"""物品发放: the distributions, one of them with its kit and progress, and the line of one class or person."""

from django.urls import reverse

from assets.item.quantities import figure
from logistics.platform.access.rules import has
from logistics.platform.web.lines import LinesAction, LinesDetail
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, moment

from . import forms, handing_rules, rules
from .counting import shares
from .models import IN_ORDER, LEFT_OUT, Distribution, DistributionState, Recipient, RecipientState
from .queries import (
    VIEW,
    WAITS,
    check_can_view,
    check_can_view_all,
    distributions_visible_to,
    given_by,
    kit_of,
    needs_of,
    recipient_counts,
    recipients_visible_to,
)

NEXT = {
    DistributionState.DRAFT: "加物品，核对名单，再送批",
    DistributionState.READY: "主任批准",
    DistributionState.OPEN: "来一份发一份，在手机上签字",
}
SHOWN = 40


def progress_words(distribution: Distribution) -> str:
    return f"{distribution.listed - distribution.waiting} / {distribution.listed}"


def detail_context(distribution: Distribution, user) -> dict:
    kit = kit_of(distribution)
    recipients = list(distribution.recipients.select_related("school_class__head_teacher", "person__department").order_by(*IN_ORDER))
    needs = needs_of(distribution, kit, recipients)
    waiting = [one for one in recipients if one.state in WAITS]
    skipped = sum(one.state in LEFT_OUT for one in recipients)
    for line in kit:
        line.words = f"{line.get_per_display()} {figure(line.quantity)} {line.item.unit}" + (f"，{line.grade}" if line.grade else "")
    return {
        "kit": kit,
        "needs": needs,
        "short": [need.short_words for need in needs if need.short] if distribution.state != DistributionState.DONE else [],
        "listed": len(recipients) - skipped,
        "done": len(recipients) - skipped - len(waiting),
        "waiting": waiting[:SHOWN],
        "waiting_total": len(waiting),
        "nothing": sum(one.state == RecipientState.NOTHING for one in recipients),
        "state_cell": state_mark(distribution.get_state_display(), distribution.tone),
        "next_words": NEXT.get(distribution.state, ""),
    }


DISTRIBUTIONS = Record(
    model=Distribution,
    namespace="assets:distribution",
    icon="gift",
    rows=distributions_visible_to,
    columns=(
        Column(
            "title", "发放", lambda d: d.title,
            lambda d: link(d.title, reverse("assets:distribution-detail", args=[d.pk]), f"{d.get_audience_display()} · {d.store}"), css="key", width=32,
        ),
        Column("term", "学期", lambda d: str(d.term or ""), css="nw only-wide", optional=True, width=18),
        Column("starts_on", "开始", lambda d: d.starts_on, lambda d: day(d.starts_on), css="nw only-wide", sort="starts_on", kind="date"),
        Column("until", "截止", lambda d: d.until, lambda d: day(d.until), css="nw only-wide", sort="until", kind="date"),
        Column("progress", "领齐", progress_words, css="num"),
        Column("created_by", "开单", lambda d: d.created_by.name, css="nw only-wide", optional=True),
        Column("state", "状态", lambda d: d.get_state_display(), lambda d: state_mark(d.get_state_display(), d.tone), css="tail", sort="state"),
    ),
    filters=forms.DistributionFilters,
    form=forms.DistributionForm,
    create=rules.save_distribution,
    update=rules.save_distribution,
    check_view=check_can_view_all,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_edit,
    views=lambda user: [ListView("全部", ""), ListView("发放中", "state=open"), ListView("待批准", "state=ready")],
    facts=lambda d: [],  # the page has its own
    detail_context=detail_context,
    empty="还没有发放。开学发课本、本子、清洁用具，在这里列单、批准、签收。",
    extra={"lines": {"add_item", "remove_item", "add_recipients"}},
    actions=(
        Action("add_item", "加物品", rules.add_item, rules.check_can_add, forms.ItemForm, icon="plus"),
        Action("remove_item", "去掉一样", rules.remove_item, rules.check_can_edit, forms.RemoveItemForm, icon="x", tone="stop"),
        Action("add_recipients", "加名单", rules.add_recipients, rules.check_can_list, forms.RecipientsForm, icon="user-plus"),
        Action("submit", "送批", rules.submit_distribution, rules.check_can_submit, icon="send", tone="primary"),
        Action(
            "open", "批准发放", rules.open_distribution, rules.check_can_decide, icon="check", tone="primary",
            confirm="批准以后马上通知名单上的人来领。",
        ),
        Action("return", "退回修改", rules.return_distribution, rules.check_can_decide, forms.ReasonForm, icon="corner-up-left"),
        Action("remind", "提醒没来的", rules.remind, rules.check_can_remind, icon="bell"),
        Action("close", "结束发放", rules.close_distribution, rules.check_can_close, forms.CloseForm, icon="flag"),
        Action("reopen", "接着发", rules.reopen_distribution, rules.check_can_reopen, forms.ReasonForm, icon="undo-2"),
        Action("void", "作废", rules.void_distribution, rules.check_can_edit, forms.ReasonForm, icon="trash-2", tone="stop"),
    ),
)  # fmt: skip


def recipient_views(user) -> list[ListView]:
    n = recipient_counts(user)
    return [
        ListView("没来领", "now=true&state=waiting", n["waiting"], pressing=True),
        ListView("没领齐", "now=true&state=partly", n["partly"], pressing=True),
        ListView("正在发放的", "now=true"),
        ListView("全部", ""),
    ]


def recipient_context(recipient: Recipient, user) -> dict:
    rows = shares(recipient, kit_of(recipient.distribution), given_by([recipient]).get(recipient.pk, {}))
    return {
        "rows": [(share, figure(share.due), figure(share.given), figure(share.left)) for share in rows],
        "slips": [one.slip for one in recipient.handouts.select_related("slip__person").order_by("pk")],
        "sees_all": has(user, VIEW),
        "state_cell": state_mark(recipient.get_state_display(), recipient.tone),
    }


RECIPIENTS = Record(
    model=Recipient,
    namespace="assets:recipient",
    icon="list-checks",
    rows=recipients_visible_to,
    columns=(
        Column("name", "谁", str, lambda r: link(str(r), reverse("assets:recipient-detail", args=[r.pk]), str(r.distribution)), css="key", width=20),
        Column("distribution", "发放", lambda r: str(r.distribution), css="only-wide", optional=True, width=30),
        Column("contact", "联系人", lambda r: str(r.contact or ""), css="nw", width=12),
        Column("count", "人数", lambda r: r.count if r.school_class_id else None, css="num only-wide", kind="integer", width=8),
        Column("came_at", "来领", lambda r: r.came_at, lambda r: moment(r.came_at) if r.came_at else "", css="nw only-wide", sort="came_at", kind="datetime", width=18),
        Column("note", "说明", lambda r: r.note, css="only-wide", optional=True, width=24),
        Column("state", "状态", lambda r: r.get_state_display(), lambda r: state_mark(r.get_state_display(), r.tone), css="tail", sort="state"),
    ),
    filters=forms.RecipientFilters,
    check_view=check_can_view,
    views=recipient_views,
    order=("-distribution", *IN_ORDER),
    stamp=lambda r: f"{r.state}.{r.count}",
    facts=lambda r: [],  # the page has its own
    detail_context=recipient_context,
    empty="没有人在名单上。",
    actions=(
        Action(
            "hand_out", "发放", handing_rules.hand_out, handing_rules.check_can_hand_out, forms.HandOutForm, icon="hand-helping", tone="primary",
            hint=lambda r, user: f"{r.distribution}：{r}" + (f"，{r.count} 人" if r.school_class_id else ""),
        ),
        Action("set_count", "改人数", handing_rules.set_count, handing_rules.check_can_count, forms.CountForm, icon="users"),
        Action("skip", "不用领", handing_rules.skip, handing_rules.check_can_skip, forms.ReasonForm, icon="x"),
        Action("unskip", "还是要领", handing_rules.unskip, handing_rules.check_can_unskip, icon="undo-2"),
    ),
)  # fmt: skip


class DistributionAction(LinesAction):
    again = frozenset({"add_item"})


def distribution_urls() -> list:
    """The routes of distributions, under /assets/."""
    return [*record_urls(DISTRIBUTIONS, pages={"detail": LinesDetail, "action": DistributionAction}), *record_urls(RECIPIENTS)]
