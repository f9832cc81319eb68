"""Dangerous goods and their ledger: lists, pages, the printed book (SAF-16)."""

from django.urls import reverse

from logistics.platform.evidence.logs import LogSheet, ReasonForm, log_record, log_urls
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record, allowed
from logistics.platform.web.tables import Column, link, state_mark
from safety.words import stamp_of

from . import forms, rules
from .models import LAW, MOVE_TONES, DangerousGood, DangerousMove, MoveState
from .queries import check_can_keep, check_can_manage, check_can_view, goods_visible_to, moves_of, plainly


def standing(good: DangerousGood) -> tuple[str, str]:
    return ("停用", "void") if not good.is_active else ("有存放", "doing") if good.stock else ("空", "done")


GOODS = Record(
    model=DangerousGood,
    namespace="safety:dangerous",
    label="危险品",
    icon="flask-conical",
    rows=goods_visible_to,
    columns=(
        Column("name", "名称", str, lambda g: link(str(g), reverse("safety:dangerous-detail", args=[g.pk]), f"{g.place} {g.cupboard}"), css="key", sort="name", width=30),
        Column("kind", "种类", lambda g: g.get_kind_display(), css="nw", sort="kind"),
        Column("cas", "CAS 号", lambda g: g.cas, css="nw only-wide", optional=True),
        Column("stock", "库存", lambda g: g.stock, lambda g: f"{plainly(g.stock)} {g.unit}", css="num nw", sort="stock", kind="number"),
        Column("unit", "单位", lambda g: g.unit, css="nw only-wide", optional=True),
        Column("keepers", "双人保管", lambda g: f"{g.keeper.name}、{g.second_keeper.name}", css="nw only-wide", width=20),
        Column("state", "情况", lambda g: standing(g)[0], lambda g: state_mark(*standing(g)), css="tail"),
    ),
    filters=forms.GoodFilters,
    form=forms.GoodForm,
    create=rules.save_good,
    update=rules.save_good,
    check_view=check_can_view,
    check_create=check_can_manage,
    check_update=check_can_manage,
    facts=lambda g: [
        ("种类", g.get_kind_display(), False), ("CAS 号", g.cas or "—", False), ("存放地点", f"{g.place} {g.cupboard}", True),
        ("双人保管", f"{g.keeper.name}、{g.second_keeper.name}", False), ("库存", f"{plainly(g.stock)} {g.unit}", False), ("最多存放", f"{plainly(g.most)} {g.unit}" if g.most else "—", False),
    ],
    detail_context=lambda g, user: {"moves": [(row, plainly(row.quantity), plainly(row.balance)) for row in moves_of(g)], "may_keep": allowed(check_can_keep, user, g)},
    stamp=lambda g: f"{g.is_active}{g.stock}",
    order=("name", "pk"),
    empty="还没有登记危险品。农药、实验室药品一种一条，写明专柜和两个保管人。",
)  # fmt: skip

MOVES = log_record(
    DangerousMove,
    name="dangerous-move",
    label="危险品进出",
    icon="arrow-left-right",
    columns=(
        Column("good", "危险品", lambda m: str(m.good), width=26),
        Column("kind", "做了什么", lambda m: m.get_kind_display(), css="nw", sort="kind"),
        Column("quantity", "数量", lambda m: m.quantity, lambda m: f"{plainly(m.quantity)} {m.good.unit}", css="num nw", kind="number"),
        Column(
            "balance",
            "结存",
            lambda m: m.balance,
            lambda m: f"{plainly(m.balance)} {m.good.unit}" if m.balance is not None else "",
            css="num nw only-wide",
            kind="number",
        ),
        Column("taker", "领用人或来源", lambda m: m.taker, css="only-wide", width=20),
        Column("purpose", "用途", lambda m: m.purpose, css="only-wide", width=24),
        Column("batch", "批号", lambda m: m.batch, css="only-wide", optional=True),
        Column("second", "第二人", lambda m: m.second.name, css="nw"),
        Column("refusal", "没有成立的原因", lambda m: m.refusal, css="only-wide", optional=True, width=24),
    ),
    form=forms.MoveForm,
    create=rules.write_move,
    joins=("good", "second"),
    search="good__name",
    state=lambda m: (m.get_state_display(), MOVE_TONES[MoveState(m.state)]),
    strikes=False,
    actions=(
        Action(
            "confirm",
            "确认",
            rules.confirm_move,
            rules.check_can_confirm,
            icon="check",
            tone="primary",
            confirm="您当时在场，数量看清了。确认以后记账，不能再改。",
        ),
        Action("refuse", "不成立", rules.refuse_move, rules.check_can_refuse, ReasonForm, icon="x", tone="stop"),
    ),
    empty="还没有进出。每次两个人在场，一个人写，另一个人确认，结存自动算。",
)
MOVE_SHEET = LogSheet(
    MOVES,
    "危险品进出台账",
    (("时间", False), ("名称", False), ("事项", False), ("数量", True), ("结存", True), ("领用人或来源", False), ("用途", False), ("经手人", False), ("第二人", False)),
    lambda m: [
        stamp_of(m.happened_at), str(m.good), m.get_kind_display(), f"{plainly(m.quantity)} {m.good.unit}", plainly(m.balance) or m.get_state_display(), m.taker, m.purpose,
        m.created_by.name, m.second.name,
    ],
    ("保管人", "安全员"),
    order=("good__name", "settled_at", "pk"),
    note=f"没有第二人确认的不记账。依据：{LAW}。",
)  # fmt: skip


def dangerous_urls() -> list:
    """The routes of dangerous goods, under /safety/."""
    return [*record_urls(GOODS), *log_urls(MOVES, MOVE_SHEET)]
