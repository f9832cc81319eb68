from django.db import migrations

from assets.append_only import MORE
from logistics.platform.kernel.migrating import Beside


class Migration(migrations.Migration):
    dependencies = [("assets", "0003_from_stocktake_to_disposal")]
    operations = [Beside(MORE.install, MORE.remove)]
