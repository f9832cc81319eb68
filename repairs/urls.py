from django.urls import include, path

from logistics.platform.web.record_pages import record_urls

from .dispatch.pages import Board, MyWork, TicketList
from .kind.pages import KINDS, REPAIRERS, TRADES
from .plan.pages import plan_urls
from .project.pages import project_urls
from .public_form.pages import Follow, FollowDoor, PublicReport
from .ticket.pages import TICKETS, ticket_urls

app_name = "repairs"
urlpatterns = [
    path("repairs/ticket/", TicketList.as_view(record=TICKETS), name="ticket-list"),
    path("repairs/board/", Board.as_view(), name="board"),
    path("repairs/mine/", MyWork.as_view(), name="mine"),
    path("repairs/", include("repairs.figures.urls")),
    path("repairs/", include(ticket_urls())),
    path("repairs/", include(plan_urls())),
    path("repairs/", include(project_urls())),
    path("repairs/", include(record_urls(TRADES, without=("detail",)))),
    path("repairs/", include(record_urls(KINDS, without=("detail",)))),
    path("repairs/", include(record_urls(REPAIRERS, without=("detail",)))),
    path("public/repair/follow/", FollowDoor.as_view(), name="public-door"),
    path("public/repair/follow/<slug:code>/", Follow.as_view(), name="public-follow"),
    path("public/repair/<slug:code>/", PublicReport.as_view(), name="public-new"),
]
