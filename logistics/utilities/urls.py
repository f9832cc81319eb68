from django.urls import include, path

from .bill.pages import bill_urls
from .meter.pages import meter_urls
from .reading.pages import reading_urls
from .report.pages import report_urls
from .schedule.pages import schedule_urls
from .tariff.pages import tariff_urls
from .usage.pages import usage_urls
from .waste.pages import waste_urls

app_name = "utilities"
urlpatterns: list = [
    path("utilities/", include(meter_urls())),
    path("utilities/", include(reading_urls())),
    path("utilities/", include(schedule_urls())),
    path("utilities/", include(waste_urls())),
    path("utilities/", include(bill_urls())),
    path("utilities/", include(tariff_urls())),
    path("utilities/", include(usage_urls())),
    path("utilities/", include(report_urls())),
]
