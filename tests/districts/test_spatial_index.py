"""Every geometry column that is searched has its index."""

import pytest
from django.apps import apps
from django.contrib.gis.db.models import GeometryField
from django.db import connection

from districts.models import RoutingRule
from districts.spatial import within_bbox
from districts.spatial_index import restore_spatial_indexes
from reports.models import Report
from tests.factories import make_report


@pytest.mark.django_db
def test_no_spatial_index_was_lost_in_a_migration() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostGIS keeps its indexes itself")
    columns = [
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, GeometryField) and field.spatial_index
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT f_table_name, f_geometry_column, spatial_index_enabled FROM geometry_columns")
        enabled = {(table, column): state for table, column, state in cursor.fetchall()}
    assert {column: enabled[column] for column in columns} == dict.fromkeys(columns, 1)
    assert (RoutingRule._meta.db_table, "area") in columns


@pytest.mark.django_db
def test_a_row_is_found_by_its_box_and_after_making_the_index_again() -> None:
    report = make_report()
    for _time in range(2):
        assert list(within_bbox(Report.objects.all(), "point", 23.3, 42.6, 23.35, 42.7)) == [report]
        restore_spatial_indexes(using="default")
