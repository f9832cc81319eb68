"""/healthz says that the web process lives, /readyz whether the whole site works and if not, why."""

import datetime
import shutil

from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from .heartbeat import silence

SILENT_TOO_LONG = datetime.timedelta(minutes=3)
MEGABYTE = 1024 * 1024


def database_problem() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "连不上数据库，请检查数据库服务和 DATABASE_URL"
    return ""


def broker_problem() -> str:
    link = current_app.connection_for_write()
    try:
        link.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=2)
    except (OperationalError, *link.recoverable_connection_errors):
        return "连不上任务队列，请检查 Redis 服务和 REDIS_URL；期间的通知会在恢复后补发"
    finally:
        link.release()
    return ""


def silence_problem(name: str, what: str) -> str:
    try:
        quiet = silence(name)
    except DatabaseError:
        return f"读不到{what}的心跳"
    if quiet is None:
        return f"{what}还没有启动过"
    if quiet > SILENT_TOO_LONG:
        return f"{what}已有 {int(quiet.total_seconds() // 60)} 分钟没有动静，请重新启动它"
    return ""


def disk_problem() -> str:
    folder = settings.MEDIA_ROOT if settings.MEDIA_ROOT.exists() else settings.ROOT
    free = shutil.disk_usage(folder).free // MEGABYTE
    if free < settings.DISK_FREE_MB:
        return f"磁盘只剩 {free} MB，少于 {settings.DISK_FREE_MB} MB，请清理或扩容"
    return ""


def problems() -> dict[str, str]:
    """For each part of the site what is wrong with it; empty text where nothing is."""
    return {
        "database": database_problem(),
        "broker": broker_problem(),
        "worker": silence_problem("worker", "后台任务进程"),
        "beat": silence_problem("beat", "定时任务进程"),
        "disk": disk_problem(),
    }


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    found = problems()
    wrong = any(found.values())
    body = {"status": "wrong" if wrong else "ok", "checks": {name: problem or "ok" for name, problem in found.items()}}
    return JsonResponse(body, status=503 if wrong else 200, json_dumps_params={"ensure_ascii": False})
