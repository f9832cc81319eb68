"""Who records banned appliances, gives them back and answers for the book."""

from logistics.platform.access.models import Scope
from logistics.platform.evidence.books import Books

ALL, OWN = Scope.ALL, Scope.OWN
VIEW, RECORD, MANAGE = "dorms.appliance.view", "dorms.appliance.record", "dorms.appliance.manage"
BOOKS = Books("总务主任", VIEW, RECORD, RECORD, MANAGE)
PERMISSIONS = [
    (VIEW, "看宿舍违章电器", {"dormkeeper": OWN, "headteacher": OWN, **dict.fromkeys(("director", "vice", "principal", "safety", "inspector"), ALL)}),
    (RECORD, "登记违章电器，归还暂扣物品", {"dormkeeper": OWN, "director": ALL, "safety": ALL}),
    (MANAGE, "管违章电器记录，划去写错的", dict.fromkeys(("director", "vice"), ALL)),
]
