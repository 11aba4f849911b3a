from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sync', '0012_decisions_and_waiting_lines'),
    ]

    operations = [
        migrations.AddField(
            model_name='linememory',
            name='agreed',
            field=models.CharField(blank=True, db_default='', default='', max_length=20),
        ),
    ]
