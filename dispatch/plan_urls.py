"""Addresses of the day plan."""

from django.urls import path

from dispatch.views.plan import drop, insert, move, plan_page, propose, take

urlpatterns = [
    path("desk/plan/", plan_page, name="plan"),
    path("desk/plan/propose/", propose, name="propose-plan"),
    path("desk/plan/insert/", insert, name="insert-into-plan"),
    path("desk/plan/<uuid:plan_id>/move/", move, name="move-stop"),
    path("desk/plan/<uuid:plan_id>/take/", take, name="take-plan"),
    path("desk/plan/<uuid:plan_id>/drop/", drop, name="drop-plan"),
]
