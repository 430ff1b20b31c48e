import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KINDS = [
    ("code_shown", "Code for a new phone shown"),
    ("code_withdrawn", "Code withdrawn"),
    ("enrolled", "Phone enrolled"),
    ("replaced", "Phone enrolled anew by another code"),
    ("cut_off", "Phone cut off"),
    ("tracker_ended", "Token of the tracking app ended"),
    ("unlocked", "Phone unlocked"),
    ("pin_given", "Starting PIN given"),
    ("pin_unlocked", "PIN unlocked"),
    ("pin_chosen", "PIN chosen on a phone"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0016_arrivals_by_road"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("phonecode", "withdrawn_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            model_name="phonecode",
            constraint=models.CheckConstraint(
                name="phone_code_used_or_withdrawn",
                condition=models.Q(used_at__isnull=True) | models.Q(withdrawn_at__isnull=True),
            ),
        ),
        migrations.CreateModel(
            name="PhoneAct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(choices=KINDS, max_length=16)),
                ("at", models.DateTimeField()),
                (
                    "crew",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="phone_acts",
                        to="dispatch.crew",
                    ),
                ),
                (
                    "phone",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="dispatch.crewphone",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "-pk"),
                "indexes": [models.Index(fields=["crew", "-at"], name="phone_acts_of_a_crew")],
            },
        ),
    ]
