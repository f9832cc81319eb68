"""Who does what with the school bus, and its book of fees."""

from logistics.platform.access.models import Scope
from logistics.platform.evidence.books import Books

VIEW, RUN, MANAGE, MONEY = "safety.bus.view", "safety.bus.run", "safety.bus.manage", "safety.bus.money"
FEE_BOOK = Books("会计", MONEY, MONEY, MONEY, MONEY)
PERMISSIONS = [
    (VIEW, "看校车运行和乘车学生", dict.fromkeys(("principal", "vice", "director", "safety", "inspector"), Scope.ALL)),
    (RUN, "跟车、开校车，点名和收车", dict.fromkeys(("driver", "teacher", "headteacher", "safety", "guard", "dormkeeper"), Scope.ALL)),
    (MANAGE, "管校车线路、站点和乘车学生", dict.fromkeys(("director", "safety"), Scope.ALL)),
    (MONEY, "记乘车费，看校车收支", dict.fromkeys(("director", "accountant", "principal", "vice"), Scope.ALL)),
]
