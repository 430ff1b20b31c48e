"""Every address of the site, app by app."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("mobile_api.urls")),
    path("map/", include("districts.mapping.urls")),
    path("", include("dispatch.urls")),
    path("", include("reports.urls")),
]
