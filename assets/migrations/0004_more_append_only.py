from django.db import migrations

from assets.append_only import MORE


class Migration(migrations.Migration):
    dependencies = [("assets", "0003_from_stocktake_to_disposal")]
    operations = [migrations.RunPython(MORE.install, MORE.remove)]
