from django.urls import include, path

from .appliance.pages import appliance_urls
from .bed.pages import bed_urls
from .bedcheck.pages import bedcheck_urls
from .leave.pages import leave_urls, public_leave_urls
from .night_round.pages import night_urls
from .score.bulletin_pages import bulletin_urls
from .score.pages import score_urls

app_name = "dorms"
urlpatterns: list = [
    path("dorms/", include(bed_urls())),
    path("dorms/", include(night_urls())),
    path("dorms/", include(score_urls())),
    path("dorms/", include(bulletin_urls())),
    path("dorms/", include(appliance_urls())),
    path("dorms/", include(bedcheck_urls())),
    path("dorms/", include(leave_urls())),
    path("", include(public_leave_urls())),
]
