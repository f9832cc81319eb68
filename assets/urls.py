from django.urls import include, path

from .arrival.pages import arrival_urls
from .card.pages import card_urls
from .category.pages import category_urls
from .copying.pages import copying_urls
from .custody.pages import custody_urls
from .damage.pages import damage_urls
from .depreciation.pages import depreciation_urls
from .desks.pages import desk_urls
from .disposal.pages import disposal_urls
from .distribution.pages import distribution_urls
from .draw.pages import draw_urls
from .item.pages import item_urls
from .labels.pages import label_urls
from .library.pages import library_urls
from .loan.pages import loan_urls
from .quota.pages import quota_urls
from .reconcile.pages import reconcile_urls
from .report.pages import report_urls
from .room_use.pages import room_urls
from .slip.pages import slip_urls
from .stocktake.pages import stocktake_urls
from .store.pages import store_urls
from .thread.pages import thread_urls
from .transfer.pages import transfer_urls

app_name = "assets"
urlpatterns: list = [
    path("assets/", include(label_urls())),
    path("assets/", include(arrival_urls())),
    path("assets/", include(thread_urls())),
    path("assets/", include(category_urls())),
    path("assets/", include(card_urls())),
    path("assets/", include(custody_urls())),
    path("assets/", include(transfer_urls())),
    path("assets/", include(loan_urls())),
    path("assets/", include(library_urls())),
    path("assets/", include(desk_urls())),
    path("assets/", include(room_urls())),
    path("assets/", include(damage_urls())),
    path("assets/", include(disposal_urls())),
    path("assets/", include(stocktake_urls())),
    path("assets/", include(depreciation_urls())),
    path("assets/", include(reconcile_urls())),
    path("assets/", include(report_urls())),
    path("assets/", include(distribution_urls())),
    path("assets/", include(quota_urls())),
    path("assets/", include(copying_urls())),
    path("assets/", include(item_urls())),
    path("assets/", include(store_urls())),
    path("assets/", include(slip_urls())),
    path("assets/", include(draw_urls())),
]
