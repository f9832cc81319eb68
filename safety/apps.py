from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "safety"
    verbose_name = "安全"

    def ready(self):
        from . import wiring

        wiring.register()
