from django.conf import settings
from django.db import models

from logistics.platform.kernel.models import Model


class SavedView(Model):
    """A person's kept filter (常用) of a list; `columns` are the chosen ones. Shared views are seen by everyone."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    list_name = models.CharField(max_length=60)
    name = models.CharField("名称", max_length=20)
    query = models.CharField(max_length=500)
    is_shared = models.BooleanField("大家可用", default=False)

    class Meta:
        verbose_name = "常用筛选"
        constraints = [
            models.UniqueConstraint(fields=["owner", "list_name", "name"], name="saved_view_name_once", violation_error_message="已经有同名的常用筛选")
        ]

    def __str__(self):
        return self.name
