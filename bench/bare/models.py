"""A table as wide as that of reports, with no index but its key."""

from typing import Any, ClassVar

from django.db import models

from reports.models import Report

TABLE = "bench_row"
CREATE = f"CREATE TABLE {TABLE} (LIKE reports_report INCLUDING IDENTITY, PRIMARY KEY (id))"


class Row(models.Model):
    """The columns of a report; keys to other tables are plain numbers."""

    objects: ClassVar[models.Manager["Row"]] = models.Manager()

    class Meta:
        managed = False
        db_table = TABLE

    def __str__(self) -> str:
        return str(self.pk)


def _plain(field: Any) -> Any:
    if field.is_relation:
        return models.BigIntegerField(null=True, db_column=field.column)
    return field.clone()


for _field in Report._meta.concrete_fields:
    if not _field.primary_key:
        Row.add_to_class(_field.attname, _plain(_field))
