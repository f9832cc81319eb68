"""The API of every app under /api/v1/."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

import assets.api_urls  # noqa: F401  registers its records
import dorms.api_urls  # noqa: F401  registers its records
import finance.api_urls  # noqa: F401  registers its records
import logistics.cockpit.api_urls
import logistics.platform.api_urls  # noqa: F401
import repairs.api_urls  # noqa: F401  registers its records
import safety.api_urls  # noqa: F401  registers its records
from logistics.platform.api.records import router
from logistics.platform.api.views import DocsPage, SchemaView, TokenView

urlpatterns = [
    path("v1/auth/token/", login_not_required(TokenView.as_view()), name="api-token"),
    path("v1/", include("repairs.api_urls")),
    path("v1/", include("canteen.api_urls")),
    path("v1/", include("logistics.utilities.api_urls")),
    path("v1/", include(router.urls)),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsPage.as_view(), name="api-docs"),
]
