from django.apps import AppConfig


class UtilitiesConfig(AppConfig):
    name = "logistics.utilities"
    label = "utilities"
    verbose_name = "水电"

    def ready(self):
        from . import wiring

        wiring.register()
