from django.conf import settings
from django.core.management.base import BaseCommand

from logistics.cockpit.reference import write_all


class Command(BaseCommand):
    help = "Write the pages of docs/ that are drawn from the code: state diagrams, the table of roles, the API's schema."

    def handle(self, **options):
        changed = write_all(settings.ROOT / "docs")
        for name in changed:
            self.stdout.write(f"docs/{name}")
        self.stdout.write(f"{len(changed)} changed")
