from django.db import migrations

from canteen.append_only import EVIDENCE
from logistics.platform.kernel.migrating import Beside


class Migration(migrations.Migration):
    dependencies = [("canteen", "0001_initial")]
    operations = [Beside(EVIDENCE.install, EVIDENCE.remove)]
