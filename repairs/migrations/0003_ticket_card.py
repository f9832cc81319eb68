import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assets", "0001_initial"), ("repairs", "0002_ticket_search")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="card",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="tickets", to="assets.assetcard", verbose_name="资产卡片"
            ),
        ),
    ]
