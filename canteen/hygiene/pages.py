"""加工、消毒、防蝇防鼠、消毒剂、添加剂: the kitchen's daily books (CAN-06, CAN-09, CAN-19)."""

from django.urls import reverse

from canteen.evidence import VIEW, check_can_manage, check_can_view
from canteen.numbers import plainly, signed
from canteen.sample.pages import stamp_of
from logistics.platform.access.rules import has
from logistics.platform.evidence.logs import LogSheet, log_record, log_urls
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Record
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import stamp

from . import forms, rules
from .models import AdditiveUse, Agent, AgentMove, CoreTemperature, Disinfection, PestControl

CORES = log_record(
    CoreTemperature,
    name="core",
    label="中心温度",
    icon="flame",
    columns=(
        Column("dish", "菜", lambda c: str(c.dish), width=20),
        Column("meal", "餐次", lambda c: str(c.dish.meal), css="only-wide nw"),
        Column("celsius", "中心温度（℃）", lambda c: c.celsius, css="num", sort="celsius", kind="number"),
        Column("measure", "怎么处理", lambda c: c.measure, css="only-wide", width=30),
    ),
    form=forms.CoreForm,
    create=rules.record_core,
    joins=("dish__meal", "dish__dish"),
    search="dish__dish__name",
    state=lambda c: ("烧熟", "done") if c.is_done else ("不够", "late"),
    empty="还没有量过中心温度。大块的肉、再加热的菜都要量。",
)
CORE_SHEET = LogSheet(
    CORES,
    "食品加工中心温度记录",
    (("测量时间", False), ("餐次", False), ("菜品", False), ("中心温度（℃）", True), ("再加热", False), ("结论", False), ("处理", False), ("测量人", False)),
    lambda c: [
        stamp_of(c.happened_at), str(c.dish.meal), str(c.dish), plainly(c.celsius), "是" if c.is_reheated else "", "烧熟煮透" if c.is_done else "不够", c.measure,
        c.created_by.name,
    ],
    ("厨师长", "食品安全员"),
    note="烧熟煮透的中心温度不低于 70 ℃。",
)  # fmt: skip


def reach(row: Disinfection) -> str:
    """100 ℃, 250 mg/L."""
    return f"{row.chlorine} mg/L" if row.chlorine is not None else f"{plainly(row.celsius)} ℃" if row.celsius is not None else ""


DISINFECTIONS = log_record(
    Disinfection,
    name="disinfection",
    label="消毒记录",
    icon="spray-can",
    columns=(
        Column("things", "东西", lambda d: d.things, width=20),
        Column("meal", "餐次", lambda d: d.get_meal_display(), css="nw only-wide"),
        Column("method", "方法", lambda d: d.get_method_display()),
        Column("reach", "温度或浓度", reach, css="nw only-wide"),
        Column("seconds", "时长", lambda d: d.minutes, css="nw"),
        Column("started_at", "开始", lambda d: d.started_at, lambda d: stamp(d.started_at), css="nw only-wide", kind="datetime", optional=True, width=17),
        Column("checked_by", "检查人", lambda d: d.checked_by.name if d.checked_by else "", css="nw only-wide"),
    ),
    form=forms.DisinfectionForm,
    create=rules.record_disinfection,
    joins=("checked_by",),
    search="things",
    state=lambda d: ("合格", "done"),
    empty="还没有消毒记录。每餐的餐具消毒完就记一条。",
)


DISINFECTION_SHEET = LogSheet(
    DISINFECTIONS,
    "餐饮具消毒记录表",
    (
        ("日期", False), ("餐次", False), ("品种", False), ("数量", True), ("方法", False), ("温度/浓度", False), ("开始", False), ("结束", False), ("时长", False),
        ("消毒人", False), ("检查人", False),
    ),
    lambda d: [
        stamp_of(d.happened_at)[:5], d.get_meal_display(), d.things, str(d.quantity or ""), d.get_method_display(), reach(d), stamp_of(d.started_at)[6:],
        stamp_of(d.ended_at)[6:], d.minutes, d.created_by.name, d.checked_by.name if d.checked_by else "",
    ],
    ("消毒人", "检查人"),
)  # fmt: skip

PESTS = log_record(
    PestControl,
    name="pest",
    label="防蝇防鼠",
    icon="bug",
    columns=(
        Column("kind", "做什么", lambda p: p.get_kind_display(), css="nw"),
        Column("where", "地点", lambda p: p.where, width=20),
        Column("found", "看到什么", lambda p: p.found, css="only-wide", width=30),
        Column("agent", "用药和用量", lambda p: p.agent, css="only-wide", optional=True, width=20),
        Column("firm", "消杀单位和人员", lambda p: p.firm, css="only-wide", optional=True, width=20),
    ),
    form=forms.PestForm,
    create=rules.record_pests,
    search="where",
    empty="还没有防蝇防鼠记录。",
)
PEST_SHEET = LogSheet(
    PESTS,
    "有害生物防制记录表",
    (
        ("时间", False),
        ("类型", False),
        ("地点", False),
        ("发现", False),
        ("用药和用量", False),
        ("食品已移开", False),
        ("单位和人员", False),
        ("记录人", False),
    ),
    lambda p: [stamp_of(p.happened_at), p.get_kind_display(), p.where, p.found, p.agent, "是" if p.food_away else "", p.firm, p.created_by.name],
    ("记录人", "食品安全员"),
)

AGENTS = Record(
    model=Agent,
    namespace="canteen:agent",
    label="消毒剂",
    icon="flask-conical",
    rows=lambda user: Agent.objects.all() if has(user, VIEW) else Agent.objects.none(),
    columns=(
        Column(
            "name", "名称", lambda a: a.name, lambda a: link(a.name, reverse("canteen:agent-update", args=[a.pk]), a.cupboard), css="key", sort="name", width=24
        ),
        Column("stock", "库存", lambda a: a.stock, lambda a: f"{plainly(a.stock)} {a.unit}", css="num", sort="stock", kind="number"),
        Column("permit", "许可或备案号", lambda a: a.permit, css="only-wide", width=24),
        Column(
            "is_active",
            "在用",
            lambda a: "在用" if a.is_active else "停用",
            lambda a: state_mark("在用", "done") if a.is_active else state_mark("停用", "void"),
            css="tail",
        ),
    ),
    filters=forms.AgentFilters,
    form=forms.AgentForm,
    create=rules.save_agent,
    update=rules.save_agent,
    check_view=check_can_view,
    check_create=check_can_manage,
    check_update=check_can_manage,
    order=("name", "pk"),
    empty="还没有消毒剂。要专柜存放，和食品分开。",
)

AGENT_MOVES = log_record(
    AgentMove,
    name="agent-move",
    label="消毒剂进出",
    icon="arrow-left-right",
    columns=(
        Column("agent", "消毒剂", lambda m: m.agent.name, width=20),
        Column("quantity", "数量", lambda m: m.quantity, lambda m: f"{signed(m.quantity)} {m.agent.unit}", css="num nw", kind="number"),
        Column("balance", "结存", lambda m: m.balance, lambda m: plainly(m.balance), css="num only-wide", kind="number"),
        Column("purpose", "来源或用途", lambda m: m.purpose, css="only-wide", width=24),
        Column("second", "在场第二人", lambda m: m.second.name, css="nw only-wide"),
    ),
    form=forms.AgentMoveForm,
    create=rules.move_agent,
    joins=("agent", "second"),
    search="agent__name",
    order=("-pk",),
    strikes=False,
    empty="还没有进出。",
)
AGENT_SHEET = LogSheet(
    AGENT_MOVES,
    "消毒剂出入库登记表",
    (("时间", False), ("名称", False), ("批号", False), ("进（+）出（−）", True), ("单位", False), ("结存", True), ("来源或用途", False), ("经手人", False), ("在场第二人", False)),
    lambda m: [
        stamp_of(m.happened_at), m.agent.name, m.batch, signed(m.quantity), m.agent.unit, plainly(m.balance), m.purpose, m.created_by.name, m.second.name,
    ],
    ("保管人", "食品安全员"),
    order=("pk",),
)  # fmt: skip

ADDITIVES = log_record(
    AdditiveUse,
    name="additive",
    label="添加剂使用",
    icon="test-tube",
    columns=(
        Column("name", "添加剂", lambda a: a.name, width=20),
        Column("food", "食品", lambda a: a.food, css="only-wide", width=16),
        Column("grams", "添加量（克）", lambda a: a.grams, css="num", kind="number"),
        Column("food_kg", "食品重量（千克）", lambda a: a.food_kg, css="num only-wide", kind="number"),
        Column("reviewer", "复核人", lambda a: a.reviewer.name, css="nw only-wide"),
    ),
    form=forms.AdditiveForm,
    create=rules.record_additive,
    joins=("reviewer",),
    search="name",
    empty="还没有用过添加剂。",
)
ADDITIVE_SHEET = LogSheet(
    ADDITIVES,
    "食品添加剂使用记录表",
    (
        ("时间", False), ("名称", False), ("批号", False), ("食品", False), ("食品重量（kg）", True), ("用量（g）", True), ("最大使用量（g/kg）", True), ("操作人", False),
        ("复核人", False),
    ),
    lambda a: [stamp_of(a.happened_at), a.name, a.batch, a.food, plainly(a.food_kg), plainly(a.grams), plainly(a.most_per_kg), a.created_by.name, a.reviewer.name],
    ("操作人", "负责人"),
    note="专店采购、专柜存放、专人负责、专用工具、专用台账；使用量符合 GB 2760。",
)  # fmt: skip

BOOKS = ((CORES, CORE_SHEET), (DISINFECTIONS, DISINFECTION_SHEET), (PESTS, PEST_SHEET), (AGENT_MOVES, AGENT_SHEET), (ADDITIVES, ADDITIVE_SHEET))


def hygiene_urls() -> list:
    """The routes of the kitchen's books, under /canteen/."""
    return [*(route for record, sheet in BOOKS for route in log_urls(record, sheet)), *record_urls(AGENTS, without=("detail",))]
