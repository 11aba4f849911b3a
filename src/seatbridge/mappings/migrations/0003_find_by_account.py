from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mappings', '0002_names_when_mapped'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='companymapping',
            index=models.Index(fields=['integration', 'account_id', 'company'], name='mappings_by_account'),
        ),
    ]
