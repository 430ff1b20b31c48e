"""`/`: the form that a resident sends, with or without JavaScript."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.limits import limited
from districts.gazetteer import list_places
from reports.links import private_path
from reports.selectors.categories import list_category_groups
from reports.services.photos import claim_key
from reports.views.place import GivenPlace
from reports.views.sending import Sending, send

_TEXT_FIELDS = ("address", "description", "category", "name", "email", "phone")


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@limited("report")
def new_report(request: HttpRequest) -> HttpResponse:
    """The empty form; on POST the new report's private page, or the form with what to put right (422)."""
    if request.method != "POST":
        return render(request, "reports/new.html", _empty())
    sending = send(request, at=timezone.now())
    if sending.created is None:
        return render(request, "reports/new.html", _again(request, sending), status=422)
    for refusal in sending.refused:
        messages.warning(request, _("Your report is sent, but not this photo: %s") % refusal)
    return redirect(private_path(sending.created.report))


def _empty() -> dict[str, Any]:
    return {"values": {"id": str(uuid4())}, "faults": {}, "place": GivenPlace(), **_shared()}


def _again(request: HttpRequest, sending: Sending) -> dict[str, Any]:
    values = {name: request.POST.get(name, "") for name in _TEXT_FIELDS}
    is_spent = "id" in sending.faults
    values["id"] = str(uuid4()) if is_spent else request.POST.get("id") or str(uuid4())
    return {
        "values": values | {"answers": request.POST},
        "faults": sending.faults,
        "place": _place_again(request, sending.place),
        "kept": [(photo, claim_key(photo)) for photo in sending.photos],
        "refused": sending.refused,
        **_shared(),
    }


def _place_again(request: HttpRequest, place: GivenPlace) -> GivenPlace:
    """The place as it was sent, right or wrong, so that nothing has to be typed again.

    An area is shown by its name alone: coordinates beside it would win over another choice.
    """
    if place.area:
        return GivenPlace(area=place.area, proposed=place.proposed)
    if place.is_known:
        return place
    return GivenPlace(lat=request.POST.get("lat", ""), lon=request.POST.get("lon", ""))


def _shared() -> dict[str, Any]:
    return {"groups": list_category_groups(), "places": list_places(on=timezone.localdate())}
