"""manage.py reset_code NUMBER: the only administrator has lost the phone."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from logistics.platform.access.codes import reset_code_by_operator
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import User


class Command(BaseCommand):
    help = "重置一个人的动态口令，以后只用密码就能登录"

    def add_arguments(self, parser):
        parser.add_argument("username", help="工号")

    def handle(self, *args, username, **options):
        person = User.objects.filter(username=username, is_person=True).first()
        if person is None:
            raise CommandError(f"没有工号是「{username}」的人。")
        try:
            reset_code_by_operator(actor=User.objects.system("system"), at=timezone.now(), record=person)
        except RuleViolation as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"{person.name}（{person.username}）的动态口令已经重置。")
