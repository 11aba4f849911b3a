from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("integrations", "0007_call_windows_by_change")]

    operations = [
        migrations.AddField(
            model_name="contractterms",
            name="posts_on",
            field=models.PositiveSmallIntegerField(null=True),
        ),
    ]
