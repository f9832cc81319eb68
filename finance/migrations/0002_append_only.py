from django.db import migrations

from finance.append_only import LEDGERS


class Migration(migrations.Migration):
    dependencies = [("finance", "0001_initial")]
    operations = [migrations.RunPython(LEDGERS.install, LEDGERS.remove)]
