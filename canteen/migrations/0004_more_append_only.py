from django.db import migrations

from canteen.append_only import MORE


class Migration(migrations.Migration):
    dependencies = [("canteen", "0003_accounts_water_shop_nutrition")]
    operations = [migrations.RunPython(MORE.install, MORE.remove)]
