from django.apps import AppConfig


class DormsConfig(AppConfig):
    name = "dorms"
    label = "dorms"
    verbose_name = "宿舍"

    def ready(self):
        from . import wiring

        wiring.register()
