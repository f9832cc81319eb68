from django.apps import AppConfig


class CockpitConfig(AppConfig):
    name = "logistics.cockpit"
    label = "cockpit"
    verbose_name = "首页和设置"

    def ready(self):
        from . import wiring

        wiring.register()
