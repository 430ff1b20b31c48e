"""Reports that were begun and have nobody on them say so."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WITH_CREW = ["assigned", "accepted", "on_the_way", "on_site", "proof_pending"]


def mark_reports(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    jobs = apps.get_model("dispatch", "Job").objects.filter(report=models.OuterRef("pk"))
    begun = apps.get_model("reports", "Report").objects.filter(status__in=["planned", "in_progress"])
    crewless = begun.filter(models.Exists(jobs.filter(status="draft")))
    crewless.exclude(models.Exists(jobs.filter(status__in=WITH_CREW))).update(needs_crew=True)


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0003_uploads"), ("reports", "0004_needs_crew")]

    operations = [migrations.RunPython(mark_reports, migrations.RunPython.noop)]
