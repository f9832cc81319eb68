"""manage.py first_admin NUMBER NAME: the account with which a school begins."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.founding import appoint_first_admin
from logistics.platform.org.models import User


class Command(BaseCommand):
    help = "建立第一个系统管理员，打印他的首次登录密码"

    def add_arguments(self, parser):
        parser.add_argument("username", help="工号，登录时用")
        parser.add_argument("name", help="姓名")

    def handle(self, *args, username, name, **options):
        try:
            person = appoint_first_admin(actor=User.objects.system("system"), at=timezone.now(), username=username, name=name)
        except RuleViolation as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"系统管理员 {person.name}，工号 {person.username}，首次登录密码 {person.first_password}（只显示这一次，登录后要改）")
