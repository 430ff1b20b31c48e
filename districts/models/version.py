"""The version of what decides who is responsible, and the models that raise it when they change."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Self, TypeVar

from django.db import models, transaction
from django.db.models.functions import Now

ONLY_ROW = 1


class ResponsibilityVersion(models.Model):
    """One row; processes that keep boundaries and rules in memory load them again when it differs.

    `changes_here` counts the changes that this process has made or committed.
    """

    changes_here: ClassVar[int] = 0

    version = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=ONLY_ROW), name="one_responsibility_version")
        ]

    def __str__(self) -> str:
        return str(self.version)

    @classmethod
    def bump(cls) -> None:
        """Raise the version in the caller's transaction, which locks the row until it ends."""
        if not cls._raise_row():
            first = ResponsibilityVersion(pk=ONLY_ROW, changed_at=Now())
            ResponsibilityVersion.objects.bulk_create([first], ignore_conflicts=True)
            cls._raise_row()
        cls._note_change()
        transaction.on_commit(cls._note_change)

    @classmethod
    def stamp(cls) -> tuple[int, datetime] | None:
        """Version and time, which differ after every change; None before the first."""
        return cls.objects.filter(pk=ONLY_ROW).values_list("version", "changed_at").first()

    @classmethod
    def _note_change(cls) -> None:
        cls.changes_here += 1

    @classmethod
    def _raise_row(cls) -> int:
        row = cls.objects.filter(pk=ONLY_ROW)
        return row.update(version=models.F("version") + 1, changed_at=Now())


_Row = TypeVar("_Row", bound=models.Model, covariant=True)


class ResponsibilityQuerySet(models.QuerySet[_Row]):
    """Every bulk write raises the version in the same transaction.

    Only raw SQL and the private `_raw_delete` go past it: they must call
    `ResponsibilityVersion.bump()` themselves, in their transaction.
    """

    def update(self, **values: Any) -> int:
        with transaction.atomic(using=self.db):
            ResponsibilityVersion.bump()
            return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic(using=self.db):
            ResponsibilityVersion.bump()
            return super().delete()

    def bulk_create(self, objs: Iterable[_Row], *args: Any, **options: Any) -> list[_Row]:
        with transaction.atomic(using=self.db):
            ResponsibilityVersion.bump()
            return super().bulk_create(objs, *args, **options)

    def bulk_update(self, objs: Iterable[_Row], fields: Iterable[str], *args: Any, **options: Any) -> int:
        with transaction.atomic(using=self.db):
            ResponsibilityVersion.bump()
            return super().bulk_update(objs, fields, *args, **options)

    update.alters_data = True  # type: ignore[attr-defined]
    delete.alters_data = True  # type: ignore[attr-defined]


class ResponsibilityModel(models.Model):
    """A model whose rows decide who is responsible: saving or deleting one raises the version."""

    objects = ResponsibilityQuerySet[Self].as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            ResponsibilityVersion.bump()
            super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            ResponsibilityVersion.bump()
            return super().delete(*args, **options)
