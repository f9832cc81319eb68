"""The usual list of what a boarder is handed with the bed."""

from datetime import datetime

from logistics.platform.audit.rules import record_event, rule
from logistics.platform.school.first_run import Beginning, Preset

from .models import DormItem
from .rules import check_can_manage

USUAL = ("房间钥匙", "床和床板", "书桌", "椅子", "衣柜", "窗帘")


def missing() -> list[str]:
    known = set(DormItem.objects.values_list("name", flat=True))
    return [name for name in USUAL if name not in known] if not known else []


def lines(beginning: Beginning) -> list[str]:
    return missing()


@rule
def make_items(*, actor, at: datetime, beginning: Beginning | None = None) -> list[DormItem]:
    """The usual items where the school has none yet."""
    check_can_manage(actor)
    made = DormItem.objects.bulk_create([DormItem(name=name, order=n) for n, name in enumerate(missing(), 1)])
    for item in made:
        record_event(actor=actor, at=at, action="create", record=item, text="登记入住物品")
    return made


PRESET = Preset("dorms", "宿舍入住物品清单", "key-round", lines, make_items)
