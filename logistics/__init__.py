"""The school's logistics platform. Importing it makes the task queue known, so that `shared_task` finds it."""

from .celery import app as celery_app

__all__ = ["celery_app"]
