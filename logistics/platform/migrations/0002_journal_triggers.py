from django.db import migrations

from logistics.platform.audit import triggers


class Migration(migrations.Migration):
    dependencies = [("platform", "0001_initial")]
    operations = [migrations.RunPython(triggers.install, triggers.remove)]
