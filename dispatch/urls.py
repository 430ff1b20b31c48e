"""Addresses of the crew's and the desk's pages."""

from django.urls import path, re_path

from dispatch.views.crew import change_duty, crew_page
from dispatch.views.crew_steps import take_step
from dispatch.views.desk import desk_page
from dispatch.views.desk_actions import VERBS, assign, cancel, change_state, correct, show_photo
from dispatch.views.desk_matters import dismiss, give
from dispatch.views.desk_queue import desk_points
from dispatch.views.tracks import change_tracker, crew_track, crews_page, own_track

_VERBS = "|".join(VERBS)

app_name = "dispatch"
urlpatterns = [
    path("crew/", crew_page, name="crew"),
    path("crew/duty/", change_duty, name="duty"),
    re_path(
        r"^crew/jobs/(?P<job_id>[0-9a-f-]{36})/(?P<step>accept|start|arrive|finish|decline|obstruct)/$",
        take_step,
        name="step",
    ),
    path("crew/track/", own_track, name="own-track"),
    path("desk/", desk_page, name="desk"),
    path("desk/points/", desk_points, name="desk-points"),
    path("desk/crews/", crews_page, name="crews"),
    path("desk/crews/<uuid:crew_id>/track/", crew_track, name="crew-track"),
    path("desk/crews/<uuid:crew_id>/tracker/", change_tracker, name="crew-tracker"),
    path("desk/r/<str:code>/", desk_page, name="desk-report"),
    path("desk/r/<str:code>/assign/", assign, name="assign"),
    path("desk/r/<str:code>/correct/", correct, name="correct"),
    path("desk/r/<str:code>/jobs/<uuid:job_id>/cancel/", cancel, name="cancel-job"),
    path("desk/r/<str:code>/jobs/<uuid:job_id>/give/", give, name="give-job"),
    path("desk/r/<str:code>/decided/", dismiss, name="decided"),
    re_path(
        r"^desk/r/(?P<code>[^/]+)/photos/(?P<photo_id>[0-9a-f-]{36})/(?P<verb>release|withhold)/$",
        show_photo,
        name="show-photo",
    ),
    re_path(rf"^desk/r/(?P<code>[^/]+)/(?P<verb>{_VERBS})/$", change_state, name="change-state"),
]
