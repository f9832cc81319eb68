from django.db import migrations

from logistics.platform.kernel.migrating import Beside
from logistics.platform.search import store


def install(schema_editor):
    store.run(schema_editor.connection, "install")


def remove(schema_editor):
    store.run(schema_editor.connection, "remove")


class Migration(migrations.Migration):
    dependencies = [("platform", "0003_journal_search")]
    operations = [Beside(install, remove)]
