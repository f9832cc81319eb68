from django.urls import include, path

from .budget.pages import budget_urls
from .journal.pages import journal_urls

app_name = "finance"
urlpatterns = [
    path("finance/", include(budget_urls())),
    path("finance/", include(journal_urls())),
]
