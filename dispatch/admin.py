"""Crews, their members and shifts in the administration."""

from django.contrib import admin

from dispatch.models import CategoryNeeds, Crew, CrewMember, SharedCrew, Shift, ShiftBreak


class MemberInline(admin.TabularInline):  # type: ignore[type-arg]
    model = CrewMember
    raw_id_fields = ("user",)
    extra = 0


class BreakInline(admin.TabularInline):  # type: ignore[type-arg]
    model = ShiftBreak
    extra = 0


class SharingInline(admin.TabularInline):  # type: ignore[type-arg]
    model = SharedCrew
    extra = 0


@admin.register(Crew)
class CrewAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "district", "vehicle", "capacity", "is_active", "is_on_duty")
    list_filter = ("district", "vehicle", "is_active", "is_on_duty")
    list_select_related = ("district",)
    search_fields = ("name",)
    filter_horizontal = ("skills",)
    inlines = (MemberInline, SharingInline)


@admin.register(Shift)
class ShiftAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("crew", "starts_at", "ends_at")
    list_filter = ("crew__district",)
    list_select_related = ("crew",)
    date_hierarchy = "starts_at"
    autocomplete_fields = ("crew",)
    inlines = (BreakInline,)


@admin.register(CategoryNeeds)
class CategoryNeedsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("category", "vehicles", "minutes")
    list_select_related = ("category",)
