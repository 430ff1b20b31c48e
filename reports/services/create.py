"""A new report: checked, located, stored and told of in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import User
from districts.locating import Responsibility, locate
from districts.spatial import fold_text
from live.rows import Insertion
from reports.codes import new_code
from reports.deadlines import deadlines, next_look
from reports.known_categories import find_category
from reports.links import private_token
from reports.models import Category, Channel, Contact, Involvement, Photo, Report, Update, Visibility
from reports.people_search import text_of_person
from reports.services.acting import Person, signed_in
from reports.services.answers import check_answers
from reports.services.changing import Conflict, record, state_of, tell
from reports.services.claiming import claim_photos
from reports.services.draft import InvalidReport, ReportDraft, too_many_photos
from reports.services.routing import alternatives_of, require_inside, route

CONTACT_KEPT = timedelta(days=365)
# Each try has one chance in a thousand to meet a code in use when a hundred thousand reports are stored.
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Created:
    """`is_new` is False when the same report had been sent before: this is the first answer again."""

    report: Report
    is_new: bool
    photos: Sequence[Photo] = ()

    @property
    def private_token(self) -> str:
        return private_token(self.report)


@dataclass(frozen=True, slots=True)
class _Intake:
    """A draft that will do, with all that was found for it."""

    draft: ReportDraft
    category: Category
    answers: dict[str, object]
    found: Responsibility
    channel: Channel
    actor: User | None
    at: datetime


def create_report(*, draft: ReportDraft, channel: Channel | str, actor: Person, at: datetime) -> Created:
    """Take in a report: the district responsible is found here, within the call.

    Idempotent by `draft.uuid`: the same content again gets the first answer, other content raises
    Conflict naming `id`. Raises InvalidReport with every fault by field, InvalidPoint, and OutsideCity;
    then nothing is stored.
    """
    try:
        return _take_in(draft, Channel(channel), signed_in(actor), at)
    except (DomainError, IntegrityError):
        # What was taken in before stays so, whatever has changed since.
        first = Report.objects.filter(uuid=draft.uuid).select_related("category", "district").first()
        if first is None:
            raise
        return _repeated(first, draft)


def _take_in(draft: ReportDraft, channel: Channel, actor: User | None, at: datetime) -> Created:
    """Raises IntegrityError when the uuid is in use."""
    intake = _check(draft, channel, actor, at)
    for _try in range(_TRIES - 1):
        try:
            return _store(intake)
        except IntegrityError:
            # The code is in use, or the uuid: another code helps against one of them.
            if Report.objects.filter(uuid=draft.uuid).exists():
                raise
    return _store(intake)


def _repeated(report: Report, draft: ReportDraft) -> Created:
    if report.fingerprint != draft.fingerprint():
        raise Conflict(
            _("A different report was sent with this id before. Nothing was changed."),
            field="id",
            report=state_of(report),
        )
    return Created(report, is_new=False, photos=list(report.photos.all()))


def _check(draft: ReportDraft, channel: Channel, actor: User | None, at: datetime) -> _Intake:
    category = find_category(draft.category)
    if category is None:
        raise InvalidReport({"category": _("There is no such category. Please choose one of those offered.")})
    answers, faults = check_answers(category.questions, draft.answers)
    if len(draft.photo_ids) > settings.PHOTOS_PER_REPORT:
        faults["photos"] = too_many_photos()
    if faults:
        raise InvalidReport(faults)
    place = (draft.lon, draft.lat)
    found = locate(point=place, category=category.code, accuracy_m=draft.accuracy_m, at=at)
    require_inside(found)
    return _Intake(draft, category, answers, found, channel, actor, at)


@transaction.atomic
def _store(intake: _Intake) -> Created:
    """All of it or nothing. Raises IntegrityError when the uuid or the new code is in use."""
    report, found = _new_report(intake), intake.found
    _reports.write([report])
    _involvements.write(alternatives_of(report, found))
    _store_contact(report, intake)
    photos = claim_photos(report, intake.draft.photo_ids, actor=intake.actor)
    if intake.actor is not None and report.reporter is None:
        record(report, Update.Kind.RECEIVED, at=intake.at, actor=intake.actor)
    codes = [found.district, *(other.district for other in found.alternatives)]
    tell([report.stream, *(f"district:{code}" for code in codes)], report, "report.received", at=intake.at)
    return Created(report, is_new=True, photos=photos)


_reports = Insertion(Report)
_involvements = Insertion(Involvement)


def _new_report(intake: _Intake) -> Report:
    draft, category = intake.draft, intake.category
    report = Report(
        uuid=draft.uuid,
        fingerprint=draft.fingerprint(),
        code=new_code(),
        point=Point(draft.lon, draft.lat, srid=4326),
        accuracy_m=draft.accuracy_m,
        address=draft.address,
        category=category,
        description=draft.description,
        answers=intake.answers,
        language=draft.language or settings.LANGUAGE_CODE,
        channel=intake.channel,
        reporter=_reporter(intake),
        urgency=category.urgency,
        visibility=Visibility.PRIVATE if category.is_private else Visibility.PUBLIC,
        received_at=intake.at,
        changed_at=intake.at,
    )
    route(report, intake.found)
    due = deadlines(start=intake.at, category=category, district_id=report.district_id)
    report.acknowledge_due_at, report.resolve_due_at = due.acknowledge_due_at, due.resolve_due_at
    report.look_at = next_look(report)
    report.search_text = fold_text(f"{report.code} {draft.address} {draft.description}")
    return report


def _reporter(intake: _Intake) -> User | None:
    """Who reports for somebody else, at the telephone or the counter, is not the reporter."""
    return None if intake.channel in (Channel.CALL, Channel.COUNTER) else intake.actor


def _store_contact(report: Report, intake: _Intake) -> None:
    contact = intake.draft.contact
    if contact:
        Contact.objects.create(
            report=report,
            name=contact.name,
            email=contact.email,
            phone=contact.phone,
            search_text=text_of_person(contact.name, contact.email, contact.phone),
            wants_updates=contact.wants_updates,
            erase_on=timezone.localdate(intake.at) + CONTACT_KEPT,
        )
