"""Timed work of the platform's machinery."""

from celery import shared_task

from .backups import KEEP, back_up_database, backups_folder, prune
from .heartbeat import mark_alive


@shared_task
def beat_alive() -> None:
    """Sent by the timer, run by the worker: when it arrives, both work."""
    mark_alive("worker")


@shared_task
def back_up() -> str:
    """A dated copy of the database beside it; returns the file's name."""
    path = back_up_database(backups_folder())
    prune(backups_folder(), KEEP)
    return path.name
