"""Messages of the embedded broker, and the signs of life of worker and beat."""

from django.db import models

from logistics.platform.kernel.models import Model


class QueuedMessage(Model):
    """One Celery message kept in the database; deleted when acknowledged."""

    tag = models.CharField(max_length=80, unique=True)
    queue = models.CharField(max_length=80)
    body = models.TextField()
    leased_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["queue", "id"])]

    def __str__(self):
        return self.tag


class Heartbeat(Model):
    """When a background process last proved that it works, read by /readyz."""

    name = models.CharField(max_length=30, unique=True)
    at = models.DateTimeField()

    def __str__(self):
        return self.name
