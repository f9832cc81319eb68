from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "logistics.platform"
    label = "platform"
    verbose_name = "平台"

    def ready(self):
        from . import wiring

        wiring.register()
