from django.urls import include, path

from .acceptance.pages import acceptance_urls
from .aid.pages import aid_urls
from .budget.pages import budget_urls
from .calendar.pages import calendar_urls
from .claim.pages import claim_urls
from .contract.pages import contract_urls
from .disclosure.pages import disclosure_urls
from .fee.pages import fee_urls, public_fee_urls
from .journal.pages import journal_urls
from .order.pages import order_urls
from .payment.pages import payment_urls
from .purchase.pages import purchase_urls
from .workstudy.pages import work_urls

app_name = "finance"
urlpatterns = [
    path("public/", include(public_fee_urls())),
    path("finance/", include(fee_urls())),
    path("finance/", include(aid_urls())),
    path("finance/", include(work_urls())),
    path("finance/", include(budget_urls())),
    path("finance/", include(journal_urls())),
    path("finance/", include(purchase_urls())),
    path("finance/", include(order_urls())),
    path("finance/", include(acceptance_urls())),
    path("finance/", include(contract_urls())),
    path("finance/", include(claim_urls())),
    path("finance/", include(payment_urls())),
    path("finance/", include(disclosure_urls())),
    path("finance/", include(calendar_urls())),
]
