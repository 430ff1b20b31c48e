"""What every list of the administration owes to people who can't see it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class LabelledList(admin.ModelAdmin):  # type: ignore[type-arg]
    """Fields edited in the list stand below a column's head: each says its name to a screen reader."""

    def get_changelist_formset(self, request: HttpRequest, **options: Any) -> Any:
        formset = super().get_changelist_formset(request, **options)
        for field in formset.form.base_fields.values():
            field.widget.attrs["aria-label"] = field.label
        return formset
