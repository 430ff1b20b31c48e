"""The crew's buttons beside its jobs: on and off duty, a break, back again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from dispatch.selectors.shifts import next_break_length
from dispatch.services.duty import end_break, set_duty, take_break
from dispatch.views.crew import require_crew


@require_POST
def change_duty(request: HttpRequest) -> HttpResponse:
    """On or off duty, as the button says."""
    crew, rider = require_crew(request), _rider(request)
    on_duty = request.POST.get("on_duty") == "1"
    set_duty(crew_id=crew.pk, is_on_duty=on_duty, actor=rider, at=timezone.now())
    messages.success(request, _("You are on duty.") if on_duty else _("You are off duty: nothing rings."))
    return redirect("dispatch:crew")


@require_POST
def change_break(request: HttpRequest) -> HttpResponse:
    """Begin a break, as long as the shift's next one, or come back from it."""
    crew, rider = require_crew(request), _rider(request)
    if request.POST.get("back") == "1":
        end_break(crew_id=crew.pk, actor=rider, at=timezone.now())
        messages.success(request, _("Back from the break."))
    else:
        at = timezone.now()
        take_break(crew_id=crew.pk, actor=rider, at=at, length=next_break_length(crew.pk, at=at))
    return redirect("dispatch:crew")


def _rider(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - require_crew lets nobody else in
    return request.user
