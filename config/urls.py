"""Every address of the site, app by app."""

from django.contrib import admin
from django.urls import include, path

from config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("mobile_api.urls")),
    path("map/", include("districts.mapping.urls")),
    path("", include("dispatch.urls")),
    path("", include("reports.urls")),
]
