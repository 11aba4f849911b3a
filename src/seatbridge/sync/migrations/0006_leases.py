from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sync', '0005_last_facts'),
    ]

    operations = [
        migrations.AddField(
            model_name='syncrun',
            name='carried_by',
            field=models.CharField(blank=True, db_default='', default='', max_length=120),
        ),
        migrations.AddField(
            model_name='syncrun',
            name='lease_until',
            field=models.DateTimeField(null=True),
        ),
    ]
