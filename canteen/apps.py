from django.apps import AppConfig


class CanteenConfig(AppConfig):
    name = "canteen"
    verbose_name = "食堂"

    def ready(self):
        from . import wiring

        wiring.register()
