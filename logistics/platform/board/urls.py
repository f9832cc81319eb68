from django.urls import include, path

from logistics.platform.web.record_pages import record_urls

from .pages import BOARD, PHONES, QUESTIONS
from .public_pages import PublicBoard, PublicFile, PublicPost, PublicScreen

app_name = "board"
urlpatterns = [
    path("public/", PublicBoard.as_view(), name="public"),
    path("public/screen/", PublicScreen.as_view(), name="screen"),
    path("public/post/<int:pk>/", PublicPost.as_view(), name="public-post"),
    path("public/file/<slug:token>/", PublicFile.as_view(which="file"), name="public-file"),
    path("public/file/<slug:token>/thumb/", PublicFile.as_view(which="thumb"), name="public-thumb"),
    path("board/", include(record_urls(QUESTIONS))),
    path("board/", include(record_urls(PHONES, without=("detail",)))),
    *record_urls(BOARD),
]
