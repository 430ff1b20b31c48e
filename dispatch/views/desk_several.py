"""`/desk/several/`: one thing done to several reports, and what came of each."""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.errors import DomainError
from accounts.models import User
from dispatch.models import Crew
from dispatch.services.several import ACTS, AT_MOST, Came, Outcome, Pick, Wish, act_on_several
from dispatch.views.desks import find_desk, require_desk
from districts.models import District
from reports.codes import format_code, normalise_code
from reports.models import Urgency
from reports.selectors.staff import reports_for_staff


class FormUnreadable(DomainError):
    """A field of the form can't be read."""

    code = "invalid"
    http_status = 422


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def several(request: HttpRequest) -> HttpResponse:
    """The form for the chosen reports; sent, it tells what came of each. `?part=form` gives it alone."""
    user = require_desk(request)
    given = request.POST if request.method == "POST" else request.GET
    district = find_desk(user, given.get("district", ""))
    picks = [_read_pick(text) for text in given.getlist("pick")[: AT_MOST + 1]]
    if request.method == "POST":
        facts = _act(request, user, district, picks)
    else:
        facts = _form_facts(user, district, picks)
    page = "parts/several" if request.GET.get("part") == "form" else "several"
    return render(request, f"dispatch/{page}.html", facts | {"district": district})


def _form_facts(user: User, district: District, picks: list[Pick]) -> dict[str, Any]:
    codes = [pick.code for pick in picks]
    reports = {each.code: each for each in reports_for_staff(user).filter(code__in=codes)}
    rows = [(pick, reports[pick.code]) for pick in picks if pick.code in reports]
    return {
        "rows": rows[:AT_MOST],
        "too_many": len(rows) > AT_MOST,
        "most": AT_MOST,
        "crews": Crew.objects.filter(district=district, is_active=True),
        "urgencies": Urgency.choices,
        "command_id": uuid4(),
    }


def _act(request: HttpRequest, user: User, district: District, picks: list[Pick]) -> dict[str, Any]:
    outcomes = act_on_several(picks=picks, wish=_read_wish(request), actor=user, at=timezone.now())
    done = [outcome for outcome in outcomes if outcome.came is Came.DONE]
    changed = [outcome for outcome in outcomes if outcome.came is Came.CHANGED]
    refused = [outcome for outcome in outcomes if outcome.came is Came.REFUSED]
    return {
        "is_told": True,
        "done": len(done),
        "changed": _codes(changed),
        "refused": _by_reason(refused),
    }


def _by_reason(refused: Iterable[Outcome]) -> list[tuple[str, list[str]]]:
    """The reasons, the commonest first, each with the codes that it holds for."""
    outcomes = list(refused)
    reasons = Counter(outcome.words for outcome in outcomes)
    return [
        (words, _codes(each for each in outcomes if each.words == words))
        for words, _n in reasons.most_common()
    ]


def _codes(outcomes: Iterable[Outcome]) -> list[str]:
    return [format_code(outcome.code) for outcome in outcomes]


def _read_pick(text: str) -> Pick:
    """ "K7Q3MX.3": the code, and the version that the person saw."""
    code, _dot, version = text[:40].partition(".")
    plain = normalise_code(code)
    if plain is None or not version.isdecimal():
        raise FormUnreadable(_("This is no report that can be chosen."), field="pick")
    return Pick(plain, int(version[:9]))


def _read_wish(request: HttpRequest) -> Wish:
    act = request.POST.get("act", "")
    if act not in ACTS:
        raise FormUnreadable(_("Choose what is to be done, please."), field="act")
    urgency = request.POST.get("urgency", "")
    if act == "urgency" and urgency not in {str(value) for value in Urgency.values}:
        raise FormUnreadable(_("There is no such urgency."), field="urgency")
    return Wish(
        act=act,
        command_id=_read_id(request, "id"),
        crew_id=_read_id(request, "crew") if act == "assign" else None,
        urgency=int(urgency) if act == "urgency" else None,
        reason=request.POST.get("reason" if act == "urgency" else "rejection", ""),
    )


def _read_id(request: HttpRequest, field: str) -> UUID:
    try:
        return UUID(request.POST.get(field, ""))
    except ValueError as error:
        raise FormUnreadable(_("This is not an id."), field=field) from error
