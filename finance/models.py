"""Every table of the finance app, gathered for Django."""

from .acceptance.models import Acceptance, AcceptanceLine, AcceptanceMember
from .aid.models import AidApplication, AidList, AidObjection, AidReason, AidScheme, AidVote
from .budget.models import BudgetChange, BudgetEntry, BudgetItem, BudgetLine, BudgetYear, Fund
from .calendar.models import Filing
from .claim.models import Claim, ClaimLine, Invoice
from .contract.models import Contract, ContractLine, ContractNote, Instalment, InstalmentPayment, Supplement
from .disclosure.models import Disclosure
from .fee.models import FeeCharge, FeeDue, FeeItem, FeePayment, FeeRefund, FeeWaiver
from .journal.models import BankStatement, CashAccount, DayClose, DayEntry, MonthClose, StatementLine
from .order.models import Inquiry, InquiryLine, OrderLine, PurchaseOrder, Quote, QuoteLine
from .payment.models import Payment, PaymentBatch
from .purchase.models import PurchaseRequest, RequestLine
from .workstudy.models import Placement, WorkHours, WorkPost, WorkSheet

__all__ = [
    "Acceptance",
    "AcceptanceLine",
    "AcceptanceMember",
    "AidApplication",
    "AidList",
    "AidObjection",
    "AidReason",
    "AidScheme",
    "AidVote",
    "BankStatement",
    "BudgetChange",
    "BudgetEntry",
    "BudgetItem",
    "BudgetLine",
    "BudgetYear",
    "CashAccount",
    "Claim",
    "ClaimLine",
    "Contract",
    "ContractLine",
    "ContractNote",
    "DayClose",
    "DayEntry",
    "Disclosure",
    "FeeCharge",
    "FeeDue",
    "FeeItem",
    "FeePayment",
    "FeeRefund",
    "FeeWaiver",
    "Filing",
    "Fund",
    "Inquiry",
    "InquiryLine",
    "Instalment",
    "InstalmentPayment",
    "Invoice",
    "MonthClose",
    "OrderLine",
    "Payment",
    "PaymentBatch",
    "Placement",
    "PurchaseOrder",
    "PurchaseRequest",
    "Quote",
    "QuoteLine",
    "RequestLine",
    "StatementLine",
    "Supplement",
    "WorkHours",
    "WorkPost",
    "WorkSheet",
]  # fmt: skip
