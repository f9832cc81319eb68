"""Who looks at, scores and answers for cleaning and greenery."""

from logistics.platform.access.models import Scope
from logistics.platform.evidence.books import Books

VIEW, SCORE, MANAGE, GREEN = "safety.cleaning.view", "safety.cleaning.score", "safety.cleaning.manage", "safety.green.record"
BOOKS = Books("总务主任", VIEW, SCORE, SCORE, MANAGE)
GREEN_BOOK = Books("总务主任", VIEW, GREEN, GREEN, MANAGE)
PERMISSIONS = [
    (VIEW, "看卫生评比和绿化", {"*": Scope.ALL, "inspector": Scope.ALL}),
    (SCORE, "检查卫生、打分、复查，记用品", dict.fromkeys(("director", "safety", "vice", "headteacher"), Scope.ALL)),
    (GREEN, "记绿化养护", dict.fromkeys(("director", "guard", "dormkeeper", "repairer"), Scope.ALL)),
    (MANAGE, "管包干区和绿化区", dict.fromkeys(("director",), Scope.ALL)),
]
