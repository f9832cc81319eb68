"""One row of every kind of record of custody and handing over."""

from datetime import date

from assets.custody.models import Pledge
from assets.custody.rules import draw_pledge
from assets.transfer.models import Transfer
from assets.transfer.rules import add_line, save_transfer
from logistics.platform.terms.models import Term
from tests.conftest import NOW, make_person
from tests.records import asset_makers


def term() -> Term:
    given = {"year": "2035-2036", "start_on": date(2035, 9, 1), "end_on": date(2036, 1, 20)}
    return Term.objects.get_or_create(name="2035年秋季学期", defaults=given)[0]


def pledge(school, n: int) -> Pledge:
    """A person of its own with one thing."""
    person = make_person(f"PL{n}", f"保管{n}号")
    asset_makers.card(school, n + 2000, custodian=person)
    return draw_pledge(actor=school.cast.keeper, at=NOW, subject="person", person=person, term=term())


def transfer(school, n: int) -> Transfer:
    given = {"kind": "transfer", "giver": school.cast.keeper, "receiver": school.cast.director, "reason": f"第{n}次调剂"}
    return save_transfer(actor=school.cast.keeper, at=NOW, **given)


def on_transfer(school, record, n: int) -> None:
    """One thing more."""
    add_line(actor=school.cast.keeper, at=NOW, record=record, card=asset_makers.card(school, n + 3000))


MAKERS = {"assets.pledge": pledge, "assets.transfer": transfer}
GROWERS = {"assets.transfer": on_transfer}
