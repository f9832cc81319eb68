from django.db import migrations

from finance.append_only import LEDGERS
from logistics.platform.kernel.migrating import Beside


class Migration(migrations.Migration):
    dependencies = [("finance", "0001_initial")]
    operations = [Beside(LEDGERS.install, LEDGERS.remove)]
