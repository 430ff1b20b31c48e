"""`/desk/templates/`: the words that a desk writes often, kept by its supervisors."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError, NotAllowed, NotFound
from accounts.models import User
from dispatch.template_forms import TemplateForm
from dispatch.views.desks import find_desk, list_desks, require_desk
from districts.memberships import is_administrator
from districts.models import District
from reports.models import ReplyTemplate
from reports.placeholders import PLACEHOLDERS
from reports.selectors.replies import templates_of
from reports.services.changing import Conflict
from reports.services.replies import add_template, change_template, may_keep, retire_template


@require_safe
@never_cache
def templates_page(request: HttpRequest) -> HttpResponse:
    """The templates that one desk is offered, its own and the city's, `?district=` its code."""
    user = require_desk(request)
    district = find_desk(user, request.GET.get("district", ""))
    templates = sorted(templates_of(district), key=_as_acts_stand)
    rows = [(template, may_keep(user, template.district_id)) for template in templates]
    facts = {
        "district": district,
        "desks": list_desks(user),
        "may_add": may_keep(user, district.pk),
        "offered": [row for row in rows if row[0].retired_at is None],
        "retired": [row for row in rows if row[0].retired_at],
    }
    return render(request, "dispatch/templates.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_template(request: HttpRequest) -> HttpResponse:
    """A new template for the desk with the code `?district=`, or by an administrator for all."""
    user = require_desk(request)
    district = find_desk(user, request.GET.get("district", ""))
    if not may_keep(user, district.pk):
        raise NotAllowed(_("Only a supervisor of the district changes its templates."))
    form = TemplateForm(
        request.POST or None,
        initial={"id": uuid4(), "language": get_language()},
        may_be_citywide=is_administrator(user),
    )
    if request.method == "POST" and form.is_valid() and _carry_out(form, lambda: _add(form, district, user)):
        messages.success(request, _("The template is kept."))
        return redirect(_address(district))
    return _form_page(request, form, district)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def template_page(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """One template, to be changed. Who was second reads what it is now, and keeps what was typed."""
    user = require_desk(request)
    template = _own_template(user, template_id)
    form = TemplateForm(request.POST or None, initial=_initial(template), category_id=template.category_id)
    if request.method == "POST" and form.is_valid():
        try:
            if _carry_out(form, lambda: _change(form, template, user)):
                messages.success(request, _("Changed."))
                return redirect(_address(template.district))
        except Conflict as conflict:
            template.refresh_from_db()
            return _form_page(request, _taken_up(form, template), template.district, template, conflict)
    return _form_page(request, form, template.district, template)


@require_POST
def end_template(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """Offer it no more; with `back` in the form, again."""
    user = require_desk(request)
    template = _own_template(user, template_id)
    retired = "back" not in request.POST
    retire_template(template_id=template.pk, actor=user, at=timezone.now(), retired=retired)
    messages.success(request, _("It is offered no more.") if retired else _("It is offered again."))
    return redirect(_address(template.district))


def _as_acts_stand(template: ReplyTemplate) -> tuple[int, str, str]:
    return ReplyTemplate.Purpose.values.index(template.purpose), template.language, template.title


def _own_template(user: User, template_id: UUID) -> ReplyTemplate:
    template = ReplyTemplate.objects.select_related("district", "category").filter(pk=template_id).first()
    if template is None or not may_keep(user, template.district_id):
        raise NotFound(_("There is no such template, or it is not yours."))
    return template


def _add(form: TemplateForm, district: District, user: User) -> None:
    told = form.cleaned_data
    add_template(
        template_id=told["id"] or uuid4(),
        district=None if told.get("is_citywide") else district,
        words=form.words,
        actor=user,
    )


def _change(form: TemplateForm, template: ReplyTemplate, user: User) -> None:
    version = form.cleaned_data["version"] or 0  # who names none has seen none
    change_template(template_id=template.pk, words=form.words, actor=user, version=version)


def _carry_out(form: TemplateForm, act: Callable[[], None]) -> bool:
    """Whether it was done; a refusal stands at its field of the form."""
    try:
        act()
    except Conflict:
        raise
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.detail)
        return False
    return True


def _taken_up(form: TemplateForm, template: ReplyTemplate) -> TemplateForm:
    """What was typed, on the state as it is now."""
    data = form.data.copy()  # type: ignore[attr-defined]
    data["version"] = str(template.version)
    return TemplateForm(data, category_id=template.category_id)


def _form_page(
    request: HttpRequest,
    form: TemplateForm,
    district: District | None,
    template: ReplyTemplate | None = None,
    conflict: Conflict | None = None,
) -> HttpResponse:
    facts: dict[str, Any] = {
        "form": form,
        "district": district,
        "template": template,
        "conflict": conflict,
        "placeholders": PLACEHOLDERS.items(),
        "back": _address(district),
    }
    status = conflict.http_status if conflict else 422 if form.errors else 200
    return render(request, "dispatch/template.html", facts, status=status)


def _initial(template: ReplyTemplate) -> dict[str, Any]:
    fields = ("title", "purpose", "language", "body", "version")
    category = template.category.code if template.category else ""
    return {field: getattr(template, field) for field in fields} | {"category": category}


def _address(district: District | None) -> str:
    query = f"?district={district.code}" if district else ""
    return f"{reverse('dispatch:templates')}{query}"
