"""Reports as GeoJSON."""

from collections.abc import Iterable
from typing import Any

from reports.models import Report
from reports.selectors.public import public_facts

Facts = dict[str, Any]


def feature(report: Report, **more: Any) -> Facts:
    """The report's public facts as a GeoJSON feature; its code is its id."""
    facts = public_facts(report)
    position = [facts.pop("lon"), facts.pop("lat")]
    return {
        "type": "Feature",
        "id": facts["code"],
        "geometry": {"type": "Point", "coordinates": position},
        "properties": {**facts, **more},
    }


def collection(features: Iterable[Facts], **more: Any) -> Facts:
    return {"type": "FeatureCollection", **more, "features": list(features)}
