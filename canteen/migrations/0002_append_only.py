from django.db import migrations

from canteen.append_only import EVIDENCE


class Migration(migrations.Migration):
    dependencies = [("canteen", "0001_initial")]
    operations = [migrations.RunPython(EVIDENCE.install, EVIDENCE.remove)]
