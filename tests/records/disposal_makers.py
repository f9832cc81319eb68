"""One row of every kind of record of damage and disposal."""

from assets.damage.models import Damage
from assets.damage.rules import file_damage, update_damage
from assets.disposal.models import Disposal
from assets.disposal.rules import add_line, save_disposal
from logistics.platform.org.models import Department
from tests.conftest import NOW
from tests.records import asset_makers


def damage(school, n: int) -> Damage:
    given = {"card": asset_makers.card(school, n + 8000), "school_class": school.rooms.school_class, "person": school.cast.teacher}
    return file_damage(actor=school.cast.keeper, at=NOW, description=f"第{n}次摔坏", **given)


def on_damage(school, record, n: int) -> None:
    """Other words about it."""
    update_damage(actor=school.cast.keeper, at=NOW, record=record, description=f"摔坏，第{n}次写")


def disposal(school, n: int) -> Disposal:
    department = Department.objects.get(name="总务处")
    return save_disposal(actor=school.cast.keeper, at=NOW, kind="scrap", title=f"第{n}批旧电脑", reason="修不好", department=department)


def on_disposal(school, record, n: int) -> None:
    """One thing more."""
    add_line(actor=school.cast.keeper, at=NOW, record=record, card=asset_makers.card(school, n + 7000, custodian=school.cast.teacher))


MAKERS = {"assets.damage": damage, "assets.disposal": disposal}
GROWERS = {"assets.damage": on_damage, "assets.disposal": on_disposal}
