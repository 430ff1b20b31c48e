"""`/desk/crews/` and a crew's track, at the desk and on the crew's own phone."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import NotFound
from accounts.models import User
from dispatch.models import Crew, TrackPoint
from dispatch.news import district_stream
from dispatch.selectors.presence import list_presence
from dispatch.services.trackers import issue_tracker_token, revoke_tracker_token
from dispatch.sharing import crews_for
from dispatch.tracking import last_fixes, tracks
from dispatch.views.crew import require_crew
from dispatch.views.desks import list_desks, require_desk
from districts.memberships import may_dispatch

VIEWS_SHOWN = 20


@require_safe
@never_cache
def crews_page(request: HttpRequest) -> HttpResponse:
    """The crews of the desks at which the person works: who is connected, and where they were last.

    `?part=rows` gives the list alone.
    """
    user, now = require_desk(request), timezone.now()
    desks = list_desks(user)
    crews = crews_for(*(desk.pk for desk in desks), at=now).select_related("district")
    known = list(crews.order_by("district__position", "district__code", "name"))
    fixes = last_fixes(crew.pk for crew in known if crew.is_on_duty)
    present = list_presence(known, at=now)
    rows = [
        {
            "crew": crew,
            "fix": fixes.get(crew.pk),
            "presence": present[crew.pk],
            "may_dispatch": may_dispatch(user, crew.district_id),
        }
        for crew in known
    ]
    template = "parts/crew_rows" if request.GET.get("part") == "rows" else "crews"
    streams = [district_stream(district.code) for district in desks]
    return render(request, f"dispatch/{template}.html", {"rows": rows, "streams": streams, "now": now})


@require_safe
@never_cache
def crew_track(request: HttpRequest, crew_id: UUID) -> HttpResponse:
    """The crew's track of one day, for dispatchers of its district; that they looked is recorded."""
    user = require_desk(request)
    crew = _own_crew(user, crew_id)
    return _track(request, crew, user, is_own=False)


@require_safe
@never_cache
def own_track(request: HttpRequest) -> HttpResponse:
    """What is kept of the crew's way, shown to the crew itself, and who has looked at it."""
    crew = require_crew(request)
    assert isinstance(request.user, User)  # noqa: S101 - require_crew lets nobody else in
    return _track(request, crew, request.user, is_own=True)


@require_POST
def change_tracker(request: HttpRequest, crew_id: UUID) -> HttpResponse:
    """Give the crew's tracking app a new token, shown once, or take it away."""
    user = require_desk(request)
    crew = _own_crew(user, crew_id)
    if request.POST.get("take_away"):
        revoke_tracker_token(crew=crew, actor=user)
        messages.success(request, _("The tracking app sends nothing any more."))
        return redirect("dispatch:crew-track", crew_id=crew.pk)
    secret = issue_tracker_token(crew=crew, actor=user, at=timezone.now())
    address = request.build_absolute_uri("/api/v1/crew/tracker/")
    facts = {"crew": crew, "secret": secret, "address": address}
    return render(request, "dispatch/tracker.html", facts)


def _own_crew(user: User, crew_id: UUID) -> Crew:
    crew = get_object_or_404(Crew.objects.select_related("district"), pk=crew_id)
    if not may_dispatch(user, crew.district_id):
        raise NotFound(_("There is no such crew, or it is not yours."))
    return crew


def _track(request: HttpRequest, crew: Crew, viewer: User, *, is_own: bool) -> HttpResponse:
    today = timezone.localdate()
    first = today - timedelta(days=crew.district.track_days)
    day = min(max(_day(request) or today, first), today)
    points = tracks.view_track(crew=crew, day=day, viewer=viewer, at=timezone.now(), is_own=is_own)
    views = crew.track_views.select_related("viewer")[:VIEWS_SHOWN]
    facts = {
        "crew": crew,
        "is_own": is_own,
        "day": day,
        "before": day - timedelta(days=1) if day > first else None,
        "after": day + timedelta(days=1) if day < today else None,
        "points": points,
        "line": _line(points),
        "views": views,
        "has_tracker": not is_own and hasattr(crew, "tracker_token"),
    }
    return render(request, "dispatch/track.html", facts)


def _day(request: HttpRequest) -> date | None:
    try:
        return parse_date(request.GET.get("day", ""))
    except ValueError:
        return None


def _line(points: list[TrackPoint]) -> dict[str, Any]:
    """GeoJSON for the map."""
    coordinates = [[point.point.x, point.point.y] for point in points]
    return {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "LineString", "coordinates": coordinates},
    }
