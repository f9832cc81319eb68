"""One row of every food-safety book."""

from datetime import timedelta
from decimal import Decimal

from canteen.control.models import Book, CheckItem, CheckSheet, ControlPaper, Fault
from canteen.control.rules import draw_paper, record_sheet, save_item
from canteen.hygiene.models import AdditiveUse, Agent, AgentMove, CoreTemperature, Disinfection, PestControl
from canteen.hygiene.rules import move_agent, record_additive, record_core, record_disinfection, record_pests, save_agent
from canteen.sample.models import Fridge, FridgeReading, Sample, SampleGap
from canteen.sample.rules import excuse_dish, record_reading, record_sample, save_fridge
from canteen.staff.models import MorningCheck, RosterEntry, Training, Worker
from canteen.staff.rules import check_worker, put_on_roster, record_training
from tests.canteen.safety_kit import FIT, TODAY, dish_of, fridge_of, meal_of, worker_of
from tests.conftest import NOW, make_person


def fridge(school, n: int) -> Fridge:
    return save_fridge(actor=school.cast.foodsafety, at=NOW, name=f"冰箱{n}", place=school.rooms.room)


def reading(school, n: int) -> FridgeReading:
    return record_reading(actor=school.cast.foodsafety, at=NOW, fridge=fridge_of(school.cast), celsius=Decimal(3))


def sample(school, n: int) -> Sample:
    return record_sample(
        actor=school.cast.foodsafety, at=NOW, dish=dish_of(school.cast, f"留样的菜{n}"), grams=150, container=f"盒{n}", fridge=fridge_of(school.cast)
    )


def gap(school, n: int) -> SampleGap:
    breakfast = meal_of(school.cast, kind="breakfast", starts="06:50", ends="07:30")
    return excuse_dish(actor=school.cast.foodsafety, at=NOW, dish=dish_of(school.cast, f"没留的菜{n}", breakfast), reason="临时加的，卖完了")


def worker(school, n: int) -> Worker:
    return worker_of(school.cast, make_person(f"KW{n}", f"厨工{n}号"))


def check(school, n: int) -> MorningCheck:
    return check_worker(actor=school.cast.foodsafety, at=NOW, worker=worker(school, n + 100), **FIT)


def roster(school, n: int) -> RosterEntry:
    return put_on_roster(actor=school.cast.foodsafety, at=NOW, worker=worker(school, n + 200), on=TODAY)


def training(school, n: int) -> Training:
    given = {"kind": "training", "topic": f"第{n}课", "hours": Decimal(2), "workers": [worker(school, n + 300)]}
    return record_training(actor=school.cast.foodsafety, at=NOW, **given)


def core(school, n: int) -> CoreTemperature:
    dish = dish_of(school.cast, f"测温的菜{n}")
    measured = dish.meal.starts_at if dish.meal.ends_at < NOW else None  # other makers open this lunch early
    return record_core(actor=school.cast.foodsafety, at=NOW, dish=dish, celsius=Decimal(82), happened_at=measured)


def disinfection(school, n: int) -> Disinfection:
    given = {"meal": "lunch", "things": f"餐盘{n}", "method": "steam", "celsius": Decimal(100)}
    return record_disinfection(actor=school.cast.foodsafety, at=NOW, started_at=NOW - timedelta(minutes=40), ended_at=NOW - timedelta(minutes=20), **given)


def pest(school, n: int) -> PestControl:
    return record_pests(actor=school.cast.foodsafety, at=NOW, kind="look", where=f"库房{n}", found="没有鼠迹")


def agent(school, n: int) -> Agent:
    return save_agent(actor=school.cast.foodsafety, at=NOW, name=f"84 消毒液{n}", cupboard="一号专柜")


def agent_move(school, n: int) -> AgentMove:
    given = {"agent": agent(school, n + 100), "quantity": Decimal(5), "purpose": "新购", "second": school.cast.chef}
    return move_agent(actor=school.cast.foodsafety, at=NOW, **given)


def additive(school, n: int) -> AdditiveUse:
    given = {"name": "泡打粉", "batch": f"B{n}", "food": "馒头", "food_kg": Decimal(20), "grams": Decimal(90), "most_per_kg": Decimal(5)}
    return record_additive(actor=school.cast.foodsafety, at=NOW, reviewer=school.cast.chef, **given)


def item(school, n: int) -> CheckItem:
    return save_item(actor=school.cast.foodsafety, at=NOW, book=Book.HYGIENE, content=f"项目{n}", points=10)


def sheet(school, n: int) -> CheckSheet:
    item(school, n + 1000)
    answers = {one.pk: ("bad", "有积水") if one.content == f"项目{n + 1000}" else ("ok", "") for one in CheckItem.objects.filter(book=Book.HYGIENE)}
    fix = {"measure": "擦干", "owner": school.cast.chef, "due_on": TODAY}
    return record_sheet(actor=school.cast.foodsafety, at=NOW, book=Book.HYGIENE, answers=answers, **fix)


def fault(school, n: int) -> Fault:
    return Fault.objects.get(answer__sheet=sheet(school, n + 50))


def paper(school, n: int) -> ControlPaper:
    return draw_paper(actor=school.cast.foodsafety, at=NOW, kind="week", on=TODAY - timedelta(days=7 * n))


MAKERS = {
    "canteen.fridge": fridge, "canteen.fridgereading": reading, "canteen.sample": sample, "canteen.samplegap": gap, "canteen.worker": worker,
    "canteen.morningcheck": check, "canteen.rosterentry": roster, "canteen.training": training, "canteen.coretemperature": core,
    "canteen.disinfection": disinfection, "canteen.pestcontrol": pest, "canteen.agent": agent, "canteen.agentmove": agent_move,
    "canteen.additiveuse": additive, "canteen.checkitem": item, "canteen.checksheet": sheet, "canteen.fault": fault, "canteen.controlpaper": paper,
}  # fmt: skip
