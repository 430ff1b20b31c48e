"""`/desk/plan/`: the day of a district's crews as lanes; proposals are seen before they are taken."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import DomainError, NotFound
from accounts.models import User
from dispatch.models import DayPlan
from dispatch.news import district_stream
from dispatch.selectors.plans import open_plan, show_plan, show_today
from dispatch.services.plans import drop_plan, move_stop, propose_insertion, propose_plan
from dispatch.services.take_plan import take_plan
from dispatch.sharing import crews_for
from dispatch.views.desks import find_desk, list_desks, require_desk
from districts.memberships import may_dispatch
from districts.models import District
from reports.codes import format_code, normalise_code
from reports.models import Report


class FieldUnreadable(DomainError):
    """A form's field can't be read."""

    code = "invalid"
    http_status = 422


@require_safe
@never_cache
def plan_page(request: HttpRequest) -> HttpResponse:
    """The open proposal beside today's order, else today's order; `?part=board` gives the lanes alone."""
    user = require_desk(request)
    return _page(request, user, find_desk(user, request.GET.get("district", "")))


@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Plan the day anew."""
    user = require_desk(request)
    district = _own_district(request, user)
    propose_plan(
        plan_id=_uuid(request, "id"),
        district_id=district.pk,
        actor=user,
        at=timezone.now(),
        with_unseen=request.POST.get("unseen") == "1",
        by_hand=request.POST.get("by_hand") == "1",
    )
    return redirect(_address(district))


@require_POST
def insert(request: HttpRequest) -> HttpResponse:
    """Put one report into today's routes; what is wrong is said on the page."""
    user = require_desk(request)
    district = _own_district(request, user)
    code = normalise_code(request.POST.get("code", "")) or ""
    try:
        propose_insertion(
            plan_id=_uuid(request, "id"), code=code, district_id=district.pk, actor=user, at=timezone.now()
        )
    except DomainError as refusal:
        return _page(request, user, district, refusal=refusal)
    return redirect(_address(district))


@require_POST
def move(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Put a stop to another crew or another place; what is wrong is said above the plan as it stands."""
    user = require_desk(request)
    plan = _own_plan(user, plan_id)
    crew = request.POST.get("crew", "")
    try:
        item = _number(request, "item")
        move_stop(
            plan_id=plan_id,
            item=item,
            crew=None if crew == "" else _number(request, "crew"),
            place=_number(request, "place"),
            version=_number(request, "version"),
            actor=user,
            at=timezone.now(),
        )
    except DomainError as refusal:
        return _page(request, user, plan.district, refusal=refusal)
    return redirect(f"{_address(plan.district)}#stop-{item}")


@require_POST
def take(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Take the proposal; what could not be applied is told."""
    user = require_desk(request)
    _own_plan(user, plan_id)
    plan = take_plan(plan_id=plan_id, version=_number(request, "version"), actor=user, at=timezone.now())
    messages.success(request, _("The plan is taken. The crews have their routes."))
    if plan.refused:
        words = ngettext(
            "%(count)d part could not be applied:", "%(count)d parts could not be applied:", len(plan.refused)
        )
        messages.warning(request, words % {"count": len(plan.refused)})
        codes = Report.objects.in_bulk([each["report"] for each in plan.refused])
        for each in plan.refused:
            messages.warning(request, f"{format_code(codes[each['report']].code)} · {each['words']}")
    return redirect(_address(plan.district))


@require_POST
def drop(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Put the proposal away."""
    user = require_desk(request)
    plan = _own_plan(user, plan_id)
    drop_plan(plan_id=plan_id, actor=user, at=timezone.now())
    messages.success(request, _("The proposal is put away. Nothing has changed."))
    return redirect(_address(plan.district))


def _page(
    request: HttpRequest, user: User, district: District, *, refusal: DomainError | None = None
) -> HttpResponse:
    plan = open_plan(district)
    facts: dict[str, Any] = {
        "district": district,
        "desks": list_desks(user),
        "may_plan": may_dispatch(user, district.pk),
        "board": show_plan(plan) if plan else None,
        "lanes": None if plan else show_today(_crews(district)),
        "plan_id": uuid4(),
        "refusal": refusal,
        "code": request.POST.get("code", "")[:20],
        "stream": district_stream(district.code),
    }
    template = "parts/plan_board" if request.GET.get("part") == "board" else "plan"
    status = refusal.http_status if refusal else 200
    return render(request, f"dispatch/{template}.html", facts, status=status)


def _crews(district: District) -> Any:
    return list(crews_for(district.pk, at=timezone.now()).order_by("name", "pk"))


def _own_district(request: HttpRequest, user: User) -> District:
    district = find_desk(user, request.POST.get("district_code", ""))
    if not may_dispatch(user, district.pk):
        raise NotFound(_("There is no such district, or its desk is not yours."))
    return district


def _own_plan(user: User, plan_id: UUID) -> DayPlan:
    """Who has no business with it learns nothing of it, whatever else is wrong with the form."""
    plan = DayPlan.objects.select_related("district").filter(pk=plan_id).first()
    if plan is None or not may_dispatch(user, plan.district_id):
        raise NotFound(_("There is no such proposal any more, or it is not yours."))
    return plan


def _address(district: District) -> str:
    return f"{reverse('dispatch:plan')}?district={district.code}"


def _uuid(request: HttpRequest, field: str) -> UUID:
    try:
        return UUID(request.POST.get(field, ""))
    except ValueError as error:
        raise FieldUnreadable(_("This is not an id."), field=field) from error


def _number(request: HttpRequest, field: str) -> int:
    raw = request.POST.get(field, "").strip()
    if not raw.isdecimal() or len(raw) > 6:
        raise FieldUnreadable(_("This is not a number."), field=field)
    return int(raw)
