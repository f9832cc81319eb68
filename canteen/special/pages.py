"""特供餐和接待餐: the list, one meal, its paper (CAN-22)."""

from zlib import crc32

from django.db.models import QuerySet
from django.urls import reverse

from logistics.platform.access.rules import has
from logistics.platform.evidence.logs import ReasonForm
from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record, View
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day

from . import forms, rules
from .models import SpecialMeal


def check_can_view(user, record=None) -> None:
    if not any(has(user, code) for code in (rules.VIEW, rules.ASK, rules.APPROVE)):
        raise NotAllowed("特供餐和接待餐由食堂、财务和校领导看。")


def visible_to(user) -> QuerySet[SpecialMeal]:
    rows = SpecialMeal.objects.select_related("created_by", "approved_by", "done_by")
    return rows if any(has(user, code) for code in (rules.VIEW, rules.ASK, rules.APPROVE)) else rows.none()


def facts(row: SpecialMeal) -> list[tuple]:
    return [
        ("哪种", row.get_kind_display(), False),
        ("日期", f"{day(row.on)} {row.get_meal_display()}", False),
        ("单位或考点", row.unit, False),
        ("事由", row.occasion, False),
        *([("公函文号", row.letter, False)] if row.letter else []),
        ("人数", f"用餐 {row.guests} 人" + (f"，陪餐 {row.hosts} 人" if row.hosts else ""), False),
        ("标准", f"每人 {row.standard:,.2f} 元，共 {row.budget:,.2f} 元", False),
        ("费用来源", row.get_payer_display(), False),
        ("菜单", row.dishes, True),
        ("申请人", row.created_by.name, False),
        *([("批准人", f"{row.approved_by.name}", False)] if row.approved_by else []),
        *([("实际", f"用餐 {row.came} 人，陪餐 {row.hosts_came} 人，{row.cost:,.2f} 元", True)] if row.done_at else []),
        *([("作废原因", row.void_reason, True)] if row.void_reason else []),
    ]


def asked_stamp(row: SpecialMeal) -> str:
    """What a leader has read: another number of guests or another standard is another meal."""
    asked = (row.kind, row.on, row.meal, row.occasion, row.unit, row.letter, row.guests, row.hosts, row.standard, row.payer, row.dishes)
    return f"{row.state}.{crc32('|'.join(map(str, asked)).encode()):08x}"


SPECIALS = Record(
    model=SpecialMeal,
    namespace="canteen:special",
    label="特供餐和接待餐",
    icon="concierge-bell",
    rows=visible_to,
    columns=(
        Column("unit", "单位或考点", lambda s: s.unit, lambda s: link(s.unit, reverse("canteen:special-detail", args=[s.pk]), s.occasion), css="key", sort="unit", width=30),
        Column("kind", "哪种", lambda s: s.get_kind_display(), css="nw only-wide", sort="kind"),
        Column("on", "日期", lambda s: s.on, lambda s: day(s.on), css="nw", sort="on", kind="date"),
        Column("meal", "餐次", lambda s: s.get_meal_display(), css="nw"),
        Column("guests", "人数", lambda s: s.guests, css="num", kind="integer"),
        Column("hosts", "陪餐", lambda s: s.hosts or None, css="num only-wide", kind="integer"),
        Column("standard", "标准（元）", lambda s: s.standard, css="num only-wide", kind="money"),
        Column("cost", "实际费用（元）", lambda s: s.cost, css="num only-wide", kind="money"),
        Column("payer", "费用来源", lambda s: s.get_payer_display(), css="nw only-wide", optional=True),
        Column("state", "状态", lambda s: s.get_state_display(), lambda s: state_mark(s.get_state_display(), s.tone), css="tail"),
    ),
    filters=forms.SpecialFilters,
    form=forms.SpecialForm,
    create=rules.save_special,
    update=rules.save_special,
    check_view=check_can_view,
    check_create=rules.check_can_ask,
    check_update=rules.check_can_change,
    stamp=asked_stamp,
    order=("-on", "-pk"),
    views=lambda user: [View("全部", ""), View("接待餐", "kind=reception"), View("考试用餐", "kind=exam"), View("待批准", "state=asked")],
    facts=facts,
    empty="还没有特供餐和接待餐。",
    actions=(
        Action("approve", "批准", rules.approve_special, rules.check_can_approve, icon="check", tone="primary"),
        Action("finish", "登记实际", rules.finish_special, rules.check_can_finish, forms.FinishForm, icon="clipboard-check", tone="primary"),
        Action("void", "作废", rules.void_special, rules.check_can_void, ReasonForm, icon="ban", tone="stop"),
    ),
)  # fmt: skip


def special_urls() -> list:
    """The routes of exam meals and receptions, under /canteen/."""
    return record_urls(SPECIALS)
