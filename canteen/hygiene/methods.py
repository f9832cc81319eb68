"""What each way of disinfecting must reach, by method and day: pure but for the school's own numbers."""

from dataclasses import dataclass
from datetime import date

from canteen.numbers import plainly
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.limits.queries import limits_on
from logistics.platform.limits.registry import GUIDANCE, LAW, Limit

from .models import Method

GB = "GB 31654-2021《食品安全国家标准 餐饮服务通用卫生规范》附录 B"
CODE = "《餐饮服务食品安全操作规范》"
GROUP = "食品安全"


@dataclass(frozen=True)
class Need:
    """Codes of the limits of a method: degrees or mg/L, and how long in `unit` seconds."""

    time: str
    unit: int  # seconds in one of the limit's units
    degrees: str = ""
    chlorine: str = ""
    basis: str = GB


NEEDS = {
    Method.STEAM: Need("canteen.steam.minutes", 60, degrees="canteen.steam.celsius"),
    Method.INFRARED: Need("canteen.infrared.minutes", 60, degrees="canteen.infrared.celsius"),
    Method.WASHER: Need("canteen.washer.seconds", 1, degrees="canteen.washer.celsius"),
    Method.CHLORINE: Need("canteen.chlorine.minutes", 60, chlorine="canteen.chlorine.mg", basis=CODE),
    Method.ULTRAVIOLET: Need("canteen.ultraviolet.minutes", 60, basis="消毒技术通行做法"),
}
LIMITS = [
    Limit("canteen.core.celsius", "烧熟煮透的中心温度", "℃", 70, 70, 100, LAW, CODE, group=GROUP),
    Limit("canteen.steam.celsius", "蒸汽或煮沸消毒温度", "℃", 100, 95, 130, GUIDANCE, GB, group=GROUP),
    Limit("canteen.steam.minutes", "蒸汽或煮沸消毒时间", "分钟", 10, 10, 60, LAW, GB, group=GROUP),
    Limit("canteen.infrared.celsius", "红外消毒柜温度", "℃", 120, 100, 200, GUIDANCE, GB, group=GROUP),
    Limit("canteen.infrared.minutes", "红外消毒柜时间", "分钟", 10, 10, 60, LAW, GB, group=GROUP),
    Limit("canteen.washer.celsius", "热力洗碗机水温", "℃", 85, 80, 100, GUIDANCE, GB, group=GROUP),
    Limit("canteen.washer.seconds", "热力洗碗机时间", "秒", 40, 30, 600, GUIDANCE, GB, group=GROUP),
    Limit("canteen.chlorine.mg", "含氯消毒液有效氯", "mg/L", 250, 250, 2000, LAW, CODE, group=GROUP),
    Limit("canteen.chlorine.minutes", "含氯消毒液浸泡时间", "分钟", 5, 5, 60, LAW, CODE, group=GROUP),
    Limit("canteen.ultraviolet.minutes", "紫外线照射时间", "分钟", 30, 10, 240, group=GROUP),
]


def check_reached(method: str, on: date, *, seconds: int, celsius=None, chlorine=None) -> None:
    """Raises RuleViolation at its field when the round was too cold, too weak or too short for the day's numbers."""
    need = NEEDS[Method(method)]
    numbers = limits_on(on, *filter(None, [need.time, need.degrees, need.chlorine]))
    name = Method(method).label
    if need.degrees:
        _reach(name, "温度", celsius, numbers[need.degrees], "℃", "celsius", need.basis)
    if need.chlorine:
        _reach(name, "有效氯", chlorine, numbers[need.chlorine], "mg/L", "chlorine", need.basis)
    least = numbers[need.time] * need.unit
    if seconds < least:
        unit = "秒" if need.unit == 1 else "分钟"
        raise RuleViolation(
            f"{name}要 {numbers[need.time]} {unit}以上，这次只有 {seconds // need.unit} {unit}，请重新消毒再记。依据：{need.basis}。", field="ended_at"
        )


def _reach(name: str, what: str, value, least, unit: str, field: str, basis: str) -> None:
    if value is None:
        raise RuleViolation(f"{name}要写{what}。", field=field)
    if value < least:
        raise RuleViolation(f"{name}{what}要 {least} {unit}以上，这次是 {plainly(value)} {unit}，没有达到，请重新消毒再记。依据：{basis}。", field=field)
