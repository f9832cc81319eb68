"""Who checks beds, who sees the nights, who is called when a boarder is missing. Scope `own`: a keeper's buildings, a head teacher's class."""

from logistics.platform.access.models import Scope

VIEW, CHECK, MANAGE = "dorms.check.view", "dorms.check.do", "dorms.check.manage"
LEAD, TOP = "dorms.check.lead", "dorms.check.top"
ALL, OWN = Scope.ALL, Scope.OWN
PERMISSIONS = [
    (VIEW, "看查寝结果", {"dormkeeper": OWN, "headteacher": OWN, **dict.fromkeys(("director", "vice", "principal", "safety", "inspector"), ALL)}),
    (CHECK, "查寝点名", {"dormkeeper": OWN, **dict.fromkeys(("director", "vice"), ALL)}),
    (MANAGE, "定查寝时间", dict.fromkeys(("director", "vice"), ALL)),
    (LEAD, "学生没归寝时马上收到提醒", dict.fromkeys(("vice", "safety"), ALL)),
    (TOP, "学生久未找到时收到提醒", dict.fromkeys(("principal",), ALL)),
]
