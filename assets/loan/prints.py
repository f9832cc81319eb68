"""借用单 as paper (AST-08)."""

from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .models import Loan, LoanState


def loan_sheet(loan: Loan, user) -> dict:
    """What was lent to whom until when, and how it came back."""
    card = loan.card
    rows = [
        {"on": full_day(one.on), "quantity": one.quantity, "condition": one.get_condition_display(), "words": one.words, "by": one.by.name}
        for one in loan.returns.select_related("by")
    ]
    return {
        "number": loan.number, "state": "" if loan.state == LoanState.BACK else loan.get_state_display(), "who": loan.who,
        "phone": loan.borrower.phone if loan.borrower else "", "name": card.name, "card": card.number, "model": " ".join(filter(None, (card.brand, card.model))),
        "quantity": f"{loan.quantity} {card.unit}", "place": str(card.place or ""), "purpose": loan.purpose, "from_on": full_day(loan.from_on),
        "due_on": full_day(loan.due_on), "out_words": loan.out_words, "out_by": loan.out_by.name if loan.out_by else "", "rows": rows,
        "back_on": full_day(loan.back_on), "on": full_day(loan.created_at),
    }  # fmt: skip


LOAN_SHEET = PrintDocument(kind="assets.loan", title="借用单", template="print/assets/loan.html", context=loan_sheet, number=lambda loan: loan.number)
