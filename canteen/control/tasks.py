"""The daily making of weekly and monthly papers, named in logistics/schedule.py."""

from celery import shared_task
from django.utils import timezone

from logistics.platform.org.models import User

from .rules import remind_control


@shared_task
def make_control_papers() -> int:
    """Last week's and last month's papers, where there are none yet."""
    return remind_control(at=timezone.now(), actor=User.objects.system())
