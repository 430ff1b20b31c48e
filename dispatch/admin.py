"""Crews, their members and shifts in the administration."""

from django.contrib import admin
from django.http import HttpRequest

from dispatch.models import CategoryNeeds, Crew, CrewMember, CrewPhone, CrewPin, SharedCrew, Shift, ShiftBreak


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


@admin.register(CrewPhone)
class CrewPhoneAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Phones are enrolled and cut off at the desk; here is who did it, and when."""

    list_display = ("label", "crew", "enrolled_at", "enrolled_by", "used_at", "revoked_at", "revoked_by")
    list_filter = ("crew__district",)
    list_select_related = ("crew", "enrolled_by", "revoked_by")
    search_fields = ("label", "crew__name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: CrewPhone | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: CrewPhone | None = None) -> bool:
        return False


@admin.register(CrewPin)
class CrewPinAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """PINs are given at the desk; here they are taken away."""

    list_display = ("user", "is_starting", "made_at", "made_by", "wrong")
    list_select_related = ("user", "made_by")
    search_fields = ("user__email", "user__name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: CrewPin | None = None) -> bool:
        return False
