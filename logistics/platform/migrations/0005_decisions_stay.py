from django.db import migrations

from logistics.platform.approvals import triggers


class Migration(migrations.Migration):
    dependencies = [("platform", "0004_search_index")]
    operations = [migrations.RunPython(triggers.install, triggers.remove)]
