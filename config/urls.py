"""Every address of the site, app by app."""

from django.contrib import admin
from django.urls import include, path

from accounts.views.account import choose_language
from accounts.views.sign_in import admin_sign_in
from config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("language/", choose_language, name="set_language"),
    path("accounts/", include("accounts.urls")),
    path("admin/login/", admin_sign_in),
    path("admin/", admin.site.urls),
    path("api/v1/", include("mobile_api.urls")),
    path("map/", include("districts.mapping.urls")),
    path("", include("dispatch.urls")),
    path("", include("reports.urls")),
]

handler400 = "mobile_api.failures.bad_request"
handler404 = "mobile_api.failures.not_found"
handler500 = "mobile_api.failures.server_error"
