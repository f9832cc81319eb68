from django.db import migrations

from logistics.platform.kernel.migrating import Beside
from logistics.platform.search import store


def compare_by_bytes(schema_editor):
    store.run(schema_editor.connection, "by bytes")


def stay(schema_editor):
    """What compares by bytes may go on doing so."""


class Migration(migrations.Migration):
    dependencies = [("platform", "0005_decisions_stay")]
    operations = [Beside(compare_by_bytes, stay)]
