"""manage.py alive web|worker|beat: exit code 0 when that process works; for a container's health check."""

import os
from http.client import HTTPConnection, HTTPException

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from logistics.platform.queue.health import silence_problem


class Command(BaseCommand):
    help = "检查一个进程是否在工作"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("name", choices=["web", "worker", "beat"])

    def handle(self, *args, name, **options):
        problem = web_problem() if name == "web" else silence_problem(name, name)
        if problem:
            raise CommandError(problem)


def web_problem() -> str:
    """Ask the web process of this machine under a host name that it accepts."""
    host = next((name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"), "localhost")
    connection = HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        status = connection.getresponse().status
    except (HTTPException, OSError) as error:
        return f"web: {error}"
    finally:
        connection.close()
    return "" if status == 200 else f"web: {status}"
