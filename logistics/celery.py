"""The task queue: Redis when REDIS_URL is set, otherwise the Django database, with the same tasks on both."""

import os
from pathlib import Path

from celery import Celery, signals
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "logistics.settings.local")
TRANSPORT_ALIASES["djdb"] = "logistics.platform.queue.transport:Transport"


def rooms_with_tasks() -> list[str]:
    """Dotted names of our folders that hold a tasks.py; third-party apps have none we want."""
    from django.apps import apps
    from django.conf import settings

    ours = [config for config in apps.get_app_configs() if Path(config.path).is_relative_to(settings.ROOT) and "site-packages" not in config.path]
    return [".".join((config.name, *path.relative_to(config.path).parent.parts)) for config in ours for path in sorted(Path(config.path).rglob("tasks.py"))]


app = Celery("logistics")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(rooms_with_tasks)


@signals.worker_init.connect
def take_over(**_) -> None:
    """A worker begins: work its predecessor had taken and not finished is free again."""
    if app.conf.broker_url.startswith("djdb"):
        from logistics.platform.queue.transport import begin_worker

        begin_worker()


@signals.worker_ready.connect
def worker_is_ready(**_) -> None:
    from logistics.platform.queue.heartbeat import mark_alive

    mark_alive("worker")


@signals.beat_init.connect
@signals.before_task_publish.connect(sender="logistics.platform.queue.tasks.beat_alive")
def beat_is_alive(**_) -> None:
    """The timer proves its life where it stands, so that a dead worker is not taken for a dead timer."""
    from logistics.platform.queue.heartbeat import mark_alive

    mark_alive("beat")
