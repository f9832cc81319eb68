from django.urls import path

from . import pages

app_name = "imports"
urlpatterns = [
    path("imports/", pages.index, name="index"),
    path("imports/<slug:target>/new/", pages.new, name="new"),
    path("imports/<slug:target>/template/", pages.template, name="template"),
    path("imports/run/<int:pk>/", pages.run, name="run"),
    path("imports/run/<int:pk>/sheets/", pages.sheets, name="sheets"),
    path("imports/run/<int:pk>/mapping/", pages.mapping, name="mapping"),
    path("imports/run/<int:pk>/fix/", pages.fix, name="fix"),
    path("imports/run/<int:pk>/row/", pages.row, name="row"),
    path("imports/run/<int:pk>/check/", pages.check, name="check"),
    path("imports/run/<int:pk>/commit/", pages.commit, name="commit"),
    path("imports/run/<int:pk>/undo/", pages.undo, name="undo"),
    path("imports/run/<int:pk>/drop/", pages.drop, name="drop"),
    path("imports/run/<int:pk>/problems/", pages.problems, name="problems"),
]
