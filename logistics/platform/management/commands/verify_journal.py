from django.core.management.base import BaseCommand, CommandError

from logistics.platform.audit.models import ChainHead
from logistics.platform.audit.queries import find_breaks


class Command(BaseCommand):
    help = "Prove the journal untouched, or name the first broken entry of each chain."

    def handle(self, **options):
        breaks = list(find_breaks())
        for head in ChainHead.objects.order_by("chain"):
            self.stdout.write(f"{head.chain}: {head.position} entries, head {head.digest}")
        if breaks:
            raise CommandError("; ".join(f"{b.chain} entry {b.position}: {b.reason}" for b in breaks))
        self.stdout.write("journal untouched")
