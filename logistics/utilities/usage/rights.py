"""Who sees, keeps and looks for what about use, and the school's numbers of it."""

from decimal import Decimal

from logistics.platform.access.models import Scope
from logistics.platform.limits.registry import GUIDANCE, Limit

ALL = Scope.ALL
PERMISSIONS = [
    ("utilities.usage.view", "看水电用量和报告", dict.fromkeys(("principal", "vice", "director", "accountant", "inspector", "safety"), ALL)),
    ("utilities.usage.manage", "管面积、系数和消耗台账", dict.fromkeys(("director", "vice"), ALL)),
    ("utilities.leak.record", "夜间查漏", dict.fromkeys(("director", "repairer", "dormkeeper", "guard", "safety"), ALL)),
    ("utilities.report.issue", "重出水电报告、报年报", dict.fromkeys(("director", "vice"), ALL)),
]
LIMITS = (
    Limit("utilities.target.percent", "人均比去年少用", "%", 10, 0, 50, group="水电", help="目标用量按它算。"),
    Limit("utilities.rise.percent", "比去年同月多多少算突增", "%", 50, 5, 500, group="水电", help="没有去年的和上月比。"),
    Limit(
        "utilities.loss.percent", "总表分表相差多少要查", "%", 15, 1, 100, force=GUIDANCE, group="水电", basis="水平衡测试的通行做法：分表合计与总表相差 15% 以上要查"
    ),
    Limit("utilities.leak.water", "夜间每小时最多走水", "m³", Decimal("0.10"), Decimal(0), Decimal(100), group="水电", places=2),
    Limit("utilities.leak.power", "夜间每小时最多用电", "kWh", Decimal(10), Decimal(0), Decimal(10000), group="水电", places=2),
    Limit("utilities.leak.gas", "夜间每小时最多走气", "m³", Decimal("0.05"), Decimal(0), Decimal(100), group="水电", places=2),
    Limit("utilities.boarder.weight", "一个住校生算几个人", "人", Decimal("1.0"), Decimal("0.5"), Decimal(5), group="水电", places=1, help="算人均用的人数。"),
    Limit("utilities.report.day", "每月几日出上月的水电月报", "日", 3, 1, 20, group="水电", help="留几天抄表。"),
)  # fmt: skip
