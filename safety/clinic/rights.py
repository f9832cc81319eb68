"""Who sees what about health: the nurse and the principal everything, a head teacher the own class, nobody else anything (MED-01, MED-02)."""

from logistics.platform.access.models import Scope
from logistics.platform.access.rules import has, require
from logistics.platform.evidence.books import Books
from logistics.platform.kernel.errors import NotAllowed

VIEW, RECORD, CLASS = "safety.clinic.view", "safety.clinic.record", "safety.clinic.class"
BOOKS = Books("校医", VIEW, RECORD, RECORD, RECORD)
PERMISSIONS = [
    (VIEW, "看全校健康记录和药品", dict.fromkeys(("nurse", "principal"), Scope.ALL)),
    (RECORD, "记就诊、药品，管疫情处置", {"nurse": Scope.ALL}),
    (CLASS, "本班晨午检和因病缺课", dict.fromkeys(("nurse", "headteacher"), Scope.ALL)),
]


def check_sees_health(user, record=None) -> None:
    """Whoever sees all of it or a class of their own; which rows, the queries say."""
    if not has(user, VIEW):
        require(user, CLASS)


def check_can_report(user, record=None) -> None:
    require(user, CLASS)


def check_class(user, school_class) -> None:
    """The head teacher for the own class, the nurse for any."""
    require(user, CLASS)
    if school_class.head_teacher_id != user.pk and not has(user, RECORD):
        raise NotAllowed("只能登记自己当班主任的班。")
