from django.urls import path

from logistics.platform.web.record_pages import DropView, RecordBulk, RecordExport, RecordList, SaveView

from . import chain_pages as chains
from .inbox_pages import Inbox, InboxBulk, RunAction, RunPage, SignaturePage
from .pages import RUNS
from .simulator_pages import ReplayPage, Simulator

app_name = "approvals"
urlpatterns = [
    path("approvals/", Inbox.as_view(), name="inbox"),
    path("approvals/signature/", SignaturePage.as_view(), name="signature"),
    path("approvals/simulator/", Simulator.as_view(), name="simulator"),
    path("approvals/chains/", chains.ChainList.as_view(), name="chains"),
    path("approvals/chains/new/", chains.NewChain.as_view(), name="chain-new"),
    path("approvals/chains/<int:pk>/", chains.ChainDetail.as_view(), name="chain"),
    path("approvals/chains/<int:pk>/<slug:act>/", chains.ChainAct.as_view(), name="chain-act"),
    path("approvals/versions/<int:pk>/", chains.VersionPage.as_view(), name="version"),
    path("approvals/versions/<int:pk>/replay/", ReplayPage.as_view(), name="replay"),
    path("approvals/versions/<int:pk>/step/", chains.StepPage.as_view(), name="step-new"),
    path("approvals/versions/<int:pk>/step/<int:n>/", chains.StepPage.as_view(), name="step"),
    path("approvals/versions/<int:pk>/<slug:act>/", chains.VersionAct.as_view(), name="version-act"),
    path("approvals/versions/<int:pk>/<slug:act>/<int:n>/", chains.VersionAct.as_view(), name="step-act"),
    path("approvals/all/", RecordList.as_view(record=RUNS), name="run-list"),
    path("approvals/all/export/", RecordExport.as_view(record=RUNS), name="run-export"),
    path("approvals/all/save-view/", SaveView.as_view(record=RUNS), name="run-save-view"),
    path("approvals/all/drop-view/<int:view>/", DropView.as_view(record=RUNS), name="run-drop-view"),
    path("approvals/all/bulk/<slug:action>/", RecordBulk.as_view(record=RUNS), name="run-bulk"),
    path("approvals/bulk/<slug:action>/", InboxBulk.as_view(record=RUNS), name="inbox-bulk"),
    path("approvals/<int:pk>/", RunPage.as_view(record=RUNS), name="run-detail"),
    path("approvals/<int:pk>/<slug:action>/", RunAction.as_view(record=RUNS), name="run-action"),
]
