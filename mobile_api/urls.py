"""Addresses of the API."""

from django.urls import path, re_path

from mobile_api.views.categories import Categories
from mobile_api.views.crew import CrewCommands, CrewJobs
from mobile_api.views.devices import Devices
from mobile_api.views.docs import Docs, Nothing, Schema
from mobile_api.views.duty import CrewDuty
from mobile_api.views.photos import CrewPhotos, Photos
from mobile_api.views.places import Locate
from mobile_api.views.reports import NearbyReports, OneReport, Reports
from mobile_api.views.tokens import CurrentToken, Tokens
from mobile_api.views.tracking import Tracker
from mobile_api.views.uploads import CrewUpload, CrewUploads

app_name = "mobile_api"
urlpatterns = [
    path("tokens/", Tokens.as_view(), name="tokens"),
    path("tokens/current/", CurrentToken.as_view(), name="current-token"),
    path("reports/", Reports.as_view(), name="reports"),
    path("reports/nearby/", NearbyReports.as_view(), name="nearby"),
    path("reports/<str:code>/", OneReport.as_view(), name="report"),
    path("photos/", Photos.as_view(), name="photos"),
    path("categories/", Categories.as_view(), name="categories"),
    path("locate/", Locate.as_view(), name="locate"),
    path("crew/jobs/", CrewJobs.as_view(), name="crew-jobs"),
    path("crew/photos/", CrewPhotos.as_view(), name="crew-photos"),
    path("crew/commands/", CrewCommands.as_view(), name="crew-commands"),
    path("crew/duty/", CrewDuty.as_view(), name="crew-duty"),
    path("crew/tracker/", Tracker.as_view(), name="tracker"),
    path("crew/uploads/", CrewUploads.as_view(), name="crew-uploads"),
    path("crew/uploads/<uuid:upload_id>/", CrewUpload.as_view(), name="crew-upload"),
    path("devices/", Devices.as_view(), name="devices"),
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", Docs.as_view(), name="docs"),
    re_path(r"^.*$", Nothing.as_view(), name="nothing"),
]
