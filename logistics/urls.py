"""Every address of the platform. Business apps hang under their own name."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("logistics.api_urls")),
    path("", include("logistics.platform.queue.urls")),
    path("", include("logistics.platform.printing.urls")),
    path("", include("logistics.platform.attachments.urls")),
    path("", include("logistics.platform.notices.urls")),
    path("", include("logistics.platform.imports.urls")),
    path("", include("logistics.platform.offline.urls")),
    path("", include("logistics.platform.rulebook.urls")),
    path("", include("logistics.platform.board.urls")),
    path("", include("logistics.platform.duties.urls")),
    path("", include("logistics.platform.approvals.urls")),
    path("", include("finance.urls")),
    path("", include("assets.urls")),
    path("", include("canteen.urls")),
    path("", include("repairs.urls")),
    path("", include("logistics.utilities.urls")),
    path("", include("dorms.urls")),
    path("", include("safety.urls")),
    path("", include("logistics.cockpit.urls")),
]
