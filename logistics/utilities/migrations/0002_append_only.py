from django.db import migrations

from logistics.utilities.append_only import METERS


class Migration(migrations.Migration):
    dependencies = [("utilities", "0001_initial")]
    operations = [migrations.RunPython(METERS.install, METERS.remove)]
