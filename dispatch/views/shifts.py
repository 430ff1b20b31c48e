"""`/desk/shifts/`: who works when, by week; imports; crews shared with another district."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import DomainError, NotFound
from accounts.models import User
from dispatch.forms import SharingForm, ShiftForm, TimesForm
from dispatch.models import Crew, SharedCrew, Shift
from dispatch.selectors.shifts import first_day_of_week, list_week
from dispatch.services.sharing import end_sharing, share_crew
from dispatch.services.shift_import import MOST_BYTES, ImportReport, import_shifts
from dispatch.services.shifts import change_shift, plan_shift, remove_shift, times_of
from dispatch.spans import breaks_in_words, read_times
from dispatch.views.desks import find_desk, list_desks, require_desk
from districts.memberships import may_dispatch
from districts.models import District


@require_safe
@never_cache
def shifts_page(request: HttpRequest) -> HttpResponse:
    """The week's shifts of one district's crews, `?week=` any of its days, `?district=` its code."""
    user = require_desk(request)
    return _page(request, user, _district(request, user))


@require_POST
def add_shift(request: HttpRequest) -> HttpResponse:
    """Plan a shift; what is wrong is said at its field."""
    user = require_desk(request)
    district = _own_district(request, user)
    form = ShiftForm(request.POST, crews=_crews(district))
    if form.is_valid() and _carry_out(form, lambda told: _plan(user, told)):
        messages.success(request, _("Planned."))
        return redirect(_address(district, form.cleaned_data["day"]))
    return _page(request, user, district, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def shift_page(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """One shift, to be changed or removed."""
    user = require_desk(request)
    shift = _own_shift(user, shift_id)
    form = TimesForm(request.POST or None, initial=_initial(shift))
    if (
        request.method == "POST"
        and form.is_valid()
        and _carry_out(form, lambda told: _change(user, shift, told))
    ):
        messages.success(request, _("Changed."))
        return redirect(_address(shift.crew.district, form.cleaned_data["day"]))
    status = 422 if form.errors else 200
    return render(request, "dispatch/shift.html", {"shift": shift, "form": form}, status=status)


@require_POST
def delete_shift(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """Take the shift off the plan."""
    user = require_desk(request)
    shift = _own_shift(user, shift_id)
    remove_shift(shift_id=shift_id, actor=user, at=timezone.now())
    messages.success(request, _("The shift is off the plan."))
    return redirect(_address(shift.crew.district, timezone.localdate(shift.starts_at)))


@require_POST
def upload_shifts(request: HttpRequest) -> HttpResponse:
    """Import a CSV file, or only check it; the page says what came of it."""
    user = require_desk(request)
    district = _own_district(request, user)
    data = _read_file(request.FILES.get("file"))
    trial = "check" in request.POST
    report = import_shifts(data, actor=user, at=timezone.now(), is_trial=trial)
    return _page(request, user, district, report=report)


@require_POST
def add_sharing(request: HttpRequest) -> HttpResponse:
    """Let another district send one of our crews."""
    user = require_desk(request)
    district = _own_district(request, user)
    form = SharingForm(request.POST, crews=_crews(district), own=district)
    if form.is_valid() and _carry_out(form, lambda told: _share(user, told)):
        messages.success(request, _("Agreed. Both desks see the crew."))
        return redirect(_address(district, None))
    return _page(request, user, district, sharing_form=form)


@require_POST
def stop_sharing(request: HttpRequest, sharing_id: UUID) -> HttpResponse:
    """End the agreement; jobs that the crew has stay with it."""
    user = require_desk(request)
    district = _own_district(request, user)
    end_sharing(sharing_id=sharing_id, actor=user, at=timezone.now())
    messages.success(request, _("The agreement has ended. Jobs that the crew has stay with it."))
    return redirect(_address(district, None))


def _page(
    request: HttpRequest,
    user: User,
    district: District,
    *,
    form: ShiftForm | None = None,
    sharing_form: SharingForm | None = None,
    report: ImportReport | None = None,
) -> HttpResponse:
    crews = _crews(district)
    monday = first_day_of_week(_day(request) or timezone.localdate())
    may_plan = may_dispatch(user, district.pk)
    facts: dict[str, Any] = {
        "district": district,
        "desks": list_desks(user),
        "may_plan": may_plan,
        "weeks": list_week(list(crews), monday),
        "days": [monday + timedelta(days=number) for number in range(7)],
        "today": timezone.localdate(),
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "sharings": _sharings(district),
        "report": report,
    }
    if may_plan:
        facts["form"] = form or ShiftForm(initial={"id": uuid4(), "day": _next(monday)}, crews=crews)
        first = {"id": uuid4(), "starts_on": timezone.localdate()}
        facts["sharing_form"] = sharing_form or SharingForm(initial=first, crews=crews, own=district)
    wrong = form or sharing_form or (report and report.faults)
    return render(request, "dispatch/shifts.html", facts, status=422 if wrong else 200)


def _carry_out(form: Form, act: Any) -> bool:
    """Whether it was done; a refusal stands at its field of the form."""
    try:
        act(form.cleaned_data)
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.detail)
        return False
    return True


def _plan(user: User, told: dict[str, Any]) -> None:
    times = read_times(told["day"], told["starts"], told["ends"], told["breaks"])
    plan_shift(shift_id=told["id"], crew_id=told["crew"].pk, times=times, actor=user, at=timezone.now())


def _change(user: User, shift: Shift, told: dict[str, Any]) -> None:
    times = read_times(told["day"], told["starts"], told["ends"], told["breaks"])
    change_shift(shift_id=shift.uuid, times=times, actor=user, at=timezone.now())


def _share(user: User, told: dict[str, Any]) -> None:
    share_crew(
        sharing_id=told["id"],
        crew_id=told["crew"].pk,
        district=told["district"].code,
        starts_on=told["starts_on"],
        ends_on=told["ends_on"],
        actor=user,
        at=timezone.now(),
    )


def _crews(district: District) -> QuerySet[Crew]:
    return Crew.objects.filter(district=district, is_active=True).order_by("name")


def _sharings(district: District) -> QuerySet[SharedCrew]:
    """Agreements that hold or will hold, of our crews and of others' crews that work for us."""
    today = timezone.localdate()
    ours = SharedCrew.objects.filter(crew__district=district) | SharedCrew.objects.filter(district=district)
    ahead = ours.exclude(ends_on__lt=today).filter(crew__is_active=True)
    return ahead.select_related("crew__district", "district")


def _initial(shift: Shift) -> dict[str, Any]:
    times = times_of(shift)
    begin, end = timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at)
    return {
        "day": begin.date(),
        "starts": begin.time(),
        "ends": end.time(),
        "breaks": breaks_in_words(times.breaks),
    }


def _own_shift(user: User, shift_id: UUID) -> Shift:
    shift = Shift.objects.select_related("crew__district").filter(uuid=shift_id).first()
    if shift is None or not may_dispatch(user, shift.crew.district_id):
        raise NotFound(_("There is no such shift, or it is not yours."))
    return shift


def _district(request: HttpRequest, user: User) -> District:
    return find_desk(user, request.GET.get("district", "") or request.POST.get("district_code", ""))


def _own_district(request: HttpRequest, user: User) -> District:
    """The district that the form names, where the person plans. Raises NotFound."""
    district = find_desk(user, request.POST.get("district_code", ""))
    if not may_dispatch(user, district.pk):
        raise NotFound(_("There is no such district, or its desk is not yours."))
    return district


def _address(district: District, day: date | None) -> str:
    week = f"&week={day:%Y-%m-%d}" if day else ""
    return f"{reverse('dispatch:shifts')}?district={district.code}{week}"


def _day(request: HttpRequest) -> date | None:
    try:
        return parse_date(request.GET.get("week", "") or request.POST.get("day", ""))
    except ValueError:
        return None


def _next(monday: date) -> date:
    """The day for which somebody most likely plans."""
    today = timezone.localdate()
    return today if monday <= today < monday + timedelta(days=7) else monday


def _read_file(file: UploadedFile | None) -> bytes:
    """One byte more than is taken, so that a larger file is told."""
    return file.read(MOST_BYTES + 1) if file else b""
