"""食材库: what is there by batch, issues to the kitchen, the ledger, the month's count."""

from django.urls import reverse
from django.utils import timezone

from assets.public import figure
from canteen.amounts import price_words, worth
from canteen.meal.kinds import MealKind
from canteen.menu.queries import needs_of
from canteen.order.plan import units_of
from logistics.platform.web.lines import LinesAction, LinesDetail
from logistics.platform.web.record_pages import RecordForm, record_urls
from logistics.platform.web.records import Action, Record, allowed
from logistics.platform.web.records import View as ListView
from logistics.platform.web.rows import more_rows
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, money, stamp

from . import count_rules, forms, rules
from .models import CountState, KitchenIssue, PantryBatch, PantryCount, PantryMove
from .queries import (
    batches_visible_to,
    check_can_keep,
    check_can_view,
    counts_visible_to,
    issued_for,
    issues_visible_to,
    moves_visible_to,
    standing,
    to_count,
    usable_batches,
)


def batch_mark(batch: PantryBatch):
    return state_mark(*standing(batch, timezone.localdate()))


def quantity_words(value, unit: str) -> str:
    return f"{figure(value)} {unit}"


def batch_context(batch: PantryBatch, user) -> dict:
    moves = list(batch.moves.select_related("by", "issue", "count").order_by("-pk")[:100])
    for move in moves:
        move.shown = figure(move.quantity)
    return {"moves": moves, "state_cell": batch_mark(batch), "left": quantity_words(batch.quantity, batch.ingredient.unit)}


def batch_facts(batch: PantryBatch) -> list[tuple]:
    delivery = batch.line.delivery if batch.line_id else None
    return [
        ("剩余", quantity_words(batch.quantity, batch.ingredient.unit), False),
        ("单价", f"{price_words(batch.price)} 元/{batch.ingredient.unit}", False),
        ("批号", batch.number or "—", False),
        ("生产日期", f"{batch.made_on:%Y-%m-%d}" if batch.made_on else "—", False),
        ("保质期到", f"{batch.expires_on:%Y-%m-%d}" if batch.expires_on else "没有规定", False),
        ("入库", f"{batch.received_on:%Y-%m-%d}", False),
        ("供应商", str(batch.supplier or "—"), False),
        ("验收单", link(delivery.number, reverse("canteen:delivery-detail", args=[delivery.pk])) if delivery else "期初", False),
        *([("封存", f"{batch.lock_reason}（{batch.locked_by.name}）", True)] if batch.locked_at else []),
    ]


BATCHES = Record(
    model=PantryBatch,
    namespace="canteen:batch",
    icon="warehouse",
    label="食材库",
    rows=batches_visible_to,
    columns=(
        Column("name", "食材", lambda b: str(b.ingredient), lambda b: link(str(b.ingredient), reverse("canteen:batch-detail", args=[b.pk]), f"批号 {b.number}" if b.number else f"{b.received_on:%m-%d} 入库"), css="key", sort="ingredient__pinyin", width=20),
        Column("number", "批号", lambda b: b.number, css="nw only-wide", sort="number", optional=True, width=16),
        Column("quantity", "剩余", lambda b: b.quantity, lambda b: quantity_words(b.quantity, b.ingredient.unit), css="num nw", sort="quantity", kind="number"),
        Column("unit", "单位", lambda b: b.ingredient.unit, css="nw only-wide", optional=True),
        Column("expires_on", "保质期到", lambda b: b.expires_on, lambda b: day(b.expires_on) if b.expires_on else "", css="nw", sort="expires_on", kind="date"),
        Column("received_on", "入库", lambda b: b.received_on, lambda b: day(b.received_on), css="nw only-wide", sort="received_on", kind="date"),
        Column("made_on", "生产日期", lambda b: b.made_on, css="nw only-wide", sort="made_on", kind="date", optional=True),
        Column("price", "单价（元）", lambda b: b.price, lambda b: price_words(b.price), css="num only-wide", sort="price", kind="number"),
        Column("supplier", "供应商", lambda b: str(b.supplier or ""), css="only-wide", width=20),
        Column("state", "状态", lambda b: standing(b, timezone.localdate())[0], batch_mark, css="tail"),
    ),
    filters=forms.BatchFilters,
    create_form=forms.OpeningForm,
    create=rules.open_stock,
    check_view=check_can_view,
    check_create=check_can_keep,
    views=lambda user: [ListView("全部", ""), ListView("库里有的", "show=left"), ListView("快过期", "show=soon"), ListView("封存", "show=locked")],
    order=("-quantity", "expires_on", "-pk"),
    stamp=lambda b: f"{b.quantity}.{b.locked_at or ''}",
    facts=batch_facts,
    detail_context=batch_context,
    empty="库里还没有食材。验收签完字自动入库；开始用之前库里有的，点「新建」登记期初。",
    actions=(
        Action("lose", "报损", rules.lose_food, rules.check_can_lose, forms.LoseForm, icon="trash-2"),
        Action("lock", "封存", rules.lock_batch, rules.check_can_lock, forms.ReasonForm, icon="lock", tone="stop"),
        Action("unlock", "解封", rules.unlock_batch, rules.check_can_unlock, forms.ReasonForm, icon="lock-open"),
    ),
)  # fmt: skip


def move_amount(move: PantryMove) -> str:
    return money(move.amount)


MOVES = Record(
    model=PantryMove,
    namespace="canteen:pantry-move",
    icon="arrow-left-right",
    label="食材库流水",
    rows=moves_visible_to,
    columns=(
        Column("name", "食材", lambda m: str(m.batch.ingredient), lambda m: link(str(m.batch.ingredient), reverse("canteen:batch-detail", args=[m.batch_id]), m.batch.number and f"批号 {m.batch.number}"), css="key", sort="batch__ingredient__pinyin", width=20),
        Column("on", "日期", lambda m: m.on, lambda m: day(m.on), css="nw", sort="on", kind="date"),
        Column("quantity", "数量", lambda m: m.quantity, lambda m: quantity_words(m.quantity, m.batch.ingredient.unit), css="num nw", sort="quantity", kind="number"),
        Column("amount", "金额（元）", lambda m: m.amount, move_amount, css="num", sort="amount", kind="money"),
        Column("paper", "单据", lambda m: str(m.issue or ""), css="only-wide", width=24),
        Column("reason", "原因", lambda m: m.reason, css="only-wide", width=24),
        Column("by", "经手人", lambda m: m.by.name, css="nw only-wide"),
        Column("at", "记账时间", lambda m: m.at, lambda m: stamp(m.at), css="nw only-wide", sort="at", kind="datetime", width=18),
        Column("kind", "类型", lambda m: m.get_kind_display(), css="tail", sort="kind"),
    ),
    filters=forms.MoveFilters,
    check_view=check_can_view,
    stamp=lambda m: str(m.pk),
    empty="还没有流水。",
)  # fmt: skip


def issue_context(issue: KitchenIssue, user) -> dict:
    moves = list(issue.moves.select_related("batch__ingredient", "batch__supplier__partner").order_by("pk"))
    for move in moves:
        move.shown = quantity_words(-move.quantity, move.batch.ingredient.unit)
        move.cost = -move.amount
    return {"moves": moves, "cost": sum((move.cost for move in moves), worth(0, 0))}


ISSUES = Record(
    model=KitchenIssue,
    namespace="canteen:issue",
    icon="hand-platter",
    label="食材出库",
    rows=issues_visible_to,
    columns=(
        Column("name", "出库单", str, lambda i: link(f"{i.on.month}月{i.on.day}日{i.get_meal_display()}", reverse("canteen:issue-detail", args=[i.pk]), i.number), css="key", sort="on", width=26),
        Column("on", "哪天用", lambda i: i.on, lambda i: day(i.on), css="nw only-wide", sort="on", kind="date", optional=True),
        Column("meal", "餐次", lambda i: i.get_meal_display(), css="nw only-wide", optional=True),
        Column("happened_at", "领出", lambda i: i.happened_at, lambda i: stamp(i.happened_at), css="nw", sort="happened_at", kind="datetime", width=18),
        Column("taker", "领用人", lambda i: i.taker.name, css="nw"),
        Column("created_by", "发料", lambda i: i.created_by.name, css="nw only-wide"),
        Column("late", "补记", lambda i: i.late, css="only-wide", optional=True, width=26),
        Column("amount", "金额（元）", lambda i: i.amount, lambda i: money(i.amount), css="num tail", sort="amount", kind="money"),
    ),
    filters=forms.IssueFilters,
    create_form=forms.IssueForm,
    create=rules.issue_food,
    check_view=check_can_view,
    check_create=check_can_keep,
    order=("-happened_at", "-pk"),
    stamp=lambda i: str(i.pk),
    facts=lambda i: [],  # the page has its own
    detail_context=issue_context,
    empty="还没有出库。做饭前点「新建」，按餐次领料。",
    extra={"lines": {"give_back"}},
    actions=(Action("give_back", "退回", rules.return_food, rules.check_can_return, forms.ReturnForm, icon="undo-2"),),
)  # fmt: skip


def wanted_lines(on, meal: str) -> list[dict]:
    """What the menu of the meal needs beyond what was taken already, as rows to look over; what there is none of is left to the person."""
    taken: dict[int, object] = {}
    for move in issued_for(on, meal):
        taken[move.batch.ingredient_id] = taken.get(move.batch.ingredient_id, 0) - move.quantity
    rows = []
    for need in needs_of(on):
        grams = sum(part for kind, _, part in need.uses if kind == meal)
        if not grams or not usable_batches(need.ingredient, timezone.localdate()).exists():
            continue
        left = units_of(grams, need.ingredient.unit_grams, need.ingredient.usable) - taken.get(need.ingredient.pk, 0)
        if left > 0:
            rows.append({"ingredient": need.ingredient.pk, "quantity": figure(left).replace(",", ""), "unit": ""})
    return rows


class IssuePage(RecordForm):
    """Food for a meal; opened with a day and a meal it starts from what the menu needs."""

    nothing = False  # the menu was asked and needs no more

    def get_form(self, *args):
        form = super().get_form(*args)
        asked = forms.IssueForm(self.request.GET)
        asked.fields = {name: asked.fields[name] for name in ("on", "meal")}
        if not args and asked.is_valid():
            form.initial |= {"on": asked.cleaned_data["on"], "meal": asked.cleaned_data["meal"]}
            form.initial["lines"] = wanted_lines(asked.cleaned_data["on"], asked.cleaned_data["meal"])
            self.nothing = not form.initial["lines"]
        return form

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"meals": MealKind.choices[:3], "today": timezone.localdate(), "nothing": self.nothing}

    def post(self, request, *args, **kwargs):
        if "lines-more" in request.POST:
            return self.render_to_response(self.get_context_data(form=more_rows(forms.IssueForm, request.POST)))
        return super().post(request, *args, **kwargs)


def count_context(count: PantryCount, user) -> dict:
    lines = list(count.lines.select_related("batch__ingredient").order_by("batch__ingredient__group", "batch__ingredient__pinyin", "pk"))
    for line in lines:
        line.book_shown, line.counted_shown, line.gap = figure(line.book), figure(line.counted), figure(line.difference)
        line.value = worth(line.difference, line.batch.price)
        line.has_moved = count.state == CountState.DRAFT and line.book != line.batch.quantity
    is_open = count.state == CountState.DRAFT
    return {
        "lines": lines,
        "missing": to_count(count).count() if is_open else 0,
        "may_count": is_open and allowed(count_rules.check_can_count, user, count),
        "value": sum((line.value for line in lines), worth(0, 0)),
        "state_cell": state_mark(count.get_state_display(), count.tone),
    }


COUNTS = Record(
    model=PantryCount,
    namespace="canteen:pantry-count",
    icon="clipboard-list",
    label="食材盘点",
    rows=counts_visible_to,
    columns=(
        Column("name", "盘点", str, lambda c: link(str(c), reverse("canteen:pantry-count-detail", args=[c.pk]), c.number), css="key", sort="on", width=26),
        Column("on", "日期", lambda c: c.on, lambda c: day(c.on), css="nw", sort="on", kind="date"),
        Column("created_by", "盘点人", lambda c: c.created_by.name, css="nw"),
        Column("booked_by", "监盘", lambda c: c.booked_by and c.booked_by.name, css="nw only-wide"),
        Column("booked_at", "记账", lambda c: c.booked_at, lambda c: stamp(c.booked_at), css="nw only-wide", kind="datetime", width=18),
        Column("state", "状态", lambda c: c.get_state_display(), lambda c: state_mark(c.get_state_display(), c.tone), css="tail", sort="state"),
    ),
    filters=forms.CountFilters,
    create_form=forms.StartCountForm,
    create=count_rules.start_count,
    check_view=check_can_view,
    check_create=count_rules.check_can_start,
    order=("-on", "-pk"),
    facts=lambda c: [],  # the page has its own
    detail_context=count_context,
    empty="还没有盘点。每月底点一次，一人数、一人监盘记账。",
    actions=(
        Action("fill_count", "填实盘数", count_rules.fill_count, count_rules.check_can_count, forms.FillCountForm, icon="list-checks", tone="primary"),
        Action("book", "监盘记账", count_rules.book_count, count_rules.check_can_book, icon="check", tone="primary", confirm="记账以后库存改成实盘数，不能撤回。"),
        Action("void", "作废", count_rules.void_count, count_rules.check_can_void, forms.ReasonForm, icon="x", tone="stop"),
    ),
)  # fmt: skip


def pantry_urls() -> list:
    """The routes of the food store, under /canteen/."""
    return [
        *record_urls(BATCHES),
        *record_urls(MOVES, without=("detail",)),
        *record_urls(ISSUES, pages={"detail": LinesDetail, "form": IssuePage, "action": LinesAction}),
        *record_urls(COUNTS, pages={"action": LinesAction}),
    ]
