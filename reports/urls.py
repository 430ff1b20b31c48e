"""Addresses of the resident's pages."""

from django.urls import path, re_path

from reports.views.lookups import find_report, list_found_places
from reports.views.mine import answer, confirm, my_report, reopen
from reports.views.new import new_report
from reports.views.photo import photo_file
from reports.views.public_map import public_map
from reports.views.report import report_page

app_name = "reports"
urlpatterns = [
    path("", new_report, name="new"),
    path("map/", public_map, name="map"),
    path("find/", find_report, name="find"),
    path("places/", list_found_places, name="places"),
    path("r/<str:code>/", report_page, name="report"),
    path("r/<str:code>/mine/<str:token>/", my_report, name="mine"),
    path("r/<str:code>/mine/<str:token>/confirm/", confirm, name="confirm"),
    path("r/<str:code>/mine/<str:token>/answer/", answer, name="answer"),
    path("r/<str:code>/mine/<str:token>/reopen/", reopen, name="reopen"),
    re_path(
        r"^photos/(?P<photo_id>[0-9a-f-]{36})/(?P<size>large|small|thumb)\.jpg$", photo_file, name="photo"
    ),
]
