"""Who sees, gives and changes beds. Scope `own`: a keeper's buildings, a head teacher's class."""

from logistics.platform.access.models import Scope

VIEW, ALLOCATE, MANAGE, ASK = "dorms.bed.view", "dorms.bed.allocate", "dorms.bed.manage", "dorms.bed.ask"
ALL, OWN = Scope.ALL, Scope.OWN
PERMISSIONS = [
    (VIEW, "看宿舍和床位", {"dormkeeper": OWN, "headteacher": OWN, **dict.fromkeys(("director", "vice", "principal", "safety", "nurse", "inspector"), ALL)}),
    (ALLOCATE, "安排床位，办入住、调换、退宿", {"dormkeeper": OWN, "director": ALL}),
    (ASK, "申请调换宿舍", {"headteacher": OWN, "dormkeeper": OWN, "director": ALL}),
    (MANAGE, "登记宿舍楼、房间、床位和宿管员", {"director": ALL}),
]
