"""Telling desks who of their crews is connected: lossy frames beside the log."""

from collections.abc import Iterable
from datetime import datetime

from dispatch.models import Crew
from dispatch.news import district_stream
from dispatch.selectors import read_crew_id
from dispatch.selectors.presence import list_presence
from dispatch.sharing import also_works_for
from live import hints, names


def tell(streams: Iterable[str], at: datetime) -> None:
    """The crews of these streams have come or gone: a frame for the desk of each of their districts."""
    ids = [read_crew_id(names.split(stream)[1]) for stream in streams if stream.startswith("crew:")]
    crews = list(Crew.objects.filter(pk__in=[each for each in ids if each]).select_related("district"))
    present = list_presence(crews, at=at)
    others = also_works_for([crew.pk for crew in crews], at=at)
    desks = {crew.pk: {crew.district.code, *others.get(crew.pk, [])} for crew in crews}
    for code in sorted({code for codes in desks.values() for code in codes}):
        own = [crew for crew in crews if code in desks[crew.pk]]
        told = [{"id": str(crew.pk), "name": crew.name, **present[crew.pk].as_json()} for crew in own]
        stream = district_stream(code)
        hints.pass_on(stream, {"type": "presence", "stream": stream, "crews": told})
