"""Writing the kitchen's daily proofs (CAN-06, CAN-09, CAN-19)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from canteen.evidence import MANAGE, check_can_manage, check_can_record, enter
from canteen.meal.models import MealDish, MealState
from canteen.numbers import plainly
from logistics.platform.access.rules import holders_of
from logistics.platform.audit.rules import rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.text import plain
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.web.templatetags.school import full_moment

from .methods import CODE, check_reached
from .models import AdditiveUse, Agent, AgentMove, CoreTemperature, Disinfection, PestControl

COLD = Subject("canteen.cold", "菜没有烧熟煮透", "食堂", urgent=True, for_chats=True)
CORE = "canteen.core.celsius"
COOKED = timedelta(hours=6)  # before serving
NITRITE = ("亚硝", "硝酸钠", "硝酸钾", "nitrite")
NITRITE_LAW = "《学校食品安全与营养健康管理规定》：学校食堂不得采购、贮存、使用亚硝酸盐"


@rule
def record_core(
    *, actor, at: datetime, dish: MealDish, celsius: Decimal, is_reheated: bool = False, measure: str = "", happened_at: datetime | None = None,
    photos: Sequence = (), note: str = "",
) -> CoreTemperature:  # fmt: skip
    """The middle of a dish. Below the limit nothing is written without what was done; then the officer is told at once."""
    check_can_record(actor)
    dish = MealDish.objects.select_related("meal", "dish").get(pk=dish.pk)
    if not dish.is_served or dish.meal.state == MealState.VOID:
        raise RuleViolation(f"「{dish}」没有供应。", field="dish")
    if not dish.meal.starts_at - COOKED <= (happened_at or at) <= dish.meal.ends_at:
        raise RuleViolation(f"{dish.meal}{full_moment(dish.meal.ends_at)}结束，中心温度是出锅到供餐结束之间量的。请写当时的时间。", field="happened_at")
    least, measure = limit(CORE, dish.meal.on), tidied({"m": measure or ""})["m"]
    done = celsius >= least
    if not done and not measure:
        raise RuleViolation(
            f"中心温度要 {least} ℃以上，现在是 {plainly(celsius)} ℃，没有烧熟煮透，不能供应。请写怎么处理，例如 回锅加热。依据：{CODE}。", field="measure"
        )
    given = {"celsius": celsius, "is_reheated": is_reheated, "measure": "" if done else measure, "note": note}
    row = enter(actor=actor, at=at, record=CoreTemperature(dish=dish, is_done=done), happened_at=happened_at, photos=photos, **given)
    if not done:
        title = f"{dish}中心温度只有 {plainly(celsius)} ℃"
        notify(at=at, key=f"canteen.core:{row.pk}", recipients=holders_of(MANAGE), title=title, body=measure, url=f"/canteen/core/{row.pk}/", subject=COLD)
    return row


@rule
def record_disinfection(*, actor, at: datetime, method: str, started_at: datetime, ended_at: datetime, photos: Sequence = (), **given) -> Disinfection:
    """One finished round that reached what its method must; the minutes are computed. Raises RuleViolation at its field."""
    check_can_record(actor)
    if ended_at <= started_at:
        raise RuleViolation("结束要晚于开始。", field="ended_at")
    if ended_at > at:
        raise RuleViolation("还没有结束，消毒完再记。", field="ended_at")
    seconds = int((ended_at - started_at).total_seconds())
    if seconds > 24 * 3600:
        raise RuleViolation("超过一天了，请核对开始和结束的时间。", field="started_at")
    on = timezone.localdate(ended_at)
    check_reached(method, on, seconds=seconds, celsius=given.get("celsius"), chlorine=given.get("chlorine"))
    checker = given.get("checked_by")
    if checker and checker.pk == actor.pk:
        raise RuleViolation("检查人不能是消毒人自己。", field="checked_by")
    row = Disinfection(method=method, started_at=started_at, ended_at=ended_at, seconds=seconds)
    return enter(actor=actor, at=at, record=row, happened_at=ended_at, photos=photos, **given)


@rule
def record_pests(*, actor, at: datetime, kind: str, where: str, found: str, happened_at: datetime | None = None, photos: Sequence = (), **given) -> PestControl:
    """A look or a treatment; a treatment names the agent and says that food was out of the way."""
    check_can_record(actor)
    if kind == "kill" and not tidied({"a": given.get("agent") or ""})["a"]:
        raise RuleViolation("消杀要写用什么药、用量。", field="agent")
    if kind == "kill" and not given.get("food_away"):
        raise RuleViolation("消杀前要把食品和餐具移走或盖好，做到了再勾。依据：GB 31654-2021 有害生物防制。", field="food_away")
    return enter(actor=actor, at=at, record=PestControl(), happened_at=happened_at, photos=photos, kind=kind, where=where, found=found, **given)


@rule
def save_agent(*, actor, at: datetime, record: Agent | None = None, **fields) -> Agent:
    """A disinfectant with its own cupboard."""
    check_can_manage(actor)
    agent, fields = stored(Agent, record), tidied(fields)
    if agent.pk is None:
        agent.created_by, agent.created_at = actor, at
    return save_changes(actor=actor, at=at, record=agent, **fields)


@rule
def move_agent(
    *, actor, at: datetime, agent: Agent, quantity: Decimal, purpose: str, second, batch: str = "", happened_at: datetime | None = None, note: str = ""
) -> AgentMove:
    """Into (plus) or out of (minus) the cupboard, two people present. Raises RuleViolation when there is not so much."""
    check_can_record(actor)
    agent = stored(Agent, agent)
    if not agent.is_active:
        raise RuleViolation(f"「{agent}」已经停用。", field="agent")
    if not quantity:
        raise RuleViolation("数量不能是零。", field="quantity")
    if second.pk == actor.pk:
        raise RuleViolation("在场第二人不能是您自己。", field="second")
    balance = agent.stock + quantity
    if balance < 0:
        raise RuleViolation(f"「{agent}」只有 {plainly(agent.stock)} {agent.unit}，不够领 {plainly(-quantity)} {agent.unit}。", field="quantity")
    given = {"agent": agent, "quantity": quantity, "purpose": purpose, "batch": batch, "second": second, "note": note}
    row = enter(actor=actor, at=at, record=AgentMove(balance=balance), happened_at=happened_at, **given)
    Agent.objects.filter(pk=agent.pk).update(stock=balance)
    return row


@rule
def record_additive(*, actor, at: datetime, name: str, food: str, food_kg: Decimal, grams: Decimal, most_per_kg: Decimal, reviewer, **given) -> AdditiveUse:
    """One weighing of an additive, looked over by a second person. Nitrites are refused by name, more than GB 2760 allows by number."""
    check_can_record(actor)
    if any(word in plain(name) for word in NITRITE):
        raise RuleViolation(f"「{name[:20]}」不能在学校食堂使用。依据：{NITRITE_LAW}。", field="name")
    if reviewer.pk == actor.pk:
        raise RuleViolation("复核人不能是您自己，要两个人在场。", field="reviewer")
    if min(food_kg, grams, most_per_kg) <= 0:
        raise RuleViolation("重量要大于零。", field="grams")
    if grams > food_kg * most_per_kg:
        raise RuleViolation(
            f"{plainly(food_kg)} 千克食品最多加 {food_kg * most_per_kg:.2f} 克，这里是 {plainly(grams)} 克。依据：GB 2760《食品添加剂使用标准》。",
            field="grams",
        )
    values = {"name": name, "food": food, "food_kg": food_kg, "grams": grams, "most_per_kg": most_per_kg, "reviewer": reviewer}
    return enter(actor=actor, at=at, record=AdditiveUse(), **values, **given)
