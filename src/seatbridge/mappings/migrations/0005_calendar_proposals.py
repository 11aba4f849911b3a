import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0008_posting_days_of_contracts"),
        ("mappings", "0004_find_by_contract"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("read_at", models.DateTimeField()),
                ("since", models.DateField()),
                ("invoices", models.PositiveIntegerField()),
                ("basis", models.CharField(max_length=64)),
                ("document", models.JSONField()),
                ("accepted_at", models.DateTimeField(null=True)),
                (
                    "integration",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_proposal",
                        to="integrations.integration",
                    ),
                ),
            ],
        ),
    ]
