"""疑似食物中毒事件报告 as paper (CAN-16)."""

from assets.public import figure
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_moment

from .models import LAW, Incident
from .queries import Duty, batches_of, classes_of, duties_of, samples_of


def report(incident: Incident, user) -> dict:
    """Everything known of it by now, as plain values."""
    steps = list(incident.steps.select_related("created_by"))
    classes, meals = classes_of(incident), [row.meal for row in incident.meals.select_related("meal")]
    return {
        "heading": "疑似食物中毒事件报告",
        "found": full_moment(incident.happened_at),
        "late": incident.late,
        "by": f"{incident.created_by.name}，{full_moment(incident.created_at)}",
        "symptoms": incident.symptoms,
        "suspect": incident.suspect,
        "meals": [str(meal) for meal in meals],
        "dishes": "、".join(str(row) for meal in meals for row in meal.dishes.select_related("dish").filter(is_served=True)),
        "limit": f"立即报告，最迟 {full_moment(incident.report_by)}",
        "law": LAW,
        "duties": [_duty(duty) for duty in duties_of(incident, steps)],
        "classes": [{"name": row.name, "eaten": row.eaten or "", "ill": row.ill or "", "hospital": row.hospital or ""} for row in classes],
        "totals": {"eaten": sum(row.eaten for row in classes), "ill": sum(row.ill for row in classes), "hospital": sum(row.hospital for row in classes)},
        "samples": [
            f"{one.code} {one.dish.meal} {one.dish} {one.grams} 克（{'封存' if one.is_locked else one.get_state_display()}）" for one in samples_of(incident)
        ],
        "batches": [_batch(row.batch) for row in batches_of(incident)],
        "steps": [_step(step) for step in steps],
        "state": incident.get_state_display(),
        "finding": incident.get_finding_display(),
        "conclusion": incident.conclusion,
        "closed": f"{incident.closed_by.name}，{full_moment(incident.closed_at)}" if incident.closed_at else "",
        "signers": [("报告人", incident.created_by.name), ("食品安全员", ""), ("校长", "")],
    }


def _duty(duty: Duty) -> dict:
    if duty.step is None:
        return {"body": duty.body.label, "at": "还没有上报", "took": "", "contact": "", "by": ""}
    took = f"发现后 {duty.minutes} 分钟" + ("" if duty.in_time else "，超过时限")
    at = full_moment(duty.step.happened_at) + (f"（{duty.step.late}）" if duty.step.late else "")
    return {"body": duty.body.label, "at": at, "took": took, "contact": duty.step.contact, "by": duty.step.created_by.name}


def _batch(batch) -> str:
    words = [
        str(batch),
        str(batch.supplier) if batch.supplier else "",
        f"还剩 {figure(batch.quantity)} {batch.ingredient.unit}",
        "封存" if batch.locked_at else "",
    ]
    return "，".join(filter(None, words))


def _step(step) -> dict:
    return {
        "at": full_moment(step.happened_at),
        "kind": step.get_kind_display() + (f"（{step.get_body_display()}）" if step.body else ""),
        "words": step.words,
        "contact": step.contact,
        "by": step.created_by.name,
        "late": step.late,
    }


INCIDENT_REPORT = PrintDocument(
    kind="canteen.incident", title="疑似食物中毒事件报告", template="print/canteen/incident.html", context=report, number=lambda incident: incident.number
)
