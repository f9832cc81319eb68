from django.db import migrations

from logistics.platform.audit import triggers
from logistics.platform.kernel.migrating import Beside


class Migration(migrations.Migration):
    dependencies = [("platform", "0001_initial")]
    operations = [Beside(triggers.install, triggers.remove)]
