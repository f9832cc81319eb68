"""One row of every safety register: plans, drills, statements, fire equipment, key places, accidents, dangerous goods, trainings, surroundings."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from logistics.platform.attachments.photos import typed_signature
from logistics.platform.org.models import Post
from logistics.platform.org.rules import save_class
from safety.accident.models import Accident
from safety.accident.rules import log_step, open_accident
from safety.dangerous.models import DangerousGood, DangerousMove
from safety.dangerous.rules import save_good, write_move
from safety.drill.models import Drill, DrillClass, DrillProblem, EmergencyPlan
from safety.drill.rules import add_problem, record_drill, revise_plan, save_plan
from safety.fire.models import FireCheck, FireEquipment, FireService
from safety.fire.rules import look_at, save_equipment, service
from safety.key_place.models import KeyPlace, SpecialEquipment, SpecialInspection
from safety.key_place.rules import record_inspection, save_key_place, save_special
from safety.statement.models import SafetyStatement, SafetyStatementSignature
from safety.statement.rules import issue_statement, sign_statement
from safety.surroundings.models import Surrounding
from safety.surroundings.rules import look_again, save_surrounding
from safety.training.models import SafetyTraining
from safety.training.rules import record_training
from tests.conftest import NOW, make_person

TODAY = NOW.date()
REVIEW = {"people_ready": "fast", "goods_ready": "full", "plan_fit": "fits", "plan_enough": "full"}


def plan(school, n: int) -> EmergencyPlan:
    return save_plan(actor=school.cast.director, at=NOW, title=f"火灾疏散预案{n}", kind="fire", text="一、听警报\n二、走楼梯", effective_on=TODAY)


def on_plan(school, record: EmergencyPlan, n: int) -> None:
    revise_plan(actor=school.cast.director, at=NOW, record=record, text=f"第{n}稿", effective_on=TODAY, change_note=f"改{n}")


def drill(school, n: int) -> Drill:
    given = {"where": "操场", "units": "全体", "process": "拉响警报", "staff": 9, "students": 90, "seconds": 100, "commander": school.cast.principal}
    return record_drill(actor=school.cast.director, at=NOW, plan=plan(school, n + 700), name=f"演练{n}", mode="field", **given, **REVIEW)


def on_drill(school, record: Drill, n: int) -> None:
    made = save_class(actor=school.cast.director, at=NOW, name=f"演{n}班", grade="七年级")
    DrillClass.objects.create(drill=record, school_class=made, expected=40, arrived=40)
    add_problem(actor=school.cast.director, at=NOW, record=record, problem=f"问题{n}", measure="改", owner=school.cast.vice, due_on=TODAY)


def problem(school, n: int) -> DrillProblem:
    record = drill(school, n + 300)
    add_problem(actor=school.cast.director, at=NOW, record=record, problem=f"拥堵{n}", measure="错开", owner=school.cast.vice, due_on=TODAY)
    return record.problems.get()


def statement(school, n: int) -> SafetyStatement:
    post, _ = Post.objects.get_or_create(name="门卫班长", defaults={"department": school.cast.safety.department})
    given = {"leader": school.cast.principal, "starts_on": TODAY, "ends_on": TODAY + timedelta(days=40)}
    return issue_statement(actor=school.cast.director, at=NOW, title=f"责任书{n}", text="一、负责\n二、报告", posts=[post], **given)


def sign(school, record: SafetyStatement, key: str) -> SafetyStatementSignature:
    person = make_person(key, f"签字人{key}")
    Post.objects.get(name="门卫班长").holders.add(person)
    return sign_statement(actor=person, at=NOW, record=record, signature=[typed_signature(person.name, signer=person.name)])


def on_statement(school, record: SafetyStatement, n: int) -> None:
    sign(school, record, f"SS{record.pk}-{n}")


def signature(school, n: int) -> SafetyStatementSignature:
    return sign(school, statement(school, n + 400), f"SG{n}")


def equipment(school, n: int) -> FireEquipment:
    given = {"kind": "powder", "place": school.rooms.room, "responsible": school.cast.safety, "made_on": TODAY - timedelta(days=90)}
    return save_equipment(actor=school.cast.director, at=NOW, number=f"MH-{n}", **given)


def check(school, n: int) -> FireCheck:
    return look_at(actor=school.cast.director, at=NOW, equipment=equipment(school, n + 500), result="bad", found=f"铅封断了{n}")


def serviced(school, n: int) -> FireService:
    row = service(actor=school.cast.director, at=NOW, record=equipment(school, n + 900), kind="refill", by_whom="消防公司", done_on=TODAY)
    return row.services.get()


def on_equipment(school, record: FireEquipment, n: int) -> None:
    look_at(actor=school.cast.director, at=NOW, equipment=record, result="ok")
    service(actor=school.cast.director, at=NOW, record=record, kind="repair", by_whom=f"师傅{n}", done_on=TODAY)


def key_place(school, n: int) -> KeyPlace:
    given = {"place": school.rooms.room, "responsible": school.cast.safety, "leader": school.cast.vice, "danger": "触电"}
    return save_key_place(actor=school.cast.director, at=NOW, name=f"配电房{n}", kind="power", rules="专人看管", emergency="断电", **given)


def special(school, n: int, **more) -> SpecialEquipment:
    given = {"name": f"客梯{n}", "kind": "lift", "place": school.rooms.building, "responsible": school.cast.safety, "due_on": TODAY + timedelta(days=90)}
    return save_special(actor=school.cast.director, at=NOW, registration=f"梯{n}", **given | more)


def on_key_place(school, record: KeyPlace, n: int) -> None:
    special(school, n + 8000, key_place=record)


def on_special(school, record: SpecialEquipment, n: int) -> None:
    given = {"kind": "service", "result": "passed", "by_whom": f"维保{n}", "done_on": TODAY, "due_on": TODAY + timedelta(days=15)}
    record_inspection(actor=school.cast.director, at=NOW, record=record, **given)


def inspection(school, n: int) -> SpecialInspection:
    record = special(school, n + 600)
    on_special(school, record, n)
    return record.inspections.get()


def accident(school, n: int) -> Accident:
    given = {"kind": "injury", "level": "general", "where": "操场", "injured": 1, "dead": 0}
    return open_accident(actor=school.cast.director, at=NOW, summary=f"摔倒{n}", **given)


def on_accident(school, record: Accident, n: int) -> None:
    log_step(actor=school.cast.director, at=NOW, record=record, kind="treat", words=f"包扎{n}")


def good(school, n: int) -> DangerousGood:
    given = {"place": school.rooms.room, "cupboard": "一号柜", "keeper": school.cast.storekeeper, "second_keeper": school.cast.safety}
    return save_good(actor=school.cast.director, at=NOW, name=f"硫酸{n}", kind="corrosive", unit="瓶", **given)


def move(school, n: int, record: DangerousGood | None = None) -> DangerousMove:
    given = {"kind": "in", "quantity": Decimal(2), "taker": "试剂站", "second": school.cast.safety}
    return write_move(actor=school.cast.director, at=NOW, good=record or good(school, n + 200), **given)


def on_good(school, record: DangerousGood, n: int) -> None:
    move(school, n, record)


def training(school, n: int) -> SafetyTraining:
    given = {"where": "操场", "content": "灭火器", "hours": Decimal(1), "people": [school.cast.teacher]}
    return record_training(actor=school.cast.director, at=NOW, kind="training", topic=f"消防培训{n}", **given)


def surrounding(school, n: int) -> Surrounding:
    return save_surrounding(actor=school.cast.director, at=NOW, name=f"摊贩{n}", kind="stall", where="东门", danger="占道", found_on=TODAY)


def on_surrounding(school, record: Surrounding, n: int) -> None:
    look_again(actor=school.cast.director, at=NOW, record=record, words=f"还在{n}")


MAKERS: dict[str, Callable] = {
    "safety.emergencyplan": plan,
    "safety.drill": drill,
    "safety.drillproblem": problem,
    "safety.safetystatement": statement,
    "safety.safetystatementsignature": signature,
    "safety.fireequipment": equipment,
    "safety.firecheck": check,
    "safety.fireservice": serviced,
    "safety.keyplace": key_place,
    "safety.specialequipment": special,
    "safety.specialinspection": inspection,
    "safety.accident": accident,
    "safety.dangerousgood": good,
    "safety.dangerousmove": move,
    "safety.safetytraining": training,
    "safety.surrounding": surrounding,
}
GROWERS: dict[str, Callable] = {
    "safety.emergencyplan": on_plan,
    "safety.drill": on_drill,
    "safety.safetystatement": on_statement,
    "safety.fireequipment": on_equipment,
    "safety.keyplace": on_key_place,
    "safety.specialequipment": on_special,
    "safety.accident": on_accident,
    "safety.dangerousgood": on_good,
    "safety.surrounding": on_surrounding,
}
