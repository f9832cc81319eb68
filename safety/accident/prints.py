"""事故报告 as paper (SAF-14)."""

from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_moment

from .models import LAW, Accident
from .queries import Clock, clocks_of


def report(accident: Accident, user) -> dict:
    """Everything known of it by now, as plain values."""
    steps = list(accident.steps.select_related("created_by"))
    return {
        "heading": "安全事故报告",
        "happened": full_moment(accident.happened_at),
        "late": accident.late,
        "by": f"{accident.created_by.name}，{full_moment(accident.created_at)}",
        "kind": accident.get_kind_display(),
        "level": accident.get_level_display(),
        "where": accident.where,
        "people": f"受伤 {accident.injured} 人，死亡 {accident.dead} 人",
        "summary": accident.summary,
        "state": accident.get_state_display(),
        "clocks": [_clock(clock) for clock in clocks_of(accident, steps)],
        "steps": [_step(step) for step in steps],
        "cause": accident.cause,
        "blame": accident.blame,
        "measure": accident.measure,
        "lesson": accident.lesson,
        "closed": f"{accident.closed_by.name}，{full_moment(accident.closed_at)}" if accident.closed_at else "",
        "law": LAW,
        "signers": [("报告人", accident.created_by.name), ("安全员", ""), ("校长", "")],
    }


def _clock(clock: Clock) -> list[str]:
    if clock.step is None:
        return [clock.label, full_moment(clock.by), "还没有上报", "", ""]
    took = f"发生后 {clock.minutes} 分钟" + ("" if clock.in_time else "，超过时限")
    return [
        clock.label,
        full_moment(clock.by),
        full_moment(clock.step.happened_at) + (f"（{clock.step.late}）" if clock.step.late else ""),
        took,
        clock.step.contact,
    ]


def _step(step) -> list[str]:
    what = step.get_kind_display() + (f"（{step.get_body_display()}）" if step.body else "")
    return [full_moment(step.happened_at), what, step.words, step.contact, step.created_by.name, step.late]


ACCIDENT_REPORT = PrintDocument(kind="safety.accident", title="安全事故报告", template="print/safety/accident.html", context=report, number=lambda a: a.number)
