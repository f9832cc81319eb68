from django.db import migrations

from logistics.platform.search import store


def compare_by_bytes(apps, schema_editor):
    store.run(schema_editor.connection, "by bytes")


class Migration(migrations.Migration):
    dependencies = [("platform", "0005_decisions_stay")]
    operations = [migrations.RunPython(compare_by_bytes, migrations.RunPython.noop)]
