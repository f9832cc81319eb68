from django.db import migrations

from logistics.platform.search import store


def install(apps, schema_editor):
    store.run(schema_editor.connection, "install")


def remove(apps, schema_editor):
    store.run(schema_editor.connection, "remove")


class Migration(migrations.Migration):
    dependencies = [("platform", "0003_journal_search")]
    operations = [migrations.RunPython(install, remove)]
