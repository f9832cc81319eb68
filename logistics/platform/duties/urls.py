from django.urls import include, path

from logistics.platform.web.record_pages import record_urls

from .board_pages import Board, DutyEditor, Figures, Month, OccurrencePage
from .pages import DUTIES, OCCURRENCES

app_name = "duties"
urlpatterns = [
    path("duties/", Board.as_view(), name="board"),
    path("duties/month/", Month.as_view(), name="month"),
    path("duties/figures/", Figures.as_view(), name="figures"),
    path("duties/", include(record_urls(DUTIES, pages={"form": DutyEditor}))),
    path("duties/", include(record_urls(OCCURRENCES, pages={"detail": OccurrencePage}))),
]
