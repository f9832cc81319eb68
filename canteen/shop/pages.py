"""小卖部和售货机: outlets, the list of goods, what came in, the weekly look (CAN-18)."""

from django.urls import reverse
from django.utils import timezone

from canteen.evidence import check_can_check, check_can_manage, check_can_view
from canteen.numbers import plainly
from canteen.sample.pages import stamp_of
from logistics.platform.evidence.logs import LogList, LogSheet, ReasonForm, log_record, log_urls
from logistics.platform.web.record_pages import RecordList, record_urls
from logistics.platform.web.records import Action, Record, View
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day

from . import forms, rules
from .models import LAW, LOOKED_AT, Goods, GoodsIntake, GoodsState, Outlet, OutletCheck, OutletState
from .queries import firm_lacks, goods_visible_to, is_due, listed_outlets, outlets_visible_to


def outlet_standing(outlet: Outlet) -> tuple[str, str]:
    if outlet.state != OutletState.OPEN:
        return "停业", "void"
    return ("该检查了", "late") if is_due(outlet, timezone.localdate()) else ("营业", "done")


def outlet_facts(outlet: Outlet) -> list[tuple]:
    open_now = outlet.state == OutletState.OPEN
    return [
        ("类型", outlet.get_kind_display(), False),
        ("地点", str(outlet.place), False),
        ("经营单位", str(outlet.firm), False),
        ("学校同意日期", day(outlet.decided_on), False),
        ("状态", state_mark(outlet.get_state_display(), "done" if open_now else "void"), False),
        ("为什么要设", outlet.why, True),
        *([("停业原因", outlet.state_reason, True)] if outlet.state_reason else []),
    ]


def outlet_context(outlet: Outlet, user) -> dict:
    return {
        "lacks": firm_lacks(outlet.firm, timezone.localdate()),
        "goods": list(outlet.goods.filter(state=GoodsState.SOLD).order_by("name")[:80]),
        "checks": list(outlet.checks.select_related("created_by").order_by("-happened_at")[:6]),
        "law": LAW,
    }


OUTLETS = Record(
    model=Outlet,
    namespace="canteen:outlet",
    label="小卖部和售货机",
    icon="store",
    rows=outlets_visible_to,
    list_rows=listed_outlets,
    columns=(
        Column("name", "名称", lambda o: o.name, lambda o: link(o.name, reverse("canteen:outlet-detail", args=[o.pk]), str(o.place)), css="key", sort="name", width=24),
        Column("kind", "类型", lambda o: o.get_kind_display(), css="nw"),
        Column("firm", "经营单位", lambda o: str(o.firm), css="only-wide", sort="firm__name", width=28),
        Column("sold", "在售", lambda o: o.sold, css="num", kind="integer"),
        Column("last_check", "上次检查", lambda o: timezone.localdate(o.last_check) if o.last_check else None, lambda o: day(timezone.localdate(o.last_check)) if o.last_check else "—", css="nw", sort="last_check", kind="date"),
        Column("state", "情况", lambda o: outlet_standing(o)[0], lambda o: state_mark(*outlet_standing(o)), css="tail"),
    ),
    filters=forms.OutletFilters,
    form=forms.OutletForm,
    create=rules.save_outlet,
    update=rules.save_outlet,
    check_view=check_can_view,
    check_create=check_can_manage,
    check_update=check_can_manage,
    order=("name", "pk"),
    facts=outlet_facts,
    detail_context=outlet_context,
    empty="没有小卖部和售货机。中小学一般不设；设了的在这里登记，写明理由和证照。",
    actions=(
        Action("check", "每周检查", rules.check_outlet, rules.check_can_look, forms.CheckForm, icon="list-checks", tone="primary"),
        Action("open", "恢复营业", rules.open_outlet, rules.check_can_open, icon="play"),
        Action("close", "停业", rules.close_outlet, rules.check_can_close, ReasonForm, icon="ban", tone="stop"),
    ),
)  # fmt: skip


def goods_facts(goods: Goods) -> list[tuple]:
    figures = f"糖 {plainly(goods.sugar)} 克，钠 {plainly(goods.sodium)} 毫克，脂肪 {plainly(goods.fat)} 克" if goods.is_food else "不是食品"
    return [
        ("在哪里卖", str(goods.outlet), False),
        ("规格", goods.spec, False),
        ("生产厂家", goods.maker, False),
        ("供货单位", str(goods.supplier), False),
        ("售价", f"¥{goods.price:,.2f}", False),
        ("每 100 毫升" if goods.is_drink else "每 100 克", figures, False),
        ("状态", state_mark(goods.get_state_display(), "done" if goods.state == GoodsState.SOLD else "void"), False),
        *([("下架原因", goods.state_reason, True)] if goods.state_reason else []),
    ]


GOODS = Record(
    model=Goods,
    namespace="canteen:goods",
    label="商品",
    icon="package",
    rows=goods_visible_to,
    columns=(
        Column("name", "商品", lambda g: g.name, lambda g: link(g.name, reverse("canteen:goods-detail", args=[g.pk]), g.spec), css="key", sort="name", width=24),
        Column("spec", "规格", lambda g: g.spec, css="only-wide", optional=True, width=16),
        Column("outlet", "在哪里卖", lambda g: str(g.outlet), css="nw", sort="outlet__name", width=18),
        Column("maker", "生产厂家", lambda g: g.maker, css="only-wide", width=28),
        Column("supplier", "供货单位", lambda g: str(g.supplier), css="only-wide", optional=True, width=28),
        Column("price", "售价（元）", lambda g: g.price, css="num", sort="price", kind="money"),
        Column("sugar", "糖（克/100）", lambda g: g.sugar, css="num only-wide", sort="sugar", kind="number"),
        Column("sodium", "钠（毫克/100）", lambda g: g.sodium, css="num only-wide", sort="sodium", kind="number"),
        Column("fat", "脂肪（克/100）", lambda g: g.fat, css="num only-wide", sort="fat", kind="number"),
        Column("state", "状态", lambda g: g.get_state_display(), lambda g: state_mark(g.get_state_display(), "done" if g.state == GoodsState.SOLD else "void"), css="tail"),
    ),
    filters=forms.GoodsFilters,
    form=forms.GoodsForm,
    create=rules.save_goods,
    update=rules.save_goods,
    check_view=check_can_view,
    check_create=check_can_manage,
    check_update=check_can_manage,
    order=("outlet", "name", "pk"),
    views=lambda user: [View("全部", ""), View("在售", "state=sold"), View("下架", "state=off")],
    facts=goods_facts,
    detail_context=lambda g, user: {"intakes": list(g.intakes.filter(struck_at=None).order_by("-happened_at")[:8])},
    empty="还没有商品。高糖、高盐、高脂的和烟酒、槟榔不能登记。",
    actions=(
        Action("receive", "进货查验", rules.receive_goods, rules.check_can_receive, forms.IntakeForm, icon="package-plus", tone="primary"),
        Action("sell", "重新上架", rules.sell_again, rules.check_can_sell_again, icon="play"),
        Action("withdraw", "下架", rules.withdraw_goods, rules.check_can_withdraw, ReasonForm, icon="ban", tone="stop"),
    ),
)  # fmt: skip


def intake_state(row: GoodsIntake) -> tuple[str, str]:
    return ("已过期", "late") if row.expires_on < timezone.localdate() else ("已查验", "done")


INTAKES = log_record(
    GoodsIntake,
    name="goods-intake",
    label="进货查验",
    icon="package-plus",
    columns=(
        Column("goods", "商品", lambda i: str(i.goods), width=26),
        Column("outlet", "在哪里卖", lambda i: str(i.goods.outlet), css="only-wide nw", width=18),
        Column("supplier", "供货单位", lambda i: str(i.supplier), css="only-wide", width=28),
        Column("quantity", "数量", lambda i: i.quantity, lambda i: plainly(i.quantity), css="num", kind="number"),
        Column("expires_on", "保质期到", lambda i: i.expires_on, lambda i: day(i.expires_on), css="nw", sort="expires_on", kind="date"),
        Column("certificate", "合格证明", lambda i: i.certificate, css="only-wide", optional=True, width=20),
    ),
    form=None,
    create=None,
    joins=("goods__outlet", "supplier"),
    check_create=check_can_check,
    search="goods__name",
    state=intake_state,
    empty="还没有进货。打开商品，点「进货查验」。",
)
INTAKE_SHEET = LogSheet(
    INTAKES,
    "小卖部食品进货查验记录表",
    (("时间", False), ("商品", False), ("规格", False), ("生产厂家", False), ("供货单位", False), ("数量", True), ("生产日期", False), ("保质期到", False), ("合格证明", False), ("查验人", False)),
    lambda i: [
        stamp_of(i.happened_at), i.goods.name, i.goods.spec, i.goods.maker, str(i.supplier), plainly(i.quantity), f"{i.made_on:%Y-%m-%d}", f"{i.expires_on:%Y-%m-%d}",
        i.certificate, i.created_by.name,
    ],
    ("查验人", "食品安全员"),
)  # fmt: skip

CHECKS = log_record(
    OutletCheck,
    name="outlet-check",
    label="小卖部检查",
    icon="list-checks",
    columns=(
        Column("outlet", "在哪里", lambda c: str(c.outlet), sort="outlet__name", width=24),
        Column("problem", "问题", lambda c: c.problem or "没有问题", css="only-wide", width=40),
        Column("fault", "谁来整改", lambda c: c.fault.owner.name if c.fault else "", css="only-wide nw"),
    ),
    form=None,
    create=None,
    joins=("outlet", "fault__owner"),
    check_create=check_can_check,
    search="outlet__name",
    state=lambda c: ("有问题", "late") if c.problem else ("正常", "done"),
    empty="还没有检查。打开小卖部或售货机，点「每周检查」。",
)
CHECK_SHEET = LogSheet(
    CHECKS,
    "小卖部和售货机每周检查记录表",
    (("时间", False), ("在哪里", False), *((label, False) for label in ("证照", "过期变质", "禁售食品", "存放", "清洁", "品种标价")), ("问题", False), ("整改", False), ("检查人", False)),
    lambda c: [
        stamp_of(c.happened_at), str(c.outlet), *(getattr(c, f"get_{name}_display")() for name in LOOKED_AT), c.problem or "没有",
        f"{c.fault.measure}（{c.fault.owner.name}）{c.fault.done_words}" if c.fault else "", c.created_by.name,
    ],
    ("检查人", "食品安全员"),
    note=f"{LAW}。",
)  # fmt: skip


class OutletList(RecordList):
    def get_template_names(self):
        return ["canteen/outlet_list.html"]


def shop_urls() -> list:
    """The routes of shop and machines, under /canteen/."""
    return [
        *record_urls(OUTLETS, pages={"list": OutletList}),
        *record_urls(GOODS),
        *log_urls(INTAKES, INTAKE_SHEET),
        *log_urls(CHECKS, CHECK_SHEET, list=LogList),
    ]
