"""What is strange about a proof: its place, its time, its source, and pictures that were seen before. Pure.

Nothing is refused for a mark: between houses GPS is off by tens of metres, and clocks are wrong. A person
looks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.imaging.hashes import distance

FAR_M: Final = 150.0
EARLY: Final = timedelta(minutes=10)
# Of 64 bits: two pictures of one place with and without the fault differ by more; see reports.imaging.hashes.
SAME_BITS: Final = 4
# A picture of one colour has nearly all bits alike, and tells nothing.
TELLING_BITS: Final = range(8, 57)


class Mark(models.TextChoices):
    FAR = "far", _("taken far from the place")
    NO_PLACE = "no_place", _("nothing tells where it was taken")
    EARLY = "early", _("taken before the crew was there")
    FUTURE = "future", _("its clock is ahead")
    GALLERY = "gallery", _("from the phone's gallery")
    LIKE_BEFORE = "like_before", _("looks like the photo from before")
    USED_BEFORE = "used_before", _("looks like the proof of another job")


@dataclass(frozen=True, slots=True)
class Picture:
    """The hashes of a photo that was seen before, and the job it proves (empty for a before-photo)."""

    sha256: str
    dhash: str
    job: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one proof. `reached_at`: when the crew was there, else when it was sent.

    The times are of the phone's own clock where it told one.
    """

    picture: Picture
    distance_m: float | None
    taken_at: datetime | None
    source: str
    reached_at: datetime | None
    finished_at: datetime

    @property
    def minutes_from_arrival(self) -> float | None:
        """Minutes from "on site" to the photo, below zero before it."""
        if self.taken_at is None or self.reached_at is None:
            return None
        return (self.taken_at - self.reached_at).total_seconds() / 60


def marks_of(proof: Evidence, before: Iterable[Picture], earlier: Iterable[Picture]) -> list[Mark]:
    """The marks in the order of the list above."""
    found = {
        Mark.FAR: proof.distance_m is not None and proof.distance_m > FAR_M,
        Mark.NO_PLACE: proof.distance_m is None,
        Mark.EARLY: _is_early(proof),
        Mark.FUTURE: proof.taken_at is not None and proof.taken_at > proof.finished_at + EARLY,
        Mark.GALLERY: proof.source == "gallery",
        Mark.LIKE_BEFORE: any(_is_same(proof.picture, picture) for picture in before),
        Mark.USED_BEFORE: any(_is_same(proof.picture, picture) for picture in earlier),
    }
    return [mark for mark in Mark if found[mark]]


def find_same(proof: Picture, earlier: Iterable[Picture]) -> Picture | None:
    """The first of the earlier proofs that shows the same picture."""
    return next((picture for picture in earlier if _is_same(proof, picture)), None)


def _is_early(proof: Evidence) -> bool:
    taken, reached = proof.taken_at, proof.reached_at
    return taken is not None and reached is not None and taken < reached - EARLY


def _is_same(one: Picture, other: Picture) -> bool:
    if one.sha256 == other.sha256:
        return True
    return _tells(one.dhash) and _tells(other.dhash) and distance(one.dhash, other.dhash) <= SAME_BITS


def _tells(dhash: str) -> bool:
    return bool(dhash) and int(dhash, 16).bit_count() in TELLING_BITS
