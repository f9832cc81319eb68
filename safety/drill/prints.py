"""应急演练记录 and 应急预案 as paper (SAF-10)."""

from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day, full_moment

from .models import LAW, Drill, DrillProblem, EmergencyPlan
from .queries import for_detail


def record_sheet(drill: Drill, user) -> dict:
    """The customary record of one drill, as plain values."""
    found = for_detail(drill)
    return {
        "heading": "应急演练记录",
        "name": drill.name,
        "plan": str(drill.version),
        "struck": f"已划去：{drill.struck_reason}" if drill.is_struck else "",
        "when_held": full_moment(drill.happened_at),
        "late": drill.late,
        "where": drill.where,
        "mode": drill.get_mode_display(),
        "commander": drill.commander.name,
        "units": drill.units,
        "number": f"教职工 {drill.staff} 人，学生 {drill.students} 人",
        "goods": drill.goods,
        "process": drill.process,
        "took": f"{drill.seconds} 秒" if drill.seconds else "",
        "target": f"{drill.target} 秒" if drill.target else "",
        "people_ready": drill.get_people_ready_display(),
        "goods_ready": drill.get_goods_ready_display(),
        "plan_fit": drill.get_plan_fit_display(),
        "plan_enough": drill.get_plan_enough_display(),
        "improvement": drill.improvement,
        "classes": [[str(row.school_class), str(row.expected), str(row.arrived), str(row.seconds or ""), row.why] for row in found["classes"]],
        "missing": found["missing"],
        "problems": [_problem(row) for row in found["problems"]],
        "hazards": "；".join(f"{one.number} {one.description}" for one in found["hazards"]),
        "note": drill.note,
        "law": LAW,
        "signers": [("记录人", drill.created_by.name), ("总指挥", ""), ("安全员", "")],
    }


def _problem(row: DrillProblem) -> dict:
    done = f"{full_day(row.done_at)} {row.done_by.name}：{row.done_words}" if row.done_at else ""
    return {"problem": row.problem, "measure": row.measure, "owner": row.owner.name, "due": full_day(row.due_on), "done": done}


def plan_paper(plan: EmergencyPlan, user) -> dict:
    """The version in force as a text with its number."""
    version = plan.current
    return {
        "name": plan.title,
        "sub": f"第 {version.number} 版，{full_day(version.effective_on)}起施行",
        "paragraphs": version.paragraphs,
        "is_withdrawn": plan.state == "withdrawn",
        "reason": plan.reason,
        "publisher": version.created_by.name,
        "published_on": full_day(version.created_at),
    }


DRILL_RECORD = PrintDocument(
    kind="safety.drill", title="应急演练记录", template="print/safety/drill.html", context=record_sheet, number=lambda d: f"{d.pk:05d}"
)
PLAN_PAPER = PrintDocument(
    kind="safety.emergencyplan", title="应急预案", template="print/platform/regulation.html", context=plan_paper, number=lambda p: f"{p.pk}-{p.current.number}"
)
