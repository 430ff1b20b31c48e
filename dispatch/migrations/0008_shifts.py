"""Shifts with breaks that never overlap, breaks and sign-off of crews, crews shared by two districts."""

import uuid

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import districts.spatial


def give_ids(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for shift in apps.get_model("dispatch", "Shift").objects.filter(uuid=None):
        shift.uuid = uuid.uuid4()
        shift.save(update_fields=["uuid"])


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0007_saved_view"),
        ("districts", "0002_track_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.AddField("shift", "uuid", models.UUIDField(null=True, default=None, editable=False)),
        migrations.RunPython(give_ids, migrations.RunPython.noop),
        migrations.CreateModel(
            name="SharedCrew",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="last day")),
            ],
            options={
                "verbose_name": "shared crew",
                "verbose_name_plural": "shared crews",
                "ordering": ("starts_on", "id"),
            },
        ),
        migrations.CreateModel(
            name="ShiftBreak",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="starts at")),
                ("ends_at", models.DateTimeField(verbose_name="ends at")),
                ("begun_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "verbose_name": "break",
                "verbose_name_plural": "breaks",
                "ordering": ("starts_at",),
            },
        ),
        migrations.AddField(
            model_name="crew",
            name="break_until",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="crew",
            name="off_duty_because",
            field=models.CharField(
                blank=True,
                choices=[("shift_ended", "the shift had ended")],
                default="",
                editable=False,
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="crew",
            name="on_duty_since",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="shift",
            name="uuid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddIndex(
            model_name="shift",
            index=models.Index(fields=["ends_at"], name="shift_end"),
        ),
        migrations.AddConstraint(
            model_name="crew",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_on_duty", True), ("break_until__isnull", True), _connector="OR"),
                name="crew_rests_on_duty",
            ),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=districts.spatial.SpansApart(
                end="ends_at",
                name="shifts_apart",
                owner="crew",
                start="starts_at",
                violation_error_message="The crew has another shift at that time.",
            ),
        ),
        migrations.AddField(
            model_name="sharedcrew",
            name="agreed_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sharedcrew",
            name="crew",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sharings",
                to="dispatch.crew",
                verbose_name="crew",
            ),
        ),
        migrations.AddField(
            model_name="sharedcrew",
            name="district",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="shared_crews",
                to="districts.district",
                verbose_name="also works for",
            ),
        ),
        migrations.AddField(
            model_name="shiftbreak",
            name="shift",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="breaks",
                to="dispatch.shift",
                verbose_name="shift",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharedcrew",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                ),
                name="shared_crew_days_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="shiftbreak",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="break_has_length"
            ),
        ),
        migrations.AddConstraint(
            model_name="shiftbreak",
            constraint=districts.spatial.SpansApart(
                end="ends_at",
                name="breaks_apart",
                owner="shift",
                start="starts_at",
                violation_error_message="Two breaks overlap.",
            ),
        ),
    ]
