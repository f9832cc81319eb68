from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "assets"
    verbose_name = "家底"

    def ready(self):
        from . import wiring

        wiring.register()
