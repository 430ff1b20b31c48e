"""What a crew's phone needs to work without a network: its files, the workflow, whose data it is."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts.models import User
from dispatch.facts import Facts
from dispatch.models import JobStatus
from dispatch.workflow import EDGES, Taker

BUILD_HEADER = "X-Mahala-Build"
PERSON_HEADER = "X-Mahala-Person"

# What is nearest to its end fills the screen; a job whose photo could not be taken needs another one now.
FIRST = (
    JobStatus.PROOF_PENDING,
    JobStatus.ON_SITE,
    JobStatus.ON_THE_WAY,
    JobStatus.ACCEPTED,
    JobStatus.ASSIGNED,
)
# Without these the page is not whole; a new service worker waits until it has them all.
_SHELL = (
    "js/asking.js",
    "js/crew*.js",
    "js/live*.js",
    "js/map.js",
    "js/map-controls.js",
    "js/map-neighbourhoods.js",
    "js/ui*.js",
    "css/*.css",
    "icons/crew*.svg",
    "icons/favicon.svg",
    "vendor/icons.svg",
    "vendor/idb/idb.js",
    "vendor/maplibre/maplibre-gl.css",
    "vendor/exifreader/exif-reader.js",
    "vendor/fonts/*.woff2",
)
_NEEDLESS = ("css/desk.css", "css/api-docs.css", "css/phones.css", "css/report.css")
# The map is large and a help, no need: it comes afterwards.
_MAP = (
    "vendor/maplibre/maplibre-gl*.mjs",
    "vendor/pmtiles/*.mjs",
)


def person_key(user: User) -> str:
    """Tells one person's data on a phone from another's; says nothing of who it is."""
    return salted_hmac("dispatch.offline", str(user.pk)).hexdigest()[:20]


def workflow_facts() -> dict[str, Any]:
    """`edges` by step, from each state to the next; in which states the crew is to act; which come first."""
    edges: dict[str, dict[str, str]] = {}
    for edge in EDGES:
        if Taker.CREW in edge.takers and edge.sources:
            targets = {source.value: edge.target.value for source in edge.sources}
            edges.setdefault(edge.step.value, {}).update(targets)
    todo = {state for sources in edges.values() for state in sources}
    return {"edges": edges, "todo": sorted(todo), "first": [status.value for status in FIRST]}


def needs_crew(job: Facts) -> bool:
    """Whether the crew has something left to do: a step, or another photo in place of one that was none."""
    is_promised = job["status"] == JobStatus.PROOF_PENDING
    return bool(job["refused_photos"]) if is_promised else job["status"] in workflow_facts()["todo"]


@cache
def shell_addresses() -> tuple[str, ...]:
    """Every file that the crew's page can't do without."""
    return tuple(static(name) for name in _found(_SHELL) if name not in _NEEDLESS)


@cache
def map_addresses() -> tuple[str, ...]:
    """The files that draw the map."""
    return tuple(static(name) for name in _found(_MAP))


def map_worker_address() -> str:
    """Where the map's worker is; another one with each build, so that two builds never mix."""
    return f"{reverse('dispatch:map-worker')}?{settings.STATIC_BUILD}"


def _found(patterns: tuple[str, ...]) -> Iterator[str]:
    folder = settings.BASE_DIR / "static"
    for pattern in patterns:
        for path in sorted(folder.glob(pattern)):
            yield path.relative_to(folder).as_posix()
