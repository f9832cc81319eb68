from django.db import migrations

from dorms.append_only import NIGHTS


class Migration(migrations.Migration):
    dependencies = [("dorms", "0001_initial")]
    operations = [migrations.RunPython(NIGHTS.install, NIGHTS.remove)]
