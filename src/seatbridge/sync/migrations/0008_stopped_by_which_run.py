from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sync', '0007_pending_price'),
    ]

    operations = [
        migrations.AddField(
            model_name='linememory',
            name='stopped_run',
            field=models.PositiveBigIntegerField(null=True),
        ),
    ]
