"""Who does what with the school's vehicles, and their book."""

from logistics.platform.access.models import Scope
from logistics.platform.evidence.books import Books

VIEW, RECORD, MANAGE = "safety.vehicle.view", "safety.vehicle.record", "safety.vehicle.manage"
ASK, DISPATCH = "safety.trip.ask", "safety.trip.dispatch"
BOOKS = Books("总务主任", VIEW, RECORD, RECORD, MANAGE)
LEADERS = ("principal", "vice", "director")
PERMISSIONS = [
    (VIEW, "看车辆、证件和费用", dict.fromkeys((*LEADERS, "safety", "driver", "accountant", "inspector"), Scope.ALL)),
    (RECORD, "记加油、保养和费用，登记出车", dict.fromkeys(("driver", "director"), Scope.ALL)),
    (MANAGE, "管车辆和车辆证件", dict.fromkeys(("director",), Scope.ALL)),
    (ASK, "申请用车", {"*": Scope.ALL}),
    (DISPATCH, "审批用车、派车", dict.fromkeys(("director", "vice"), Scope.ALL)),
]
