from django.db import migrations

from finance import append_only


class Migration(migrations.Migration):
    dependencies = [("finance", "0001_initial")]
    operations = [migrations.RunPython(append_only.install, append_only.remove)]
