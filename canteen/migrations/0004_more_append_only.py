from django.db import migrations

from canteen.append_only import MORE
from logistics.platform.kernel.migrating import Beside


class Migration(migrations.Migration):
    dependencies = [("canteen", "0003_accounts_water_shop_nutrition")]
    operations = [Beside(MORE.install, MORE.remove)]
