"""`/desk/proofs/`: finished work that is to be looked at, before and after beside each other."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import DomainError, NotAllowed, NotFound
from accounts.models import User
from dispatch.models import Job
from dispatch.selectors.reviews import list_reviews
from dispatch.services.reviews import accept_proof, send_back_proof
from dispatch.views.chosen import read_uuid
from dispatch.views.desks import find_desk, list_desks, require_desk
from districts.memberships import may_dispatch


@require_safe
@never_cache
def proofs_page(request: HttpRequest) -> HttpResponse:
    """The oldest first; each is accepted, or sent back with words to the crew."""
    user = require_desk(request)
    district = find_desk(user, request.GET.get("district", ""))
    rows, waiting = list_reviews(district)
    facts = {
        "district": district,
        "desks": list_desks(user),
        "rows": rows,
        "waiting": waiting,
        "may_act": may_dispatch(user, district.pk),
    }
    return render(request, "dispatch/proofs.html", facts)


@require_POST
def accept(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The work is as it should be."""
    accept_proof(job_id=job_id, actor=require_desk(request), at=timezone.now())
    messages.success(request, _("Accepted."))
    return _back(job_id)


@require_POST
def send_back(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The work is to be done again; a refusal is shown above the list."""
    user = require_desk(request)
    _require_own(user, job_id)
    try:
        send_back_proof(
            job_id=job_id,
            actor=user,
            at=timezone.now(),
            command_id=read_uuid(request, "id"),
            note=request.POST.get("note", ""),
        )
    except (NotAllowed, NotFound):
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Sent back: choose a crew for the new job in the queue."))
    return _back(job_id)


def _require_own(user: User, job_id: UUID) -> None:
    """What others ask for is not read. Raises NotFound."""
    own = [district.pk for district in list_desks(user)]
    if not Job.objects.filter(pk=job_id, report__district__in=own).exists():
        raise NotFound(_("There is no such proof to look at, or it is not yours."))


def _back(job_id: UUID) -> HttpResponse:
    code = Job.objects.values_list("report__district__code", flat=True).get(pk=job_id)
    return redirect(f"{reverse('dispatch:proofs')}?district={code}")
