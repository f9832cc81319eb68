from django.db import migrations

from dorms.append_only import NIGHTS
from logistics.platform.kernel.migrating import Beside


class Migration(migrations.Migration):
    dependencies = [("dorms", "0001_initial")]
    operations = [Beside(NIGHTS.install, NIGHTS.remove)]
