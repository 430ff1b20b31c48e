"""The administration: what can be reported is edited here; reports are only looked at."""

from django.contrib import admin
from django.http import HttpRequest

from accounts.list_labels import LabelledList
from reports.models import Category, CategoryGroup, ReplyTemplate, Report, Update


@admin.register(CategoryGroup)
class CategoryGroupAdmin(LabelledList):
    list_display = ("code", "__str__", "position")
    list_editable = ("position",)


@admin.register(Category)
class CategoryAdmin(LabelledList):
    list_display = ("code", "name", "group", "urgency", "is_private", "photo_policy", "is_active", "position")
    list_editable = ("position", "is_active")
    list_filter = ("group", "is_active", "is_private", "urgency")
    list_select_related = ("group",)
    search_fields = ("code", "names")


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("title", "purpose", "language", "district", "category", "retired_at")
    list_filter = ("purpose", "language", "district", "category")
    list_select_related = ("district", "category")
    search_fields = ("title", "body")

    def save_model(self, request: HttpRequest, obj: ReplyTemplate, form: object, change: bool) -> None:
        """Whoever has it open at a desk is told that it has changed."""
        if change:
            obj.version += 1
        obj.save()


class UpdateInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Update
    extra = 0
    can_delete = False
    fields = readonly_fields = ("at", "kind", "audience", "status", "text", "actor")
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        return False


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Read only: every change of a report is a service that leaves its trace in timeline and log."""

    list_display = ("code", "category", "district", "status", "urgency", "visibility", "received_at")
    list_filter = ("status", "urgency", "visibility", "channel", "district", "category")
    list_select_related = ("category", "district")
    search_fields = ("code", "search_text")
    date_hierarchy = "received_at"
    inlines = (UpdateInline,)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        return False
