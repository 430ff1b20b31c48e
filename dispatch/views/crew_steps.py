"""Steps of a job as plain forms, for a phone without JavaScript: the same command that the socket carries."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.errors import DomainError
from dispatch.views.crew import require_crew
from live.commands import carry_out
from reports.models import PhotoRole
from reports.views.sending import take_photos

_ROLES = {"finish": PhotoRole.AFTER, "obstruct": PhotoRole.OBSTACLE}


@require_POST
def take_step(request: HttpRequest, job_id: UUID, step: str) -> HttpResponse:
    """Carry out one step and go back to the job; a refusal is shown there with its reason."""
    require_crew(request)
    try:
        frame = _frame(request, job_id, step)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        result = carry_out(request.user, frame, at=timezone.now())  # type: ignore[arg-type]
        if not result["ok"]:
            messages.error(request, result["error"]["detail"])
    return redirect(f"{reverse('dispatch:crew')}?job={job_id}")


def _frame(request: HttpRequest, job_id: UUID, step: str) -> dict[str, Any]:
    given = {
        name: request.POST[name]
        for name in ("outcome", "reason", "note", "question")
        if request.POST.get(name)
    }
    return {
        "type": "command",
        "id": request.POST.get("id", ""),
        "name": f"job.{step}",
        "job": str(job_id),
        **_version(request),
        **given,
        **_photos(request, step),
    }


def _version(request: HttpRequest) -> dict[str, int]:
    raw = request.POST.get("version", "")
    return {"version": int(raw)} if raw.isdecimal() and len(raw) < 10 else {}


def _photos(request: HttpRequest, step: str) -> dict[str, list[str]]:
    if step not in _ROLES:
        return {}
    photos, refused = take_photos(request, _ROLES[step], at=timezone.now())
    for refusal in refused:
        messages.warning(request, refusal)
    return {"photos": [str(photo.id) for photo in photos]}
