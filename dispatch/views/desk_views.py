"""`/desk/filter/`: what narrows the queue, and the views that are kept under a name."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from dispatch.models import Crew, SavedView
from dispatch.selectors.filters import Filters, Tab
from dispatch.services.views import list_views, remove_view, save_view
from dispatch.views.desks import find_desk, require_desk
from districts.memberships import may_supervise
from districts.models import District, Neighbourhood
from reports.models import Category, ReportStatus, Urgency


@require_safe
@never_cache
def filter_page(request: HttpRequest) -> HttpResponse:
    """The form that narrows the queue; `?part=form` gives it alone."""
    user = require_desk(request)
    district = find_desk(user, request.GET.get("district", ""))
    filters = Filters.read(request.GET.dict())
    facts = _choices(district) | {
        "district": district,
        "filters": filters,
        "views": shown_views(user, district, filters),
        "may_share": may_supervise(user, district.pk),
    }
    page = "parts/desk_filter" if request.GET.get("part") == "form" else "desk_filter"
    return render(request, f"dispatch/{page}.html", facts)


@require_POST
def keep_view(request: HttpRequest) -> HttpResponse:
    """Keep what the form's fields say under its name."""
    user = require_desk(request)
    district = find_desk(user, request.POST.get("district", ""))
    filters = Filters.read(request.POST.dict())
    save_view(
        owner=user,
        district=district,
        name=request.POST.get("name", ""),
        filters=filters,
        is_default=bool(request.POST.get("is_default")),
        is_shared=bool(request.POST.get("is_shared")),
        at=timezone.now(),
    )
    messages.success(request, _("The view is saved."))
    return redirect(f"{reverse('dispatch:desk')}?{filters.address(district.code)}")


@require_POST
def forget_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Forget the view; the queue stays as it is."""
    view = remove_view(view_id=view_id, actor=require_desk(request))
    messages.success(request, _("The view is removed."))
    return redirect(f"{reverse('dispatch:desk')}?{Filters.read(view.filters).address(view.district.code)}")


def shown_views(user: User, district: District, filters: Filters) -> list[dict[str, Any]]:
    """The views that the person has here, each with its address and whether it is shown. One query."""
    return [_shown(view, user, district, filters) for view in _views(user, district)]


def first_address(user: User, district: District) -> str:
    """The address of what opens first for the person, or nothing."""
    own = (view for view in _views(user, district) if view.owner_id == user.pk)
    view = next((view for view in own if view.is_default), None)
    return f"{reverse('dispatch:desk')}?{Filters.read(view.filters).address(district.code)}" if view else ""


def _views(user: User, district: District) -> list[SavedView]:
    """Kept on the user for the request, which asks for what opens first and for all of them."""
    kept: dict[int, list[SavedView]] = getattr(user, "_views", {})
    if district.pk not in kept:
        kept[district.pk] = list(list_views(user, district))
        user._views = kept  # type: ignore[attr-defined]
    return kept[district.pk]


def _shown(view: SavedView, user: User, district: District, filters: Filters) -> dict[str, Any]:
    address = Filters.read(view.filters).address(district.code)
    is_own = view.owner_id == user.pk
    return {
        "id": view.pk,
        "name": view.name,
        "address": address,
        "is_shared": view.is_shared,
        "is_default": view.is_default and is_own,
        "is_current": address == filters.address(district.code),
        "may_remove": is_own or may_supervise(user, district.pk),
    }


def _choices(district: District) -> dict[str, Any]:
    return {
        "tabs": Tab.choices,
        "categories": Category.objects.filter(is_active=True),
        "neighbourhoods": Neighbourhood.objects.filter(district=district),
        "crews": Crew.objects.filter(district=district, is_active=True),
        "urgencies": [(str(value), label) for value, label in Urgency.choices],
        "statuses": ReportStatus.choices,
    }
