"""Who scores rooms, asks for another look, decides, and answers for the ranking. Scope `own`: a keeper's buildings, a head teacher's class."""

from logistics.platform.access.models import Scope
from logistics.platform.evidence.books import Books

ALL, OWN = Scope.ALL, Scope.OWN
VIEW, SCORE, APPEAL, DECIDE, MANAGE = "dorms.score.view", "dorms.score.record", "dorms.score.appeal", "dorms.score.decide", "dorms.score.manage"
BOOKS = Books("总务主任", VIEW, SCORE, SCORE, MANAGE)
LEADERS = ("director", "vice", "safety")
PERMISSIONS = [
    (VIEW, "看宿舍评分和排名", {"dormkeeper": OWN, "headteacher": OWN, **dict.fromkeys((*LEADERS, "principal", "inspector"), ALL)}),
    (SCORE, "给宿舍打分、复查", {"dormkeeper": OWN, **dict.fromkeys(LEADERS, ALL)}),
    (APPEAL, "对宿舍评分申诉", {"headteacher": OWN}),
    (DECIDE, "处理宿舍评分申诉", dict.fromkeys(LEADERS, ALL)),
    (MANAGE, "管评分表和星级标准，公布评比", dict.fromkeys(("director", "vice"), ALL)),
]
