from django.urls import path

from . import pages

app_name = "notices"
urlpatterns = [
    path("notices/", pages.inbox, name="inbox"),
    path("notices/read-all/", pages.read_all, name="read-all"),
    path("notices/<int:pk>/", pages.open_notice, name="open"),
]
