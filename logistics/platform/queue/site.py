"""What must be true before this machine serves the school: one instance, a port, room on the disk, a database, pages' files."""

import fcntl
import hashlib
import io
import os
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from .backups import back_up_database, backups_folder

LEFTOVER_SECONDS = 30  # a predecessor that was killed may still be finishing its work
Say = Callable[[str], None]


class CannotStart(Exception):
    """A sentence for the person at the keyboard: what is in the way and what to do."""


def open_var() -> Path:
    """The folder of everything this site keeps, made when missing, closed to strangers."""
    try:
        settings.VAR.mkdir(mode=0o750, parents=True, exist_ok=True)
        (settings.VAR / "logs").mkdir(exist_ok=True)
        (settings.VAR / "serve.lock").touch()
    except OSError as error:
        raise CannotStart(f"不能写入 {settings.VAR}（{error.strerror}）。请用建立它的那个账号启动，或改正目录的权限。") from error
    return settings.VAR


def lock_site(say: Say) -> int:
    """Take the lock that makes this the only instance; it is held as long as the returned descriptor stays open anywhere."""
    descriptor = os.open(settings.VAR / "serve.lock", os.O_RDWR | os.O_CREAT, 0o640)
    patience = time.monotonic() + LEFTOVER_SECONDS
    waited = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode().strip()
            if is_running(holder) or time.monotonic() > patience:
                os.close(descriptor)
                raise CannotStart(f"本系统已经在运行（进程 {holder}）。要重新启动，请先在那个窗口按 Ctrl-C。") from None
            if not waited:
                say("上一次运行的任务还没有收尾，请稍候……")
            waited = True
            time.sleep(0.2)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


def is_running(pid: str) -> bool:
    """Whether that process is a living `serve`."""
    try:
        return b"serve" in Path(f"/proc/{int(pid)}/cmdline").read_bytes()
    except (ValueError, OSError):
        return False


def check_disk() -> None:
    free = shutil.disk_usage(settings.VAR).free // (1024 * 1024)
    if free < settings.DISK_FREE_MB:
        raise CannotStart(f"磁盘只剩 {free} MB，至少需要 {settings.DISK_FREE_MB} MB。请清理 {settings.VAR} 所在的磁盘后再启动。")


def take_port(bind: str) -> socket.socket:
    """Reserve the address "host" or "host:port" (PORT, else 8000) for the web process, which begins to listen on it later."""
    host, _, port = bind.partition(":")
    port = port or os.environ.get("PORT") or "8000"
    if not port.isdigit() or int(port) > 65535:
        raise CannotStart(f"端口“{port}”不对，应是 1 到 65535 之间的数字，例如 PORT=8001 ./run")
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, int(port)))
    except PermissionError:
        raise CannotStart(f"端口 {port} 只有系统账号能用，请换 1024 以上的端口，例如 PORT=8001 ./run") from None
    except OSError as error:
        taken.close()
        raise CannotStart(f"端口 {port} 用不了（{error.strerror}）。多半是被别的程序占用：请关掉它，或换一个端口，例如 PORT=8001 ./run") from None
    return taken


def update_database(say: Say) -> None:
    """Apply what is new in the tables; a database that already holds work is copied first."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if executor.loader.applied_migrations and connection.vendor == "sqlite":
        say(f"数据库要升级，先备份：{back_up_database(backups_folder())}")
    else:
        say("正在准备数据库……")
    call_command("migrate", interactive=False, verbosity=0)


def update_static() -> None:
    """Gather and compress style sheets, scripts and icons, only when one of them changed."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            digest.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    stamp = settings.STATIC_ROOT / "gathered-from.txt"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(digest.hexdigest())


def install(say: Say) -> None:
    """What a new version needs before it serves: tables, roles for what it newly permits, pages' files."""
    from logistics.platform.access.rules import install_roles

    update_database(say)
    install_roles()
    update_static()


def load_demo(say: Say) -> None:
    """On the very first start, and only where the demo is on, fill the empty school with a believable one."""
    from logistics.platform.org.models import User
    from logistics.platform.school.models import School

    begun = School.objects.exists() or User.objects.filter(is_person=True).exists()
    if settings.DEMO and not begun:
        say("第一次启动，正在建立演示学校，大约需要一分钟……")
        call_command("demo", verbosity=0, stdout=io.StringIO())
