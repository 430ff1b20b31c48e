"""Addresses of duty, shifts and shared crews."""

from django.urls import path

from dispatch.views.duty import change_break, change_duty
from dispatch.views.shifts import (
    add_sharing,
    add_shift,
    delete_shift,
    shift_page,
    shifts_page,
    stop_sharing,
    upload_shifts,
)

urlpatterns = [
    path("crew/duty/", change_duty, name="duty"),
    path("crew/break/", change_break, name="break"),
    path("desk/shifts/", shifts_page, name="shifts"),
    path("desk/shifts/add/", add_shift, name="add-shift"),
    path("desk/shifts/import/", upload_shifts, name="import-shifts"),
    path("desk/shifts/<uuid:shift_id>/", shift_page, name="shift"),
    path("desk/shifts/<uuid:shift_id>/remove/", delete_shift, name="remove-shift"),
    path("desk/sharings/add/", add_sharing, name="add-sharing"),
    path("desk/sharings/<uuid:sharing_id>/end/", stop_sharing, name="end-sharing"),
]
