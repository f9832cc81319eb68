"""What a parent writes at the link without login (DOR-03)."""

from datetime import date, datetime

from django.utils.crypto import constant_time_compare

from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.kernel.states import advance

from .models import LEAVE_MOVES, DormLeave, LeaveState
from .queries import code_of
from .rules import checked_nights, checked_words, tell, when_words


def check_link_open(leave: DormLeave, at: datetime) -> None:
    """Raise RuleViolation when the link can no longer be answered."""
    if leave.answered_at is not None:
        raise RuleViolation("这个链接已经用过了。")
    if leave.state != LeaveState.ASKED:
        raise RuleViolation("这张假条已经取消，不用再填。")
    if leave.link_until < at:
        raise RuleViolation("这个链接已经过期，请老师再发一个。")


@rule
def answer_as_parent(
    *, actor, at: datetime, record: DormLeave, code: str, first_on: date, back_by: datetime, kind: str, reason: str = "", collector: str = "",
    relation: str = "", name: str = "", kin: str = "", signature=None,
) -> DormLeave:  # fmt: skip
    """The parent's note, once. `signature` is what SignatureField cleans to; `kin` is what the parent is to the student.

    Raises Conflict when the link was replaced, RuleViolation at its field when it is over or something is missing.
    """
    leave = stored(DormLeave, record)
    if not constant_time_compare(code_of(leave), code):
        raise Conflict("这个链接已经换成新的了，请用老师最近发的那个。")
    check_link_open(leave, at)
    who = tidied({"name": name or "", "kin": kin or ""})
    if not who["name"] or not who["kin"]:
        raise RuleViolation("请写您的姓名，以及您是学生的什么人。", field="kin" if who["name"] else "name")
    if not signature:
        raise RuleViolation("请签名。", field="signature")
    last_on = checked_nights(at, first_on, back_by)
    words = checked_words(kind, reason, collector, relation)
    parent = f"{who['name'][:30]}（{who['kin'][:20]}）"
    advance(leave, LeaveState.SENT, moves=LEAVE_MOVES, first_on=first_on, last_on=last_on, back_by=back_by, kind=kind, parent=parent, answered_at=at, **words)
    attach(actor=actor, at=at, record=leave, role="parent", uploads=[signature], field="signature")
    record_event(actor=actor, at=at, action="answer", record=leave, text=f"家长{parent}填了假条，{when_words(leave)}", note=leave.reason)
    title = f"{leave.student.name}的家长请假，请您决定"
    tell([leave.school_class.head_teacher, leave.created_by], leave, at=at, about="sent", title=title, body=f"{when_words(leave)}。{leave.who_collects}")
    return leave
