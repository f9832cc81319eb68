"""学生出门证 as paper, with the four confirmations (SAF-07)."""

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_moment
from safety.marks import mark_of

from .models import GREEN, Party, StudentPass


def pass_paper(card: StudentPass, user) -> dict:
    """Who left when, who collected, and the four with their marks."""
    files = list(attachments_of(card))
    given = {row.party: row for row in card.confirmations.all()}
    rows = [
        {
            "label": party.label,
            "name": given[party].name if party in given else "",
            "words": given[party].words if party in given else "",
            "at": full_moment(given[party].at) if party in given else "",
            "mark": mark_of([file for file in files if file.role == party]),
        }
        for party in Party
    ]
    return {
        "number": card.number, "student": card.student.name, "school_class": str(card.school_class), "kind": card.get_kind_display(), "reason": card.reason,
        "leave_at": full_moment(card.leave_at), "back_by": full_moment(card.back_by) if card.back_by else "今天不回", "collector": card.who_collects,
        "phone": card.phone, "rows": rows, "out_at": full_moment(card.out_at), "out_by": card.out_by.name if card.out_by else "",
        "back_at": full_moment(card.back_at), "back_to": card.back_to.name if card.back_to else "",
    }  # fmt: skip


def check_green(user, card: StudentPass) -> None:
    if card.state not in GREEN:
        raise RuleViolation("四方还没有都确认，不能打印出门证。")


PASS_PAPER = PrintDocument(
    kind="safety.studentpass", title="学生出门证", template="print/safety/pass.html", context=pass_paper, number=lambda card: card.number, check=check_green
)
