"""Telling desks who of their crews is connected: lossy frames beside the log."""

from collections.abc import Iterable
from datetime import datetime

from dispatch.models import Crew
from dispatch.news import district_stream
from dispatch.selectors import read_crew_id
from dispatch.selectors.presence import list_presence
from live import hints, names


def tell(streams: Iterable[str], at: datetime) -> None:
    """The crews of these streams have come or gone: a frame for the desk of each of their districts."""
    ids = [read_crew_id(names.split(stream)[1]) for stream in streams if stream.startswith("crew:")]
    crews = list(Crew.objects.filter(pk__in=[each for each in ids if each]).select_related("district"))
    present = list_presence(crews, at=at)
    for code in sorted({crew.district.code for crew in crews}):
        own = [crew for crew in crews if crew.district.code == code]
        told = [{"id": str(crew.pk), "name": crew.name, **present[crew.pk].as_json()} for crew in own]
        stream = district_stream(code)
        hints.pass_on(stream, {"type": "presence", "stream": stream, "crews": told})
