"""What a school begins with: the usual trades and kinds of faults, and whether somebody repairs each of them (REP-01, REP-02)."""

from datetime import datetime

from logistics.platform.school.first_run import Beginning, Preset
from logistics.platform.web.readiness import Progress, Step, share

from .models import FaultKind, Repairer, Size, Trade
from .pages import KINDS, PERMISSION, TRADES

USUAL = {  # kind: (trade, icon, examples, usual size)
    "水": ("水工", "droplet", "漏水 堵 没水", Size.SMALL),
    "电": ("电工", "plug", "灯 插座 跳闸", Size.SMALL),
    "桌椅柜": ("木工", "hammer", "桌椅 柜子 黑板", Size.SMALL),
    "门窗锁": ("木工", "door-open", "门锁 玻璃 纱窗", Size.SMALL),
    "网络电脑": ("网络管理员", "monitor", "一体机 网络 打印机", Size.SMALL),
    "空调": ("电工", "air-vent", "不制冷 漏水 异响", Size.LARGE),
    "墙地屋顶": ("水工", "brick-wall", "漏雨 墙皮 地砖", Size.LARGE),
    "其他": ("木工", "wrench", "说不清的都报这里", Size.SMALL),
}


def missing_trades() -> list[str]:
    known = set(Trade.objects.values_list("name", flat=True))
    return [name for name in dict.fromkeys(trade for trade, *_ in USUAL.values()) if name not in known]


def missing_kinds() -> list[str]:
    """None when the school has kinds of its own already."""
    return [] if FaultKind.objects.exists() else list(USUAL)


def preset_lines(beginning: Beginning) -> list[str]:
    return [f"类别：{'、'.join(missing)}", f"工种：{'、'.join(missing_trades())}"] if (missing := missing_kinds()) else []


def make_usual(*, actor, at: datetime, beginning: Beginning) -> None:
    for order, name in enumerate(missing_trades()):
        TRADES.create(actor=actor, at=at, name=name, order=order)
    trades = {trade.name: trade for trade in Trade.objects.all()}
    for order, name in enumerate(missing_kinds()):
        trade, icon, hint, size = USUAL[name]
        KINDS.create(actor=actor, at=at, name=name, icon=icon, hint=hint, trade=trades[trade], size=size, order=order)


def kinds_standing() -> Progress:
    count = FaultKind.objects.filter(is_active=True).count()
    return Progress(1, f"{count} 类") if count else Progress(0, "还没有类别，老师报不了修")


def repairers_standing() -> Progress:
    needed = dict(Trade.objects.filter(faultkind__is_active=True).values_list("pk", "name"))
    served = set(Repairer.objects.filter(is_available=True, trades__in=needed).values_list("trades", flat=True)) & set(needed)
    alone = [name for pk, name in needed.items() if pk not in served]
    if not needed:
        return Progress(0, "先建好报修类别")
    return Progress(share(len(served), len(needed)), f"没有人修：{'、'.join(alone)}" if alone else f"{len(needed)} 个工种都有人")


PRESET = Preset("repairs", "报修类别和工种", "wrench", preset_lines, make_usual)
STEPS = (
    Step("repairs.kinds", "报修类别", "老师报修时选的类别和修好的期限。", "tags", "/repairs/kind/", PERMISSION, kinds_standing, 80),
    Step("repairs.repairers", "维修工", "每个工种至少一个人，单子才派得出去。", "hard-hat", "/repairs/repairer/", PERMISSION, repairers_standing, 81),
)
