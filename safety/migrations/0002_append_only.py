from django.db import migrations

from safety.append_only import RECORDS


class Migration(migrations.Migration):
    dependencies = [("safety", "0001_initial")]
    operations = [migrations.RunPython(RECORDS.install, RECORDS.remove)]
