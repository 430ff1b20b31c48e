"""`/desk/outbox/`: mails and pushes of an installation that has nobody to carry them."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.errors import NotAllowed
from dispatch.selectors.outbox import may_see_outbox, own_items

SHOWN = 100


@require_safe
@never_cache
def outbox_page(request: HttpRequest) -> HttpResponse:
    """What would have been sent, the latest first.

    Supervisors see the pushes to their own crews; mails, which hold residents' private links, are for
    administrators alone. Raises NotAllowed.
    """
    if not may_see_outbox(request.user):
        raise NotAllowed(_("The outbox is for supervisors and administrators."))
    facts = {
        "items": own_items(request.user)[:SHOWN],
        "mails_are_sent": not settings.EMAIL_BACKEND.startswith("accounts."),
        "pushes_are_sent": settings.FCM_CREDENTIALS is not None,
        "now": timezone.now(),
    }
    return render(request, "dispatch/outbox.html", facts)
