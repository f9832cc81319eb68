"""住宿请假条 as paper (DOR-03)."""

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day, full_moment

from .models import HOLDS, DormLeave


def leave_paper(leave: DormLeave, user) -> dict:
    """Who is away which nights, who collects, who gave leave, when the boarder came back."""
    signed = "家长已在链接上签名" if any(file.role == "parent" for file in attachments_of(leave)) else ""
    return {
        "heading": "住校生请假条",
        "facts": [
            ("学生", leave.student.name, False),
            ("班级", str(leave.school_class), False),
            ("从哪晚起", full_day(leave.first_on), False),
            ("最后一晚", full_day(leave.last_on), False),
            ("共几晚", f"{leave.nights} 晚", False),
            ("什么时候回校", full_moment(leave.back_by), False),
            ("原因", "：".join(filter(None, [leave.get_kind_display(), leave.reason])), True),
            ("谁来接", leave.who_collects, False),
            ("家长", "，".join(filter(None, [leave.parent, signed])), False),
            ("准假", f"{leave.granted_by.name} {full_moment(leave.granted_at)}", False),
            ("销假", f"{leave.back_to.name} {full_moment(leave.back_at)}" if leave.back_to else "", False),
        ],
        "signers": [("班主任", leave.granted_by.name), ("宿管员", "")],
    }


def check_granted(user, leave: DormLeave) -> None:
    if leave.state not in HOLDS:
        raise RuleViolation("还没有准假，不能打印假条。")


LEAVE_PAPER = PrintDocument(
    kind="dorms.dormleave", title="住校生请假条", template="print/facts.html", context=leave_paper, number=lambda leave: leave.number, check=check_granted
)
