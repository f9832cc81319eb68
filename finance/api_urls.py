"""The API of finance, at /api/v1/finance/."""

from logistics.platform.api.records import register

from .acceptance.api import AcceptanceSerializer, WaitingSerializer
from .acceptance.pages import ACCEPTANCES, WAITING
from .aid.api import AidApplicationSerializer, AidListSerializer, AidReasonSerializer, AidSchemeSerializer
from .aid.pages import APPLICATIONS, LISTS, SCHEMES, WHYS
from .budget.api import ChangeSerializer, FundSerializer, ItemSerializer, LineSerializer, YearSerializer
from .budget.pages import CHANGES, FUNDS, ITEMS, LINES, YEARS
from .calendar.api import FilingSerializer
from .calendar.pages import FILINGS
from .claim.api import ClaimSerializer
from .claim.pages import CLAIMS
from .contract.api import ContractSerializer, SupplementSerializer
from .contract.pages import CONTRACTS, SUPPLEMENTS
from .disclosure.api import DisclosureSerializer
from .disclosure.pages import DISCLOSURES
from .fee.api import FeeChargeSerializer, FeeDueSerializer, FeeItemSerializer, FeePaymentSerializer, FeeRefundSerializer
from .fee.pages import CHARGES, DUES, PAYMENTS, REFUNDS
from .fee.pages import ITEMS as FEE_ITEMS
from .journal.api import AccountSerializer, DayCloseSerializer, EntrySerializer, MonthCloseSerializer, StatementSerializer
from .journal.pages import ACCOUNTS, DAYS, ENTRIES, MONTHS, STATEMENTS
from .order.api import InquirySerializer, OrderSerializer
from .order.inquiry_pages import INQUIRIES
from .order.pages import ORDERS
from .payment.api import ClaimPaymentSerializer, PaymentBatchSerializer
from .payment.pages import BATCHES
from .payment.pages import PAYMENTS as CLAIM_PAYMENTS
from .purchase.api import RequestSerializer
from .purchase.pages import PURCHASES
from .workstudy.api import WorkPostSerializer, WorkSheetSerializer
from .workstudy.pages import POSTS, SHEETS

register("finance", "items", ITEMS, ItemSerializer)
register("finance", "funds", FUNDS, FundSerializer)
register("finance", "years", YEARS, YearSerializer)
register("finance", "lines", LINES, LineSerializer)
register("finance", "changes", CHANGES, ChangeSerializer)
register("finance", "accounts", ACCOUNTS, AccountSerializer)
register("finance", "entries", ENTRIES, EntrySerializer)
register("finance", "day-closes", DAYS, DayCloseSerializer)
register("finance", "month-closes", MONTHS, MonthCloseSerializer)
register("finance", "statements", STATEMENTS, StatementSerializer)
register("finance", "purchases", PURCHASES, RequestSerializer)
register("finance", "inquiries", INQUIRIES, InquirySerializer)
register("finance", "orders", ORDERS, OrderSerializer)
register("finance", "acceptances", ACCEPTANCES, AcceptanceSerializer)
register("finance", "waiting", WAITING, WaitingSerializer)
register("finance", "contracts", CONTRACTS, ContractSerializer)
register("finance", "supplements", SUPPLEMENTS, SupplementSerializer)
register("finance", "fee-items", FEE_ITEMS, FeeItemSerializer)
register("finance", "charges", CHARGES, FeeChargeSerializer)
register("finance", "dues", DUES, FeeDueSerializer)
register("finance", "fee-payments", PAYMENTS, FeePaymentSerializer)
register("finance", "fee-refunds", REFUNDS, FeeRefundSerializer)
register("finance", "claims", CLAIMS, ClaimSerializer)
register("finance", "payments", CLAIM_PAYMENTS, ClaimPaymentSerializer)
register("finance", "batches", BATCHES, PaymentBatchSerializer)
register("finance", "disclosures", DISCLOSURES, DisclosureSerializer)
register("finance", "filings", FILINGS, FilingSerializer)
register("finance", "aid-schemes", SCHEMES, AidSchemeSerializer)
register("finance", "aid-lists", LISTS, AidListSerializer)
register("finance", "aid-applications", APPLICATIONS, AidApplicationSerializer)
register("finance", "aid-reasons", WHYS, AidReasonSerializer)
register("finance", "work-posts", POSTS, WorkPostSerializer)
register("finance", "work-sheets", SHEETS, WorkSheetSerializer)
