"""Meters, their tree and their devices (UTL-01)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.labels.queries import scanned
from logistics.utilities.meter import rules
from logistics.utilities.meter.importing import METER_LIST
from logistics.utilities.meter.models import Meter, MeterDevice
from logistics.utilities.meter.tree import build_tree
from tests.conftest import NOW
from tests.utilities.meter_kit import LONG_AGO, a_meter, read, spent

pytestmark = pytest.mark.requirement("UTL-01")
DAY = timedelta(days=1)


def test_a_meter_hangs_under_one_of_its_kind_and_never_under_itself(cast, rooms):
    main = a_meter(cast, rooms.campus, "水总表")
    part = a_meter(cast, rooms.building, "教学楼水表", parent=main)
    power = a_meter(cast, rooms.building, "电表", medium="power")
    for meter, parent in ((power, main), (main, part), (main, main)):
        with pytest.raises(RuleViolation) as refusal:
            rules.save_meter(actor=cast.director, at=NOW, record=meter, parent=parent)
        assert refusal.value.field == "parent"
    assert Meter.objects.get(pk=main.pk).parent is None
    tree = build_tree(list(Meter.objects.filter(medium="water")))
    assert [(root.meter, [kid.meter for kid in root.children]) for root in tree.roots] == [(main, [part])]
    assert build_tree([main, part], most=1).roots[0].below == 1


def test_a_replaced_device_goes_on_where_the_old_one_ended(cast, rooms):
    meter = a_meter(cast, rooms.room, first=Decimal(100))
    read(cast, meter, 200, LONG_AGO + 100 * DAY)
    change = LONG_AGO + 200 * DAY
    rules.replace_device(actor=cast.director, at=change, record=meter, last=Decimal(300), reason="到期", serial="N2", first=Decimal(5), factor=Decimal(2))
    read(cast, meter, 55, LONG_AGO + 300 * DAY)
    assert spent(meter, LONG_AGO - DAY, NOW) == 200 + 100
    assert spent(meter, LONG_AGO + 150 * DAY, LONG_AGO + 250 * DAY) == 50 + 50
    assert rules.device_of(meter).serial == "N2"


@pytest.mark.parametrize(("given", "field"), [({"last": Decimal(150)}, "last"), ({"last": Decimal(99999)}, "last"), ({"until_at": NOW + DAY}, "until_at"), ({"until_at": LONG_AGO}, "until_at"), ({"first": Decimal(99999)}, "first")])  # fmt: skip
def test_a_replacement_that_does_not_fit_changes_nothing(cast, rooms, given, field):
    meter = a_meter(cast, rooms.room)
    read(cast, meter, 200, NOW - 10 * DAY)
    with pytest.raises(RuleViolation) as refusal:
        rules.replace_device(actor=cast.director, at=NOW, record=meter, **{"last": Decimal(300), "reason": "坏了"} | given)
    assert refusal.value.field == field
    assert MeterDevice.objects.filter(meter=meter, until_at=None, last=None).count() == MeterDevice.objects.filter(meter=meter).count() == 1


def test_a_wrong_factor_is_amended_and_use_is_reckoned_anew(cast, rooms):
    meter = a_meter(cast, rooms.room)
    read(cast, meter, 200)
    device = rules.device_of(meter)
    rules.amend_device(actor=cast.director, at=NOW, record=device, reason="互感器是 100/5", factor=Decimal(20))
    assert spent(meter, LONG_AGO - DAY, NOW) == 4000
    with pytest.raises(RuleViolation, match="底数"):
        rules.amend_device(actor=cast.director, at=NOW, record=device, reason="试试", first=Decimal(201))


def test_a_meter_is_stopped_after_its_branches_and_may_start_again(cast, rooms):
    main = a_meter(cast, rooms.campus, "水总表")
    part = a_meter(cast, rooms.room, "分表", parent=main)
    with pytest.raises(RuleViolation, match="下面还有"):
        rules.stop_meter(actor=cast.director, at=NOW, record=main, last=Decimal(1), reason="不用了")
    stopped = rules.stop_meter(actor=cast.director, at=NOW, record=part, last=Decimal(30), reason="不用了")
    assert stopped.until == NOW.date()
    with pytest.raises(RuleViolation, match="停用"):
        read(cast, part, 40)
    assert rules.restart_meter(actor=cast.director, at=NOW + DAY, record=part, first=Decimal(0)).until is None
    assert spent(part, LONG_AGO - DAY, NOW + DAY) == 30


def test_its_label_is_found_by_a_scan(cast, rooms):
    meter = a_meter(cast, rooms.room)
    assert meter.code.startswith("SB-")
    assert scanned(meter.code).record == meter


def test_a_list_makes_meters_with_their_parents(cast, rooms):
    from logistics.utilities.meter.importing import import_meters

    rows = [
        {"name": "水总表", "medium": "water", "place": rooms.campus, "first": Decimal(7)},
        {"name": "分表", "medium": "water", "place": rooms.room, "parent": "水总表"},
    ]
    made = import_meters(actor=cast.director, at=NOW, rows=rows)
    assert (made[1].parent, rules.device_of(made[0]).first) == (made[0], 7)
    assert METER_LIST.column("parent").label == "上级表"
