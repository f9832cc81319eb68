"""The ledgers of finance that are only ever added to; what a posted line is told later (its review, its receiver) may be filled in."""

from logistics.platform.audit.append_only import AppendOnly

LEDGERS = AppendOnly(
    "finance",
    {
        "finance_acceptanceline": "OF acceptance_id, order_line_id, accepted, rejected, reason, amount, destination",
        "finance_budgetentry": "",
        "finance_feepayment": "OF due_id, amount, paid_on, receipt, means, note, reverses_id, at, by_id",
        "finance_contractnote": "",
        "finance_instalmentpayment": "",
        "finance_dayentry": (
            'OF account_id, number, "on", voucher, summary, counterparty, side, amount, balance, document_kind, document_id, document_label, reverses_id, at, by_id'
        ),
    },
)
