"""From draft to the board: approval, publishing, and what is put in a dish's place on the day (CAN-08, CAN-15)."""

from datetime import datetime, timedelta

from django.utils import timezone

from canteen.dish.models import Dish
from canteen.meal.models import Meal, MealState
from canteen.meal.rules import swap_dish
from logistics.platform.access.rules import require
from logistics.platform.approvals.public import start_run, withdraw_run
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.board.models import Audience, BoardPost, PostCategory
from logistics.platform.board.rules import publish_from_app, withdraw_from_app
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.states import advance, check_move

from .models import MENU_MOVES, STANDING, MenuDish, MenuState, WeekMenu
from .queries import DAYS, EDIT, PUBLISH, dishes_of
from .rules import dish_of, gaps_of, put_dish, where
from .words import board_text, week_words

SHOWN_GAPS = 5
SUBSTITUTE = "canteen.menu.substitute"


def check_can_submit(user, menu: WeekMenu) -> None:
    require(user, EDIT)
    check_move(menu, MenuState.WAITING, moves=MENU_MOVES)


def check_can_withdraw(user, menu: WeekMenu) -> None:
    require(user, EDIT)
    if menu.state != MenuState.WAITING:
        raise RuleViolation(f"这份菜谱{menu.get_state_display()}，不用撤回。")


def check_can_reopen(user, menu: WeekMenu) -> None:
    require(user, EDIT)
    if menu.state != MenuState.APPROVED:
        raise RuleViolation(f"这份菜谱{menu.get_state_display()}，不能退回起草。")


def check_can_publish(user, menu: WeekMenu) -> None:
    require(user, PUBLISH)
    check_move(menu, MenuState.PUBLISHED, moves=MENU_MOVES)


def check_can_void(user, menu: WeekMenu) -> None:
    require(user, EDIT if menu.state == MenuState.DRAFT else PUBLISH)
    check_move(menu, MenuState.VOID, moves=MENU_MOVES)
    if menu.dishes.filter(meal_dish__isnull=False).exists():
        raise RuleViolation("已经照这份菜谱供过餐，不能作废。")


def check_can_substitute(user, menu: WeekMenu) -> None:
    require(user, SUBSTITUTE)
    if menu.state not in STANDING:
        raise RuleViolation("还没有批准的菜谱直接改，不用换菜。")


@rule
def submit_menu(*, actor, at: datetime, record: WeekMenu) -> WeekMenu:
    """Send it through its approval chain. Raises RuleViolation while a dish has no grams for a band of the school, or no chain fits."""
    menu = stored(WeekMenu, record)
    check_can_submit(actor, menu)
    if not menu.dishes.exists():
        raise RuleViolation("还没有排菜。")
    if gaps := gaps_of(menu):
        more = f"，另有 {len(gaps) - SHOWN_GAPS} 处" if len(gaps) > SHOWN_GAPS else ""
        raise RuleViolation(f"带量食谱还不全：{'；'.join(gaps[:SHOWN_GAPS])}{more}。请补上再送批。")
    advance(menu, MenuState.WAITING, moves=MENU_MOVES, opinion="")
    record_event(actor=actor, at=at, action="submit", record=menu, text=f"送批：{menu.dishes.count()} 道菜")
    start_run(actor=actor, at=at, record=menu)
    return menu


@rule
def withdraw_menu(*, actor, at: datetime, record: WeekMenu) -> WeekMenu:
    """Take it back from its approvers to change it."""
    menu = withdraw_run(actor=actor, at=at, record=record, check=check_can_withdraw, reason="起草人撤回")
    back_to_draft(actor=actor, at=at, record=menu)
    return menu


@rule
def note_approved(*, actor, at: datetime, record: WeekMenu) -> None:
    """The chain has agreed; belongs to the last signature."""
    advance(record, MenuState.APPROVED, moves=MENU_MOVES, approved_at=at)
    record_event(actor=actor, at=at, action="approved", record=record, text="批准，可以公示和备料")


@rule
def turn_down(*, actor, at: datetime, record: WeekMenu, opinion: str) -> None:
    """The chain has refused: back to draft with the opinion."""
    advance(record, MenuState.DRAFT, moves=MENU_MOVES, opinion=opinion[:200])
    record_event(actor=actor, at=at, action="rejected", record=record, text="没有批准，退回起草", note=opinion)


@rule
def back_to_draft(*, actor, at: datetime, record: WeekMenu, reason: str = "") -> None:
    """Returned or taken back while it was waiting."""
    if record.state == MenuState.WAITING:
        advance(record, MenuState.DRAFT, moves=MENU_MOVES, opinion=reason[:200])
        record_event(actor=actor, at=at, action="returned", record=record, text="回到起草", note=reason)


@rule
def reopen_menu(*, actor, at: datetime, record: WeekMenu, reason: str) -> WeekMenu:
    """An approved menu becomes a draft again, and needs its approval anew."""
    menu, reason = stored(WeekMenu, record), tidied({"reason": reason or ""})["reason"]
    check_can_reopen(actor, menu)
    if not reason:
        raise RuleViolation("请写为什么要改。", field="reason")
    if Meal.objects.filter(on__gte=menu.monday, on__lt=menu.monday + timedelta(days=DAYS)).exclude(state=MealState.VOID).exists():
        raise RuleViolation("这一周已经照它供过餐了，不能退回起草。要换菜请用「换菜」。")
    advance(menu, MenuState.DRAFT, moves=MENU_MOVES, approved_at=None)
    record_event(actor=actor, at=at, action="reopen", record=menu, text="退回起草，改好要重新送批", note=reason)
    return menu


@rule
def publish_menu(*, actor, at: datetime, record: WeekMenu) -> WeekMenu:
    """On the board for everybody, from now to the week's end. Raises RuleViolation when the week is over."""
    menu = stored(WeekMenu, record)
    check_can_publish(actor, menu)
    if menu.monday + timedelta(days=DAYS) <= timezone.localdate(at):
        raise RuleViolation("这一周已经过去了，不能再公示。")
    post = _post(menu, actor=actor, at=at)
    advance(menu, MenuState.PUBLISHED, moves=MENU_MOVES, published_at=at, published_by=actor, post=post)
    late = timezone.localdate(at) > menu.monday
    record_event(actor=actor, at=at, action="publish", record=menu, text=f"公示{week_words(menu)}菜谱{'，开周以后才公示' if late else ''}")
    return menu


def _post(menu: WeekMenu, *, actor, at: datetime) -> BoardPost:
    today = timezone.localdate(at)
    last = menu.monday + timedelta(days=DAYS - 1)
    rows = dishes_of(menu, dropped=True)
    return publish_from_app(
        actor=actor, at=at, category=PostCategory.MENU, title=f"{week_words(menu)}食堂菜谱", content=board_text(menu, rows), audience=Audience.EVERYONE,
        publish_on=today, withdraw_on=max(last, today),
    )  # fmt: skip


def publish_anew(menu: WeekMenu, *, actor, at: datetime, reason: str) -> None:
    """Part of a rule: the board shows the menu as it stands now, the old post stays with the reason."""
    if menu.state != MenuState.PUBLISHED or menu.post is None:
        return
    withdraw_from_app(actor=actor, at=at, record=menu.post, reason=reason)
    if menu.monday + timedelta(days=DAYS) > timezone.localdate(at):
        menu.post = _post(menu, actor=actor, at=at)
        menu.save(update_fields=["post"])


@rule
def substitute(*, actor, at: datetime, record: WeekMenu, row: MenuDish, dish: Dish | None = None, reason: str) -> WeekMenu:
    """Another dish in the place of one that cannot be made, or none; with the reason, on the board too. The old one keeps its row.

    Raises RuleViolation for a day that is over, a meal that has ended, a dish that was replaced already.
    """
    menu, reason = stored(WeekMenu, record), tidied({"reason": reason or ""})["reason"]
    check_can_substitute(actor, menu)
    if not reason:
        raise RuleViolation("请写为什么换，例如 送来的菠菜不合格退了货。", field="reason")
    found = dish_of(menu, row)
    if found.dropped_at:
        raise RuleViolation(f"「{found.dish}」已经换掉了。", field="row")
    if found.on < timezone.localdate(at):
        raise RuleViolation("那天已经过去了，不能再换。实际供应了什么，写在供餐记录里。", field="row")
    meal = Meal.objects.filter(on=found.on, kind=found.meal).exclude(state=MealState.VOID).select_for_update().first()
    if meal and meal.state != MealState.OPEN:
        raise RuleViolation(f"{meal}已经结束，不能再换菜。", field="row")
    if dish and not dish.lines.exists():
        raise RuleViolation(f"「{dish}」还没有写用料，家长看不到致敏的食材，也算不出要多少原料。请先在菜品里写用料。", field="dish")
    if dish and menu.dishes.filter(on=found.on, meal=found.meal, dish=dish, dropped_at=None).exists():
        raise RuleViolation(f"{where(found.on, found.meal)}已经有「{dish}」了，请换一道。", field="dish")
    found.dropped_at, found.dropped_by, found.reason = at, actor, reason[:200]
    found.save(update_fields=["dropped_at", "dropped_by", "reason"])
    new = put_dish(menu, found.on, found.meal, dish, replaces=found) if dish else None
    if meal:
        swap_dish(actor=actor, at=at, record=meal, old=found, new=new, reason=reason)
    words = f"换成 {dish}" if dish else "停供"
    record_event(actor=actor, at=at, action="substitute", record=menu, text=f"{where(found.on, found.meal)}「{found.dish}」{words}", note=reason)
    publish_anew(menu, actor=actor, at=at, reason=f"{where(found.on, found.meal)}换菜：{reason}"[:200])
    return menu


@rule
def void_menu(*, actor, at: datetime, record: WeekMenu, reason: str) -> WeekMenu:
    """Give the week's menu up; one that was cooked by stays."""
    menu, reason = stored(WeekMenu, record), tidied({"reason": reason or ""})["reason"]
    check_can_void(actor, menu)
    if not reason:
        raise RuleViolation("请写作废的原因。", field="reason")
    if menu.state == MenuState.PUBLISHED and menu.post:
        withdraw_from_app(actor=actor, at=at, record=menu.post, reason=reason)
    advance(menu, MenuState.VOID, moves=MENU_MOVES, opinion=reason[:200])
    record_event(actor=actor, at=at, action="void", record=menu, text="作废", note=reason)
    return menu
