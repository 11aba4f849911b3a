
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0008_posting_days_of_contracts'),
        ('mappings', '0005_calendar_proposals'),
    ]

    operations = [
        migrations.CreateModel(
            name='Renewal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('contract_id', models.PositiveBigIntegerField()),
                ('successor_id', models.PositiveBigIntegerField()),
                ('ends_on', models.DateField()),
                ('starts_on', models.DateField()),
                ('first_write_approved', models.BooleanField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('taken', 'Taken'), ('void', 'Void')], default='open', max_length=10)),
                ('why', models.CharField(blank=True, max_length=300)),
                ('accepted_by', models.CharField(max_length=120)),
                ('accepted_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('integration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='renewals', to='integrations.integration')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('integration', 'contract_id'), name='one_open_renewal_per_contract')],
            },
        ),
    ]
