"""Every address of the platform. Business apps hang under their own name."""

from django.urls import URLResolver, include, path
from django.urls.resolvers import RoutePattern
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language


class Nameless(URLResolver):
    """Addresses that no page links to by their names. The thousand names of the API took 15 MB of a worker and a quarter of a second of its start."""

    def _populate(self) -> None:
        language = get_language()
        self._reverse_dict[language], self._namespace_dict[language], self._app_dict[language] = MultiValueDict(), {}, {}
        self._populated = True


urlpatterns = [
    Nameless(RoutePattern("api/"), "logistics.api_urls"),
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
