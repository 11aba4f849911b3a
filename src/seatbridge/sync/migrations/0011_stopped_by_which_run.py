from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sync', '0010_instructions_and_differences'),
    ]

    operations = [
        migrations.AddField(
            model_name='linememory',
            name='stopped_run',
            field=models.PositiveBigIntegerField(null=True),
        ),
    ]
