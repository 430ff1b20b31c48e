"""Addresses of the crew's and the desk's pages."""

from django.urls import path, re_path, register_converter

from dispatch import phone_urls, plan_urls, shift_urls, template_urls
from dispatch.acts.registry import JOB_ACTS, REPORT_ACTS
from dispatch.views.border import border_page
from dispatch.views.crew import crew_page
from dispatch.views.crew_app import away, manifest, map_worker, service_worker
from dispatch.views.crew_steps import take_step
from dispatch.views.desk import desk_page
from dispatch.views.desk_acts import act_page, job_act_page
from dispatch.views.desk_matters import dismiss
from dispatch.views.desk_photos import show_photo
from dispatch.views.desk_queue import desk_points
from dispatch.views.desk_several import several
from dispatch.views.desk_views import filter_page, forget_view, keep_view
from dispatch.views.outbox import outbox_page
from dispatch.views.proofs import accept, proofs_page, send_back
from dispatch.views.stats import stats_csv, stats_page
from dispatch.views.tracks import change_tracker, crew_track, crews_page, own_track


class _Named:
    """One of the acts in an address."""

    regex: str

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class ReportActConverter(_Named):
    regex = "|".join(REPORT_ACTS)


class JobActConverter(_Named):
    regex = "|".join(JOB_ACTS)


register_converter(ReportActConverter, "report_act")
register_converter(JobActConverter, "job_act")

app_name = "dispatch"
urlpatterns = [
    *shift_urls.urlpatterns,
    *plan_urls.urlpatterns,
    *template_urls.urlpatterns,
    *phone_urls.urlpatterns,
    path("crew/", crew_page, name="crew"),
    path("crew/worker.js", service_worker, name="worker"),
    path("crew/map-worker.js", map_worker, name="map-worker"),
    path("crew/manifest.webmanifest", manifest, name="manifest"),
    path("crew/away/", away, name="away"),
    re_path(
        r"^crew/jobs/(?P<job_id>[0-9a-f-]{36})/(?P<step>accept|start|arrive|finish|decline|obstruct|answer)/$",
        take_step,
        name="step",
    ),
    path("crew/track/", own_track, name="own-track"),
    path("desk/", desk_page, name="desk"),
    path("desk/points/", desk_points, name="desk-points"),
    path("desk/outbox/", outbox_page, name="outbox"),
    path("desk/filter/", filter_page, name="filter"),
    path("desk/several/", several, name="several"),
    path("desk/views/", keep_view, name="views"),
    path("desk/views/<uuid:view_id>/remove/", forget_view, name="forget-view"),
    path("desk/border/", border_page, name="border"),
    path("desk/proofs/", proofs_page, name="proofs"),
    path("desk/proofs/<uuid:job_id>/accept/", accept, name="accept-proof"),
    path("desk/proofs/<uuid:job_id>/send-back/", send_back, name="send-back-proof"),
    path("desk/stats/", stats_page, name="stats"),
    path("desk/stats/<slug:table>.csv", stats_csv, name="stats-csv"),
    path("desk/crews/", crews_page, name="crews"),
    path("desk/crews/<uuid:crew_id>/track/", crew_track, name="crew-track"),
    path("desk/crews/<uuid:crew_id>/tracker/", change_tracker, name="crew-tracker"),
    path("desk/r/<str:code>/", desk_page, name="desk-report"),
    path("desk/r/<str:code>/decided/", dismiss, name="decided"),
    re_path(
        r"^desk/r/(?P<code>[^/]+)/photos/(?P<photo_id>[0-9a-f-]{36})/(?P<verb>release|withhold)/$",
        show_photo,
        name="show-photo",
    ),
    path("desk/r/<str:code>/jobs/<uuid:job_id>/<job_act:act>/", job_act_page, name="job-act"),
    path("desk/r/<str:code>/<report_act:act>/", act_page, name="act"),
]
