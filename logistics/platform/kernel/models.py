from django.conf import settings
from django.db import models


class Stamped(models.Model):
    """Who wrote the row first, and when."""

    created_at = models.DateTimeField("登记时间", editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人", editable=False)

    class Meta:
        abstract = True
