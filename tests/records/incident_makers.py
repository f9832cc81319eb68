"""One drill and one incident."""

from datetime import timedelta

from canteen.incident.models import Incident
from canteen.incident.rules import count_sick, log_step, open_incident
from canteen.meal.models import Meal
from canteen.trace.models import RecallDrill
from canteen.trace.rules import start_drill, void_drill
from tests.canteen.buying_kit import ingredient_of, stock
from tests.canteen.safety_kit import TODAY, moment
from tests.conftest import NOW


def drill(school, n: int) -> RecallDrill:
    """Called off at once: only one drill runs at a time."""
    batch = stock(school.cast, ingredient_of(school.cast, f"演练的食材{n}"))
    made = start_drill(actor=school.cast.foodsafety, at=NOW, batch=batch, reason=f"假设第 {n} 次")
    return void_drill(actor=school.cast.foodsafety, at=NOW, record=made, reason="换一批再练")


def incident(school, n: int) -> Incident:
    on = TODAY - timedelta(days=n % 300)
    given = {"starts_at": moment(on, "11:30"), "ends_at": moment(on, "12:30"), "created_by": school.cast.canteen, "created_at": NOW}
    meal = Meal.objects.create(on=on, kind=("lunch", "dinner", "breakfast")[n // 300], **given)
    return open_incident(actor=school.cast.foodsafety, at=NOW, symptoms=f"第 {n} 件：学生腹痛", meals=[meal])


MAKERS = {"canteen.recalldrill": drill, "canteen.incident": incident}


def on_incident(school, record: Incident, n: int) -> None:
    log_step(actor=school.cast.foodsafety, at=NOW, record=record, kind="call", words=f"第 {n} 个电话")
    count_sick(actor=school.cast.foodsafety, at=NOW, record=record, ill=n)


GROWERS = {"canteen.incident": on_incident}
