"""Addresses of reply templates."""

from django.urls import path

from dispatch.views.reply_templates import end_template, new_template, template_page, templates_page

urlpatterns = [
    path("desk/templates/", templates_page, name="templates"),
    path("desk/templates/new/", new_template, name="new-template"),
    path("desk/templates/<uuid:template_id>/", template_page, name="template"),
    path("desk/templates/<uuid:template_id>/retire/", end_template, name="retire-template"),
]
