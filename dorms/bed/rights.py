"""Who sees, gives and changes beds. Scope `own`: a keeper's buildings, a head teacher's class."""

from logistics.platform.access.models import Scope

VIEW, ALLOCATE, MANAGE, ASK, COUNTS = "dorms.bed.view", "dorms.bed.allocate", "dorms.bed.manage", "dorms.bed.ask", "dorms.bed.counts"
ALL, OWN = Scope.ALL, Scope.OWN
PERMISSIONS = [
    (
        VIEW,
        "看宿舍和床位",
        {"dormkeeper": OWN, "headteacher": OWN, **dict.fromkeys(("director", "vice", "principal", "safety", "nurse", "accountant", "inspector"), ALL)},
    ),
    (ALLOCATE, "安排床位，办入住、调换、退宿", {"dormkeeper": OWN, "director": ALL}),
    (ASK, "申请调换宿舍", {"headteacher": OWN, "dormkeeper": OWN, "director": ALL}),
    (
        COUNTS,
        "看各班住宿人数",
        dict.fromkeys(("canteen", "chef", "safety", "guard", "dormkeeper", "accountant", "director", "vice", "principal", "inspector"), ALL),
    ),
    (MANAGE, "登记宿舍楼、房间、床位和宿管员", {"director": ALL}),
]
