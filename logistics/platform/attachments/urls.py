from django.urls import path

from . import views

app_name = "attachments"
urlpatterns = [
    path("files/<slug:token>/", views.file, name="file"),
    path("files/<slug:token>/thumb/", views.thumb, name="thumb"),
]
