"""Which districts have to do with a report, as districts.locating has found."""

from django.utils.translation import gettext as _

from districts.locating import Certainty, DistrictFact, OutsideCity, Responsibility
from districts.models import District
from reports.models import Involvement, Report

_R = Involvement.Relation


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
    report.neighbourhood_id = found.neighbourhood_id
    report.routing = found.as_trace()
    report.is_uncertain = found.certainty is Certainty.UNCERTAIN


def district_of(found: Responsibility) -> District:
    """The district found, without a query; fields beside code and names are fetched when asked for."""
    fact = _responsible(found)
    return District.from_db("default", ["id", "code", "names"], [fact.id, fact.code, fact.names])


def involvements_of(report: Report, found: Responsibility) -> list[Involvement]:
    """A row for the responsible district and each alternative; saves nothing."""
    rows = [Involvement(report=report, district_id=_responsible(found).id, relation=_R.CURRENT)]
    for other in found.alternatives:
        rows.append(
            Involvement(
                report=report,
                district_id=other.district_id,
                relation=_R.ALTERNATIVE,
                distance_m=other.distance_m,
            )
        )
    return rows


def involve(report: Report, found: Responsibility) -> None:
    """Make the rows those of a new answer. A district that had the report goes on seeing it."""
    rows = involvements_of(report, found)
    kept = Involvement.objects.filter(report=report)
    kept.filter(relation=_R.CURRENT).exclude(district_id=_responsible(found).id).update(
        relation=_R.PREVIOUS, distance_m=None
    )
    kept.exclude(relation=_R.PREVIOUS).delete()
    kept.filter(district_id__in=[row.district_id for row in rows]).delete()
    Involvement.objects.bulk_create(rows)


def _responsible(found: Responsibility) -> DistrictFact:
    if found.found is None:
        raise ValueError("nobody is responsible there: require_inside comes first")
    return found.found
