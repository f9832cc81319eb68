from django.db import migrations

from assets.append_only import LEDGERS
from logistics.platform.kernel.migrating import Beside


class Migration(migrations.Migration):
    dependencies = [("assets", "0001_initial")]
    operations = [Beside(LEDGERS.install, LEDGERS.remove)]
