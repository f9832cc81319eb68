from django.db import migrations

from logistics.platform.kernel.migrating import Beside
from logistics.utilities.append_only import METERS


class Migration(migrations.Migration):
    dependencies = [("utilities", "0001_initial")]
    operations = [Beside(METERS.install, METERS.remove)]
