from django.db import migrations

from assets.append_only import LEDGERS


class Migration(migrations.Migration):
    dependencies = [("assets", "0001_initial")]
    operations = [migrations.RunPython(LEDGERS.install, LEDGERS.remove)]
