from django.apps import AppConfig


class RepairsConfig(AppConfig):
    name = "repairs"
    verbose_name = "报修维修"

    def ready(self):
        from . import wiring

        wiring.register()
