from django.db import migrations

from districts.spatial import IndexOnPostgres

OPEN = "'received', 'acknowledged', 'waiting', 'reopened', 'planned', 'in_progress'"


class Migration(migrations.Migration):
    """A look at a few streets finds their open reports without reading all of the district."""

    dependencies = [("reports", "0014_at_border")]

    operations = [
        IndexOnPostgres("report_open_points", f"reports_report USING gist (point) WHERE status IN ({OPEN})"),
    ]
