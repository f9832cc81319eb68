"""manage.py serve: the whole site in one foreground command. Ctrl-C ends all of it."""

import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import Error as DatabaseError
from django.db import connections

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.queue import site
from logistics.platform.queue.processes import Child, Supervisor, commands

FIRST_ANSWER_SECONDS = 60
GRACE_SECONDS = 25
EVERYWHERE = "0.0.0.0"  # noqa: S104  # asked for by --bind, never the default


class Command(BaseCommand):
    help = "启动整个系统：网页、后台任务、定时任务；按 Ctrl-C 停止"

    def add_arguments(self, parser):
        parser.add_argument("--bind", default="127.0.0.1", help="监听地址，可带端口；0.0.0.0 表示校园网内的手机和电脑都能访问（默认只限本机）")

    def handle(self, *args, bind, **options):
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
        try:
            self.serve(bind)
        except (site.CannotStart, RuleViolation) as reason:
            self.say(str(reason))
            sys.exit(1)
        except DatabaseError as error:
            self.say(f"数据库用不了：{error}")
            sys.exit(1)
        except KeyboardInterrupt:
            self.say("已停止。")
            sys.exit(130)

    def say(self, sentence: str) -> None:
        self.stderr.write(sentence)

    def serve(self, bind: str) -> None:
        os.umask(0o027)  # what people write here is not for every account of this machine
        var = site.open_var()
        lock = site.lock_site(self.say)
        site.check_disk()
        port = site.take_port(bind)
        site.install(self.say)
        site.load_demo(self.say)
        connections.close_all()
        inherit = {"web": (port.fileno(),), "worker": (lock,), "beat": ()}
        delay = {"web": 0, "worker": 1, "beat": 1}  # seconds; the first page comes first
        children = [Child(name, command, var / "logs", inherit[name], delay[name]) for name, command in commands(port.fileno(), var).items()]
        supervisor = Supervisor(children, self.say)
        opening = Opening(self, port)
        try:
            supervisor.run(opening.check)
        finally:
            self.say("正在停止……")
            supervisor.stop(GRACE_SECONDS)
            os.ftruncate(lock, 0)
            self.say("已停止。")


class Opening:
    """Announces the address once the first page really answers."""

    def __init__(self, command: Command, port: socket.socket):
        self.command, self.done = command, False
        self.host, self.port = port.getsockname()
        self.patience = time.monotonic() + FIRST_ANSWER_SECONDS

    def check(self) -> None:
        if self.done:
            return
        here = "127.0.0.1" if self.host == EVERYWHERE else self.host
        try:
            urllib.request.urlopen(f"http://{here}:{self.port}/healthz", timeout=1).close()
        except urllib.error.HTTPError as answer:
            raise site.CannotStart(f"网页启动不正常（{answer.code}），详情见 {settings.VAR / 'logs' / 'web.log'}") from None
        except OSError:
            if time.monotonic() > self.patience:
                raise site.CannotStart(f"网页 {FIRST_ANSWER_SECONDS} 秒内没有启动，详情见 {settings.VAR / 'logs' / 'web.log'}") from None
            return
        self.done = True
        self.announce(here)

    def announce(self, here: str) -> None:
        lines = ["", f"  已启动：http://{here}:{self.port}/"]
        if self.host == EVERYWHERE:
            lines.append(f"  校园网内：http://{address_in_network()}:{self.port}/")
        else:
            lines.append("  只限本机访问；要让校园网内的手机也能用，请改用 ./run --bind 0.0.0.0")
        lines += demo_lines()
        self.command.stdout.write("\n".join([*lines, "  按 Ctrl-C 停止。", ""]))
        self.command.stdout.flush()


def demo_lines() -> list[str]:
    """The demo accounts that exist here; nothing where there is no demo."""
    from logistics.platform.demo.words import ACCOUNTS, PASSWORD
    from logistics.platform.org.models import User

    if not settings.DEMO:
        return []
    people = {user.username: user for user in User.objects.filter(username__in=ACCOUNTS)}
    names = [f"{name}（{people[name].title or people[name].name}）" for name in ACCOUNTS if name in people]
    rows = ["    " + "  ".join(names[start : start + 5]) for start in range(0, len(names), 5)]
    return [f"  演示账号（密码都是 {PASSWORD}，正式使用请勿开启演示）：", *rows] if names else []


def address_in_network() -> str:
    """This machine's address as its neighbours see it; nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "本机地址"
        return probe.getsockname()[0]
