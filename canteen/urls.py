from django.urls import include, path

from .access_log.pages import access_urls
from .accompany.pages import accompany_urls
from .account.pages import account_urls
from .committee.pages import committee_urls
from .control.overview_pages import overview_urls
from .control.pages import control_urls
from .delivery.pages import delivery_urls
from .dish.pages import dish_urls
from .hygiene.pages import hygiene_urls
from .incident.pages import incident_urls
from .ingredient.pages import ingredient_urls
from .meal.pages import meal_urls
from .menu.pages import menu_urls
from .nutrition.pages import nutrition_urls
from .order.pages import order_urls
from .pantry.pages import pantry_urls
from .parents.pages import parents_urls
from .price.pages import price_urls
from .sample.pages import sample_urls
from .shop.pages import shop_urls
from .special.pages import special_urls
from .staff.pages import staff_urls
from .supplier.pages import supplier_urls
from .survey.pages import public_survey_urls, survey_urls
from .trace.pages import trace_urls
from .water.pages import water_urls

app_name = "canteen"
urlpatterns: list = [
    path("canteen/", include(ingredient_urls())),
    path("canteen/", include(supplier_urls())),
    path("canteen/", include(order_urls())),
    path("canteen/", include(delivery_urls())),
    path("canteen/", include(pantry_urls())),
    path("canteen/", include(price_urls())),
    path("canteen/", include(access_urls())),
    path("canteen/", include(dish_urls())),
    path("canteen/", include(menu_urls())),
    path("canteen/", include(meal_urls())),
    path("canteen/", include(sample_urls())),
    path("canteen/", include(staff_urls())),
    path("canteen/", include(hygiene_urls())),
    path("canteen/", include(control_urls())),
    path("canteen/", include(accompany_urls())),
    path("canteen/", include(committee_urls())),
    path("canteen/", include(survey_urls())),
    path("", include(public_survey_urls())),
    path("", include(parents_urls())),
    path("canteen/", include(overview_urls())),
    path("canteen/", include(trace_urls())),
    path("canteen/", include(incident_urls())),
    path("canteen/", include(account_urls())),
    path("canteen/", include(water_urls())),
    path("canteen/", include(nutrition_urls())),
    path("canteen/", include(special_urls())),
    path("canteen/", include(shop_urls())),
]
