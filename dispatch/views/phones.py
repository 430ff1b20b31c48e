"""`/desk/crews/…/phones/`: a crew's phones, the codes that enrol them, and its members' PINs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import NotFound
from accounts.models import User
from accounts.qr import draw_qr
from dispatch.models import Crew, PhoneCode
from dispatch.news import district_stream
from dispatch.selectors.phones import (
    Member,
    find_member,
    list_acts,
    list_members,
    list_open_codes,
    list_phones,
)
from dispatch.services import phones, pins
from dispatch.views.desks import require_desk
from districts.memberships import may_dispatch


@require_safe
@never_cache
def phones_page(request: HttpRequest, crew_id: UUID) -> HttpResponse:
    """The crew's phones and members, for dispatchers of its district."""
    crew, now = _own_crew(request, crew_id), timezone.now()
    known, ended = list_phones(crew)
    members = [_member_row(member, now) for member in list_members(crew)]
    done = {"codes": list_open_codes(crew, at=now), "acts": list_acts(crew)}
    tracked = {"has_tracker": hasattr(crew, "tracker_token")}
    facts = {"crew": crew, "phones": known, "ended": ended, "members": members, "now": now}
    return render(request, "dispatch/phones.html", facts | done | tracked)


@require_POST
@never_cache
def offer(request: HttpRequest, crew_id: UUID) -> HttpResponse:
    """A new code, shown once, as a picture and as a link."""
    crew = _own_crew(request, crew_id)
    label = request.POST.get("label", "")
    code, secret = phones.offer_phone(crew=crew, label=label, actor=_actor(request), at=timezone.now())
    link = request.build_absolute_uri(reverse("dispatch:enrol", args=[secret]))
    picture = mark_safe(draw_qr(link))  # noqa: S308 (drawn here)
    return render(request, "dispatch/phone_code.html", _code_facts(code) | {"link": link, "picture": picture})


@require_safe
@never_cache
def code_page(request: HttpRequest, crew_id: UUID, code_id: UUID) -> HttpResponse:
    """Whether the code was used; `?part=state` gives the answer alone."""
    crew = _own_crew(request, crew_id)
    code = get_object_or_404(crew.phone_codes.select_related("crew__district", "phone"), pk=code_id)
    template = "parts/phone_code_state" if request.GET.get("part") == "state" else "phone_code"
    return render(request, f"dispatch/{template}.html", _code_facts(code))


@require_POST
def withdraw(request: HttpRequest, crew_id: UUID, code_id: UUID) -> HttpResponse:
    """The code was shown to the wrong people, or by mistake: it enrols nothing any more."""
    crew = _own_crew(request, crew_id)
    get_object_or_404(crew.phone_codes, pk=code_id)
    try:
        phones.withdraw_code(code_id=code_id, actor=_actor(request), at=timezone.now())
        messages.success(request, _("Withdrawn. The code enrols nothing any more."))
    except phones.CodeUsed as used:
        messages.error(request, str(used.detail))
    return redirect("dispatch:phones", crew_id=crew.pk)


@require_POST
def cut_off(request: HttpRequest, crew_id: UUID, phone_id: UUID) -> HttpResponse:
    """The phone is lost: nothing on it opens anything any more."""
    crew = _own_crew(request, crew_id)
    tracker = request.POST.get("tracker") == "1"
    phones.cut_off_phone(phone_id=phone_id, actor=_actor(request), at=timezone.now(), with_tracker=tracker)
    messages.success(request, _("Cut off. Whoever was signed in on that phone is signed out."))
    return redirect("dispatch:phones", crew_id=crew.pk)


@require_POST
def unlock(request: HttpRequest, crew_id: UUID, phone_id: UUID) -> HttpResponse:
    """Let the phone take PINs again."""
    crew = _own_crew(request, crew_id)
    phones.unlock_phone(phone_id=phone_id, actor=_actor(request), at=timezone.now())
    messages.success(request, _("The phone takes PINs again."))
    return redirect("dispatch:phones", crew_id=crew.pk)


@require_POST
@never_cache
def change_pin(request: HttpRequest, crew_id: UUID, person: str) -> HttpResponse:
    """A starting PIN for the member, shown once, or another five tries for the one that they have."""
    crew, actor = _own_crew(request, crew_id), _actor(request)
    member = find_member(crew, person).user
    if request.POST.get("unlock"):
        pins.unlock_pin(crew=crew, member=member, actor=actor, at=timezone.now())
        messages.success(request, _("%(name)s can try again.") % {"name": member})
        return redirect("dispatch:phones", crew_id=crew.pk)
    pin = pins.give_starting_pin(crew=crew, member=member, actor=actor, at=timezone.now())
    return render(request, "dispatch/starting_pin.html", {"crew": crew, "member": member, "pin": pin})


def _own_crew(request: HttpRequest, crew_id: UUID) -> Crew:
    """The crew, for who may send it: another district's is told like one that doesn't exist."""
    user = require_desk(request)
    crew = Crew.objects.select_related("district", "tracker_token").filter(pk=crew_id).first()
    if crew is None or not may_dispatch(user, crew.district_id):
        raise NotFound(_("There is no such crew, or it is not yours."))
    return crew


def _member_row(member: Member, at: datetime) -> dict[str, Any]:
    locked = member.pin is not None and member.pin.is_locked
    return {"person": member, "needs_new": member.needs_new(at), "is_locked": locked}


def _actor(request: HttpRequest) -> User:
    return require_desk(request)


def _code_facts(code: PhoneCode) -> dict[str, Any]:
    stream = district_stream(code.crew.district.code)
    return {"code": code, "crew": code.crew, "is_open": code.is_open(timezone.now()), "stream": stream}
