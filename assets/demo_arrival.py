"""What the demo's purchases became: the keepers take over what waited, one line goes on waiting; the new computers stand in their room."""

from finance.public import Destination, standing_lines
from logistics.platform.audit.rules import rule
from logistics.platform.demo.build import DemoSchool
from logistics.platform.org.models import Department

from .arrival.models import ArrivedLine
from .arrival.queries import item_of, store_of
from .arrival.rules import card_line, stock_line
from .category.models import AssetClass
from .demo_card import spare_room
from .item.models import Item
from .store.queries import active_stores

CLASSES = {"便携式计算机": "A02010108"}
NAMED_OTHERWISE = {"A4 复印纸": "打印纸"}


def build(school: DemoSchool) -> None:
    """The oldest first; the last delivery of paper is left for the visitor."""
    lines = list(ArrivedLine.objects.filter(pk__in=standing_lines().values("pk")).select_related("order_line__request_line", "acceptance").order_by("pk"))
    papers = [line for line in lines if line.order_line.request_line.name in NAMED_OTHERWISE]
    for line in lines:
        if line.destination == Destination.ASSET:
            to_cards(school, line)
        elif line not in papers[-1:]:
            to_store(school, line)


def to_cards(school: DemoSchool, line: ArrivedLine) -> None:
    asset_class = AssetClass.objects.filter(code=CLASSES.get(line.order_line.request_line.name)).select_related("life").first()
    if asset_class is None:
        return
    given = {"place": spare_room(), "department": Department.objects.get(name="信息组"), "custodian": school.people["keeper"], "apart": True}
    card_line(actor=school.people["keeper"], at=school.now, record=line, asset_class=asset_class, **given)


@rule
def to_store(school: DemoSchool, line: ArrivedLine) -> None:
    keeper, asked = school.people["storekeeper"], line.order_line.request_line
    item = item_of(line) or Item.objects.filter(name=NAMED_OTHERWISE.get(asked.name, ""), unit=asked.unit).first()
    if item is not None:
        stock_line(actor=keeper, at=school.now, record=line, store=store_of(item) or active_stores()[0], item=item, unit=asked.unit)
