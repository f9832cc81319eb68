from django.db import migrations

from logistics.platform.kernel.migrating import Beside
from safety.append_only import RECORDS


class Migration(migrations.Migration):
    dependencies = [("safety", "0001_initial")]
    operations = [Beside(RECORDS.install, RECORDS.remove)]
