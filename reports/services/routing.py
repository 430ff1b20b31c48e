"""Which districts have to do with a report, as districts.locating has found."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from districts.locating import Certainty, DistrictFact, OutsideCity, Responsibility
from districts.models import District, Neighbourhood
from reports.models import BorderDecision, Involvement, Report

_BY_PEOPLE = frozenset({BorderDecision.Kind.HANDED_OVER.value, BorderDecision.Kind.TAKEN_OVER.value})


class CrewsAtWork(DomainError):
    """The report would go to another district while crews of this one are on it."""

    code = "crews_at_work"
    http_status = 409


def require_inside(found: Responsibility) -> None:
    """Raises OutsideCity."""
    if found.found is None:
        raise OutsideCity(
            _(
                "This place is outside the city, so no district here can fix it. Nothing was stored. "
                "If the pin is wrong, please move it."
            ),
            field="point",
            distance_to_border_m=found.distance_to_border_m,
        )


def route(report: Report, found: Responsibility) -> None:
    """Set what the report keeps of its routing; saves nothing."""
    report.district = district_of(found)
    report.neighbourhood = neighbourhood_of(found)
    report.routing = found.as_trace()
    report.is_uncertain = found.certainty is Certainty.UNCERTAIN


def district_of(found: Responsibility) -> District:
    """The district found, without a query; fields beside code and names are fetched when asked for."""
    fact = _responsible(found)
    return District.from_db("default", ["id", "code", "names"], [fact.id, fact.code, fact.names])


def neighbourhood_of(found: Responsibility) -> Neighbourhood | None:
    """The same for the neighbourhood, if the place lies in one."""
    fact = found.in_neighbourhood
    if fact is None or fact.id is None:
        return None
    fields = ["id", "district_id", "code", "names"]
    return Neighbourhood.from_db("default", fields, [fact.id, fact.district_id, fact.code, fact.names])


def alternatives_of(report: Report, found: Responsibility) -> list[Involvement]:
    """A row for each district that may be meant as well; saves nothing."""
    return [
        Involvement(
            report=report,
            district_id=other.district_id,
            relation=Involvement.Relation.ALTERNATIVE,
            distance_m=other.distance_m,
        )
        for other in found.alternatives
    ]


def reroute(report: Report, found: Responsibility) -> None:
    """Route a stored report anew, without saving it. The district that had it goes on seeing it."""
    had, rows = report.district_id, alternatives_of(report, found)
    route(report, found)
    others = Involvement.objects.filter(report=report)
    others.filter(relation=Involvement.Relation.ALTERNATIVE).delete()
    others.filter(district_id__in=[report.district_id, *(row.district_id for row in rows)]).delete()
    Involvement.objects.bulk_create(rows)
    if had not in {report.district_id, *(row.district_id for row in rows)}:
        Involvement.objects.create(report=report, district_id=had, relation=Involvement.Relation.PREVIOUS)


def decide(
    report: Report,
    kind: BorderDecision.Kind,
    *,
    to: District,
    actor: User | None,
    at: datetime,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
) -> None:
    """Keep the decision with the trace that it replaces. Call it before the report is changed.

    Where it is changed already, `before` holds its district, routing and is_uncertain as they were.
    """
    had = before or {
        "district": report.district,
        "routing": report.routing,
        "is_uncertain": report.is_uncertain,
    }
    BorderDecision.objects.create(
        report=report,
        kind=kind,
        from_district=had["district"],
        to_district=to,
        was_uncertain=had["is_uncertain"],
        routing=had["routing"],
        reason=reason,
        actor=actor,
        at=at,
    )


def is_decided(trace: Mapping[str, Any]) -> bool:
    """Whether a person has said whose it is, against what was located."""
    return trace.get("because") in _BY_PEOPLE


def _responsible(found: Responsibility) -> DistrictFact:
    if found.found is None:
        raise ValueError("nobody is responsible there: require_inside comes first")
    return found.found
