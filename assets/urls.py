from django.urls import include, path

from .card.pages import card_urls
from .category.pages import category_urls
from .custody.pages import custody_urls
from .depreciation.pages import depreciation_urls
from .draw.pages import draw_urls
from .item.pages import item_urls
from .labels.pages import label_urls
from .slip.pages import slip_urls
from .store.pages import store_urls
from .transfer.pages import transfer_urls

app_name = "assets"
urlpatterns: list = [
    path("assets/", include(label_urls())),
    path("assets/", include(category_urls())),
    path("assets/", include(card_urls())),
    path("assets/", include(custody_urls())),
    path("assets/", include(transfer_urls())),
    path("assets/", include(depreciation_urls())),
    path("assets/", include(item_urls())),
    path("assets/", include(store_urls())),
    path("assets/", include(slip_urls())),
    path("assets/", include(draw_urls())),
]
