from django.urls import path

from . import pages

urlpatterns = [
    path("print/<str:kind>/<int:pk>/", pages.print_record, name="print-record"),
    path("verify/", pages.verify_form, name="verify-form"),
    path("verify/<str:code>/", pages.verify, name="verify"),
]
