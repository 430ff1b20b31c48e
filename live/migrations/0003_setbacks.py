from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("live", "0002_presence"),
    ]

    operations = [
        migrations.CreateModel(
            name="Setback",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sweep", models.CharField(max_length=60)),
                ("row", models.CharField(max_length=40)),
                ("failures", models.PositiveSmallIntegerField()),
                ("retry_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("sweep", "row"), name="live_setback_unique")],
            },
        ),
    ]
