from django.db import migrations, models


def put_away_open_plans(apps, schema_editor):  # type: ignore[no-untyped-def]
    """What they asked is written in another way now; a plan is proposed anew in a second."""
    plans = apps.get_model("dispatch", "DayPlan")
    plans.objects.filter(state="open").update(state="dropped", improve_after=None)


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0015_promise_notes")]

    operations = [
        migrations.AddField("watch", "asked_from", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("watch", "arrives_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("dayplan", "tables", models.JSONField(blank=True, null=True)),
        migrations.RunPython(put_away_open_plans, migrations.RunPython.noop),
    ]
