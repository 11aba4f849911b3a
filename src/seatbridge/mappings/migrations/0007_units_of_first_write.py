from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("mappings", "0006_renewals"),
    ]

    operations = [
        migrations.AddField(
            model_name="companymapping",
            name="first_write_units",
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
