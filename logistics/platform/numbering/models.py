from django.db import models

from logistics.platform.kernel.models import Model


class Counter(Model):
    series = models.CharField(max_length=10)
    period = models.CharField(max_length=8)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "period"], name="one_counter_per_series_and_period")]

    def __str__(self):
        return f"{self.series}-{self.period}"
