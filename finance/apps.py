from django.apps import AppConfig


class FinanceConfig(AppConfig):
    name = "finance"
    verbose_name = "经费"

    def ready(self):
        from . import wiring

        wiring.register()
