from django.urls import include, path, re_path

from logistics.platform.web.record_pages import record_urls

from . import pages
from .feed_pages import Feed
from .robot_pages import ROBOTS, RobotAction

app_name = "notices"
urlpatterns = [
    path("notices/", pages.inbox, name="inbox"),
    path("notices/read-all/", pages.read_all, name="read-all"),
    path("notices/<int:pk>/", pages.open_notice, name="open"),
    re_path(r"^calendar/(?P<token>[\w-]{20,64})\.ics$", Feed.as_view(), name="feed"),
    path("setup/", include(record_urls(ROBOTS, pages={"action": RobotAction}))),
]
