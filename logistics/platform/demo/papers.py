"""Papers of the demo staff: some about to run out, one that has, one renewed."""

from datetime import timedelta

from logistics.platform.papers.rules import renew_paper, save_paper

from .build import DemoSchool

# (user name, kind, number, days since it was issued, days it has left, note)
PAPERS = [
    ("canteen", "health", "JK-2026-0117", 150, 215, ""),
    ("chef", "health", "JK-2025-0342", 356, 9, ""),
    ("foodsafety", "health", "JK-2026-0118", 150, 215, ""),
    ("storekeeper", "health", "JK-2025-0298", 371, -6, "兼管食堂库房"),
    ("electrician", "operation", "T-330102-DY-1187", 1065, 30, "低压电工作业"),
    ("plumber", "operation", "T-330102-HJ-0452", 400, 695, "焊接与热切割作业"),
    ("driver", "driver", "A1-0921", 2000, 1650, "准驾车型 A1"),
    ("guard", "contract", "LP-2026-03", 80, 285, "保安服务公司派遣"),
    ("dormkeeper", "contract", "LP-2026-07", 340, 25, "临聘一年"),
    ("headteacher", "teacher", "2014-3301-0786", 4300, None, "初中语文"),
    ("teacher", "teacher", "2017-3301-1142", 3300, None, "初中化学"),
]


def build(school: DemoSchool) -> None:
    """Register them in the director's name; the first-aid certificates show a renewal."""
    director, at = school.director, school.now - timedelta(days=40)
    today = school.now.date()
    for name, kind, number, age, left, note in PAPERS:
        ends = None if left is None else today + timedelta(days=left)
        fields = {"kind": kind, "number": number, "issued_on": today - timedelta(days=age), "expires_on": ends, "note": note}
        save_paper(actor=director, at=at, person=school.people[name], **fields)
    for key in ("nurse", "canteen"):
        old = save_paper(
            actor=director, at=at, person=school.people[key], kind="other", number=f"JJ-{key}-1", expires_on=today - timedelta(days=20), note="急救培训证"
        )
        renew_paper(
            actor=director,
            at=at,
            record=old,
            number=f"JJ-{key}-2",
            issued_on=today - timedelta(days=15),
            expires_on=today + timedelta(days=700),
            note="急救培训证",
        )
