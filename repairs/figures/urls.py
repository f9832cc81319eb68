"""Addresses of the figures, all under /repairs/ and inside the namespace of repairs."""

from .pages import figures_urls

urlpatterns = figures_urls()
