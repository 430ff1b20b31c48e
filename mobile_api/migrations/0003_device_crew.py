import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def tie_to_crews(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Nearly all register on a crew's phone by their PIN; the others do it anew at their next start."""
    phones = apps.get_model("dispatch", "CrewPhone").objects.filter(pk=OuterRef("phone"))
    devices = apps.get_model("mobile_api", "PushDevice").objects.exclude(phone=None)
    devices.update(crew=Subquery(phones.values("crew")))


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0015_promise_notes"),
        ("mobile_api", "0002_device_phone"),
    ]

    operations = [
        migrations.AddField(
            model_name="pushdevice",
            name="crew",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="push_devices",
                to="dispatch.crew",
            ),
        ),
        migrations.RunPython(tie_to_crews, migrations.RunPython.noop),
    ]
