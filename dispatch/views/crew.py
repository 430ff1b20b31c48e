"""`/crew/`: one job fills the screen, with one button for its next step."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from accounts.errors import NotAllowed
from accounts.models import User
from dispatch.facts import Facts
from dispatch.models import Crew, DeclineReason, JobStatus, ObstacleReason
from dispatch.offline import BUILD_HEADER, FIRST, PERSON_HEADER, map_worker_address, needs_crew, person_key
from dispatch.phones import is_by_pin, phone_of_request
from dispatch.selectors import crew_jobs, crew_of, recent_jobs
from dispatch.selectors.shifts import shift_of
from dispatch.web_push import may_ask_firebase, web_push_facts
from reports.models import Outcome

# The next step of each state: command, icon; on site it is the panel with the camera.
NEXT_STEPS = {
    JobStatus.ASSIGNED: ("accept", "check"),
    JobStatus.ACCEPTED: ("start", "motorbike"),
    JobStatus.ON_THE_WAY: ("arrive", "map-pin-check"),
}


def require_crew(request: HttpRequest) -> Crew:
    """The crew of the person who is signed in. Raises NotAllowed."""
    crew = crew_of(request.user) if isinstance(request.user, User) else None
    if crew is None:
        raise NotAllowed(_("You don't ride with a crew yet. Ask your dispatcher to add you to one."))
    return crew


@login_not_required
@require_safe
@never_cache
@gzip_page
@may_ask_firebase
def crew_page(request: HttpRequest) -> HttpResponse:
    """The crew's jobs, or where to sign in: on an enrolled phone by name and PIN.

    `?job=` chooses the one shown large, `?part=body` gives the changing part alone.

    Every open job is drawn with the parts of all its states, hidden but for those of its own, so that a phone
    without a network can go on. The headers tell it whose page this is, and of which build.
    """
    if not request.user.is_authenticated:
        known = phone_of_request(request)
        return redirect("dispatch:phone") if known else redirect_to_login(request.get_full_path())
    crew = require_crew(request)
    facts = _page_facts(crew, request.GET.get("job", ""))
    name = "crew_body" if request.GET.get("part") == "body" else "crew"
    person = person_key(_person(request))
    own = {
        "person": person,
        "build": settings.STATIC_BUILD,
        "is_by_pin": is_by_pin(request.session),
        "push": web_push_facts(),
    }
    response = render(request, f"dispatch/{name}.html", facts | own)
    response[BUILD_HEADER] = settings.STATIC_BUILD
    response[PERSON_HEADER] = person
    return response


def duty_facts(crew: Crew) -> dict[str, Any]:
    """How the crew stands with its shift: `shift`, `breaks`, `is_resting`, and `now`."""
    at = timezone.now()
    shift = shift_of(crew, at=at)
    breaks = [each for each in shift.breaks.all() if each.ends_at > at] if shift else []
    return {"shift": shift, "breaks": breaks, "is_resting": crew.is_resting(at), "now": at}


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise NotAllowed(_("Please sign in."))
    return request.user


def _page_facts(crew: Crew, chosen: str) -> dict[str, Any]:
    jobs = crew_jobs(crew)
    todo = [job for job in jobs if needs_crew(job)]
    job = _chosen(jobs, todo, chosen)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "crew": crew,
        **duty_facts(crew),
        "jobs": jobs,
        "map_worker": map_worker_address(),
        "job": job,
        "todo": todo,
        "ended": [job for job in jobs if job not in todo] + recent_jobs(crew, since=today),
        "next_steps": [(state.value, step, icon) for state, (step, icon) in NEXT_STEPS.items()],
        "outcomes": Outcome.choices,
        "obstacles": ObstacleReason.choices,
        "declines": DeclineReason.choices,
    }


def _chosen(jobs: list[Facts], todo: list[Facts], wanted: str) -> Facts | None:
    ranked = sorted(todo, key=lambda job: FIRST.index(JobStatus(job["status"])))
    return next((job for job in jobs if job["id"] == wanted), ranked[0] if ranked else None)
