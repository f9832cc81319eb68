"""损坏赔偿: the list with its sums, one paper, the table by class."""

from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assets.card.models import AssetCard
from assets.card.queries import cards_visible_to
from assets.custody.queries import this_term
from assets.income import ReceiveForm
from logistics.platform.access.models import Scope
from logistics.platform.access.rules import require, scope_of
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.kernel.errors import NotAllowed
from logistics.platform.web.record_pages import RecordForm, RecordList, record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, money

from . import forms, rules
from .loss import book_worth
from .models import Damage, DamageState
from .prints import receipt_pdf
from .queries import VIEW, by_class, check_can_view, damage_counts, damages_visible_to, sums_of

NEXT = {DamageState.OPEN: "资产管理员定责", DamageState.DUE: "把钱交给出纳，或者照原样修好、买来"}


def views(user) -> list[ListView]:
    n = damage_counts(user)
    return [
        ListView("全部", ""),
        ListView("待定责", "state=open", n["open"], pressing=True),
        ListView("待赔", "state=due", n["due"], pressing=True),
        ListView("已赔款", "state=paid"),
        ListView("已修复", "state=repaired"),
    ]


def detail_context(damage: Damage, user) -> dict:
    files = attachments_of(damage)
    return {
        "photos": [file for file in files if file.role in ("photo", "after")],
        "state_cell": state_mark(damage.get_state_display(), damage.tone),
        "next_words": NEXT.get(damage.state, ""),
        "sees_card": damage.card_id and cards_visible_to(user).filter(pk=damage.card_id).exists(),
        "loss": max(damage.worth or 0, damage.repair_cost) if damage.assessed_by_id else None,
    }


def receive_hint(damage: Damage, user) -> str:
    return f"{damage.who}赔 {damage.amount:,.2f} 元：{damage.thing}。收款记进所选账户的日记账，同时生成收据。"


def assess_hint(damage: Damage, user) -> str:
    words = f"{damage.thing} {damage.quantity} {damage.unit}：{damage.description}"
    if (worth := book_worth(damage.card, damage.quantity)) is not None:
        words += f"。卡片净值 {damage.card.net:,.2f} 元，坏的 {damage.quantity} {damage.unit}值 {worth:,.2f} 元。"
    return words


DAMAGES = Record(
    model=Damage,
    namespace="assets:damage",
    label="损坏赔偿",
    icon="hammer",
    rows=damages_visible_to,
    columns=(
        Column(
            "thing", "什么东西", lambda d: d.thing, lambda d: link(d.thing, reverse("assets:damage-detail", args=[d.pk]), f"{d.number} · {d.description[:30]}"),
            css="key", sort="thing", width=24,
        ),
        Column("number", "单号", lambda d: d.number, css="nw only-wide", sort="number", optional=True, width=16),
        Column("found_on", "发现", lambda d: d.found_on, lambda d: day(d.found_on), css="nw", sort="found_on", kind="date", width=12),
        Column("quantity", "件数", lambda d: d.quantity, css="num only-wide", kind="integer", optional=True, width=8),
        Column("card", "资产编号", lambda d: d.card.number if d.card else "", css="nw only-wide", optional=True, width=20),
        Column("place", "地点", lambda d: str(d.place or ""), css="only-wide", optional=True, width=26),
        Column("who", "谁赔", lambda d: d.who, css="", width=20),
        Column("worth", "净值（元）", lambda d: d.worth, lambda d: money(d.worth), css="num only-wide", kind="money", optional=True, width=12),
        Column("repair_cost", "修理费（元）", lambda d: d.repair_cost, lambda d: money(d.repair_cost), css="num only-wide", kind="money", optional=True, width=12),
        Column(
            "amount", "应赔（元）", lambda d: d.amount, lambda d: money(d.amount) if d.amount else "—", css="num", sort="amount", kind="money", width=12
        ),
        Column("points", "扣分", lambda d: d.points or "", lambda d: f"{d.points.normalize():f}" if d.points else "", css="num only-wide", width=8),
        Column("receipt", "收据号", lambda d: d.receipt, css="nw only-wide", sort="receipt", optional=True, width=16),
        Column("ended_on", "了结", lambda d: d.ended_on, lambda d: day(d.ended_on), css="nw only-wide", sort="ended_on", kind="date", optional=True, width=12),
        Column("origin", "来源", lambda d: d.origin_label, css="only-wide", optional=True, width=24),
        Column("state", "状态", lambda d: d.get_state_display(), lambda d: state_mark(d.get_state_display(), d.tone), css="tail", sort="state", width=10),
    ),
    filters=forms.DamageFilters,
    form=forms.DamageEditForm,
    create_form=forms.DamageForm,
    create=rules.file_damage,
    update=rules.update_damage,
    check_view=check_can_view,
    check_create=rules.check_can_file,
    check_update=rules.check_can_edit,
    views=views,
    facts=lambda damage: [],  # the page has its own
    detail_context=detail_context,
    stamp=lambda d: f"{d.state}.{d.amount}",
    empty="还没有损坏赔偿。公物坏了，不管是谁弄的，先登记再定责。",
    actions=(
        Action("assess", "定责", rules.assess, rules.check_can_assess, forms.AssessForm, icon="scale", tone="primary", hint=assess_hint),
        Action("natural", "自然损坏", rules.judge_natural, rules.check_can_assess, forms.NaturalForm, icon="leaf"),
        Action("receive", "收款", rules.receive_payment, rules.check_can_receive, ReceiveForm, icon="banknote", tone="primary", hint=receive_hint),
        Action(
            "mend", "已修复", rules.mend, rules.check_can_mend, forms.MendForm, icon="wrench",
            hint=lambda d, user: "赔的人自己修好了，或者照原样买来了，就不再交钱。",
        ),
        Action(
            "waive", "免赔", rules.waive, rules.check_can_waive, forms.ReasonForm, icon="heart-handshake",
            hint=lambda d, user: f"{d.who}不再赔 {d.amount:,.2f} 元。" + ("扣分照旧；不该扣的，请重新定责。" if d.points else ""),
        ),
        Action("reopen", "重新定责", rules.reopen, rules.check_can_reopen, forms.ReasonForm, icon="undo-2"),
        Action("void", "作废", rules.void_damage, rules.check_can_void, forms.ReasonForm, icon="x", tone="stop"),
    ),
)  # fmt: skip


class DamageList(RecordList):
    """With the sums of what is shown."""

    def filtered(self):
        self.shown = super().filtered()
        return self.shown

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"sums": sums_of(self.shown), "sees_classes": scope_of(self.request.user, VIEW) == Scope.ALL}


class DamageForm(RecordForm):
    """From a scanned label the thing is known already."""

    def get_form(self, *args):
        form = super().get_form(*args)
        asked = self.request.GET.get("card", "")
        if self.object is None and not form.is_bound and asked.isdecimal() and len(asked) < 18:
            card = AssetCard.objects.filter(pk=int(asked)).first()
            if card is not None and card.is_alive:
                form.initial |= {"card": card.number, "thing": card.name, "place": card.place_id}
        return form

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | ({} if self.object else {"heading": "登记损坏", "submit": "登记"})


@require_safe
@never_cache
def classes_page(request):
    """What each class damaged, was asked for and lost in points; this term unless other days are asked for."""
    if require(request.user, VIEW) != Scope.ALL:
        raise NotAllowed("各班的汇总由总务处看。您班上的，在损坏赔偿里。")
    today = timezone.localdate()
    term = this_term(today)
    usual = {"since": term.start_on if term else today.replace(month=1, day=1), "until": today}
    form = forms.ClassesForm(request.GET or None)
    is_wrong = form.is_bound and not form.is_valid()
    asked = usual | {name: value for name, value in getattr(form, "cleaned_data", {}).items() if value}
    if asked["since"] > asked["until"] and not is_wrong and form.is_bound:
        form.add_error("since", "开始日期不能晚于结束日期。")
        is_wrong = True
    rows = [] if is_wrong else by_class(asked["since"], asked["until"])
    total = {name: sum((row[name] or 0 for row in rows), 0) for name in ("n", "asked", "paid", "points")}
    form = form if is_wrong else forms.ClassesForm(initial=asked)
    context = {"title": "各班损坏", "form": form, "rows": rows, "total": total, "since": asked["since"], "until": asked["until"], "is_wrong": is_wrong}
    return render(request, "assets/damage_classes.html", context, status=422 if is_wrong else 200)


def damage_urls() -> list:
    """The routes of damage, under /assets/."""
    return [
        path("damage/classes/", classes_page, name="damage-classes"),
        path("damage/<int:pk>/receipt.pdf", receipt_pdf, name="damage-receipt"),
        *record_urls(DAMAGES, pages={"list": DamageList, "form": DamageForm}),
    ]
