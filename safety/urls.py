from django.urls import include, path

from .accident.pages import accident_urls
from .bus.pages import bus_urls
from .cleaning.pages import cleaning_urls
from .clinic.pages import clinic_urls
from .dangerous.pages import dangerous_urls
from .drill.pages import drill_urls
from .fire.pages import fire_urls
from .gate.book_pages import book_urls
from .gate.inside import inside_urls
from .gate.pages import public_visit_urls, visit_urls
from .greenery.pages import greenery_urls
from .hazard.pages import hazard_urls
from .key_place.pages import key_place_urls
from .patrol.pages import patrol_urls
from .registers.pages import registers_urls
from .roster.pages import roster_urls
from .statement.pages import statement_urls
from .student_pass.pages import pass_urls, public_pass_urls
from .surroundings.pages import surroundings_urls
from .training.pages import training_urls
from .vehicle.pages import vehicle_urls

app_name = "safety"
urlpatterns: list = [
    path("safety/", include(patrol_urls())),
    path("safety/", include(hazard_urls())),
    path("safety/", include(vehicle_urls())),
    path("safety/", include(bus_urls())),
    path("safety/", include(drill_urls())),
    path("safety/", include(statement_urls())),
    path("safety/", include(fire_urls())),
    path("safety/", include(key_place_urls())),
    path("safety/", include(inside_urls())),
    path("safety/", include(visit_urls())),
    path("safety/", include(book_urls())),
    path("safety/", include(pass_urls())),
    path("safety/", include(roster_urls())),
    path("", include(public_visit_urls())),
    path("", include(public_pass_urls())),
    path("safety/", include(clinic_urls())),
    path("safety/", include(accident_urls())),
    path("safety/", include(dangerous_urls())),
    path("safety/", include(training_urls())),
    path("safety/", include(surroundings_urls())),
    path("safety/", include(registers_urls())),
    path("safety/", include(cleaning_urls())),
    path("safety/", include(greenery_urls())),
]
