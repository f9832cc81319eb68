from django.db import migrations

from logistics.platform.approvals import triggers
from logistics.platform.kernel.migrating import Beside


class Migration(migrations.Migration):
    dependencies = [("platform", "0004_search_index")]
    operations = [Beside(triggers.install, triggers.remove)]
