import time
from datetime import timedelta
from random import Random

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from assets import demo as assets_demo
from canteen import demo as canteen_demo
from dorms import demo as dorms_demo
from finance import demo as finance_demo
from logistics.platform.demo import approvals, board, duties, papers, partners, rulebook
from logistics.platform.demo import build as platform_demo
from logistics.platform.heads.rules import take_daily_head
from logistics.platform.notices.delivery import deliver
from logistics.platform.notices.models import OutboxMessage, OutboxState
from logistics.platform.notices.rules import broker_rests
from logistics.platform.org.models import User
from logistics.platform.search.index import rebuilt_after
from logistics.utilities import demo as utilities_demo
from repairs import demo as repairs_demo
from repairs import demo_works
from repairs.figures.rules import make_missing_reports
from safety import demo as safety_demo

TOLD_FOR = timedelta(days=2)  # older messages of the demo are long read and are not put into inboxes


class Command(BaseCommand):
    help = "Load a believable school into an empty database. The same seed on the same day makes the same school."

    def add_arguments(self, parser):
        parser.add_argument("--scale", type=int, default=1, help="1 is one term of one school; the number multiplies people and tickets")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, scale, seed, **options):
        if User.objects.filter(is_person=True).exists():
            raise CommandError("the database has people already; the demo only goes into an empty one")
        start, now = time.monotonic(), timezone.now().replace(microsecond=0)
        with broker_rests(), rebuilt_after(), transaction.atomic():
            school = platform_demo.build(random=Random(seed), now=now, scale=max(1, scale))
            papers.build(school)
            partners.build(school)
            rulebook.build(school)
            board.build(school)
            approvals.build(school)
            tickets = repairs_demo.build(school)
            demo_works.build(school)
            make_missing_reports(at=now)
            finance_demo.build(school)
            assets_demo.build(school)
            canteen_demo.build(school)
            duties.build(school)
            utilities_demo.build(school)
            dorms_demo.build(school)
            safety_demo.build(school)
        take_daily_head(at=timezone.now())
        self.settle(now)
        self.stdout.write(f"demo school: {User.objects.filter(is_person=True).count()} people, {tickets} tickets, {time.monotonic() - start:.0f} s")

    def settle(self, now) -> None:
        """Old promises count as kept; those of the last days are delivered here, before anybody looks."""
        waiting = OutboxMessage.objects.filter(state=OutboxState.PENDING)
        waiting.filter(created_at__lt=now - TOLD_FOR).update(state=OutboxState.DONE)
        for pk in waiting.values_list("pk", flat=True):
            deliver(message_id=pk, at=now)
